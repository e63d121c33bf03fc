"""The outbox's state machine: every outcome for every kind and attempt as one table, and its promises as properties of whole lives."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tickets.town import MONDAY, a_push
from tickets.delivery import (
    BACKOFF_FIRST,
    BACKOFF_MOST,
    FLOOD_DEFAULT,
    FLOOD_MOST,
    REFUSED_PAUSE,
    REMIND_AFTER,
    Verdict,
    after,
    flood_wait,
    given_up,
    may_send,
)
from tickets.pushes import (
    BadContent,
    BotRefused,
    Flooded,
    Gone,
    Migrated,
    NotSent,
    Outcome,
    Push,
    PushKind,
    PushState,
    Sent,
    Unmade,
    Unsure,
)

P, U, SENT, DEAD, FINAL = (
    PushState.PENDING,
    PushState.UNSURE,
    PushState.SENT,
    PushState.DEAD,
    PushState.UNSURE_FINAL,
)
NOW = MONDAY + 5
CALL, NEWS, CARD = PushKind.YOUR_TURN, PushKind.ALMOST_YOUR_TURN, PushKind.CARD


def expected_state(kind: PushKind, attempt: int, outcome: Outcome) -> tuple[PushState, int, float]:
    """(state, attempt, not_before) as the notes' table has them, written down again from the table and not from the code."""
    resent = kind in (PushKind.YOUR_TURN, PushKind.STILL_YOUR_TURN)
    waiting = U if attempt > 1 and kind is not CARD else P
    match outcome:
        case Sent():
            return SENT, attempt, 0.0
        case Gone() | Unmade():
            return DEAD, attempt, 0.0
        case NotSent():
            return waiting, attempt - 1, NOW + 0.5
        case Flooded(retry_after=seconds):
            return waiting, attempt - 1, NOW + seconds
        case Migrated() | BadContent():
            return waiting, attempt - 1, NOW
        case BotRefused():
            return waiting, attempt - 1, NOW + 30
        case _ if kind is CARD:
            return P, attempt - 1, NOW + 15
        case _ if resent and attempt == 1:
            return U, 1, NOW + 15
    return FINAL, attempt, 0.0


OUTCOMES: list[Outcome] = [
    Sent(44),
    NotSent("refused"),
    Unmade("KeyError"),
    Flooded(9),
    Flooded(9, whole_bot=True),
    Gone("blocked"),
    Migrated(-100),
    BadContent("can't parse"),
    BotRefused("401"),
    Unsure("reset"),
]


@pytest.mark.parametrize("outcome", OUTCOMES, ids=repr)
@pytest.mark.parametrize("kind", PushKind)
@pytest.mark.parametrize("attempt", [1, 2])
def test_every_outcome_of_every_kind_and_attempt(outcome: Outcome, kind: PushKind, attempt: int) -> None:
    push = a_push(kind, attempt=attempt, reminder=attempt > 1)
    kept = after(push, outcome, NOW, jitter=1.0).push
    state, left, not_before = expected_state(kind, attempt, outcome)
    assert (kept.state, kept.attempt, kept.not_before) == (state, left, not_before)
    assert replace(kept, state=push.state, attempt=push.attempt, not_before=0.0, tries=0, reason="") == replace(
        push,
        message_id=44 if isinstance(outcome, Sent) else None,
        chat_id=-100 if isinstance(outcome, Migrated) else push.chat_id,
        plain=isinstance(outcome, BadContent),
    )


@pytest.mark.parametrize(
    ("outcome", "rest"),
    [
        (Sent(44), {}),
        (NotSent("refused"), {}),
        (Unmade("KeyError"), {"alarm": "your_turn could not be made: KeyError"}),
        (Flooded(9), {"hold_chat_until": NOW + 9}),
        (Flooded(9, whole_bot=True), {"hold_bot_until": NOW + 9}),
        (Gone("blocked"), {"unreachable": True}),
        (Migrated(-100), {}),
        (BadContent("can't parse"), {}),
        (BotRefused("401"), {"hold_bot_until": NOW + REFUSED_PAUSE, "alarm": "telegram refuses the bot: 401"}),
        (Unsure("reset"), {}),
    ],
    ids=repr,
)
def test_what_an_outcome_says_of_the_chat_and_the_bot(outcome: Outcome, rest: dict[str, Any]) -> None:
    verdict = after(a_push(), outcome, NOW, jitter=1.0)
    assert verdict == Verdict(verdict.push, **rest)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Sent(0), ""),
        (NotSent("pool"), "pool"),
        (Unmade("KeyError"), "KeyError"),
        (Flooded(1), "flood"),
        (Gone("blocked"), "blocked"),
        (Migrated(1), "migrated"),
        (BadContent("long"), "long"),
        (BotRefused("404"), "404"),
        (Unsure("502"), "502"),
    ],
    ids=repr,
)
def test_the_reason_is_kept_for_people_who_read_tables(outcome: Outcome, reason: str) -> None:
    assert after(replace(a_push(), reason="before"), outcome, NOW, jitter=0).push.reason == reason


