"""The campaign's side of `tests.soak.bot`: begins bots, sends them signals, and sees how they end."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from tests.soak.bot import describe
from tests.soak.haste import Place

ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """The bots of one database."""

    def __init__(self, process: Process) -> None:
        """`process` is a running `tests.soak.bot`."""
        self._process = process
        self._asking = asyncio.Lock()
        self.living: list[int] = []

    async def begin(self) -> int:
        """A new bot; its process number."""
        pid = await self._ask("begin")
        self.living.append(pid)
        return pid

    async def end(self, pid: int, number: int = signal.SIGKILL) -> int:
        """Send a signal that ends it; how it ended, as `subprocess` counts."""
        os.kill(pid, number)
        code = await self._ask(f"end {pid}")
        self.living.remove(pid)
        return code

    def signal(self, pid: int, number: int) -> None:
        """Send a signal that does not end it."""
        os.kill(pid, number)

    async def close(self) -> None:
        """End every bot, and what begins them."""
        for pid in [*self.living]:
            await self.end(pid)
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()

    async def _ask(self, order: str) -> int:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        async with self._asking:
            stdin.write(f"{order}\n".encode())
            await stdin.drain()
            return int(await stdout.readline())


@asynccontextmanager
async def nursery(place: Place, log: IO[bytes]) -> AsyncIterator[Nursery]:
    """A nursery whose bots write what they have to say to `log`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.soak.bot", describe(place),
        cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=log,
    )  # fmt: skip
    made = Nursery(process)
    try:
        yield made
    finally:
        await made.close()
