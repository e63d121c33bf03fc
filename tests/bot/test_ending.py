"""The way out within ten seconds: as process 1 before anything is imported, behind a lock, and by force where all else fails."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
import threading
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from bot import ending
from bot.ending import WayOut
from tests.bot import processes
from tests.bot.processes import begin, end, environment, eventually, line, terminated
from tests.soak.shutdown import UNSHARE, possible


def locked(folder: Path) -> sqlite3.Connection:
    """Another process's write lock, held until it is closed."""
    other = sqlite3.connect(folder / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


def whole(folder: Path) -> bool:
    with contextlib.closing(sqlite3.connect(folder / "bot.db")) as kept:
        return bool(kept.execute("pragma integrity_check").fetchone() == ("ok",))


async def test_a_stop_at_the_start_waits_for_nobodys_lock(tmp_path: Path) -> None:
    code, _, err = await processes.run(tmp_path, environment(tmp_path), "db", "upgrade")
    assert code == 0, err
    with contextlib.closing(locked(tmp_path)):
        process = await begin(tmp_path, environment(tmp_path), "run")
        try:

            async def has_come_to_it() -> bool:
                return str(tmp_path / "bot.db") in _open_files(process.pid)

            await eventually(has_come_to_it)
            assert await terminated(process) == 0
        finally:
            await end(process)
    assert whole(tmp_path)


async def test_a_stop_while_the_database_is_locked_is_in_time(tmp_path: Path) -> None:
    async with processes.sandbox(tmp_path) as town:
        process = await begin(tmp_path, environment(tmp_path, town), "run")
        try:
            await line(process.stderr, "ready")
            with contextlib.closing(locked(tmp_path)):
                # Several ticks, the polling and the worker queue behind it by then.
                await line(process.stderr, "the inbox cannot be read")
                assert await terminated(process) == 0
        finally:
            await end(process)
    assert whole(tmp_path)


async def test_process_1_can_be_ended_before_it_has_begun(tmp_path: Path) -> None:
    if not await possible():
        pytest.skip("this machine lets us make no process 1 of our own")
    process = await asyncio.create_subprocess_exec(
        *UNSHARE, sys.executable, "-m", "bot", "run",
        cwd=tmp_path, env=environment(tmp_path), stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(10):
            ended = asyncio.ensure_future(process.communicate())
            while not ended.done():
                for child in _children(process.pid):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(child, signal.SIGTERM)
                await asyncio.wait([ended], timeout=0.02)
        assert process.returncode == 143
        assert not (tmp_path / "bot.db").exists(), "it had begun nothing"
    finally:
        await end(process)


def _open_files(pid: int) -> set[str]:
    return {str(link.resolve()) for link in Path(f"/proc/{pid}/fd").iterdir()}


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_what_hangs_is_ended_by_force(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(ending, "LAST", 0.01)
    codes, stops, ended = list[int](), list[int](), threading.Event()

    def end_of(code: int) -> None:
        codes.append(code)
        ended.set()

    way = WayOut(lambda: stops.append(1), end_of)
    way.told(signal.SIGTERM)
    way.told(signal.SIGTERM)
    assert ended.wait(30)
    assert (codes, stops) == ([143], [1, 1])
    assert "ended by force" in capfd.readouterr().err


def test_there_is_time_for_the_way_out_in_order() -> None:
    assert ending.LAST < 10
