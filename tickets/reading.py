"""What one healthy reading of a ticket makes of its watch: the watch to keep, the pushes to send and those made untrue. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from tickets import pace
from tickets.model import Phase, Ticket
from tickets.progress import Event, believed, progress, takes_back
from tickets.pushes import Push, PushKind
from tickets.watching import Watch

AFTER_A_MOVE = 3.0
"""Seconds that a warning about another queue waits for the news that the ticket is in it."""
REPEAT_AFTER = 60.0
"""A call that nobody acknowledged is repeated once after this many seconds."""
CANCELLING = 90.0
"""Seconds after which a ticket that still lives was not cancelled; nobody who was to cancel it is at work for so long."""
SKEW = 5.0
"""Seconds by which the clocks of two machines that read the same ticket may differ."""
CARD_EVERY = 60.0
"""The card's time of reading is renewed at least this often, though nothing else changed."""
LIFETIME = {
    PushKind.YOUR_TURN: 1800.0,
    PushKind.STILL_YOUR_TURN: 1800.0,
    PushKind.ALMOST_YOUR_TURN: 900.0,
    PushKind.CARD: 600.0,
}
"""Seconds after which a push is no longer worth sending; everything else keeps for six hours."""
OTHERWISE = 21600.0
UNREAD = 172_800.0
"""Seconds without a healthy reading after which a ticket is followed no longer: it was for a day that is over."""
TRIED = 12
"""Failed asks in a row that it takes as well, so that a clock that jumps ahead ends nothing."""

_KINDS = {
    Event.YOUR_TURN: PushKind.YOUR_TURN,
    Event.CALLED_AGAIN: PushKind.YOUR_TURN,
    Event.CALL_STANDS: PushKind.STILL_YOUR_TURN,
    Event.ALMOST_YOUR_TURN: PushKind.ALMOST_YOUR_TURN,
    Event.MOVED: PushKind.MOVED,
    Event.BACK_IN_LINE: PushKind.MOVED,
    Event.CALLED_UNSEEN: PushKind.ENDED,
    Event.CANCELLED: PushKind.CANCELLED,
    Event.MISSED: PushKind.MISSED,
    Event.VANISHED: PushKind.VANISHED,
}
"""SERVED is not here: who was served knows it; the card becomes a receipt in silence."""
_CALLS = (PushKind.YOUR_TURN, PushKind.STILL_YOUR_TURN)


@dataclass(frozen=True, slots=True)
class Reading:
    """What to write in one transaction."""

    watch: Watch
    pushes: tuple[Push, ...]
    untrue: tuple[PushKind, ...]
    """Kinds of this watch's unsent pushes that the new state made wrong."""
    unless_told: Push | None = None
    """Sent only where withdrawing the untrue ones took back a call that never reached the person."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How this person is watched: when to warn, and the bounds of asking."""

    warn_at: int
    limits: pace.Limits
    jitter: float


@dataclass(frozen=True, slots=True)
class Asking:
    """The operator's bounds: WARN_AHEAD, WATCH_PERIOD and WATCH_MAX_AGE, WATCH_RATE, and a source of jitter (0..1)."""

    warn_ahead: int
    limits: pace.Limits
    rate: float
    jitter: Callable[[], float]

    def manner(self, warn: int) -> Manner:
        """How a person who is warned at `warn` ahead is watched."""
        return Manner(warn, self.limits, self.jitter())


def read(watch: Watch, after: Ticket | None, now: float, manner: Manner, *, asked: float | None = None) -> Reading:
    """One healthy answer of the server: `after` is the ticket as read, None where the answer did not hold it.

    `asked`: when the request left, `now` unless told; answers are put in that order, whichever comes first.
    """
    asked = now if asked is None else asked
    if asked < watch.read_at <= now + SKEW:
        # Another request left later and was answered sooner. A reading of the future means that the clock was set back.
        return Reading(watch, (), ())
    if after is None or takes_back(watch.ticket, after):
        denied = _denied(watch, now, manner)
        if not believed(denied.missing):
            return Reading(denied, (), ())
        if after is None:
            return _absent(denied, now, manner, asked)
    return _accepted(watch, after, now, manner, asked)


