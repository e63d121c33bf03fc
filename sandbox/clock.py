"""The one clock of the sandbox: real time plus an offset that a player may set, so that a day passes in a test without anybody waiting."""

import asyncio
import time
from collections.abc import Callable


class Clock:
    """Tells the time in Unix seconds and lets others wait for a moment of it."""

    def __init__(self, source: Callable[[], float] | None = None) -> None:
        """Run on `source` (Unix seconds); the machine's own clock where none is given."""
        self._source: Callable[[], float] = source or time.time  # noqa: TID251 - this is the clock that others inject.
        self._offset = 0.0
        self._waiting: set[asyncio.Future[None]] = set()

    def now(self) -> float:
        """Return the time in Unix seconds, with fractions."""
        return self._source() + self._offset

    def set(self, now: float) -> None:
        """Make it `now` (Unix seconds); time goes on from there, and everybody who waits looks again."""
        self._shift(now - self._source())

    def reset(self) -> None:
        """Go back to the source's own time."""
        self._shift(0.0)

    def _shift(self, offset: float) -> None:
        self._offset = offset
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def sleep_until(self, moment: float) -> None:
        """Return once the clock shows `moment` (Unix seconds) or later; at once where that is past."""
        while (left := moment - self.now()) > 0:
            await self._a_while(left)

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds of this clock."""
        await self.sleep_until(self.now() + seconds)

    async def _a_while(self, seconds: float) -> None:
        """Wait that long in real time, or until the clock is set."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await asyncio.wait_for(waiter, seconds)
        except TimeoutError:
            pass  # The time has simply passed.
        finally:
            self._waiting.discard(waiter)
