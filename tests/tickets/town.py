"""A small town of domain things for tests of the rules: every builder gives a whole thing and takes only what a test is about."""

from datetime import UTC, datetime, timedelta

from tickets.model import Coordinates, Desk, Location, Notices, Phase, Rules, Service, Shift, Ticket
from tickets.pushes import Push, PushKind, PushState
from tickets.watching import Watch

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC).timestamp()
"""An ordinary Monday morning, Unix seconds."""


def at(clock: str, day: int = 2) -> datetime:
    """A naive wall-clock time of March 2026, "09:30"."""
    hour, minute = clock.split(":")
    return datetime(2026, 3, day, int(hour), int(minute))  # noqa: DTZ001 -- the seed's dates carry no zone


def a_service(
    service_id: str = "10", name: str = "Payments", *, waiting: int | None = 4, is_open: bool | None = True
) -> Service:
    """An open service with four people waiting."""
    return Service(service_id, "A", name, waiting=waiting, is_open=is_open)


def a_location(
    location_id: str = "1",
    name: str = "Riverside",
    *,
    city: str = "Lisbon",
    address: str = "",
    coordinates: Coordinates | None = None,
    timezone: str | None = "Europe/Lisbon",
    is_open: bool | None = True,
    shifts: tuple[Shift, ...] = (),
    services: tuple[Service, ...] = (),
    rules: Rules | None = None,
) -> Location:
    """An open branch in Lisbon with one service and no rules."""
    return Location(
        location_id,
        name,
        city=city,
        address=address,
        coordinates=coordinates,
        timezone=timezone,
        is_open=is_open,
        shifts=shifts,
        services=services or (a_service(),),
        rules=rules or Rules(),
    )


def a_ticket(
    ticket_id: str = "501",
    phase: Phase = Phase.WAITING,
    *,
    ahead: int | None = 9,
    called: datetime | None = None,
    desk: Desk | None = None,
    location: Location | None = None,
    service: Service | None = None,
    expected_wait: timedelta | None = None,
    label: str = "A 006",
) -> Ticket:
    """A waiting ticket with nine customers ahead."""
    place = location or a_location()
    return Ticket(
        ticket_id,
        "A",
        6,
        label,
        phase,
        place,
        service or place.services[0],
        called=called,
        ahead=ahead,
        desk=desk,
        expected_wait=expected_wait,
    )


def a_watch(ticket: Ticket | None = None, *, chat_id: int = 7, read_at: float = MONDAY, call_no: int = 0) -> Watch:
    """A live watch of one chat."""
    one = ticket or a_ticket()
    return Watch(f"{chat_id}:{one.id}", chat_id, one, Notices(), read_at, read_at, call_no=call_no)


def a_push(
    kind: PushKind = PushKind.YOUR_TURN,
    *,
    state: PushState = PushState.SENDING,
    attempt: int = 1,
    tries: int = 0,
    reminder: bool = False,
    plain: bool = False,
) -> Push:
    """A push just claimed for its first attempt."""
    return Push(
        id="p",
        chat_id=7,
        watch_id="7:501",
        kind=kind,
        dedupe_key="p",
        ticket=a_ticket(),
        notices=Notices(),
        created_at=MONDAY,
        expires_at=MONDAY + 1800,
        state=state,
        attempt=attempt,
        tries=tries,
        reminder=reminder,
        plain=plain,
        lease_owner="me",
        lease_until=MONDAY + 30,
    )
