"""Transactions: rolled back unless committed, never losing an update, and certain about a commit even when cancelled."""

import asyncio
import contextlib
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select

from storage.crypto import KeyRing
from storage.database import Database
from storage.engine import BUSY_TIMEOUT
from storage.schema import notes
from storage.transaction import Gate
from tests.databases import sqlite_url
from tests.storage.asking import every
from tickets.errors import DatabaseUnavailable
from tickets.watching import Person


async def noted(database: Database, name: str) -> str | None:
    async with database.open_book(reading=True) as book:
        return await book.notes.get(name)


async def test_what_is_not_committed_never_was(database: Database) -> None:
    async with database.open_book() as book:
        await book.notes.put("a", "1")
    with contextlib.suppress(ZeroDivisionError):
        async with database.open_book() as book:
            await book.notes.put("a", "1")
            raise ZeroDivisionError
    assert await noted(database, "a") is None


async def test_a_book_goes_on_after_its_commit(database: Database) -> None:
    async with database.open_book() as book:
        await book.commit()
        await book.notes.put("a", "1")
        await book.commit()
        await book.notes.put("a", "2")
        assert await book.notes.get("a") == "2"
    assert await noted(database, "a") == "1"


async def test_400_changes_at_once_lose_nothing(database: Database) -> None:
    if database._gate is not None:
        # The product's patience: on a busy machine the last of so many waits for longer than the other tests' five seconds.
        database._gate.patience = BUSY_TIMEOUT

    async def change(number: int) -> None:
        async with database.open_book() as book:
            if database.transaction().on_sqlite:
                count = int(await book.notes.get("count") or "0")
                await book.notes.put("count", str(count + 1))
            else:
                # PostgreSQL's writers do not wait for each other, so what is read and written belongs under a lease of its own.
                assert await book.leases.take("count", f"owner {number}", now=0.0, lease=1.0)
                count = int(await book.notes.get("count") or "0")
                await book.notes.put("count", str(count + 1))
                await book.leases.drop("count", f"owner {number}")
            await book.commit()

    await asyncio.gather(*(change(number) for number in range(400)))
    assert await noted(database, "count") == "400"


async def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    async with database.open_book() as writing:
        await writing.notes.put("a", "1")
        assert await noted(database, "a") is None
        await writing.commit()
    assert await noted(database, "a") == "1"


async def test_a_cancelled_commit_is_certain_before_the_cancellation_goes_on(database: Database) -> None:
    for number in range(20):

        async def write(name: str, committing: asyncio.Event) -> None:
            async with database.open_book() as book:
                await book.notes.put(name, "written")
                committing.set()
                await book.commit()

        begun = asyncio.Event()
        task = asyncio.ensure_future(write(f"n{number}", begun))
        await begun.wait()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await noted(database, f"n{number}") in ("written", None)
    async with database.open_book() as book:
        await book.notes.put("afterwards", "fine")
        await book.commit()


async def test_cancelled_while_writing_it_is_rolled_back_and_lets_the_next_one_in(database: Database) -> None:
    reached = asyncio.Event()

    async def write() -> None:
        async with database.open_book() as book:
            await book.notes.put("a", "half")
            reached.set()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(write())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await noted(database, "a") is None
    async with database.open_book() as book:
        await book.people.put(Person(1))
        await book.commit()


async def test_after_the_commit_work_is_done_once_and_its_faults_undo_nothing(database: Database) -> None:
    done: list[str] = []

    async def work() -> None:
        done.append("work")
        raise DatabaseUnavailable("too bad")

    transaction = database.transaction()
    await transaction.execute(insert(notes).values(name="a", value="1"))
    transaction.after_commit(work)
    await transaction.commit()
    await transaction.commit()
    await transaction.close()
    assert done == ["work"]
    assert len(await every(database, select(notes))) == 1


async def test_waiting_for_ones_own_writer_ends(tmp_path: Path, keys: KeyRing) -> None:
    database = Database(sqlite_url(tmp_path), keys, busy_timeout=0.2)
    await database.upgrade()
    async with database.open_book() as first:
        await first.notes.put("a", "1")
        with pytest.raises(DatabaseUnavailable, match="locked by this process"):
            async with database.open_book() as second:
                await second.notes.put("a", "2")
    await database.dispose()


async def test_the_gate_lets_writers_in_by_turns() -> None:
    gate, order = Gate(5.0), list[int]()

    async def pass_through(number: int) -> None:
        await gate.enter()
        order.append(number)
        await asyncio.sleep(0)
        gate.leave()

    await asyncio.gather(*(pass_through(number) for number in range(20)))
    assert order == list(range(20))


async def test_no_parameter_stands_in_an_error(database: Database) -> None:
    transaction = database.transaction()
    await transaction.execute(insert(notes).values(name="a", value="1"))
    with pytest.raises(Exception, match=r"UNIQUE|duplicate key") as caught:
        await transaction.execute(insert(notes).values(name="a", value="canary-4711"))
    await transaction.close()
    assert "canary" not in str(caught.value)


async def test_an_outbox_commit_begins_at_once_as_a_writer(sqlite_database: Database) -> None:
    begun: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("BEGIN"):
            begun.append(statement)

    event.listen(sqlite_database._engine.sync_engine, "before_cursor_execute", listen)
    async with sqlite_database.open_book() as book:
        await book.notes.get("a")
    async with sqlite_database.open_book(reading=True) as book:
        await book.notes.get("a")
    assert begun == ["BEGIN IMMEDIATE", "BEGIN"]
