"""The things the queue server knows, as frozen dataclasses: locations, services, tickets and the customer.

The words are the seed's (docs/glossary.md). Times of the server are naive and mean the location's own zone, because the seed's dates
carry none; our own moments are Unix seconds and live in `tickets.watching` and `tickets.pushes`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A point on the earth in degrees, WGS 84; a third value in the server's answers (height) is dropped."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of today's opening hours, in the location's own zone; `closes` may lie on the next day."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """The server's words for a push, with `%{...}` variables still in them."""

    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Notices:
    """A location's `notification_texts`; None where the server gives none."""

    your_turn: Notice | None = None
    almost_your_turn: Notice | None = None

    def over(self, shared: "Notices") -> "Notices":
        """These, and the shared ones for whatever these do not say."""
        return Notices(self.your_turn or shared.your_turn, self.almost_your_turn or shared.almost_your_turn)


@dataclass(frozen=True, slots=True)
class Rules:
    """A location's `settings`: who may take a ticket. None where the server says nothing."""

    radius: float | None = None
    """`request_ticket_radius`, in the operator's RADIUS_UNIT (the seed gives none)."""
    min_customers: int | None = None
    min_waiting_time: int | None = None
    """Minutes."""
    allow_multi_ticket: bool | None = None
    notices: Notices = Notices()

    def over(self, shared: "Rules") -> "Rules":
        """These, and the shared ones for whatever these do not say, field by field."""
        return Rules(
            radius=shared.radius if self.radius is None else self.radius,
            min_customers=shared.min_customers if self.min_customers is None else self.min_customers,
            min_waiting_time=shared.min_waiting_time if self.min_waiting_time is None else self.min_waiting_time,
            allow_multi_ticket=shared.allow_multi_ticket
            if self.allow_multi_ticket is None
            else self.allow_multi_ticket,
            notices=self.notices.over(shared.notices),
        )


@dataclass(frozen=True, slots=True)
class Service:
    """A service of one location: what a ticket is taken for."""

    id: str
    tag: str
    name: str
    description: str = ""
    waiting: int | None = None
    average_wait: timedelta | None = None
    state: int | None = None
    """The server's own code, kept as told: the seed does not say what it means."""
    is_open: bool | None = None
    shift: Shift | None = None
    issued: int | None = None
    """`ticket_counter`: tickets issued, where the server tells it (server_services/get)."""
    server_service_id: str | None = None
    color: str | None = None
    location_id: str = ""
    """The location it is a service of, as `location_id` or, in a ticket, `master_id` tells it."""


@dataclass(frozen=True, slots=True)
class Location:
    """A branch ("master" in the seed): the place where tickets are taken and called."""

    id: str
    name: str
    city: str = ""
    region: str = ""
    country: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    contacts: str = ""
    options: str = ""
    """As the server writes it; the seed shows it empty and explains nothing."""
    coordinates: Coordinates | None = None
    timezone: str | None = None
    is_open: bool | None = None
    shifts: tuple[Shift, ...] = ()
    services: tuple[Service, ...] = ()
    rules: Rules = Rules()
    created: datetime | None = None
    updated: datetime | None = None
    tickets: tuple["Ticket", ...] = field(default=(), repr=False, compare=False, metadata={"stored": False})
    """Where the server lists any, which the seed does not show: other people's, so never stored and never printed."""


@dataclass(frozen=True, slots=True)
class ServerService:
    """A service as the whole brand offers it (server_services/get), with the locations that have it."""

    id: str
    name: str
    description: str = ""
    state: int | None = None
    is_open: bool | None = None
    shift: Shift | None = None
    locations: tuple[Location, ...] = ()


class Phase(Enum):
    """Where a ticket is in its life. The names are stored; do not rename them."""

    WAITING = "waiting"
    CALLED = "called"
    ENDED = "ended"
    CANCELLED = "cancelled"
    MISSED = "missed"
    UNKNOWN = "unknown"
    """The server used a code nobody explained: keep watching, never treat it as finished."""

    @property
    def live(self) -> bool:
        """Whether something may still happen to such a ticket."""
        return self in (Phase.WAITING, Phase.CALLED, Phase.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where to go when called; the seed's notification texts name `ticket.desk.tag`, its answers may not."""

    id: str = ""
    tag: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """The customer as a ticket repeats them: for the moment of reading only, never stored and never printed."""

    id: str
    display_name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as last read. Key it by `id`: tag and number repeat after a daily reset."""

    id: str
    tag: str
    number: int
    label: str
    """`ticket_number`, for example "A 006"."""
    phase: Phase
    location: Location
    """Of the ticket's `master`: id, name, address, phone, email, website, coordinates, timezone."""
    service: Service
    created: datetime | None = None
    called: datetime | None = None
    ended: datetime | None = None
    ahead: int | None = None
    """Customers ahead (`waiting_tickets` of the ticket)."""
    expected_wait: timedelta | None = None
    """`hours` and `minutes` of the ticket."""
    desk: Desk | None = None
    state: int | None = None
    """The raw state code, for people who read logs."""
    description: str = ""
    """The ticket's own; in the seed it repeats its service's name."""
    holder: Holder | None = field(default=None, repr=False, compare=False, metadata={"stored": False})
    """The ticket's `customer`."""


@dataclass(frozen=True, slots=True)
class Customer:
    """customer/details, less the secrets it repeats (vt_token, oauth_token, reset_token); what is personal is not shown by repr."""

    id: str
    username: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    display_name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    ticket_warning: int = 0
    preferred_language: str = ""
    oauth_provider: str = ""
    push_notification_key: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    app_count: int = 0
    reset_token_date: datetime | None = None
    """When a letter with a reset token was asked for; the token itself is a secret and not read."""
    created: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a person signs in with: a user name and password, or a provider's token. Never shown by repr."""

    username: str | None = None
    password: str | None = field(default=None, repr=False)
    oauth_provider: str | None = None
    oauth_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Registration:
    """customer/register: credentials and what the person chose to tell, none of it shown by repr. Empty strings are not sent."""

    credentials: Credentials
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    push_notification: str = field(default="", repr=False)
