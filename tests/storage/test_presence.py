"""Who works on a database: the leases of the dead are released at once, those of the living never."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from storage.crypto import KeyRing
from storage.database import Database
from tests.databases import fresh_key, sqlite_file, sqlite_url
from tests.storage.records import NOW, push, watch
from tickets.errors import DatabaseUnavailable
from tickets.pushes import PushKind

WORKING = """
import asyncio, sys
from storage.crypto import KeyRing
from storage.database import Database

async def main():
    database = Database(sys.argv[1], KeyRing.parse(sys.argv[2]))
    await database.begin_work()
    print("works", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def lease_everything(database: Database) -> None:
    """What a process holds when it is killed: the polling, an update, a watch, a push and the edit of a card."""
    async with database.open_book() as book:
        assert await book.leases.take("polling", "dead", NOW, 60)
        assert await book.inbox.add(1, 1, b"{}", NOW)
        assert await book.watches.add(watch(1))
        assert await book.outbox.add(push(PushKind.YOUR_TURN, 1))
        assert await book.outbox.add(push(PushKind.CARD, 2))
        assert len(await book.inbox.claim("dead", NOW, lease=90, limit=9)) == 1
        assert len(await book.watches.claim("dead", NOW, lease=30, limit=9)) == 1
        assert len(await book.outbox.claim("dead", NOW, lease=30, limit=9, rate=9, chat_gap=1)) == 2
        await book.commit()


async def free_for(database: Database, owner: str) -> tuple[bool, int, int]:
    """What that owner gets a moment later, not committed: the polling, updates, watches."""
    async with database.open_book() as book:
        return (
            await book.leases.take("polling", owner, NOW + 1, 60),
            len(await book.inbox.claim(owner, NOW + 1, lease=90, limit=9)),
            len(await book.watches.claim(owner, NOW + 1, lease=30, limit=9)),
        )


async def sending(database: Database) -> tuple[int, int, int]:
    """How many pushes are being sent, unsure and pending."""
    async with database.open_book() as book:
        counts = await book.outbox.counts()
    return counts["sending"], counts["unsure"], counts["pending"]


async def test_what_the_dead_held_is_free_at_once(sqlite_database: Database) -> None:
    await lease_everything(sqlite_database)
    assert await free_for(sqlite_database, "next") == (False, 0, 0)
    await sqlite_database.begin_work()
    assert await free_for(sqlite_database, "next") == (True, 1, 1)
    assert await sending(sqlite_database) == (0, 2, 0), (
        "nobody knows whether it arrived, so it is no longer simply pending"
    )


async def test_what_the_living_hold_is_left_to_them(sqlite_database: Database, keys: KeyRing, tmp_path: Path) -> None:
    """A second process begins beside the first, which is then killed: only the third finds the leases free."""
    first = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKING, sqlite_url(tmp_path), fresh_key(), stdout=PIPE, cwd=Path.cwd()
    )
    try:
        assert first.stdout is not None
        assert await first.stdout.readline() == b"works\n"
        await lease_everything(sqlite_database)
        await sqlite_database.begin_work()
        assert await free_for(sqlite_database, "second") == (False, 0, 0)
        assert await sending(sqlite_database) == (2, 0, 0)
    finally:
        first.kill()
        await first.communicate()
    await sqlite_database.dispose()
    third = Database(sqlite_url(tmp_path), keys)
    await third.begin_work()
    assert await free_for(third, "third") == (True, 1, 1)
    await third.dispose()


async def test_a_link_to_the_database_leads_to_the_same_lock(
    sqlite_database: Database, keys: KeyRing, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    sqlite_file(tmp_path / "elsewhere").symlink_to(sqlite_file(tmp_path))
    linked = Database(sqlite_url(tmp_path / "elsewhere"), keys)
    await linked.begin_work()
    await lease_everything(sqlite_database)
    await sqlite_database.begin_work()
    assert await free_for(sqlite_database, "second") == (False, 0, 0)
    await linked.dispose()


async def test_one_that_is_just_beginning_is_waited_for(
    sqlite_database: Database, keys: KeyRing, tmp_path: Path
) -> None:
    other = Database(sqlite_url(tmp_path), keys, busy_timeout=5)
    assert other._presence.alone()
    waiting = asyncio.ensure_future(sqlite_database.begin_work())
    await asyncio.sleep(0)
    assert not waiting.done()
    await other._presence.stay()
    await waiting
    await other.dispose()


async def test_one_that_never_gets_begun_is_not_waited_for_for_ever(
    sqlite_database: Database, keys: KeyRing, tmp_path: Path
) -> None:
    assert sqlite_database._presence.alone()
    late = Database(sqlite_url(tmp_path), keys, busy_timeout=0.1)
    with pytest.raises(DatabaseUnavailable, match="lock file"):
        await late.begin_work()
    await late.dispose()


@pytest.mark.parametrize("missing", ["fcntl", "rights"])
async def test_without_such_locks_leases_run_out_by_themselves(
    missing: str, sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing == "fcntl":
        monkeypatch.setitem(sys.modules, "fcntl", None)
    else:
        sqlite_file(tmp_path).with_name("vtbot.db.lock").mkdir()
    await lease_everything(sqlite_database)
    await sqlite_database.begin_work()
    assert await free_for(sqlite_database, "next") == (False, 0, 0)


async def test_on_postgresql_leases_run_out_by_themselves(postgresql_database: Database) -> None:
    await lease_everything(postgresql_database)
    await postgresql_database.begin_work()
    assert await free_for(postgresql_database, "next") == (False, 0, 0)
    assert await sending(postgresql_database) == (2, 0, 0)


async def test_the_lock_file_is_its_owners_only(sqlite_database: Database, tmp_path: Path) -> None:
    await sqlite_database.begin_work()
    assert sqlite_file(tmp_path).with_name("vtbot.db.lock").stat().st_mode & 0o777 == 0o600
