"""Waiting for somebody else's lock: as long as was said, in stretches, and never longer than whoever is cancelled can bear."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.crypto import KeyRing
from storage.database import Database
from storage.engine import BUSY_TIMEOUT
from storage.waiting import STRETCH, while_locked
from tests.databases import sqlite_file, sqlite_url
from tests.storage.records import push
from tickets.errors import DatabaseUnavailable

LOCKED = sqlite3.OperationalError("database is locked")


def locked_by_another(folder: Path) -> sqlite3.Connection:
    other = sqlite3.connect(sqlite_file(folder), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


async def test_what_is_locked_is_tried_again() -> None:
    script: list[Exception | None] = [LOCKED, LOCKED, None]

    async def attempt() -> str:
        fault = script.pop(0)
        if fault is not None:
            raise fault
        return "done"

    assert await while_locked(attempt, 30) == "done"
    assert script == []


@pytest.mark.parametrize(("fault", "patience"), [(LOCKED, 0.0), (sqlite3.OperationalError("disk is full"), 30.0)])
async def test_without_patience_or_a_lock_the_fault_goes_up_at_once(fault: Exception, patience: float) -> None:
    tries: list[int] = []

    async def attempt() -> None:
        tries.append(1)
        raise fault

    with pytest.raises(sqlite3.OperationalError):
        await while_locked(attempt, patience)
    assert len(tries) == 1


async def test_waiting_goes_on_over_many_stretches(tmp_path: Path, keys: KeyRing, sqlite_database: Database) -> None:
    other = locked_by_another(tmp_path)
    waiting = asyncio.ensure_future(sqlite_database.check())
    await asyncio.wait([waiting], timeout=2.5 * STRETCH)
    assert not waiting.done()
    other.execute("COMMIT")
    other.close()
    await waiting


@pytest.mark.parametrize("doing", ["write", "second write", "migrate"])
async def test_whoever_is_cancelled_while_waiting_can_go(
    doing: str, tmp_path: Path, keys: KeyRing, sqlite_database: Database
) -> None:
    patient = Database(sqlite_url(tmp_path), keys, busy_timeout=BUSY_TIMEOUT)
    begun = asyncio.Event()

    async def write() -> None:
        async with patient.open_book() as book:
            if doing == "second write":
                await book.outbox.add(push())
                await book.commit()
            begun.set()
            await let_go.wait()
            await book.outbox.add(push(chat_id=9))

    let_go = asyncio.Event()
    task = asyncio.ensure_future(patient.upgrade() if doing == "migrate" else write())
    if doing != "migrate":
        await begun.wait()
    with closing(locked_by_another(tmp_path)):
        let_go.set()
        await asyncio.wait([task], timeout=0.3)
        assert not task.done()
        task.cancel()
        async with asyncio.timeout(5 * STRETCH):
            await asyncio.wait([task])
        assert task.cancelled()
    await patient.check()
    await patient.dispose()


async def test_two_who_wait_give_up_when_their_own_patience_is_over(tmp_path: Path, keys: KeyRing) -> None:
    database = Database(sqlite_url(tmp_path), keys, busy_timeout=0.5)
    await database.upgrade()
    loop = asyncio.get_running_loop()
    with closing(locked_by_another(tmp_path)):
        since = loop.time()
        faults = await asyncio.gather(database.check(), database.check(), return_exceptions=True)
        took = loop.time() - since
    assert [type(fault) for fault in faults] == [DatabaseUnavailable] * 2
    assert took < 5, "the wait for one's turn and the wait for the lock are one"
    await database.dispose()


class TestAFileThatIsGone:
    async def test_nothing_is_written_to_a_file_without_a_name(self, sqlite_database: Database, tmp_path: Path) -> None:
        await sqlite_database.check()
        here, away = sqlite_file(tmp_path), tmp_path / "away.db"
        here.rename(away)
        for reading in (True, False):
            with pytest.raises(DatabaseUnavailable, match="deleted or replaced"):
                async with sqlite_database.open_book(reading=reading) as book:
                    await book.outbox.counts()
        with pytest.raises(DatabaseUnavailable, match="deleted or replaced"):
            await sqlite_database.check()
        assert not here.exists(), "no empty database was made in its place"
        away.rename(here)
        await sqlite_database.check()

    async def test_another_file_in_its_place_is_not_the_same(self, sqlite_database: Database, tmp_path: Path) -> None:
        await sqlite_database.check()
        here = sqlite_file(tmp_path)
        content = here.read_bytes()
        here.unlink()
        here.write_bytes(content)
        with pytest.raises(DatabaseUnavailable, match="restart the bot"):
            await sqlite_database.check()
        await sqlite_database.dispose()
        await sqlite_database.check()
