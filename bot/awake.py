"""Bounds how long something may take by the time this process was awake: one that was stopped, or starved, is not blamed for it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

LOOKS = 12
"""The bound in so many parts. Each counts for no more than its share of seconds, however long the process slept in it."""


class Overslept(Exception):
    """It took longer by the clock on the wall than it may at all, though the process was asleep for much of it."""


async def within(seconds: float, at_all: float, work: Coroutine[Any, Any, None]) -> None:
    """Do the work; cut short, `TimeoutError` after so many seconds awake, `Overslept` after `at_all` seconds by any count."""
    loop = asyncio.get_running_loop()
    task, over = loop.create_task(work), loop.time() + at_all
    try:
        for _ in range(LOOKS):
            done, _ = await asyncio.wait({task}, timeout=seconds / LOOKS)
            if done:
                return task.result()
            if loop.time() > over:
                raise Overslept
        raise TimeoutError
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
