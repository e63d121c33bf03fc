"""What happened to a ticket between two readings, and which of it is worth telling. Pure; the heart of the watch."""

from dataclasses import dataclass, replace
from enum import Enum

from tickets.model import Phase, Ticket

BELIEVED_AFTER = 3
"""Healthy answers in a row that deny what is known, before they are believed: without the ticket it counts as gone, with the ticket
waiting its call counts as taken back. A server's cache may lag, and two of its machines may answer by turns."""


class Event(Enum):
    """Something worth telling the person."""

    ALMOST_YOUR_TURN = "almost_your_turn"
    YOUR_TURN = "your_turn"
    CALLED_AGAIN = "called_again"
    CALL_STANDS = "call_stands"
    """The call that was told before, at another desk or after all: it is told once more, marked."""
    MOVED = "moved"
    BACK_IN_LINE = "back_in_line"
    CALLED_UNSEEN = "called_unseen"
    """Called and over between two readings: the person is told late rather than never."""
    SERVED = "served"
    CANCELLED = "cancelled"
    MISSED = "missed"
    VANISHED = "vanished"


@dataclass(frozen=True, slots=True)
class Progress:
    """The ticket as it is to be kept, and the events in the order they are told."""

    ticket: Ticket
    events: tuple[Event, ...]
    warned: bool


def progress(before: Ticket, after: Ticket, *, warned: bool, warn_at: int) -> Progress:
    """Compare two readings of one ticket.

    `warned`: almost_your_turn was told for the present wait; `warn_at`: customers ahead at which it is told.
    An unknown state never ends a ticket: its last known phase stays.
    """
    kept = _kept(before, after)
    if not before.phase.live and not _called_again(before, kept):
        # What is over stays over, unless staff call it once more (they may, even after a cancellation).
        return Progress(before, (), warned)
    if before.phase is kept.phase is Phase.CALLED and _older_call(before, after):
        # The call before the last one: an answer come late, whatever desk it names.
        return Progress(before, (), warned)
    events = list(_turn(before, kept))
    if kept.phase is Phase.WAITING:
        if before.phase is Phase.CALLED or _place(before) != _place(kept):
            warned = False
        if not warned and kept.ahead is not None and kept.ahead <= warn_at:
            events.append(Event.ALMOST_YOUR_TURN)
            warned = True
    return Progress(kept, tuple(events), warned)


def _turn(before: Ticket, after: Ticket) -> tuple[Event, ...]:
    """The change of phase, place or call."""
    if after.phase is Phase.CALLED:
        return _call(before, after)
    if after.phase is Phase.WAITING:
        if _place(before) != _place(after):
            return (Event.MOVED,)
        return (Event.BACK_IN_LINE,) if before.phase is Phase.CALLED else ()
    if before.phase is Phase.CALLED:
        ends = {Phase.ENDED: Event.SERVED, Phase.CANCELLED: Event.CANCELLED, Phase.MISSED: Event.MISSED}
    else:
        ends = {Phase.ENDED: Event.CALLED_UNSEEN, Phase.CANCELLED: Event.CANCELLED, Phase.MISSED: Event.MISSED}
    return (ends[after.phase],) if after.phase in ends else ()


def _call(before: Ticket, after: Ticket) -> tuple[Event, ...]:
    """Of a ticket that is called now."""
    if before.phase is not Phase.CALLED:
        return (Event.CALL_STANDS,) if _known_call(before, after) else (Event.YOUR_TURN,)
    if _called_again(before, after):
        return (Event.CALLED_AGAIN,)
    return (Event.CALL_STANDS,) if _another_desk(before, after) else ()


def takes_back(before: Ticket, after: Ticket) -> bool:
    """Whether an answer denies what was told of a call, as an old one come late does: one alone is not believed.

    Either the call is gone though nobody ended or moved the ticket, or one that was taken back is there again.
    """
    if before.phase is Phase.CALLED and after.phase is Phase.WAITING:
        return _place(before) == _place(after)
    return before.phase is Phase.WAITING and after.phase is Phase.CALLED and _known_call(before, after)


def _kept(before: Ticket, after: Ticket) -> Ticket:
    """The reading, with what it does not say as it was: an unknown phase, and the time of the last call, which tells calls apart.

    That time never goes back: a call heard of before would look like a new one, and be dropped as told long ago.
    """
    phase = before.phase if after.phase is Phase.UNKNOWN else after.phase
    fresh = phase is Phase.CALLED and before.phase is not Phase.CALLED
    called = after.called if after.called is not None or fresh else before.called
    return replace(after, phase=phase, called=before.called if _older_call(before, after) else called)


def _known_call(before: Ticket, after: Ticket) -> bool:
    """Whether the call of a reading is no later than the last one that is known."""
    return before.called is not None and after.called is not None and after.called <= before.called


def _older_call(before: Ticket, after: Ticket) -> bool:
    """Whether the call of a reading is one before the last one that is known."""
    return before.called is not None and after.called is not None and after.called < before.called


def _called_again(before: Ticket, after: Ticket) -> bool:
    """A new call of a ticket: a later call time. Where the server gives none, another desk tells, or that it was not called before."""
    if after.phase is not Phase.CALLED:
        return False
    if before.called is not None and after.called is not None:
        return after.called > before.called
    return before.phase is not Phase.CALLED or _another_desk(before, after)


def _another_desk(before: Ticket, after: Ticket) -> bool:
    return before.desk is not None and after.desk is not None and before.desk.tag != after.desk.tag


def _place(ticket: Ticket) -> tuple[str, str]:
    return ticket.location.id, ticket.service.id


def believed(missing: int) -> bool:
    """Whether `missing` healthy answers in a row that deny what is known are believed."""
    return missing >= BELIEVED_AFTER