@pytest.mark.parametrize(
    ("push", "outcome", "state"),
    [
        (a_push(CARD), Unsure("hang"), P),
        (a_push(NEWS), Unsure("hang"), FINAL),
        (a_push(CALL), Unsure("hang"), U),
        (a_push(CALL, attempt=2, reminder=True), Unsure("hang"), FINAL),
        (a_push(CALL, plain=True), BadContent("hang"), DEAD),
    ],
)
def test_the_reason_is_kept_wherever_it_ends(push: Push, outcome: Outcome, state: PushState) -> None:
    kept = after(push, outcome, NOW, jitter=0).push
    assert (kept.state, kept.reason) == (state, "hang")


def test_message_id_zero_is_sent_too() -> None:
    assert after(a_push(), Sent(0), NOW, jitter=0).push.message_id == 0


@pytest.mark.parametrize(
    ("tries", "jitter", "seconds"),
    [
        (0, 1, 0.5),
        (0, 0, 0.25),
        (0, 0.5, 0.375),
        (1, 1, 1),
        (3, 1, 4),
        (4, 1, 8),
        (5, 1, 15),
        (11, 1, 15),
        (9999, 0, 7.5),
    ],
)
def test_what_was_proven_unsent_is_tried_again_later_and_later(tries: int, jitter: float, seconds: float) -> None:
    kept = after(a_push(tries=tries), NotSent("refused"), NOW, jitter).push
    assert kept.not_before - NOW == pytest.approx(seconds)
    assert kept.tries == tries + 1


def test_an_unsure_send_starts_the_back_off_anew() -> None:
    assert after(a_push(tries=4), Unsure("reset"), NOW, jitter=0).push.tries == 0


@pytest.mark.parametrize("kind", [CALL, CARD])
def test_unsure_is_counted_only_where_it_may_have_arrived(kind: PushKind) -> None:
    kept = after(a_push(kind, attempt=0), Flooded(1), NOW, jitter=0).push
    assert kept.attempt == 0


@pytest.mark.parametrize(
    ("told", "waits"),
    [
        (0, 5), (-3, 5), (float("nan"), 5), (0.2, 0.2), (1, 1), (17, 17), (3600, 3600), (3601, 3600), (float("inf"), 3600),
    ],
)  # fmt: skip
def test_a_flood_wait_is_bounded(told: float, waits: float) -> None:
    assert flood_wait(told) == waits
    assert (FLOOD_DEFAULT, FLOOD_MOST) == (5, 3600)


def test_content_refused_twice_is_dead_and_alarmed() -> None:
    once = after(a_push(), BadContent("can't parse"), NOW, jitter=0)
    assert (once.push.plain, once.push.state, once.alarm) == (True, P, "")
    twice = after(replace(once.push, attempt=1), BadContent("too long"), NOW, jitter=0)
    assert twice.push.state is DEAD
    assert twice.alarm == "telegram refuses your_turn: too long"


@pytest.mark.parametrize("kind", PushKind)
@pytest.mark.parametrize("attempt", [1, 2, 3])
def test_who_may_be_sent_again(kind: PushKind, attempt: int) -> None:
    assert may_send(a_push(kind, attempt=attempt))
    again = kind is CARD or (kind in (CALL, PushKind.STILL_YOUR_TURN) and attempt <= 2)
    assert may_send(a_push(kind, attempt=attempt, reminder=True)) is again


@pytest.mark.parametrize("kind", PushKind)
def test_whatever_stays_unsure_is_alarmed(kind: PushKind) -> None:
    alarm = f"nobody knows whether {kind.value} arrived"
    lapsed = given_up(a_push(kind, reminder=True))
    assert (lapsed.push.state, lapsed.push.reason, lapsed.alarm) == (FINAL, "unsure", alarm)
    assert given_up(replace(a_push(kind), reason="hang")).push.reason == "hang"
    if kind is not CARD:
        last = after(a_push(kind, attempt=2, reminder=True), Unsure("reset"), NOW, jitter=0)
        assert (last.push.state, last.alarm) == (FINAL, alarm)


@pytest.mark.parametrize("state", PushState)
def test_four_states_are_final(state: PushState) -> None:
    assert state.final is (state in (SENT, DEAD, FINAL, PushState.EXPIRED))


@given(st.integers(0, 100), st.floats(0, 1))
def test_back_off_is_bounded(tries: int, jitter: float) -> None:
    wait = after(a_push(tries=tries), NotSent("x"), 0.0, jitter).push.not_before
    assert BACKOFF_FIRST / 2 <= wait <= BACKOFF_MOST


def test_a_reminder_waits_a_little() -> None:
    assert after(a_push(), Unsure("hang"), NOW, jitter=0).push.not_before == NOW + REMIND_AFTER
