"""What keeps a process from its work: one question to the database at a time, with a deadline, and what is heard of Telegram.

Readiness and the metrics page ask here, so that they never disagree.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.intake import Heard
from tickets.book import Book
from tickets.deliver import refusal
from tickets.errors import DatabaseUnavailable
from tickets.ports import Clock

DEADLINE = 3.0
"""Seconds after which a database that has not answered counts as away; readiness has five in all."""
SILENT = 90.0
"""Seconds without a healthy getUpdates after which the bot is not ready."""


class Examined(Protocol):
    """A database as its examiner sees it."""

    async def check(self) -> None:
        """`DatabaseUnavailable` with one sentence where it cannot be written, or a key it needs is missing."""

    def open_book(self, *, reading: bool = False) -> AbstractAsyncContextManager[Book]:
        """One unit of work; `reading` where nothing will be written."""
        ...


class Hook(Protocol):
    """The webhook as its examiner sees it."""

    @property
    def trouble(self) -> str:
        """Why no update may come; empty where they do, or are asked for."""


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
        # Another may have begun the next check by the time this one's waiter is woken.
        checking = self._checking
        done, _ = await asyncio.wait([checking], timeout=DEADLINE)
        return checking.result() if done else f"the database has not answered within {DEADLINE:.0f} s"

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


class Readiness:
    """Says by name what keeps this process from its work; empty when all is well."""

    def __init__(self, database: Examined, heard: Heard, clock: Clock, hook: Hook, *, polls: bool) -> None:
        """`hook` knows of the webhook; `polls`: whether this process asks Telegram for updates; one that does not was not silent."""
        self._examined = database
        self._heard = heard
        self._clock = clock
        self._hook = hook
        self._polls = polls
        self._refusal = ""
        self.database = Checkup(self._look)
        """What is wrong with the database alone."""

    async def __call__(self) -> Mapping[str, str]:
        """Name of a fault -> what is wrong."""
        wrong = dict[str, str]()
        if trouble := await self.database():
            wrong["database"] = trouble
        if self._refusal:
            wrong["telegram"] = self._refusal
        silent = self._clock.monotonic() - self._heard.last_healthy
        if self._polls and silent > SILENT:
            wrong["telegram"] = self._heard.trouble or f"no answer for {silent:.0f} s"
        if self._hook.trouble:
            wrong["telegram"] = self._hook.trouble
        return wrong

    async def close(self) -> None:
        """Wait for no answer any more."""
        await self.database.close()

    async def _look(self) -> None:
        """At the database, and at what other processes wrote there of Telegram."""
        await self._examined.check()
        async with self._examined.open_book(reading=True) as book:
            self._refusal = await refusal(book, self._clock.now())