def _accepted(watch: Watch, after: Ticket, now: float, manner: Manner, asked: float) -> Reading:
    told = progress(watch.ticket, after, warned=watch.warned, warn_at=manner.warn_at)
    calls = sum(event in (Event.YOUR_TURN, Event.CALLED_AGAIN) for event in told.events)
    rate = pace.learned(watch.pace, watch.ticket, told.ticket, asked - watch.read_at)
    kept = replace(
        watch,
        ticket=told.ticket,
        read_at=asked,
        next_ask=now
        + pace.wait(
            told.ticket,
            rate,
            failures=0,
            limits=manner.limits,
            jitter=manner.jitter,
            until_warning=_until_warning(told.ticket, told.warned, manner.warn_at),
        ),
        call_no=watch.call_no + calls,
        warned=told.warned,
        missing=0,
        failures=0,
        pace=rate,
        live=told.ticket.phase.live,
        cancelling=_still_cancelling(watch, told.ticket, asked),
    )
    moved = any(_KINDS.get(event) is PushKind.MOVED for event in told.events)
    pushes = [push for event in told.events if event in _KINDS for push in _told(watch, kept, event, now, moved=moved)]
    if _card_due(watch, kept):
        pushes.append(push_of(kept, PushKind.CARD, now))
    return Reading(kept, tuple(pushes), _untrue(kept, told.events), _unless_told(watch, kept, told.events, now))


def _still_cancelling(watch: Watch, ticket: Ticket, asked: float) -> float:
    """Since when it is open whether the person's own cancelling took effect: not once the ticket is over, or lived on long after."""
    return watch.cancelling if ticket.phase.live and abs(asked - watch.cancelling) <= CANCELLING else 0.0


def _until_warning(ticket: Ticket, warned: bool, warn_at: int) -> int | None:
    """Departures until almost_your_turn is due; None where it is told or nothing is known."""
    return None if warned or ticket.ahead is None else ticket.ahead - warn_at


def failed(watch: Watch, now: float, manner: Manner) -> Watch:
    """The server gave no healthy answer: it says nothing about the ticket, so only the next ask moves."""
    failures = watch.failures + 1
    wait = pace.wait(watch.ticket, watch.pace, failures=failures, limits=manner.limits, jitter=manner.jitter)
    return replace(looked_at(watch, now), failures=failures, next_ask=now + wait)


def looked_at(watch: Watch, now: float) -> Watch:
    """The same, in present time: read in times to come, because the clock was set back since, it would come first again and again."""
    return replace(watch, read_at=min(watch.read_at, now))


def given_up(watch: Watch, now: float) -> bool:
    """Whether it is no use asking any more, and the ticket must not be kept and asked about for ever."""
    return watch.failures >= TRIED and now - watch.read_at >= UNREAD


def _denied(watch: Watch, now: float, manner: Manner) -> Watch:
    """One answer more that denies what is known; not counted where the last one is hardly older, as when a person presses Refresh."""
    wait = max(manner.limits.shortest, pace.FRONT)
    # Further ahead than any is set, the next ask is of a clock that is set back by now.
    if watch.missing and now < watch.next_ask <= now + max(wait, manner.limits.longest):
        return replace(looked_at(watch, now), failures=0)
    return replace(looked_at(watch, now), missing=watch.missing + 1, failures=0, next_ask=now + wait)


def _absent(denied: Watch, now: float, manner: Manner, asked: float) -> Reading:
    """The ticket is gone from the server's list."""
    if denied.cancelling:
        return _accepted(denied, replace(denied.ticket, phase=Phase.CANCELLED), now, manner, asked)
    if denied.ticket.phase is Phase.CALLED:
        # Servers may drop what is over from their list: who was called was served, which needs no telling.
        return _accepted(denied, replace(denied.ticket, phase=Phase.ENDED), now, manner, asked)
    kept = replace(denied, live=False)
    pushes = (push_of(kept, PushKind.VANISHED, now), push_of(kept, PushKind.CARD, now))
    return Reading(kept, pushes, (*_CALLS, PushKind.ALMOST_YOUR_TURN))


