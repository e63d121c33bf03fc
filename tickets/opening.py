"""Opening hours in the location's own zone: open now, until when, or from when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tickets.model import Location, Service, Shift

WHOLE_DAY = timedelta(hours=23, minutes=59)
"""Servers write a day without closing as 00:00 to 23:59."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known of the hours at one moment; naive times are the location's own."""

    open: bool | None
    closes: datetime | None = None
    opens: datetime | None = None
    """The next opening today, where it is closed now."""


def local(moment: float, timezone: str | None) -> datetime | None:
    """The location's wall clock, naive; None where its zone is not known (never guess another zone's)."""
    if not timezone:
        return None
    try:
        return datetime.fromtimestamp(moment, ZoneInfo(timezone)).replace(tzinfo=None)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def moment(wall: datetime | None, timezone: str | None) -> float | None:
    """The Unix seconds of a naive time in that zone; None where either is not known."""
    if wall is None or not timezone:
        return None
    try:
        return wall.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC).timestamp()
    except (ZoneInfoNotFoundError, ValueError, OSError, OverflowError):
        return None


def opening(location: Location, now: float) -> Opening:
    """The location's hours at `now` (Unix seconds). The server's isOpen decides; without it the shifts do."""
    told = hours(location.shifts, local(now, location.timezone))
    if location.is_open is None:
        return told
    if location.is_open:
        return Opening(open=True, closes=told.closes)
    return Opening(open=False, opens=told.opens)


def switched_off(service: Service) -> bool:
    """Whether the server says that the service takes no tickets. The seed shows the state 0 alone, on services that do.

    Any other code is taken to say that they do not, unless the service's own isOpen says otherwise; no code says nothing.
    """
    return bool(service.state) and service.is_open is not True


def service_open(location: Location, service: Service, now: float) -> bool | None:
    """Whether tickets of the service are to be had: state, its own isOpen or hours, and the location's; None where nobody says."""
    at_location = opening(location, now).open
    if at_location is False or service.is_open is False or switched_off(service):
        return False
    if service.is_open is None and service.shift is not None:
        own = hours((service.shift,), local(now, location.timezone)).open
        return at_location if own is None else own
    return service.is_open if service.is_open is not None else at_location


def hours(shifts: Sequence[Shift], wall: datetime | None) -> Opening:
    """What the shifts say of a wall-clock time; shifts that touch (13:00-13:00) count as one."""
    if wall is None or not shifts:
        return Opening(open=None)
    ahead = sorted(shifts, key=lambda shift: shift.opens)
    opened: datetime | None = None
    closes = None
    for shift in ahead:
        if (
            shift.opens <= (closes or wall) + timedelta(minutes=1)
            and (closes or shift.opens <= wall)
            and shift.closes > wall
        ):
            closes = max(shift.closes, closes or shift.closes)
            opened = opened or shift.opens
    if closes is not None and opened is not None:
        # Whoever is open the whole day through does not close at midnight.
        return Opening(open=True, closes=None if closes - opened >= WHOLE_DAY else closes)
    return Opening(open=False, opens=next((shift.opens for shift in ahead if shift.opens > wall), None))
