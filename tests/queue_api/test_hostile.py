"""A megabyte of hostile input, from the bytes to the model or an error, costs few steps and at most 20 MB.

Steps, not seconds, decide: they are the same on every machine. What they take is shown by `benchmarks/bench_hostile.py`.
"""

import sys
import tracemalloc
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import pytest

from tests.queue_api.hostile import HOSTILE, MEGABYTE, read, read_or_refuse
from tickets.errors import ServerNonsense

BYTES = 20_000_000
STEPS = 2_500_000
"""Lines begun, calls and returns in Python; what C does at each of them and between them is linear in the bytes."""


def steps(work: Callable[[], object]) -> int:
    """How many it takes; whoever measures coverage looks away meanwhile."""
    taken = 0

    def count(_frame: FrameType, _event: str, _argument: object) -> Any:
        nonlocal taken
        taken += 1
        return count

    tracer = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(tracer)
    return taken


def most_bytes(work: Callable[[], object]) -> int:
    """The most that was held at one time."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_megabyte_costs_little(name: str) -> None:
    operation, body = HOSTILE[name]
    assert 0.9 * MEGABYTE < len(body) <= MEGABYTE
    reading = partial(read_or_refuse, operation, body)
    taken, held = steps(reading), most_bytes(reading)
    assert (taken <= STEPS, held <= BYTES) == (True, True), f"{taken} steps, {held / 1e6:.1f} MB"


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.startswith("all ")])
def test_what_is_allowed_is_read_to_the_end(name: str) -> None:
    assert read(*HOSTILE[name])


def test_too_many_things_name_what_was_wrong() -> None:
    for name, field in (
        ("locations", "body"),
        ("flat tickets of more bytes", "tickets"),
        ("elements of many names", "body"),
    ):
        with pytest.raises(ServerNonsense) as caught:
            read(*HOSTILE[name])
        assert caught.value.field == field
