"""One tree of what can go wrong, by meaning. Data on the exception, never text for people: bot/errors.py has the words."""

from tickets.model import Location, Service, Ticket


class TicketError(Exception):
    """The root: everything our rules and neighbours raise on purpose."""


class QueueServerError(TicketError):
    """The queue server did not do what was asked; `operation` is the seed's path, for example "ticket/create"."""

    def __init__(self, operation: str, detail: str = "") -> None:
        """`detail` is for logs and must hold no secret."""
        super().__init__(f"{operation}: {detail}" if detail else operation)
        self.operation = operation
        self.detail = detail


class ServerUnavailable(QueueServerError):
    """No usable answer: refused, timed out, 5xx, 429. `may_have_happened` is False only when that is proven."""

    def __init__(
        self, operation: str, detail: str, *, may_have_happened: bool, retry_after: float | None = None
    ) -> None:
        """`retry_after` in seconds, where the server named it."""
        super().__init__(operation, detail)
        self.may_have_happened = may_have_happened
        self.retry_after = retry_after


class ServerNonsense(QueueServerError):
    """An answer came that cannot be read; `field` names what was wrong in it. Whatever was asked may have happened."""

    def __init__(self, operation: str, field: str, detail: str = "") -> None:
        """`field` is a path such as "tickets[0].number"; the offending value itself is not kept."""
        super().__init__(operation, f"{field}: {detail}" if detail else field)
        self.field = field


class TokenRefused(QueueServerError):
    """The vt_token is missing, expired or revoked: the person signs in again."""


class Refused(QueueServerError):
    """The server understood and said no; `errno` and `message` as it gave them."""

    def __init__(self, operation: str, errno: int | None = None, message: str = "") -> None:
        """`message` is the server's, in its language; it is shown only where we have no words for `errno`."""
        super().__init__(operation, f"errno {errno}")
        self.errno = errno
        self.message = message


class Ignored(Refused):
    """The server said yes to a change and has not made it."""


class CredentialsWanted(Refused):
    """The server changes a customer only for whoever gives the password along, and nobody's but a guest's is kept here."""


class SignedOut(TicketError):
    """This needs an account and the chat has none."""


class TicketsAtStake(TicketError):
    """Signing in as somebody else would leave what a guest holds, to which nobody can come back."""

    def __init__(self, tickets: int, *, asked: bool = False) -> None:
        """So many live tickets, and `asked`: one more that was asked for, of which nobody knows yet whether it was given."""
        super().__init__("live tickets of a guest")
        self.tickets = tickets
        self.asked = asked


class NotYours(TicketError):
    """The thing acted upon belongs to somebody else, or to nobody: both look the same from outside."""


class OnlyInPrivate(TicketError):
    """Groups neither sign in nor own tickets: this is done in the private chat."""


class Unknown(TicketError):
    """A location, service or ticket that the server does not (or no longer) know."""


class TooManyTries(TicketError):
    """Guessing is slowed down; `until` is the moment (Unix seconds) from which one more try is taken."""

    def __init__(self, until: float) -> None:
        """Unix seconds."""
        super().__init__("too many tries")
        self.until = until


class RuleBroken(TicketError):
    """A rule of the location stands against taking the ticket here and now."""

    def __init__(self, location: Location, service: Service) -> None:
        """Both as last read."""
        super().__init__(type(self).__name__)
        self.location = location
        self.service = service


class Closed(RuleBroken):
    """The location or the service is closed now."""


class SwitchedOff(RuleBroken):
    """The service takes no tickets at present, whatever the hours."""


class TooFar(RuleBroken):
    """The person is farther away than the location allows; distances in metres."""

    def __init__(self, location: Location, service: Service, *, distance: float, allowed: float) -> None:
        """Metres."""
        super().__init__(location, service)
        self.distance = distance
        self.allowed = allowed


class QueueTooShort(RuleBroken):
    """So few wait that the location wants people to come in person (min_customers, min_waiting_time)."""


class AlreadyHolding(RuleBroken):
    """The person holds a live ticket there and may not take a second one."""

    def __init__(self, location: Location, service: Service, ticket: Ticket) -> None:
        """`ticket` is the live one."""
        super().__init__(location, service)
        self.ticket = ticket


class Undecided(TicketError):
    """A ticket was asked for, the answer was lost, and the server cannot be asked what happened: wait, do not ask again."""


class DatabaseUnavailable(TicketError):
    """Our own database is locked, full, read-only or gone."""


class OfAnotherBot(DatabaseUnavailable):
    """It is well, and belongs to another bot of Telegram's."""


class Unreadable(DatabaseUnavailable):
    """One row is there and cannot be read: spoilt, moved from its place, or encrypted with a key that is not ours. Others can be."""
