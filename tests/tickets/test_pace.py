"""When to ask again: the quantile against independent numbers, the bounds, and the learned rate."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tickets.town import a_location, a_service, a_ticket
from tickets import pace
from tickets.model import Phase, Ticket
from tickets.pace import (
    CHANCE,
    FORGETTING,
    FRONT,
    LONGEST_QUEUE,
    SAFETY,
    Limits,
    fallback_rate,
    learned,
    quantile,
    wait,
)

LIMITS = Limits(2.0, 300.0)
ratios = st.floats(0, 1)


def erlang_tail(n: int, x: float, steps: int = 4000) -> float:
    """P(Erlang(n) <= x) by Simpson's rule over its density: another way than the sum the rule uses."""
    h = x / steps
    density = [
        math.exp((n - 1) * math.log(k * h) - k * h - math.lgamma(n)) if k else float(n == 1) for k in range(steps + 1)
    ]
    return h / 3 * (density[0] + density[-1] + 4 * sum(density[1:-1:2]) + 2 * sum(density[2:-1:2]))


def test_the_first_quantile_is_the_exponential_one() -> None:
    assert quantile(1) == pytest.approx(-math.log1p(-CHANCE), rel=1e-9)


@pytest.mark.parametrize("n", [2, 3, 5, 10, 25, 60, 150, 401])
def test_the_quantile_is_where_the_chance_is_reached(n: int) -> None:
    assert erlang_tail(n, quantile(n)) == pytest.approx(CHANCE, rel=1e-4)


