"""The rule of asking over simulated branch days: it must stay cheaper than a fixed period and see calls no later."""

import random

import pytest

from benchmarks.bench_pace import BRANCHES, Branch, Policy, Wait, compare, day, fixed, ours
from tickets.model import Phase


@pytest.mark.parametrize("branch", BRANCHES, ids=lambda branch: branch.name)
def test_fewer_requests_and_calls_seen_sooner_than_every_ten_seconds(branch: Branch) -> None:
    rule, steady, tickets = compare(branch, 2, seed=1)
    assert tickets > 30
    assert rule.asks < 0.85 * steady.asks
    assert rule.late_median < 5
    assert rule.late_p99 < 9


def test_a_day_is_a_line_of_people() -> None:
    waits = day(BRANCHES[0], random.Random(3))
    assert len(waits) > 300
    for one in waits:
        assert one.called >= one.taken
        before, after = one.ticket(one.called - 1e-6), one.ticket(one.called)
        assert (before.phase, after.phase) == (
            Phase.WAITING if one.called > one.taken + 1e-6 else before.phase,
            Phase.CALLED,
        )
        assert list(one.leaving) == sorted(one.leaving)


@pytest.mark.parametrize("policy", [ours, fixed])
def test_a_call_is_never_seen_before_it_happens(policy: Policy) -> None:
    waited = Wait(0.0, 605.0, [100.0, 300.0, 600.0], 200.0)
    asks, late = policy(waited, random.Random(1))
    assert 0 <= late <= 10
    assert 2 <= asks < 80
