"""The bot's budget: no stretch of time holds more sends than the rate allows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.budget import Spent


@given(
    st.lists(st.tuples(st.floats(0.0, 2.0), st.integers(1, 50)), max_size=60),
    st.sampled_from([0.5, 1.0, 3.0, 30.0]),
)
def test_no_stretch_of_time_holds_more_than_allowed(ticks: list[tuple[float, int]], rate: float) -> None:
    now, spent, sent = 1000.0, Spent(), list[tuple[float, int]]()
    for step, wanted in ticks:
        now += step
        many = min(wanted, spent.free(now, rate))
        if many:
            spent = Spent.read(spent.plus(now, many, rate).write())
            sent.append((now, many))
    window = max(1.0, 1 / rate)
    for start, _ in sent:
        assert sum(many for at, many in sent if start <= at < start + window) <= max(1, rate * window)


def test_a_budget_that_was_never_used_is_whole() -> None:
    assert Spent.read("").free(5.0, 30) == 30
    assert Spent.read("").free(5.0, 0.2) == 1


@pytest.mark.parametrize("spoilt", ["[", "7", "{}", "[[1]]", '[["x", 1]]', "[null]", "[" * 100_000, '[[1, "\ufffd"]]'])
def test_what_was_spent_and_cannot_be_read_stops_nobody(spoilt: str) -> None:
    assert Spent.read(spoilt).free(5.0, 30) == 30


def test_less_than_one_a_second_waits_as_long_as_one_takes() -> None:
    spent = Spent().plus(100.0, 1, 0.2)
    assert spent.free(104.9, 0.2) == 0
    assert spent.free(105.0, 0.2) == 1


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
def test_a_clock_that_jumps_does_not_stop_the_bot(jump: float) -> None:
    assert Spent().plus(10_000.0, 30, 30).free(10_000.0 + jump, 30) == 30
