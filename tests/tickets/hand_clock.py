"""A clock that moves only when a test moves it or when somebody sleeps: no test waits for real time."""

import asyncio

from tests.tickets.town import MONDAY


class HandClock:
    """`tickets.ports.Clock`; a sleep lets others run and then takes its time at once."""

    def __init__(self, now: float = MONDAY) -> None:
        """Unix seconds."""
        self._now = now
        self._since = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        """Unix seconds."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._since

    def advance(self, seconds: float) -> None:
        """Let that much time pass for everybody."""
        self._now += seconds
        self._since += seconds

    async def sleep(self, seconds: float) -> None:
        """Others run first."""
        self.slept.append(seconds)
        await asyncio.sleep(0)
        self.advance(seconds)