@pytest.mark.parametrize(
    ("freedom", "value", "chance"),
    [
        (10, 1.265, 0.0005),
        (20, 5.398, 0.0005),
        (10, 3.940, 0.05),
        (20, 10.851, 0.05),
        (30, 43.773, 0.95),
        (2, 4.605, 0.9),
    ],
)
def test_the_erlang_chance_is_the_printed_tables_chi_square(freedom: int, value: float, chance: float) -> None:
    """P(chi2(2n) <= 2x) = P(Erlang(n) <= x), with values as statistical tables print them."""
    assert pace._erlang(freedom // 2, value / 2) == pytest.approx(chance, rel=0.003)


@given(st.integers(1, LONGEST_QUEUE))
def test_more_ahead_means_a_later_quantile(n: int) -> None:
    assert 0 < quantile(n) < quantile(n + 1) < n + 1


tickets = st.builds(
    a_ticket,
    phase=st.sampled_from(Phase),
    ahead=st.none() | st.integers(0, 100_000),
    expected_wait=st.none() | st.timedeltas(timedelta(0), timedelta(hours=30)),
)


@given(tickets, st.floats(0, 50), st.integers(0, 5000), ratios, st.floats(0.5, 10), st.floats(10, 600))
def test_the_wait_stays_within_the_operators_bounds(
    ticket: Ticket, rate: float, failures: int, jitter: float, shortest: float, longest: float
) -> None:
    seconds = wait(ticket, rate, failures=failures, limits=Limits(shortest, longest), jitter=jitter)
    assert shortest <= seconds <= longest


@given(st.integers(0, 1000), st.integers(0, 1000), st.floats(0.001, 1), ratios)
def test_more_ahead_is_never_asked_for_sooner(one: int, other: int, rate: float, jitter: float) -> None:
    few, many = (wait(a_ticket(ahead=n), rate, failures=0, limits=LIMITS, jitter=jitter) for n in sorted((one, other)))
    assert few <= many


@given(st.integers(1, 400), st.floats(0.001, 1), st.floats(0.001, 1), ratios)
def test_a_faster_queue_is_never_asked_for_later(ahead: int, one: float, other: float, jitter: float) -> None:
    slow, fast = (
        wait(a_ticket(ahead=ahead), rate, failures=0, limits=LIMITS, jitter=jitter) for rate in sorted((one, other))
    )
    assert fast <= slow


def asked(ticket: Ticket, rate: float = 0.0, *, failures: int = 0, jitter: float = 1.0) -> float:
    return wait(ticket, rate, failures=failures, limits=LIMITS, jitter=jitter)


@pytest.mark.parametrize("ticket", [a_ticket(ahead=0), a_ticket(ahead=None), a_ticket(phase=Phase.CALLED, ahead=40)])
def test_who_may_be_called_at_any_moment_is_asked_for_every_eight_seconds(ticket: Ticket) -> None:
    assert asked(ticket, 0.01) == FRONT
    assert asked(ticket, 0.01, jitter=0.0) == pytest.approx(0.9 * FRONT)
    assert asked(ticket, 0.01, jitter=0.5) == pytest.approx(0.95 * FRONT)


def test_the_rule_in_full() -> None:
    assert asked(a_ticket(ahead=9), 0.05) == pytest.approx(FRONT + quantile(10) / (SAFETY * 0.05))
    assert asked(a_ticket(ahead=9)) == pytest.approx(FRONT + quantile(10) * 30 / SAFETY)
    assert asked(a_ticket(ahead=1), 0.0) == pytest.approx(FRONT + quantile(2) * 30 / SAFETY)
    assert asked(a_ticket(ahead=300), 0.05) == LIMITS.longest


@pytest.mark.parametrize(("left", "seconds"), [(4, 20.0), (2, 10.0), (1, FRONT), (0, FRONT)])
def test_the_warning_is_looked_for_halfway(left: int, seconds: float) -> None:
    """At one departure in ten seconds, half of the expected time, and never more often than at the front."""
    assert wait(a_ticket(ahead=40), 0.1, failures=0, limits=LIMITS, jitter=1, until_warning=left) == seconds


def test_the_call_comes_before_the_courtesy() -> None:
    alone = wait(a_ticket(ahead=1), 0.1, failures=0, limits=LIMITS, jitter=1)
    assert wait(a_ticket(ahead=1), 0.1, failures=0, limits=LIMITS, jitter=1, until_warning=300) == alone


def test_beyond_the_longest_queue_nothing_changes() -> None:
    at_most = [wait(a_ticket(ahead=n), 1.0, failures=0, limits=Limits(2, 1e6), jitter=1) for n in (399, 400, 401, 9999)]
    assert at_most[0] < at_most[1] == at_most[2] == at_most[3]
    assert at_most[1] == pytest.approx(FRONT + quantile(401) / SAFETY)


def test_failures_back_off_and_stay_within_the_longest() -> None:
    assert [asked(a_ticket(), failures=n) for n in (1, 2, 3, 7, 8, 10, 11, 99)] == [4, 8, 16, 256, 300, 300, 300, 300]
    assert asked(a_ticket(), failures=1, jitter=0.0) == 3.0
    assert asked(a_ticket(), failures=1, jitter=0.5) == 3.5
    assert wait(a_ticket(), 0, failures=99, limits=Limits(2, 1e9), jitter=1) == 2 * 2**10


@pytest.mark.parametrize(
    ("ahead", "minutes", "rate"),
    [(9, 9, 1 / 60), (None, 9, 1 / 30), (0, 9, 1 / 30), (9, 0, 1 / 30), (9, None, 1 / 30), (30, 5, 0.1)],
)
def test_the_servers_expected_wait_implies_a_rate(ahead: int | None, minutes: int | None, rate: float) -> None:
    expected = None if minutes is None else timedelta(minutes=minutes)
    assert fallback_rate(a_ticket(ahead=ahead, expected_wait=expected)) == pytest.approx(rate)


@pytest.mark.parametrize(
    ("rate", "before", "after", "seconds", "new"),
    [
        (0.0, 9, 7, 40, 0.05),
        (0.0, 9, 9, 40, 0.0),
        (0.1, 9, 7, 40, 0.1 + FORGETTING * (0.05 - 0.1)),
        (0.1, 9, 9, 40, 0.1 + FORGETTING * (0.0 - 0.1)),
        (0.1, 9, 8, 5, 0.1 + FORGETTING * 0.5 * (0.2 - 0.1)),
        (0.1, 9, 8, 1, 0.1 + FORGETTING * 0.1 * (1.0 - 0.1)),
        (0.1, 9, 10, 40, 0.1),
        (0.1, None, 7, 40, 0.1),
        (0.1, 9, None, 40, 0.1),
        (0.1, 9, 7, 0, 0.1),
        (0.1, 9, 7, -5, 0.1),
    ],
)
def test_the_rate_is_learned(rate: float, before: int | None, after: int | None, seconds: float, new: float) -> None:
    assert learned(rate, a_ticket(ahead=before), a_ticket(ahead=after), seconds) == pytest.approx(new)


@pytest.mark.parametrize(
    "moved", [a_ticket(ahead=2, service=a_service("11")), a_ticket(ahead=2, location=a_location("2"))]
)
def test_a_move_forgets_the_rate_of_the_old_queue(moved: Ticket) -> None:
    assert learned(0.1, a_ticket(ahead=9), moved, 40) == 0.0


@given(st.floats(0, 10), st.integers(0, 500), st.integers(0, 500), st.floats(0.01, 5000))
def test_the_learned_rate_lies_between_the_old_and_the_seen(rate: float, one: int, other: int, seconds: float) -> None:
    after, before = sorted((one, other))
    seen = (before - after) / seconds
    new = learned(rate, a_ticket(ahead=before), a_ticket(ahead=after), seconds)
    assert min(rate, seen) * (1 - 1e-9) <= new <= max(rate, seen) * (1 + 1e-9)
