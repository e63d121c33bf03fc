"""A real database for each test, and a clock moved by hand."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.crypto import KeyRing
from storage.database import Database
from tests.databases import migrated

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


class HandClock:
    """Time that passes only when a test says so; whoever sleeps moves it, and every sleep is remembered."""

    def __init__(self, now: float = 1_795_000_800.0) -> None:
        """Begin at `now`."""
        self._now = now
        self.slept: list[float] = []

    def now(self) -> float:
        """Unix seconds."""
        return self._now

    def monotonic(self) -> float:
        """The same: this clock never jumps back."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        self.slept.append(seconds)
        self._now += seconds
        await asyncio.sleep(0)

    def passes(self, seconds: float) -> None:
        """That much time passes."""
        self._now += seconds


@pytest.fixture
def clock() -> HandClock:
    """Noon of a working day."""
    return HandClock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """SQLite in a file, at the newest revision."""
    one = Database(f"sqlite+aiosqlite:///{migrated(tmp_path, 'bot.db')}", KeyRing.parse(KEY), busy_timeout=0.2)
    try:
        yield one
    finally:
        await one.dispose()
