"""How many requests a ticket costs and how late its call is seen: our rule against asking every ten seconds, over simulated branch days.

Run as `python -m benchmarks.bench_pace [days] [seed]`; the branches are those of our notes on asking, less priorities.
"""

import heapq
import random
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tickets.model import Location, Phase, Service, Ticket
from tickets.pace import Limits, learned, wait

LIMITS = Limits(shortest=2.0, longest=60.0)
FIXED = 10.0
WARN_AT = 3
DAY = 8 * 3600.0
WATCHED = 0.3
"""The share of the tickets that our customers hold."""


@dataclass(frozen=True)
class Branch:
    """Desks, seconds a customer takes, the shares that never show up or cancel, and a break at noon in seconds."""

    name: str
    desks: int
    service: float
    no_show: float = 0.15
    cancelled: float = 0.1
    pause: float = 0.0


BRANCHES = (
    Branch("A four desks", 4, 240),
    Branch("B one slow desk", 1, 420),
    Branch("C twelve desks", 12, 240),
    Branch("D many no-shows", 4, 240, no_show=0.3),
    Branch("E a break at noon", 4, 240, pause=2700),
)


@dataclass(frozen=True)
class Wait:
    """One ticket's way through the line: when it was taken and called, and when each customer ahead of it left the line."""

    taken: float
    called: float
    leaving: Sequence[float]
    served_every: float
    """Seconds between two calls as the server reckons them."""

    def ticket(self, now: float) -> Ticket:
        """What the queue server answers at that moment."""
        ahead = len(self.leaving) - bisect_right(self.leaving, now)
        phase = Phase.CALLED if now >= self.called else Phase.WAITING
        return Ticket("1", "A", 1, "A 001", phase, _PLACE, _SERVICE, ahead=ahead, expected_wait=self._expected(ahead))

    def _expected(self, ahead: int) -> timedelta:
        # Servers tell whole minutes.
        return timedelta(minutes=ahead * self.served_every // 60)


_SERVICE = Service("10", "A", "Payments")
_PLACE = Location("1", "Riverside")


@dataclass(frozen=True)
class Cost:
    """What a policy cost over many tickets."""

    asks: float
    """Requests a ticket."""
    late_median: float
    late_p99: float
    """Seconds between a call and our seeing it."""


def day(branch: Branch, dice: random.Random) -> list[Wait]:
    """One day of a branch: the waits of everybody who was called."""
    every = branch.service * (1 - branch.no_show * 0.9) / branch.desks
    arrivals = list(_arrivals(every / 0.95, dice))
    leaves = dict(_cancellations(arrivals, branch, dice))
    called = _calls(arrivals, leaves, branch, dice)
    gone = {**called, **leaves}
    waits = []
    for number, moment in called.items():
        taken = arrivals[number]
        ahead = sorted(gone[other] for other in range(number) if other in gone and gone[other] > taken)
        waits.append(Wait(taken, moment, ahead, every))
    return waits


def _arrivals(every: float, dice: random.Random) -> Iterator[float]:
    # The doors open to a small crowd.
    moment = 0.0
    yield from sorted(dice.uniform(0, 60) for _ in range(12))
    while (moment := moment + dice.expovariate(1 / every)) < DAY:
        if moment > 60:
            yield moment


def _cancellations(arrivals: Sequence[float], branch: Branch, dice: random.Random) -> Iterator[tuple[int, float]]:
    for number, taken in enumerate(arrivals):
        if dice.random() < branch.cancelled:
            yield number, taken + dice.expovariate(1 / 900)


def _calls(
    arrivals: Sequence[float], leaves: dict[int, float], branch: Branch, dice: random.Random
) -> dict[int, float]:
    """Ticket number -> when it is called, in order; whoever is called keeps no longer a cancellation to come."""
    free = [0.0] * branch.desks
    called = {}
    for number, taken in enumerate(arrivals):
        moment = max(free[0], taken)
        if branch.pause and DAY / 2 <= moment < DAY / 2 + branch.pause:
            moment = DAY / 2 + branch.pause
        if leaves.get(number, moment + 1) <= moment:
            continue
        leaves.pop(number, None)
        called[number] = moment
        there = dice.random() >= branch.no_show
        heapq.heapreplace(free, moment + (dice.lognormvariate(-0.18, 0.6) * branch.service if there else 25.0))
    return called


Policy = Callable[[Wait, random.Random], tuple[int, float]]
"""Answers the requests made and the seconds between the call and the request that saw it."""


def ours(one: Wait, dice: random.Random) -> tuple[int, float]:
    """`tickets.pace`, with the rate learned as `tickets.reading` learns it."""
    now, rate, asks = one.taken, 0.0, 1
    ticket = one.ticket(now)
    while ticket.phase is Phase.WAITING:
        left = (ticket.ahead or 0) - WARN_AT
        step = wait(
            ticket,
            rate,
            failures=0,
            limits=LIMITS,
            jitter=dice.random(),
            until_warning=left if left > 0 else None,
        )
        now, before, asks = now + step, ticket, asks + 1
        ticket = one.ticket(now)
        rate = learned(rate, before, ticket, step)
    return asks, now - one.called


def fixed(one: Wait, dice: random.Random) -> tuple[int, float]:
    """Every ten seconds from a moment of its own."""
    phase = dice.uniform(0, FIXED)
    waited = one.called - one.taken
    asks = 1 + max(0, int((waited - phase) // FIXED) + 1)
    return asks + 1, (phase - waited) % FIXED


def cost(policy: Policy, waits: Sequence[Wait], dice: random.Random) -> Cost:
    """A policy over many tickets."""
    told = [policy(one, dice) for one in waits]
    late = sorted(seconds for _, seconds in told)
    return Cost(sum(asks for asks, _ in told) / len(told), late[len(late) // 2], late[int(len(late) * 0.99)])


def compare(branch: Branch, days: int, seed: int) -> tuple[Cost, Cost, int]:
    """Our rule and the fixed period over the same watched tickets, and how many those were."""
    dice = random.Random(f"{branch.name} {seed}")
    waits = [one for _ in range(days) for one in day(branch, dice) if dice.random() < WATCHED]
    return cost(ours, waits, dice), cost(fixed, waits, dice), len(waits)


def main() -> None:
    """Print the table."""
    days, seed = (int(word) for word in (sys.argv[1:] + ["4", "1"][len(sys.argv) - 1 :]))
    print(f"{'branch':<20}{'tickets':>8}{'asks':>8}{'fixed':>8}{'ratio':>7}{'late p50':>10}{'p99':>7}{'fixed p99':>11}")
    for branch in BRANCHES:
        rule, steady, many = compare(branch, days, seed)
        print(
            f"{branch.name:<20}{many:>8}{rule.asks:>8.1f}{steady.asks:>8.1f}{steady.asks / rule.asks:>7.1f}"
            f"{rule.late_median:>10.1f}{rule.late_p99:>7.1f}{steady.late_p99:>11.1f}"
        )


if __name__ == "__main__":
    main()
