"""Bounds how long something may take by the time this process was awake: one that was stopped, or starved, is not blamed for it."""

import asyncio
import traceback
from collections.abc import Coroutine
from types import TracebackType
from typing import Any

LOOKS = 12
"""The bound in so many parts. Each counts for no more than its share of seconds, however long the process slept in it."""

OURS = {"bot", "queue_api", "storage", "tickets"}


class Overslept(Exception):
    """It took longer by the clock on the wall than it may at all, though the process was asleep for much of it."""


class TookTooLong(TimeoutError):
    """It was cut short; `at` names the function it waited in, as module:line:function and no value of any kind."""

    def __init__(self, at: str) -> None:
        """`at` is empty where it had not begun, or would not be cut short."""
        super().__init__()
        self.at = at


async def within(seconds: float, at_all: float, work: Coroutine[Any, Any, None]) -> None:
    """Do the work; cut short, `TookTooLong` after so many seconds awake, `Overslept` after `at_all` seconds by any count."""
    loop = asyncio.get_running_loop()
    places: list[str] = []
    task, over = loop.create_task(_watched(work, places)), loop.time() + at_all
    try:
        for _ in range(LOOKS):
            done, _ = await asyncio.wait({task}, timeout=seconds / LOOKS)
            if done:
                return task.result()
            if loop.time() > over:
                raise Overslept
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    raise TookTooLong("".join(places))


async def _watched(work: Coroutine[Any, Any, None], places: list[str]) -> None:
    try:
        await work
    except asyncio.CancelledError as cut:
        places.append(_place(cut.__traceback__))
        raise


def _place(trace: TracebackType | None) -> str:
    """The function that waited, and the last of ours on the way to it."""
    way = [(frame.f_globals["__name__"], line, frame.f_code.co_name) for frame, line in traceback.walk_tb(trace)][1:]
    ours = [step for step in way if step[0].partition(".")[0] in OURS]
    return ", from ".join(
        f"{name}:{line}:{function}" for name, line, function in dict.fromkeys([*way[-1:], *ours[-1:]])
    )
