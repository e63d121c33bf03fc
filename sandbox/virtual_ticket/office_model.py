"""What a brand's offices are made of: locations with their services, rules and hours, and the tickets people hold.

The words and the fields are the seed's; places are frozen because they come from the town file, tickets change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from zoneinfo import ZoneInfo

from sandbox.virtual_ticket.office_hours import Week

LAST_NUMBER = 999


class State(IntEnum):
    """A ticket's `state`; the seed shows only 0, the rest is our assumption (docs/virtual_ticket_api.md)."""

    WAITING = 0
    CALLED = 1
    ENDED = 2
    CANCELLED = 3
    MISSED = 4

    @property
    def live(self) -> bool:
        """Whether the customer may still be served."""
        return self in (State.WAITING, State.CALLED)


@dataclass(frozen=True, slots=True)
class Rules:
    """A location's `settings`: when a ticket may be taken from afar. The waiting time is in minutes."""

    request_ticket_radius: int = 50
    request_ticket_min_customers: int = 0
    request_ticket_min_waiting_time: int = 0
    allow_multi_ticket: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """A service at one location; `state` 0 takes tickets, 1 is switched off."""

    id: str
    server_service_id: str
    tag: str
    name: str
    description: str = ""
    color: str | None = None
    state: int = 0


@dataclass(frozen=True, slots=True)
class Location:
    """A branch. `coordinates` is the text the API shows: two or three numbers, or nothing."""

    id: str
    name: str
    timezone: str
    week: Week
    city: str = ""
    region: str = ""
    country: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    contacts: str = ""
    coordinates: str = ""
    desks: tuple[str, ...] = ("1",)
    services: tuple[Service, ...] = ()
    rules: Rules = Rules()
    notices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The location's own time zone."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Town:
    """A brand with all its locations; `max_radius` is settings/get's vt_max_radius."""

    brand: str
    locations: tuple[Location, ...]
    max_radius: int = 50
    rules: Rules = Rules()
    notices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Ticket:
    """One ticket. Moments are Unix seconds; `customer_id` None is somebody who took a paper ticket at the door."""

    id: str
    location_id: str
    service_id: str
    tag: str
    number: int
    created: float
    customer_id: str | None = None
    state: State = State.WAITING
    called_at: float | None = None
    ended_at: float | None = None
    desk: str | None = None
    """The tag of the desk that called it last."""
    for_desk: str | None = None
    """The only desk that may call it, after a transfer to that desk."""

    @property
    def printed(self) -> str:
        """Tag and number as the seed's `ticket_number` has them, for example "A 006"."""
        return f"{self.tag} {self.number:03d}"
