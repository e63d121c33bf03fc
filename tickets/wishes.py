"""What becomes of a wish for a ticket whose answer was lost: the ticket it made, or the news that it made none. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from tickets.model import Location, Notices, Phase, Service, Ticket
from tickets.pushes import Push, PushKind
from tickets.reading import OTHERWISE
from tickets.watching import Intent

HANDLED_AGAIN = 10.0
"""Seconds that the news wait: a press that a dead process left is handled again, and its answer says what came of it."""
OLD_NEWS = 86_400.0
"""Seconds after the wish: a ticket is for its day, and a backup may bring an older wish back."""


def made_of(intent: Intent, tickets: Sequence[Ticket]) -> Ticket | None:
    """The ticket an intent made: of its location and service, and not there before."""
    for ticket in tickets:
        if (
            ticket.id not in intent.known
            and ticket.location.id == intent.location_id
            and ticket.service.id == intent.service_id
        ):
            return ticket
    return None


def nothing_taken(intent: Intent, location: Location, now: float) -> Push:
    """The news that no ticket was taken, for whom nobody answers by now. In the ticket's place stands what it would have been for."""
    service = next(
        (one for one in location.services if one.id == intent.service_id), Service(intent.service_id, "", "")
    )
    # A wish that is handled again has the same id, and may come to nothing once more.
    key = f"{intent.id}:{intent.opened_at:.3f}:{PushKind.NOT_TAKEN.value}"
    return Push(
        id=key,
        chat_id=intent.chat_id,
        watch_id=nowhere(intent.chat_id, intent.location_id, intent.service_id),
        kind=PushKind.NOT_TAKEN,
        dedupe_key=key,
        ticket=Ticket("", "", 0, "", Phase.UNKNOWN, replace(location, services=()), service),
        notices=Notices(),
        created_at=now,
        expires_at=min(now + HANDLED_AGAIN + OTHERWISE, intent.opened_at + OLD_NEWS),
        not_before=now + HANDLED_AGAIN,
    )


def nowhere(chat_id: int, location_id: str, service_id: str) -> str:
    """In the place of a watch's id in such news: by it they are withdrawn."""
    return f"{chat_id}::{location_id}:{service_id}"


def granted_key(key: str) -> str:
    """Among the tries: under which a granted wish is remembered."""
    return f"wish:{key}"


def told_key(key: str) -> str:
    """Among the tries: under which a wish is remembered of which it was told that nothing came."""
    return f"nothing:{key}"
