"""The bot as process 1 of a container: such a process ignores every signal it has no handler for, so ending must be its own doing."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE
from pathlib import Path

from tests.bot.processes import PATIENCE, end, environment, line

UNSHARE = ("unshare", "--pid", "--fork", "--kill-child")


async def possible() -> bool:
    """Whether this machine lets us make a process 1 of our own."""
    try:
        tried = await asyncio.create_subprocess_exec(*UNSHARE, "true", stdout=PIPE, stderr=PIPE)
    except FileNotFoundError:
        return False
    await tried.communicate()
    return tried.returncode == 0


async def ended_as_process_1(folder: Path, neighbour: str) -> tuple[int, float]:
    """Begin the real bot as process 1, tell it to end once it is ready; its exit code and the seconds it took."""
    bot = await asyncio.create_subprocess_exec(
        *UNSHARE, sys.executable, "-m", "bot", "run",
        cwd=folder, env=environment(folder, neighbour), stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    try:
        # The log may go either way; what is sure is that "ready" stands in it.
        readers = [asyncio.ensure_future(line(stream, "ready")) for stream in (bot.stdout, bot.stderr)]
        await asyncio.wait(readers, return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
        first = _first(bot.pid)
        began = time.monotonic()
        os.kill(first, signal.SIGTERM)
        await bot.communicate()
        return bot.returncode or 0, time.monotonic() - began
    finally:
        await end(bot)


def _first(pid: int) -> int:
    """The number that a process's only child has here, outside."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
