"""Records to store, small and complete."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tickets.model import Coordinates, Desk, Location, Notice, Notices, Phase, Rules, Service, Shift, Ticket
from tickets.pushes import Push, PushKind
from tickets.reading import push_of
from tickets.records import new_watch
from tickets.watching import Watch

NOW = 1_800_000_000.0
NOTICES = Notices(your_turn=Notice("Your turn", "Go to %{ticket.desk.tag}"), almost_your_turn=Notice("Soon", "Come"))


def ticket(ticket_id: str = "t1", **changes: Any) -> Ticket:
    """A ticket with something in every field."""
    shift = Shift(datetime.fromisoformat("2027-01-15T08:00"), datetime.fromisoformat("2027-01-15T20:00"))
    service = Service("s1", "A", "Post", waiting=4, average_wait=timedelta(minutes=3), shift=shift, issued=17)
    location = Location(
        "l1", "Central", city="Porto", coordinates=Coordinates(41.1, -8.6), timezone="Europe/Lisbon", shifts=(shift,),
        services=(service,), rules=Rules(radius=2.5, allow_multi_ticket=False, notices=NOTICES),
    )  # fmt: skip
    made = Ticket(
        ticket_id, "A", 6, "A 006", Phase.WAITING, location, service, created=datetime.fromisoformat("2027-01-15T09:30"),
        ahead=5, expected_wait=timedelta(minutes=15), desk=Desk("d1", "3", "Desk 3"), state=0,
    )  # fmt: skip
    return replace(made, **changes)


def called(ticket_id: str = "t1") -> Ticket:
    """The same, called."""
    return ticket(ticket_id, phase=Phase.CALLED, called=datetime.fromisoformat("2027-01-15T09:45"), ahead=0)


def watch(chat_id: int = 1, ticket_id: str = "t1", **changes: Any) -> Watch:
    """A watch that is due since NOW."""
    return replace(new_watch(chat_id, ticket(ticket_id), NOTICES, NOW), **changes)


def push(kind: PushKind = PushKind.YOUR_TURN, chat_id: int = 1, ticket_id: str = "t1", **changes: Any) -> Push:
    """A push that is due since NOW."""
    return replace(push_of(watch(chat_id, ticket_id), kind, NOW), **changes)
