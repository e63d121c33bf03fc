"""The bot and the sandbox as real processes on loopback, each ended by the test that began it."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.bot.conftest import KEY

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "123456789:" + "A" * 35
PATIENCE = 40.0
"""Seconds a process may take for what a test waits for; a busy machine needs several only to begin."""


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, neighbour: str = "http://127.0.0.1:9", **settings: str) -> dict[str, str]:
    """What the bot's process is told; an empty setting is left out."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VTBOT_")}
    told = {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": neighbour,
        "QUEUE_URL": f"{neighbour}/vt/api",
        "SECRET_KEYS": KEY,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bot.db'}",
        "LISTEN": f"127.0.0.1:{free_port()}",
        "METRICS_LISTEN": f"127.0.0.1:{free_port()}",
        **settings,
    }
    return {**kept, "PYTHONPATH": str(ROOT), **{f"VTBOT_{name}": value for name, value in told.items() if value}}


async def start(*command: str) -> Process:
    """Begin any other program."""
    return await asyncio.create_subprocess_exec(*command, stdout=PIPE)


async def begin(folder: Path, told: Mapping[str, str], *words: str) -> Process:
    """Begin `python -m bot ...` in a folder of its own."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=folder, env=dict(told), stdout=PIPE, stderr=PIPE
    )


async def run(folder: Path, told: Mapping[str, str], *words: str) -> tuple[int, str, str]:
    """Run a command to its end: code, standard output, standard error."""
    process = await begin(folder, told, *words)
    try:
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
    finally:
        await end(process)
    return process.returncode or 0, out.decode(), err.decode()


async def end(process: Process) -> None:
    """Whatever happens, nothing a test began outlives it."""
    if process.returncode is None:
        process.kill()
        await process.communicate()


async def line(stream: asyncio.StreamReader | None, words: str) -> list[str]:
    """Read until a line holds the words; answers what was read."""
    seen: list[str] = []
    assert stream is not None
    async with asyncio.timeout(PATIENCE):
        while not seen or words not in seen[-1]:
            read = await stream.readline()
            assert read, f"the process ended without {words!r}:\n{''.join(seen)}"
            seen.append(read.decode())
    return seen


async def eventually(ask: Callable[[], Awaitable[Any]], patience: float = PATIENCE) -> Any:
    """Ask until the answer is something; a hundredth of a second lies between two questions."""
    async with asyncio.timeout(patience):
        while True:
            answer = await ask()
            if answer:
                return answer
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.02):
                    await asyncio.Event().wait()


async def terminated(process: Process, within: float = 10.0) -> int:
    """SIGTERM; answers the exit code. Taking longer than `within` seconds is a failure."""
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(within):
        await process.communicate()
    return process.returncode or 0


@asynccontextmanager
async def sandbox(folder: Path) -> AsyncIterator[str]:
    """The sandbox alone, where nothing moves by itself; its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--no-bot", "--port", "0", "--speed", "0",
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=PIPE,
    )  # fmt: skip
    try:
        first = (await line(process.stdout, "Desk page"))[0]
        yield first.split("Chat page: ")[1].strip().rstrip("/")
    finally:
        await end(process)
