"""What cannot be taken back is done only while it is ours to do.

A process that slept, or waited for a slow disk, beyond its lease finds that another has begun its work anew: asking the queue server
then would take or cancel a ticket a second time.
"""

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tickets.ports import Clock

MARGIN = 15.0
"""Seconds before the end after which nothing is asked for any more: by then the answer would be there, whoever looks for it next."""
_END = ContextVar("end", default=math.inf)


@contextmanager
def until(end: float) -> Iterator[None]:
    """What is begun within is ours until that moment of `Clock.monotonic`."""
    before = _END.set(end)
    try:
        yield
    finally:
        _END.reset(before)


async def still_ours(clock: Clock) -> None:
    """Return at once while it is. Otherwise wait to be cut short, as whoever bounds this work by its lease does."""
    if clock.monotonic() > _END.get() - MARGIN:
        await asyncio.Event().wait()
