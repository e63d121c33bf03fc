"""What one reading makes of a watch: what is pushed and withdrawn, keys that two replicas agree on, and when the card is renewed."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tickets.town import MONDAY, a_location, a_service, a_ticket, a_watch, at
from tickets.model import Desk, Phase, Ticket
from tickets.pace import FRONT, Limits, learned, wait
from tickets.pushes import PushKind
from tickets.reading import (
    LIFETIME,
    OTHERWISE,
    REPEAT_AFTER,
    TRIED,
    UNREAD,
    Asking,
    Manner,
    Reading,
    failed,
    given_up,
    opening_pushes,
    push_of,
    read,
    same_facts,
)
from tickets.watching import Watch

K = PushKind
W, C, E, X, M, U = Phase.WAITING, Phase.CALLED, Phase.ENDED, Phase.CANCELLED, Phase.MISSED, Phase.UNKNOWN
MANNER = Manner(3, Limits(2, 60), 1.0)
NOW = MONDAY + 10
CALL, CALLS = (K.YOUR_TURN, K.STILL_YOUR_TURN), {K.YOUR_TURN, K.STILL_YOUR_TURN}


def reading(before: Ticket, after: Ticket | None, *, now: float = NOW, watch: Watch | None = None) -> Reading:
    return read(watch or a_watch(before), after, now, MANNER)


def at_desk(tag: str, called: datetime | None) -> Ticket:
    return a_ticket(phase=C, called=called, desk=Desk(tag=tag))


def kinds(one: Reading) -> tuple[PushKind, ...]:
    return tuple(push.kind for push in one.pushes)


@pytest.mark.parametrize(
    ("before", "after", "pushed", "untrue", "live"),
    [
        (a_ticket(), a_ticket(), (), CALLS, True),
        (a_ticket(), a_ticket(ahead=3), (K.ALMOST_YOUR_TURN, K.CARD), CALLS, True),
        (a_ticket(), a_ticket(phase=C), (*CALL, K.CARD), {K.ALMOST_YOUR_TURN, *CALLS}, True),
        (a_ticket(phase=C), a_ticket(phase=C), (), {K.ALMOST_YOUR_TURN}, True),
        (a_ticket(phase=C, called=at("09:00")), a_ticket(phase=C, called=at("09:05")), (*CALL, K.CARD), {K.ALMOST_YOUR_TURN, *CALLS}, True),
        (a_ticket(phase=C), a_ticket(phase=E), (K.CARD,), {K.ALMOST_YOUR_TURN, *CALLS}, False),
        (a_ticket(), a_ticket(phase=E), (K.ENDED, K.CARD), {K.ALMOST_YOUR_TURN, *CALLS}, False),
        (a_ticket(), a_ticket(phase=X), (K.CANCELLED, K.CARD), {K.ALMOST_YOUR_TURN, *CALLS}, False),
        (a_ticket(phase=C), a_ticket(phase=M), (K.MISSED, K.CARD), {K.ALMOST_YOUR_TURN, *CALLS}, False),
        (a_ticket(phase=C), a_ticket(), (), (), True),
        (a_ticket(phase=C), a_ticket(service=a_service("11")), (K.MOVED, K.CARD), CALLS, True),
        (at_desk("1", None), at_desk("2", None), (*CALL, K.CARD), {K.ALMOST_YOUR_TURN, *CALLS}, True),
        (at_desk("1", at("09:00")), at_desk("2", at("09:00")), (K.STILL_YOUR_TURN, K.CARD), {K.ALMOST_YOUR_TURN, *CALLS}, True),
        (a_ticket(), a_ticket(service=a_service("11")), (K.MOVED, K.CARD), CALLS, True),
        (a_ticket(), a_ticket(phase=U), (), CALLS, True),
        (a_ticket(phase=X), a_ticket(), (), {K.ALMOST_YOUR_TURN, *CALLS}, False),
    ],
)  # fmt: skip
def test_what_is_pushed_and_what_is_taken_back(
    before: Ticket, after: Ticket, pushed: tuple[PushKind, ...], untrue: set[PushKind], *, live: bool
) -> None:
    one = reading(before, after)
    assert (kinds(one), set(one.untrue), one.watch.live) == (pushed, set(untrue), live)


def test_a_call_counts_and_its_repetition_waits_a_minute() -> None:
    one = reading(a_ticket(), a_ticket(phase=C, called=at("09:00")))
    call, still, _ = one.pushes
    assert (one.watch.call_no, call.not_before, still.not_before) == (1, NOW, NOW + REPEAT_AFTER)
    assert (call.expires_at, still.expires_at) == (NOW + 1800, NOW + 1860)
    again = read(one.watch, a_ticket(phase=C, called=at("09:05")), NOW + 8, MANNER)
    assert again.watch.call_no == 2
    assert {push.dedupe_key for push in again.pushes}.isdisjoint(push.dedupe_key for push in one.pushes)


@pytest.mark.parametrize(
    "after", [a_ticket(phase=C, called=at("09:00")), a_ticket(ahead=2), a_ticket(phase=X), a_ticket(phase=M)]
)
def test_two_replicas_that_read_the_same_make_the_same_keys(after: Ticket) -> None:
    first, second = (reading(a_ticket(), after, now=now).pushes for now in (NOW, NOW + 1.7))
    keys = [[p.dedupe_key for p in pushes if p.kind is not K.CARD] for pushes in (first, second)]
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == len(keys[0]) > 0
    assert all(push.id == push.dedupe_key for push in first)


def test_without_a_time_of_the_call_its_number_stands_in_the_key() -> None:
    assert push_of(a_watch(call_no=2), K.YOUR_TURN, NOW).id == "501:2:your_turn:7"
    timed = a_ticket(phase=C, called=at("09:00"))
    ids = {push_of(a_watch(timed, call_no=number), K.YOUR_TURN, NOW).id for number in (1, 2)}
    assert ids == {"501:2026-03-02T09:00:00:your_turn:7"}


def test_keys_differ_by_ticket_chat_kind_and_call() -> None:
    watches = [
        a_watch(),
        a_watch(chat_id=8),
        a_watch(a_ticket("502")),
        a_watch(call_no=1),
        a_watch(a_ticket(called=at("09:00"))),
    ]
    keys = {push_of(watch, kind, NOW).dedupe_key for watch in watches for kind in PushKind}
    assert len(keys) == len(watches) * len(PushKind)


def test_a_move_makes_room_for_another_warning() -> None:
    here, there = (a_watch(a_ticket(service=a_service(i))) for i in ("10", "11"))
    assert push_of(here, K.ALMOST_YOUR_TURN, NOW).id != push_of(there, K.ALMOST_YOUR_TURN, NOW).id
    assert push_of(here, K.ALMOST_YOUR_TURN, NOW).id == push_of(here, K.ALMOST_YOUR_TURN, NOW + 99).id
    assert push_of(here, K.MOVED, NOW).id != push_of(here, K.MOVED, NOW + 99).id


@pytest.mark.parametrize("kind", PushKind)
def test_a_push_carries_the_facts_and_its_time(kind: PushKind) -> None:
    watch = a_watch(a_ticket(desk=Desk(tag="3")), call_no=2)
    push = push_of(watch, kind, NOW, later=5)
    assert (push.chat_id, push.watch_id, push.ticket, push.notices) == (7, watch.id, watch.ticket, watch.notices)
    assert (push.created_at, push.not_before) == (NOW, NOW + 5)
    assert push.expires_at == NOW + 5 + LIFETIME.get(kind, OTHERWISE)
    assert push_of(watch, kind, NOW).not_before == NOW, "nothing waits unless it is told to"


def test_a_call_that_never_left_is_told_as_over_once_served() -> None:
    served = reading(a_ticket(phase=C), a_ticket(phase=E))
    assert served.unless_told is not None
    assert served.unless_told.kind is K.ENDED
    for before, after in (
        (a_ticket(phase=C), a_ticket(phase=M)),
        (a_ticket(), a_ticket(phase=E)),
        (a_ticket(), a_ticket()),
    ):
        assert reading(before, after).unless_told is None


def test_a_ticket_missing_three_times_has_vanished() -> None:
    watch = replace(a_watch(), failures=2)
    for missing in (1, 2):
        now = NOW + FRONT * missing
        one = read(watch, None, now, MANNER)
        assert (one.pushes, one.untrue, one.watch.missing, one.watch.live) == ((), (), missing, True)
        assert (one.watch.next_ask, one.watch.failures) == (now + FRONT, 0)
        watch = one.watch
    gone = read(replace(watch, failures=2), None, NOW + FRONT * 3, MANNER)
    assert kinds(gone) == (K.VANISHED, K.CARD)
    assert replace(gone.watch, next_ask=0) == replace(watch, missing=3, live=False, next_ask=0)
    assert set(gone.untrue) == {K.ALMOST_YOUR_TURN, *CALLS}


@pytest.mark.parametrize(
    ("failures", "unread", "over"),
    [
        (TRIED, UNREAD, True),
        (TRIED - 1, UNREAD, False),
        (TRIED, UNREAD - 1, False),
        (300, -3600, False),
        (0, UNREAD * 9, False),
    ],
)
def test_what_could_not_be_read_for_two_days_is_given_up(failures: int, unread: float, *, over: bool) -> None:
    assert given_up(replace(a_watch(), failures=failures), MONDAY + unread) is over


def test_a_called_ticket_that_is_gone_was_served() -> None:
    watch = replace(a_watch(a_ticket(phase=C, called=at("09:00")), call_no=1), missing=2)
    gone = read(watch, None, NOW, MANNER)
    assert (kinds(gone), gone.watch.live, gone.watch.ticket.phase) == ((K.CARD,), False, E)
    assert gone.unless_told is not None


def test_an_answer_without_the_ticket_is_no_reading_of_it() -> None:
    assert read(a_watch(), None, NOW, MANNER).watch.read_at == MONDAY
    assert read(replace(a_watch(), missing=2), None, NOW, MANNER).watch.read_at == MONDAY


def test_an_answer_without_the_ticket_is_an_answer_all_the_same() -> None:
    """Also one that a person asked for between two of ours, which is not counted: the server is there."""
    away = replace(a_watch(), missing=1, failures=2, next_ask=NOW + 60)
    assert read(away, None, NOW, MANNER).watch == replace(away, failures=0)


def test_a_ticket_seen_again_is_not_missing() -> None:
    one = read(replace(a_watch(), missing=2), a_ticket(), NOW, MANNER)
    assert (one.watch.missing, one.watch.live, one.watch.read_at) == (0, True, NOW)


def test_one_that_vanished_and_came_back_is_watched_again() -> None:
    assert read(replace(a_watch(), missing=3, live=False), a_ticket(), NOW, MANNER).watch.live


def test_a_failed_ask_moves_only_the_next_one() -> None:
    watch = a_watch()
    once = failed(watch, NOW, MANNER)
    assert once == replace(watch, failures=1, next_ask=NOW + 4)
    assert failed(once, NOW, MANNER).next_ask == NOW + 8


@pytest.mark.parametrize(
    ("watch", "after", "now", "due"),
    [
        (a_watch(), a_ticket(), MONDAY + 59, False),
        (a_watch(), a_ticket(), MONDAY + 60, True),
        (a_watch(read_at=MONDAY + 5), a_ticket(), MONDAY + 10, False),
        (a_watch(read_at=MONDAY + 55), a_ticket(), MONDAY + 61, True),
        (replace(a_watch(), failures=1), a_ticket(), MONDAY + 10, True),
        (a_watch(replace(a_ticket(), state=17)), replace(a_ticket(), state=18), MONDAY + 10, False),
        (a_watch(), a_ticket(ahead=8), MONDAY + 10, True),
        (a_watch(a_ticket(phase=X)), a_ticket(phase=X), MONDAY + 60, False),
        (a_watch(), replace(a_ticket(), state=17), MONDAY + 10, False),
        (a_watch(), a_ticket(location=replace(a_location(), phone="1")), MONDAY + 10, False),
        (a_watch(), a_ticket(desk=Desk(tag="3")), MONDAY + 10, True),
    ],
)
def test_when_the_card_is_renewed(watch: Watch, after: Ticket, now: float, *, due: bool) -> None:
    assert (K.CARD in kinds(read(watch, after, now, MANNER))) is due


def test_a_card_shows_the_same_of_two_readings_of_one_place() -> None:
    assert same_facts(a_ticket(), replace(a_ticket(), state=3))
    assert not same_facts(a_ticket(), a_ticket(location=a_location("2")))


def test_a_watch_that_begins_with_a_call_tells_it() -> None:
    assert opening_pushes(a_watch()) == ()
    begun = a_watch(a_ticket(phase=C, called=at("09:00")), call_no=1)
    assert tuple(push.kind for push in opening_pushes(begun)) == CALL
    seen = reading(a_ticket(), begun.ticket, now=begun.read_at)
    assert [p.id for p in opening_pushes(begun)] == [p.id for p in seen.pushes if p.kind in CALL]


@pytest.mark.parametrize("old", [0.0, 0.3])
def test_the_learned_rate_decides_the_next_ask(old: float) -> None:
    watch = replace(a_watch(a_ticket(ahead=9)), pace=old, failures=2, missing=1, warned=True)
    one = read(watch, a_ticket(ahead=7), MONDAY + 40, MANNER)
    rate = learned(old, a_ticket(ahead=9), a_ticket(ahead=7), 40)
    assert one.watch.pace == rate
    seconds = wait(a_ticket(ahead=7), rate, failures=0, limits=MANNER.limits, jitter=1.0)
    assert 8 < seconds < 60
    assert one.watch.next_ask == MONDAY + 40 + seconds
    assert (one.watch.failures, one.watch.missing) == (0, 0)


def test_whoever_is_to_be_warned_is_looked_at_in_time_for_it() -> None:
    watch = replace(a_watch(a_ticket(ahead=9)), pace=0.4)
    one = read(watch, a_ticket(ahead=9), MONDAY + 40, MANNER)
    left = 9 - MANNER.warn_at
    seconds = wait(a_ticket(ahead=9), one.watch.pace, failures=0, limits=MANNER.limits, jitter=1.0, until_warning=left)
    assert one.watch.next_ask == MONDAY + 40 + seconds
    assert seconds < wait(a_ticket(ahead=9), one.watch.pace, failures=0, limits=MANNER.limits, jitter=1.0)


def test_the_operators_bounds_become_a_persons_manner() -> None:
    asking = Asking(3, Limits(2, 60), 20.0, lambda: 0.25)
    assert asking.manner(5) == Manner(5, Limits(2, 60), 0.25)


tickets = st.builds(
    a_ticket,
    phase=st.sampled_from(Phase),
    ahead=st.none() | st.integers(0, 9),
    called=st.sampled_from([None, at("09:00"), at("09:05")]),
)


@given(st.lists(st.none() | tickets, max_size=12))
def test_a_life_of_readings_never_repeats_a_key_but_for_a_repeated_answer(answers: list[Ticket | None]) -> None:
    keys: list[str] = []
    watch = a_watch()
    for step, after in enumerate(answers):
        if not watch.live:
            break
        one = read(watch, after, NOW + 9 * step, MANNER)
        again = read(one.watch, after, NOW + 9 * step, MANNER)
        assert after is None or not [p for p in again.pushes if p.kind is not K.CARD]
        keys += [push.dedupe_key for push in one.pushes]
        assert one.watch.next_ask > NOW + 9 * step or not one.watch.live
        assert one.watch.call_no >= watch.call_no
        watch = one.watch
    assert len(keys) == len(set(keys))