def opening_pushes(watch: Watch) -> tuple[Push, ...]:
    """What a watch that has just begun tells: the call, where its ticket is called already."""
    if watch.ticket.phase is not Phase.CALLED:
        return ()
    return tuple(_told(watch, watch, Event.YOUR_TURN, watch.read_at))


def _told(before: Watch, watch: Watch, event: Event, now: float, *, moved: bool = False) -> Iterable[Push]:
    kind = _KINDS[event]
    if kind is PushKind.CANCELLED and before.cancelling:
        # Whoever cancelled it for them says so sooner, and withdraws this, unless their process is dead.
        yield push_of(watch, PushKind.CANCELLED_BY_YOU, now, later=CANCELLING)
        return
    # A warning is about the queue that the ticket has just moved to, so the move is told first although it is less urgent.
    later = AFTER_A_MOVE if moved and kind is PushKind.ALMOST_YOUR_TURN else 0.0
    yield push_of(watch, kind, now, later=later, repeated=event is Event.CALL_STANDS)
    if kind is PushKind.YOUR_TURN:
        yield push_of(watch, PushKind.STILL_YOUR_TURN, now, later=REPEAT_AFTER)


def push_of(
    watch: Watch, kind: PushKind, now: float, *, later: float = 0.0, repeated: bool = False, signed_in: float = 0.0
) -> Push:
    """A push of that kind about the watch's ticket as it is. Its dedupe key is per ticket, call and kind, and so is its id.

    A call is known by its time; its number stands in only where the server tells no time, for it counts what was seen and not what
    was called. `repeated`: within one call. `signed_in`: the sign-in that a SIGN_IN says is over.
    """
    turn = watch.ticket.called.isoformat() if watch.ticket.called else str(watch.call_no)
    key = f"{watch.ticket.id}:{turn}:{kind.value}:{watch.chat_id}"
    if repeated or kind in (PushKind.CARD, PushKind.MOVED):
        # Cards coalesce and moves may repeat within one call: the moment tells them apart.
        key = f"{key}:{now:.3f}"
    if kind is PushKind.ALMOST_YOUR_TURN:
        # A move to another service begins a wait of its own within the same call.
        key = f"{key}:{watch.ticket.service.id}"
    if kind is PushKind.SIGN_IN:
        key = f"{key}:{signed_in:.0f}"
    return Push(
        id=key,
        chat_id=watch.chat_id,
        watch_id=watch.id,
        kind=kind,
        dedupe_key=key,
        ticket=watch.ticket,
        notices=watch.notices,
        created_at=now,
        expires_at=now + later + LIFETIME.get(kind, OTHERWISE),
        not_before=now + later,
    )


def _untrue(watch: Watch, events: tuple[Event, ...]) -> tuple[PushKind, ...]:
    phase = watch.ticket.phase
    if phase is Phase.CALLED:
        # What is told of a call now replaces its earlier unsent words; otherwise these go on being true.
        told = any(_KINDS.get(event) in _CALLS for event in events)
        return (PushKind.ALMOST_YOUR_TURN, *_CALLS) if told else (PushKind.ALMOST_YOUR_TURN,)
    return _CALLS if phase.live else (PushKind.ALMOST_YOUR_TURN, *_CALLS)


def _unless_told(before: Watch, after: Watch, events: tuple[Event, ...], now: float) -> Push | None:
    if before.ticket.phase is Phase.CALLED and Event.SERVED in events:
        return push_of(after, PushKind.ENDED, now)
    return None


def _card_due(before: Watch, after: Watch) -> bool:
    fresh_minute = after.read_at // CARD_EVERY != before.read_at // CARD_EVERY
    return before.failures > 0 or not same_facts(before.ticket, after.ticket) or (fresh_minute and after.live)


def same_facts(one: Ticket, other: Ticket) -> bool:
    """Whether a card would show the same of both."""
    return replace(one, state=None, location=other.location) == replace(other, state=None) and (
        one.location.id == other.location.id
    )
