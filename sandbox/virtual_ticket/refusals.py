"""Every way the Virtual Ticket server says no, in one table; docs/virtual_ticket_api.md shows the same table to people.

The seed gives no list of errno. Numbers below 10 follow the vendor's neighbouring queue management API where it has one; the rest are ours.
"""

from enum import IntEnum


class Errno(IntEnum):
    """The `errno` of a refusal."""

    METHOD = 2
    OPERATION = 3
    FORMAT = 4
    PARAMETERS = 5
    NOT_FOUND = 6
    TOO_LARGE = 7
    MEDIA_TYPE = 8
    TOKEN_MISSING = 20
    TOKEN_INVALID = 21
    CREDENTIALS = 22
    USERNAME_TAKEN = 23
    EMAIL_TAKEN = 24
    PROVIDER_OFF = 25
    PROVIDER_TOKEN = 26
    PASSWORDS_DIFFER = 27
    RESET_TOKEN = 28
    LOCATION_CLOSED = 40
    SERVICE_OFF = 41
    TOO_FEW_WAITING = 42
    WAIT_TOO_SHORT = 43
    HAS_TICKET = 44
    FINISHED = 45


MESSAGES = {
    Errno.METHOD: "This operation does not answer to this HTTP method.",
    Errno.OPERATION: "There is no such operation.",
    Errno.FORMAT: "The response format must be json or xml.",
    Errno.PARAMETERS: "The request's parameters cannot be understood.",
    Errno.NOT_FOUND: "Nothing was found under this id.",
    Errno.TOO_LARGE: "The request is too large.",
    Errno.MEDIA_TYPE: "Requests are JSON.",
    Errno.TOKEN_MISSING: "This operation needs a vt_token.",
    Errno.TOKEN_INVALID: "This vt_token is not valid, or no longer.",
    Errno.CREDENTIALS: "The user name or the password is wrong.",
    Errno.USERNAME_TAKEN: "This user name is taken.",
    Errno.EMAIL_TAKEN: "A customer with this e-mail address exists already.",
    Errno.PROVIDER_OFF: "Signing in through this provider is not offered here.",
    Errno.PROVIDER_TOKEN: "The provider's token was not accepted.",
    Errno.PASSWORDS_DIFFER: "The two passwords differ.",
    Errno.RESET_TOKEN: "The link to choose a new password was used already or is too old.",
    Errno.LOCATION_CLOSED: "This location is closed now.",
    Errno.SERVICE_OFF: "This service takes no tickets at present.",
    Errno.TOO_FEW_WAITING: "Tickets can be taken from afar only while more customers wait.",
    Errno.WAIT_TOO_SHORT: "Tickets can be taken from afar only while the wait is longer.",
    Errno.HAS_TICKET: "You already hold a ticket at this location.",
    Errno.FINISHED: "This ticket is finished already.",
}

# A refusal of a well-formed request is an ordinary answer (200); only what never became a request gets an HTTP error.
STATUSES = {
    Errno.METHOD: 405,
    Errno.OPERATION: 404,
    Errno.FORMAT: 404,
    Errno.PARAMETERS: 400,
    Errno.TOO_LARGE: 413,
    Errno.MEDIA_TYPE: 415,
    Errno.TOKEN_MISSING: 401,
    Errno.TOKEN_INVALID: 401,
}


class Refusal(Exception):
    """The server says no: `errno`, a sentence in English, and the HTTP status it travels with."""

    def __init__(self, errno: Errno, detail: str = "", *, status: int | None = None) -> None:
        """`detail` takes the place of the table's sentence where it can say more."""
        super().__init__(detail or MESSAGES[errno])
        self.errno = errno
        self.message = detail or MESSAGES[errno]
        self.status = status or STATUSES.get(errno, 200)
