"""Backups: whole while others write, for their owner's eyes only, and nothing old is sent or done once one is put back."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.crypto import KeyRing
from storage.database import Database
from storage.schema import watches
from tests.databases import fresh_key, sqlite_file
from tests.storage.asking import every
from tests.storage.filled import account, fill
from tests.storage.records import NOW, called, push, ticket, watch
from tickets.errors import DatabaseUnavailable
from tickets.model import Phase
from tickets.pace import Limits
from tickets.pushes import PushKind, PushState
from tickets.reading import Manner, read
from tickets.records import write
from tickets.watching import Watch

MANNER = Manner(3, Limits(2, 60), 0.5)


async def restored(original: Database, folder: Path, keys: KeyRing) -> Database:
    """A backup of the database, put in place elsewhere and started."""
    await original.backup(folder / "copy.db")
    again = Database(f"sqlite+aiosqlite:///{folder / 'copy.db'}", keys, busy_timeout=5)
    await again.upgrade()
    return again


async def test_a_copy_is_whole_though_others_write(sqlite_database: Database, tmp_path: Path) -> None:
    await fill(sqlite_database, range(1, 100))
    done, written = asyncio.Event(), 0

    async def write_on() -> None:
        nonlocal written
        while not done.is_set() and written < 100_000:
            async with sqlite_database.open_book() as book:
                await book.notes.put("one", str(written))
                await book.notes.put("other", str(written))
                await book.commit()
            written += 1

    writing = asyncio.ensure_future(write_on())
    for number in range(5):
        before = written
        # A busy machine may finish a copy before anybody writes: it is made anew until somebody has.
        while written == before:
            (tmp_path / f"copy{number}.db").unlink(missing_ok=True)
            await sqlite_database.backup(tmp_path / f"copy{number}.db")
    done.set()
    await writing
    for number in range(5):
        copy = tmp_path / f"copy{number}.db"
        assert copy.stat().st_mode & 0o777 == 0o600
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (99,)
            values = dict(connection.execute("SELECT name, value FROM notes").fetchall())
            assert values.get("one") == values.get("other")
    assert names_in(tmp_path) >= {"vtbot.db", "copy0.db", "copy4.db"}
    assert not [name for name in names_in(tmp_path) if "unfinished" in name]


async def test_an_existing_file_is_not_overwritten(sqlite_database: Database, tmp_path: Path) -> None:
    target = tmp_path / "precious.txt"
    target.write_text("precious")
    with pytest.raises(DatabaseUnavailable, match="exists already"):
        await sqlite_database.backup(target)
    assert target.read_text() == "precious"


async def test_a_folder_that_is_not_there_is_said_so(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="no backup was made: its folder"):
        await sqlite_database.backup(tmp_path / "nowhere" / "copy.db")


async def test_postgresql_has_its_own_tool(postgresql_database: Database, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="pg_dump"):
        await postgresql_database.backup(tmp_path / "copy")


async def test_a_restored_copy_keeps_what_people_chose(
    sqlite_database: Database, tmp_path: Path, keys: KeyRing
) -> None:
    await fill(sqlite_database, (1, 2))
    again = await restored(sqlite_database, tmp_path, keys)
    async with again.open_book() as book:
        assert await book.accounts.get(1) == account(1)
        assert await book.intents.of(1) is not None
        assert len(await book.watches.of(1)) == 1
    await again.check()
    await again.dispose()


async def test_nothing_old_is_sent_or_done_after_a_restore(
    sqlite_database: Database, tmp_path: Path, keys: KeyRing
) -> None:
    await fill(sqlite_database, (1, 2, 3))
    async with sqlite_database.open_book() as book:
        assert len(await book.outbox.claim("dead", NOW, lease=30, limit=2, rate=9, chat_gap=1)) == 2
        await book.leases.take("polling", "dead", NOW, 60)
        await book.outbox.hold(None, NOW + 3600)
        await book.watches.claim("dead", NOW, lease=30, limit=9)
        await book.commit()
    again = await restored(sqlite_database, tmp_path, keys)
    async with again.open_book() as book:
        assert await book.outbox.claim("me", NOW + 60, lease=30, limit=9, rate=9, chat_gap=1) == []
        assert (await book.outbox.counts())["expired"] == 6
        assert await book.inbox.claim("me", NOW + 60, lease=30, limit=9) == []
        assert not await book.inbox.add(1, 1, b"repeated", NOW)
        assert await book.leases.take("polling", "me", NOW, 60)
        assert len(await book.watches.claim("me", NOW, lease=30, limit=9)) == 3
        await book.outbox.add(push(PushKind.MOVED))
        assert len(await book.outbox.claim("me", NOW, lease=30, limit=9, rate=9, chat_gap=1)) == 1
    async with sqlite_database.open_book() as book:
        assert (await book.outbox.counts())["expired"] == 0, "the running database is no copy"
    await again.dispose()


READINGS = [
    ("ended", replace(called(), phase=Phase.ENDED), {}),
    ("missed", replace(called(), phase=Phase.MISSED), {}),
    ("cancelled", ticket(phase=Phase.CANCELLED), {}),
    ("nearly", ticket(ahead=2), {}),
    ("waiting", ticket(), {}),
    ("still called", called(), {PushKind.YOUR_TURN: True}),
]


@pytest.mark.parametrize(("what", "now_read", "told"), READINGS, ids=[reading[0] for reading in READINGS])
async def test_the_first_reading_after_a_restore_tells_no_old_news(
    sqlite_database: Database, tmp_path: Path, keys: KeyRing, what: str, now_read: object, told: dict[PushKind, bool]
) -> None:
    async with sqlite_database.open_book() as book:
        await book.watches.add(watch())
        await book.commit()
    again = await restored(sqlite_database, tmp_path, keys)
    await reading(again, now_read, NOW + 10)
    assert await sent(again, NOW + 10) == told
    if now_read == ticket():
        await reading(again, called(), NOW + 20)
        assert await sent(again, NOW + 20) == {PushKind.YOUR_TURN: False}, "what happens afterwards is news"
    await again.dispose()


async def test_a_failed_reading_does_not_count_as_the_first(
    sqlite_database: Database, tmp_path: Path, keys: KeyRing
) -> None:
    async with sqlite_database.open_book() as book:
        await book.watches.add(watch())
        await book.commit()
    again = await restored(sqlite_database, tmp_path, keys)
    async with again.open_book() as book:
        await book.watches.save(watch(failures=1))
        await book.watches.save(watch(missing=1))
        await book.commit()
    assert [row["restored"] for row in await every(again, select(watches))] == [True]
    await again.dispose()
    # The process is started again before the queue server answers: the file still knows.
    later = Database(f"sqlite+aiosqlite:///{tmp_path / 'copy.db'}", keys, busy_timeout=5)
    await later.upgrade()
    await reading(later, replace(called(), phase=Phase.ENDED), NOW + 10)
    assert await sent(later, NOW + 10) == {}
    await later.dispose()


async def test_a_restored_postgresql_is_told_so(postgresql_database: Database) -> None:
    await fill(postgresql_database, (1, 2))
    await postgresql_database.after_restore()
    async with postgresql_database.open_book() as book:
        assert (await book.outbox.counts())["expired"] == 4
        assert (await book.inbox.counts())["done"] == 2
    await reading(postgresql_database, replace(called(), phase=Phase.ENDED), NOW + 10)
    assert await sent(postgresql_database, NOW + 10) == {}


async def test_a_copy_that_bears_no_mark_tells_nothing_whose_life_is_over(database: Database) -> None:
    """A plain copy of the file, or a dump that nobody was told of, looks like a bot that was away: the life of a push is the bound."""
    await fill(database, (1, 2, 3))
    async with database.open_book() as book:
        assert len(await book.outbox.claim("dead", NOW, lease=30, limit=2, rate=9, chat_gap=1)) == 2
        await book.commit()
    later = NOW + 6 * 3600 + 1
    async with database.open_book() as book:
        await book.outbox.recover(later)
        await book.outbox.expire(later)
        await book.commit()
        counted = await book.outbox.counts()
        assert (counted["pending"], counted["unsure"], counted["sending"]) == (0, 0, 0)
        assert await book.outbox.claim("me", later, lease=30, limit=9, rate=9, chat_gap=1) == []


async def test_the_keys_are_needed_for_a_copy_too(sqlite_database: Database, tmp_path: Path, keys: KeyRing) -> None:
    await sqlite_database.check()
    await sqlite_database.backup(tmp_path / "copy.db")
    shutil.copy(tmp_path / "copy.db", sqlite_file(tmp_path).with_name("elsewhere.db"))
    stranger = Database(f"sqlite+aiosqlite:///{tmp_path / 'elsewhere.db'}", KeyRing.parse(fresh_key()))
    await stranger.upgrade()
    with pytest.raises(DatabaseUnavailable, match="VTBOT_SECRET_KEYS lacks a key"):
        await stranger.check()
    await stranger.dispose()


def names_in(folder: Path) -> set[str]:
    """The names of the files there."""
    return {path.name for path in folder.iterdir()}


async def reading(database: Database, now_read: object, now: float) -> None:
    """The tick's part: a healthy answer is written down."""
    async with database.open_book() as book:
        (kept,) = await book.watches.of(1)
        assert isinstance(kept, Watch)
        assert await write(book, read(kept, now_read, now, MANNER))  # type: ignore[arg-type]  # a ticket, as parametrised
        await book.commit()


async def sent(database: Database, now: float) -> dict[PushKind, bool]:
    """What would be sent now, cards apart: kind -> whether it is marked as a reminder."""
    async with database.open_book() as book:
        taken = [
            one
            for turn in range(3)
            for one in await book.outbox.claim("me", now + turn, lease=30, limit=99, rate=99, chat_gap=0)
            if await book.outbox.settle(replace(one, state=PushState.SENT))
        ]
        await book.commit()
    return {one.kind: one.reminder for one in taken if one.kind is not PushKind.CARD}
