"""What is worth telling between two readings of a ticket: every transition as a table, and what must never happen as properties."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tickets.town import a_location, a_service, a_ticket, at
from tickets.model import Desk, Phase, Ticket
from tickets.progress import Event, Progress, believed, progress, takes_back

W, C, E, X, M, U = Phase.WAITING, Phase.CALLED, Phase.ENDED, Phase.CANCELLED, Phase.MISSED, Phase.UNKNOWN
NINE, TEN = at("09:00"), at("10:00")

TRANSITIONS: list[tuple[Phase, Phase, tuple[Event, ...], Phase]] = [
    (W, W, (), W),
    (W, C, (Event.YOUR_TURN,), C),
    (W, E, (Event.CALLED_UNSEEN,), E),
    (W, X, (Event.CANCELLED,), X),
    (W, M, (Event.MISSED,), M),
    (W, U, (), W),
    (C, W, (Event.BACK_IN_LINE,), W),
    (C, C, (), C),
    (C, E, (Event.SERVED,), E),
    (C, X, (Event.CANCELLED,), X),
    (C, M, (Event.MISSED,), M),
    (C, U, (), C),
    (U, W, (), W),
    (U, C, (Event.YOUR_TURN,), C),
    (U, E, (Event.CALLED_UNSEEN,), E),
    (U, X, (Event.CANCELLED,), X),
    (U, M, (Event.MISSED,), M),
    (U, U, (), U),
    *[(over, after, (), over) for over in (E, X, M) for after in (W, E, X, M, U)],
    *[(over, C, (Event.YOUR_TURN,), C) for over in (E, X, M)],
]


def called_when(phase: Phase) -> Ticket:
    return a_ticket(phase=phase, called=NINE if phase is C else None)


@pytest.mark.parametrize(("before", "after", "events", "kept"), TRANSITIONS)
def test_every_change_of_phase(before: Phase, after: Phase, events: tuple[Event, ...], kept: Phase) -> None:
    told = progress(called_when(before), called_when(after), warned=False, warn_at=3)
    assert (told.events, told.ticket.phase, told.warned) == (events, kept, False)


def test_the_table_holds_every_pair() -> None:
    assert {(before, after) for before, after, _, _ in TRANSITIONS} == {(one, two) for one in Phase for two in Phase}


NINE_AT_1, NINE_AT_2 = (NINE, "1"), (NINE, "2")


def at_desk(called: datetime | None, desk: str | None, phase: Phase = C) -> Ticket:
    return a_ticket(phase=phase, called=called, desk=Desk("d", desk) if desk else None)


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [
        ((NINE, None), (NINE, None), None),
        ((NINE, None), (TEN, None), Event.CALLED_AGAIN),
        ((NINE, None), (None, None), None),
        ((None, None), (NINE, None), None),  # the time of the same call has become known
        ((None, None), (None, None), None),
        (NINE_AT_1, NINE_AT_2, Event.CALL_STANDS),
        (NINE_AT_1, (None, "2"), Event.CALL_STANDS),
        (NINE_AT_1, NINE_AT_1, None),
        ((NINE, None), NINE_AT_2, None),
        (NINE_AT_1, (NINE, None), None),
        ((None, "1"), (None, "2"), Event.CALLED_AGAIN),
        ((None, "1"), NINE_AT_2, Event.CALLED_AGAIN),
    ],
)
def test_a_called_ticket_is_called_again(
    before: tuple[datetime | None, str | None], after: tuple[datetime | None, str | None], event: Event | None
) -> None:
    first, second = at_desk(*before), at_desk(*after)
    told = progress(first, second, warned=True, warn_at=3)
    assert told.events == ((event,) if event else ())
    assert told.ticket == replace(second, called=second.called or first.called)


def test_a_late_answer_that_tells_the_call_before_the_last_changes_nothing() -> None:
    last = at_desk(TEN, "2")
    assert progress(last, at_desk(*NINE_AT_1), warned=True, warn_at=3) == Progress(last, (), warned=True)


@pytest.mark.parametrize(
    ("called", "event"),
    [(NINE, Event.CALL_STANDS), (TEN, Event.YOUR_TURN), (at("08:00"), Event.CALL_STANDS), (None, Event.YOUR_TURN)],
)
def test_back_in_line_the_call_before_is_known(called: datetime | None, event: Event) -> None:
    back = progress(at_desk(NINE, "1"), a_ticket(), warned=True, warn_at=3).ticket
    assert (back.phase, back.called) == (W, NINE)
    told = progress(back, at_desk(called, "1"), warned=True, warn_at=3)
    # The time of the last call never goes back.
    assert (told.events, told.ticket.called) == ((event,), called and max(called, NINE))


@pytest.mark.parametrize(
    ("before", "after", "denied"),
    [
        (at_desk(NINE, None), a_ticket(), True),
        (at_desk(None, None), a_ticket(), True),
        (at_desk(NINE, None), a_ticket(service=a_service("11")), False),
        (at_desk(NINE, None), a_ticket(location=a_location("2")), False),
        (at_desk(NINE, None), at_desk(NINE, None), False),
        (at_desk(NINE, None), a_ticket(phase=E), False),
        (at_desk(NINE, None), a_ticket(phase=U), False),
        (a_ticket(called=NINE), at_desk(NINE, None), True),
        (a_ticket(called=TEN), at_desk(NINE, None), True),
        (a_ticket(called=NINE), at_desk(TEN, None), False),
        (a_ticket(called=NINE), at_desk(None, None), False),
        (a_ticket(), at_desk(NINE, None), False),
        (a_ticket(phase=E, called=NINE), at_desk(NINE, None), False),
    ],
)
def test_what_takes_a_call_back(before: Ticket, after: Ticket, *, denied: bool) -> None:
    assert takes_back(before, after) is denied


@pytest.mark.parametrize(
    ("over", "was_called", "called", "revived"),
    [
        (M, NINE, TEN, True),
        (X, None, TEN, True),
        (E, NINE, NINE, False),  # the answer before the end, come late
        (E, TEN, NINE, False),
        (M, NINE, None, True),
        (X, None, None, True),
    ],
)
def test_what_is_over_is_revived_only_by_a_newer_call(
    over: Phase, was_called: None, called: None, *, revived: bool
) -> None:
    before, after = a_ticket(phase=over, called=was_called), a_ticket(phase=C, called=called)
    told = progress(before, after, warned=True, warn_at=3)
    assert told.events == ((Event.YOUR_TURN,) if revived else ())
    assert told.ticket == (after if revived else before)
    assert told.warned


ELSEWHERE = [
    a_ticket(service=a_service("11")),
    a_ticket(location=a_location("2")),
]


@pytest.mark.parametrize("moved", ELSEWHERE)
def test_a_transfer_is_told_as_a_move(moved: Ticket) -> None:
    assert progress(a_ticket(), moved, warned=False, warn_at=3).events == (Event.MOVED,)
    assert progress(a_ticket(phase=C), moved, warned=False, warn_at=3).events == (Event.MOVED,)
    assert progress(a_ticket(), replace(moved, phase=C), warned=False, warn_at=3).events == (Event.YOUR_TURN,)


@pytest.mark.parametrize("moved", ELSEWHERE)
def test_a_move_begins_a_new_wait_that_is_warned_of_anew(moved: Ticket) -> None:
    far = progress(a_ticket(ahead=2), moved, warned=True, warn_at=3)
    assert (far.events, far.warned) == ((Event.MOVED,), False)
    near = progress(a_ticket(ahead=2), replace(moved, ahead=1), warned=True, warn_at=3)
    assert (near.events, near.warned) == ((Event.MOVED, Event.ALMOST_YOUR_TURN), True)


@pytest.mark.parametrize(
    ("ahead", "warned", "warn_at", "tells"),
    [
        (4, False, 3, False),
        (3, False, 3, True),
        (0, False, 3, True),
        (0, False, 0, True),
        (1, False, 0, False),
        (3, True, 3, False),
        (None, False, 3, False),
    ],
)
def test_almost_your_turn_at_so_many_ahead(ahead: int | None, *, warned: bool, warn_at: int, tells: bool) -> None:
    told = progress(a_ticket(), a_ticket(ahead=ahead), warned=warned, warn_at=warn_at)
    assert told.events == ((Event.ALMOST_YOUR_TURN,) if tells else ())
    assert told.warned is (warned or tells)


def test_ahead_going_up_and_down_again_is_warned_of_once() -> None:
    events: list[Event] = []
    ticket, warned = a_ticket(ahead=5), False
    for ahead in (3, 6, 9, 3, 2, 4, 1):
        told = progress(ticket, a_ticket(ahead=ahead), warned=warned, warn_at=3)
        ticket, warned = told.ticket, told.warned
        events += told.events
    assert events == [Event.ALMOST_YOUR_TURN]


def test_back_in_line_is_warned_of_once_more() -> None:
    told = progress(a_ticket(phase=C, called=NINE), a_ticket(ahead=2), warned=True, warn_at=3)
    assert told.events == (Event.BACK_IN_LINE, Event.ALMOST_YOUR_TURN)
    far = progress(a_ticket(phase=C, called=NINE), a_ticket(ahead=8), warned=True, warn_at=3)
    assert (far.events, far.warned) == ((Event.BACK_IN_LINE,), False)


def test_a_called_ticket_is_not_warned_of() -> None:
    told = progress(a_ticket(), a_ticket(phase=C, ahead=0), warned=False, warn_at=3)
    assert (told.events, told.warned) == ((Event.YOUR_TURN,), False)


def test_an_unknown_state_keeps_the_phase_and_takes_the_rest() -> None:
    told = progress(a_ticket(ahead=9), a_ticket(phase=U, ahead=2), warned=False, warn_at=3)
    assert (told.ticket.phase, told.ticket.ahead, told.events) == (W, 2, (Event.ALMOST_YOUR_TURN,))


def test_three_answers_that_deny_what_is_known_are_believed() -> None:
    assert [believed(missing) for missing in range(5)] == [False, False, False, True, True]


readings = st.builds(
    a_ticket,
    phase=st.sampled_from(Phase),
    ahead=st.none() | st.integers(0, 12),
    called=st.none() | st.sampled_from([NINE, TEN]),
    desk=st.none() | st.builds(Desk, tag=st.sampled_from(["1", "2"])),
    service=st.sampled_from([a_service(), a_service("11")]),
)


@given(readings, readings, st.booleans(), st.integers(0, 5))
def test_the_same_answer_twice_tells_nothing_the_second_time(
    before: Ticket, after: Ticket, warned: bool, warn_at: int
) -> None:
    first = progress(before, after, warned=warned, warn_at=warn_at)
    second = progress(first.ticket, after, warned=first.warned, warn_at=warn_at)
    assert second.events == ()
    assert (second.ticket, second.warned) == (first.ticket, first.warned)


@given(readings, readings, st.booleans())
def test_the_end_is_told_at_most_once_and_alone(before: Ticket, after: Ticket, warned: bool) -> None:
    told = progress(before, after, warned=warned, warn_at=3)
    ends = {Event.SERVED, Event.CALLED_UNSEEN, Event.CANCELLED, Event.MISSED}
    if ends & set(told.events):
        assert len(told.events) == 1
        assert before.phase.live
        assert not told.ticket.phase.live
    if Event.ALMOST_YOUR_TURN in told.events:
        assert told.events[-1] is Event.ALMOST_YOUR_TURN
        assert told.warned
