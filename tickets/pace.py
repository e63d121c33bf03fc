"""When to ask the queue server about a ticket again: soon enough to see the call in time, no more often than that. Pure.

The quantile rule: ask again when the chance that the call has happened by then reaches a small bound. Departures of a queue
are taken as a Poisson stream, so the call of a ticket with n ahead is an Erlang variable of n + 1 departures.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

from tickets.model import Phase, Ticket

CHANCE = 0.0003
"""The chance of a call before the next ask that is accepted for each ask."""
FRONT = 8.0
"""Seconds between asks for a ticket that may be called at any moment."""
SAFETY = 2.0
"""The learned rate is doubled: desks open after a break, and no-shows come in bursts."""
FORGETTING = 0.3
"""The weight of the newest reading in the learned rate."""
HALFWAY = 0.5
"""The share of the expected time until the warning after which the queue is looked at again."""
LONGEST_QUEUE = 400
"""Beyond this many ahead the bound of WATCH_MAX_AGE decides anyway."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The operator's bounds in seconds: WATCH_PERIOD and WATCH_MAX_AGE."""

    shortest: float = 2.0
    longest: float = 60.0


def wait(
    ticket: Ticket, rate: float, *, failures: int, limits: Limits, jitter: float, until_warning: int | None = None
) -> float:
    """Seconds until this ticket is asked for again.

    `rate`: departures a second (0: unknown). `failures`: failed asks in a row. `jitter`: 0..1, spreads asks over time.
    `until_warning`: departures until almost_your_turn is due; None where it is told already. It is a courtesy and not a
    call, so half the time it may be expected to take is soon enough to look.
    """
    if failures:
        bare, spread = limits.shortest * 2.0 ** min(failures, 10), 0.25
    elif ticket.phase is Phase.CALLED or not ticket.ahead:
        bare, spread = FRONT, 0.1
    else:
        expected = rate or fallback_rate(ticket)
        foretold = FRONT + quantile(min(ticket.ahead, LONGEST_QUEUE) + 1) / (SAFETY * expected)
        courtesy = max(FRONT, HALFWAY * until_warning / expected) if until_warning is not None else foretold
        bare, spread = min(foretold, courtesy), 0.1
    return max(limits.shortest, min(bare, limits.longest) * (1 - spread + spread * jitter))


def fallback_rate(ticket: Ticket) -> float:
    """Departures a second as the server's own expected wait implies them; one in thirty seconds where it says nothing."""
    seconds = ticket.expected_wait.total_seconds() if ticket.expected_wait else 0.0
    return (ticket.ahead or 0) / seconds if seconds and ticket.ahead else 1 / 30


def learned(rate: float, before: Ticket, after: Ticket, seconds: float) -> float:
    """The rate with one more observation: how many customers went ahead of this ticket in that time."""
    if before.service.id != after.service.id or before.location.id != after.location.id:
        # Another queue has a pace of its own.
        return 0.0
    if before.ahead is None or after.ahead is None or seconds <= 0 or after.ahead > before.ahead:
        return rate
    seen = (before.ahead - after.ahead) / seconds
    if not rate:
        return seen
    # An ask a few seconds after another says little; its weight grows with the time it covers.
    weight = FORGETTING * min(1.0, seconds * rate)
    return rate + weight * (seen - rate)


@lru_cache(maxsize=LONGEST_QUEUE + 1)
def quantile(n: int) -> float:
    """The x with P(Erlang(n) <= x) = CHANCE, for departures at rate 1."""
    low, high = 0.0, float(n)
    for _ in range(60):
        middle = (low + high) / 2
        if _erlang(n, middle) < CHANCE:
            low = middle
        else:
            high = middle
    return low


def _erlang(n: int, x: float) -> float:
    """P(at least n departures in x)."""
    term = total = math.exp(-x)
    for k in range(1, n):
        term *= x / k
        total += term
    return max(0.0, 1.0 - total)
