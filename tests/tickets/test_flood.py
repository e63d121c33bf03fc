"""Whose limit a 429 is, as a table and as properties; tests/tickets/test_deliver_floods.py has what follows on a real outbox."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tickets.test_delivery import OUTCOMES
from tickets.flood import CHATS, WITHIN, Refusals, weighed
from tickets.pushes import (
    BadContent,
    BotRefused,
    Flooded,
    Gone,
    Migrated,
    NotSent,
    Outcome,
    Sent,
    Unsure,
)

FLOOD = Flooded(9)


def heard(*told: tuple[int, Outcome, float]) -> list[Outcome]:
    """What is made of outcomes of chats at moments."""
    refusals, made = Refusals(), list[Outcome]()
    for chat_id, outcome, now in told:
        refusals, one = weighed(refusals, chat_id, outcome, now)
        made.append(one)
    return made


def whole(*told: tuple[int, Outcome, float]) -> list[bool]:
    return [one.whole_bot for one in heard(*told) if isinstance(one, Flooded)]


def test_one_chats_flood_is_its_own_however_often_it_comes() -> None:
    assert whole(*((7, FLOOD, float(second)) for second in range(30))) == [False] * 30


def test_the_third_chat_in_a_row_makes_it_the_bots() -> None:
    assert whole((7, FLOOD, 0), (8, FLOOD, 1), (7, FLOOD, 2), (9, FLOOD, 3), (10, FLOOD, 4)) == [False] * 3 + [True] * 2
    assert CHATS == 3


@pytest.mark.parametrize("dealt_with", [Sent(1), Gone("blocked"), Migrated(-1), BadContent("long")])
def test_one_message_that_was_dealt_with_proves_that_the_bot_may_send(dealt_with: Outcome) -> None:
    told = whole((7, FLOOD, 0), (8, FLOOD, 1), (11, dealt_with, 2), (9, FLOOD, 3), (10, FLOOD, 4), (12, FLOOD, 5))
    assert told == [False, False, False, False, True]


@pytest.mark.parametrize("nothing", [NotSent("refused"), Unsure("reset"), BotRefused("401")])
def test_what_is_not_known_proves_nothing(nothing: Outcome) -> None:
    assert whole((7, FLOOD, 0), (8, FLOOD, 1), (11, nothing, 2), (9, FLOOD, 3)) == [False, False, True]


@pytest.mark.parametrize(("apart", "bots"), [(WITHIN / 2 - 0.1, True), (WITHIN / 2, False)])
def test_refusals_long_ago_do_not_count(apart: float, *, bots: bool) -> None:
    assert whole((7, FLOOD, 0), (8, FLOOD, apart), (9, FLOOD, 2 * apart)) == [False, False, bots]


def test_what_is_known_to_be_the_bots_stays_so() -> None:
    assert whole((7, Flooded(9, whole_bot=True), 0)) == [True]


@given(st.lists(st.tuples(st.integers(1, 2), st.sampled_from(OUTCOMES), st.floats(0, 20)), max_size=30))
def test_two_chats_never_halt_the_bot_and_no_outcome_is_changed_otherwise(
    told: list[tuple[int, Outcome, float]],
) -> None:
    for (_, before, _), after in zip(told, heard(*told), strict=True):
        assert after == before
