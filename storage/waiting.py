"""Waiting for a lock that another process holds, in short stretches: whoever is cancelled meanwhile is free within one of them.

SQLite waits inside itself, where nothing can reach it; a wait of thirty seconds there is a stop that takes thirty seconds.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from storage.faults import FAULTS, locked

STRETCH = 1.0
"""Seconds SQLite waits by itself."""
PAUSE = 0.05
"""Seconds between two stretches, for a lock that is refused at once."""

Result = TypeVar("Result")


async def while_locked(attempt: Callable[[], Awaitable[Result]], patience: float) -> Result:
    """What `attempt` answers; where it finds the database locked it is made again until `patience` is over, in seconds."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    while True:
        try:
            return await attempt()
        except FAULTS as error:
            if not locked(error) or loop.time() + PAUSE >= until:
                raise
        await asyncio.sleep(PAUSE)
