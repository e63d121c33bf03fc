"""The one clock of the running program; tests inject another."""

import asyncio
import time


class SystemClock:
    """`tickets.ports.Clock` on the machine's own clocks."""

    def now(self) -> float:
        """Unix seconds."""
        return time.time()  # noqa: TID251 -- this is the clock everything else is given

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
        await asyncio.sleep(seconds)
