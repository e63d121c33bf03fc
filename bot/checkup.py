"""One question to the database at a time, with a deadline: readiness must say in seconds that something hangs."""

import asyncio
from collections.abc import Awaitable, Callable

from tickets.errors import DatabaseUnavailable

DEADLINE = 3.0
"""Seconds after which a database that has not answered counts as away; readiness has five in all."""


class Checkup:
    """Whoever asks while a check is under way asks for the same one, so that none pile up behind a lock."""

    def __init__(self, check: Callable[[], Awaitable[None]]) -> None:
        """`check` raises `DatabaseUnavailable` with one sentence."""
        self._check = check
        self._checking: asyncio.Task[str] | None = None

    async def __call__(self) -> str:
        """What is wrong, in one sentence; empty where nothing is."""
        if self._checking is None or self._checking.done():
            self._checking = asyncio.ensure_future(self._checked())
        done, _ = await asyncio.wait([self._checking], timeout=DEADLINE)
        return self._checking.result() if done else f"the database has not answered within {DEADLINE:.0f} s"

    async def close(self) -> None:
        """Wait for no answer any more."""
        if self._checking is not None:
            self._checking.cancel()
            await asyncio.gather(self._checking, return_exceptions=True)

    async def _checked(self) -> str:
        try:
            await self._check()
        except DatabaseUnavailable as error:
            return str(error)
        return ""
