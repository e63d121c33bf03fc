"""Reading a megabyte of hostile input, against a piece of work that is always the same, timed right before and after.

The promised 100 ms are meant for the machine on which that piece takes 14 ms; a slower one, or one that is shared just now, is given as
much more. In CPU time, the cheapest of a few of each; fails above what is promised.
"""

import time
from collections.abc import Callable
from functools import partial

from tests.queue_api.hostile import HOSTILE, read_or_refuse

SECONDS = 0.1
ROUNDS = 24
"""At most; one that kept to the promise is enough, because the others are the machine's other work."""
YARD = 0.014


def main() -> None:
    """Print the cost of each shape, and the ratio to the yard."""
    dear = []
    for name, (operation, body) in HOSTILE.items():
        ratio = cheapest(partial(read_or_refuse, operation, body))
        if ratio * YARD > SECONDS:
            dear.append(name)
        print(f"  {name:45} {ratio * YARD * 1000:4.0f} ms, {ratio:4.1f} times the yard")
    print(f"promised: {SECONDS * 1000:.0f} ms, {SECONDS / YARD:.1f} times the yard")
    if dear:
        raise SystemExit(f"costs more than promised: {', '.join(dear)}")


def cheapest(work: Callable[[], object]) -> float:
    """How many times the yard it takes; the first that is within the promise, or the least."""
    least = float("inf")
    for _ in range(ROUNDS):
        before = seconds(yard)
        taken = seconds(work)
        least = min(least, taken / max(YARD, min(before, seconds(yard))))
        if least * YARD <= SECONDS:
            break
    return least


def seconds(work: Callable[[], object]) -> float:
    """What it costs this thread."""
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def yard() -> int:
    """A piece of work that is always the same."""
    return sum(len(str(number)) for number in range(100_000))


if __name__ == "__main__":
    main()
