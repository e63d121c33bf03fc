"""When the database fails: one sentence says how, the start is refused, nothing is sent that was not written down, and it heals."""

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from asyncio.subprocess import PIPE
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from storage.crypto import KeyRing
from storage.database import Database
from storage.engine import PRAGMAS
from storage.faults import sentence
from tests.databases import PostgresServer, fresh_key, sqlite_file, sqlite_url
from tests.storage.filled import fill
from tests.storage.records import NOW, push, watch
from tickets.errors import DatabaseUnavailable

UNSHARE = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
"""A mount namespace of one's own; without root, in a user namespace as well."""


def can_mount() -> bool:
    """Whether this machine lets us."""
    probe = [*UNSHARE, "mount", "-t", "tmpfs", "none", "/mnt"]
    return (
        shutil.which("unshare") is not None and subprocess.run(probe, capture_output=True, check=False).returncode == 0
    )


needs_mount = pytest.mark.skipif(not can_mount(), reason="a disk of one's own cannot be mounted here")


async def locked_by_another(folder: Path) -> sqlite3.Connection:
    other = sqlite3.connect(sqlite_file(folder), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


async def test_locked_by_another_process_it_says_so_and_heals(
    sqlite_database: Database, tmp_path: Path, keys: KeyRing
) -> None:
    impatient = Database(sqlite_url(tmp_path), keys, busy_timeout=0.2)
    with closing(await locked_by_another(tmp_path)):
        with pytest.raises(DatabaseUnavailable, match="locked by another process"):
            await impatient.check()
        with pytest.raises(DatabaseUnavailable, match="locked"):
            async with impatient.open_book() as book:
                await book.outbox.add(push())
        async with impatient.open_book(reading=True) as book:
            assert (await book.outbox.counts())["pending"] == 0
    await impatient.check()
    await impatient.dispose()


async def test_locked_for_a_while_it_only_waits(sqlite_database: Database, tmp_path: Path) -> None:
    other = await locked_by_another(tmp_path)
    waiting = asyncio.ensure_future(sqlite_database.check())
    await asyncio.wait([waiting], timeout=0.3)
    assert not waiting.done()
    other.execute("COMMIT")
    other.close()
    await waiting


@pytest.mark.parametrize("content", [b"this is no database at all " * 200, b"SQLite format 3\x00" + b"\xff" * 8000])
async def test_a_file_that_is_no_database_refuses_the_start(tmp_path: Path, keys: KeyRing, content: bytes) -> None:
    sqlite_file(tmp_path).write_bytes(content)
    database = Database(sqlite_url(tmp_path), keys)
    with pytest.raises(DatabaseUnavailable, match="damaged") as caught:
        await database.upgrade()
    assert "\n" not in str(caught.value)
    await database.dispose()


def replace_file(folder: Path, content: bytes) -> None:
    """Another file in the database's place, without a journal."""
    for leftover in folder.glob("vtbot.db-*"):
        leftover.unlink()
    sqlite_file(folder).write_bytes(content)


async def test_flipped_bits_are_found_or_harmless(sqlite_database: Database, tmp_path: Path, keys: KeyRing) -> None:
    await fill(sqlite_database, range(1, 60))
    await sqlite_database.dispose()
    whole, dice, refused = sqlite_file(tmp_path).read_bytes(), random.Random(7), 0
    for _ in range(40):
        spoilt = bytearray(whole)
        for _ in range(25):
            spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
        replace_file(tmp_path, bytes(spoilt))
        database = Database(sqlite_url(tmp_path), keys)
        try:
            await database.upgrade()
        except DatabaseUnavailable:
            refused += 1
        finally:
            await database.dispose()
    assert refused > 20


async def test_a_folder_that_is_not_there_refuses_the_start(tmp_path: Path, keys: KeyRing) -> None:
    database = Database(sqlite_url(tmp_path / "nowhere"), keys)
    with pytest.raises(DatabaseUnavailable, match="cannot be opened for writing"):
        await database.upgrade()
    await database.dispose()


async def test_a_failed_connection_keeps_nobody_else_waiting(tmp_path: Path, keys: KeyRing) -> None:
    database = Database(sqlite_url(tmp_path / "nowhere"), keys, busy_timeout=0.2)
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable, match="cannot be opened: its folder"):
            await database.check()
    await database.dispose()


async def test_without_tables_it_says_what_to_do(database_url: str, keys: KeyRing) -> None:
    database = Database(database_url, keys)
    with pytest.raises(DatabaseUnavailable, match="vtbot db upgrade"):
        await database.check()
    await database.dispose()


async def test_with_the_tables_of_another_version_it_says_what_to_do(database: Database) -> None:
    """A command of a new version, before `vtbot run` or `vtbot db upgrade` have migrated anything."""
    await database.downgrade("0003")
    async with database.open_book() as book:
        with pytest.raises(DatabaseUnavailable, match="another version: run vtbot db upgrade"):
            await book.watches.audience()
    async with database.open_book() as book:
        with pytest.raises(DatabaseUnavailable, match="another version: run vtbot db upgrade"):
            await book.watches.add(watch())


async def test_every_connection_has_the_settings_that_keep_promises(sqlite_database: Database) -> None:
    transaction = sqlite_database.transaction()
    promised = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "trusted_schema": 0}
    assert promised == PRAGMAS
    for name, wanted in promised.items():
        row = await transaction.row(text(f"PRAGMA {name}"))
        assert row is not None
        assert next(iter(row.values())) == wanted
    row = await transaction.row(text("PRAGMA busy_timeout"))
    assert row is not None
    assert next(iter(row.values())) == 1000, "a longer wait is ours, in stretches that can be cut short"
    await transaction.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "mysql+aiomysql://h/d",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///file:x?mode=memory&uri=true",
        "sqlite:///x.db",
        "postgresql://h/d",
    ],
)
def test_other_addresses_are_refused_without_repeating_them(url: str, keys: KeyRing) -> None:
    with pytest.raises(ValueError, match=r"address|SQLite needs the path") as caught:
        Database(url, keys)
    assert not url or url not in str(caught.value)


DISK = """
import asyncio, sys
from storage.crypto import KeyRing
from storage.database import Database
from tests.storage.records import NOW, push
from tickets.errors import DatabaseUnavailable

async def main():
    database = Database("sqlite+aiosqlite:///" + sys.argv[1] + "/vtbot.db", KeyRing.parse(sys.argv[2]), busy_timeout=1)
    if sys.argv[3] == "start":
        try:
            await database.upgrade()
        except DatabaseUnavailable as error:
            print("refused:", error)
        return await database.dispose()
    await database.upgrade()
    await database.check()
    intended = 0
    try:
        for number in range(20000):
            async with database.open_book() as book:
                for chat in range(20):
                    await book.outbox.add(push(chat_id=number * 100 + chat))
                await book.commit()
                intended += 20
    except DatabaseUnavailable as error:
        print("stopped:", error)
    async with database.open_book(reading=True) as book:
        print("lost:", intended - (await book.outbox.counts())["pending"])
    await database.dispose()

asyncio.run(main())
"""


async def on_a_disk(script: str) -> str:
    """Run it in a mount namespace of its own, where /mnt may be anything."""
    process = await asyncio.create_subprocess_exec(*UNSHARE, "sh", "-ec", script, stdout=PIPE, stderr=PIPE)
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()[-1500:]
    return output.decode()


@needs_mount
async def test_a_full_disk_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    (tmp_path / "disk.py").write_text(DISK)
    told = await on_a_disk(
        "mount -t tmpfs -o size=1500k none /mnt\n"
        f"PYTHONPATH={Path.cwd()} {sys.executable} {tmp_path / 'disk.py'} /mnt {fresh_key()} fill"
    )
    assert told.splitlines() == ["stopped: the disk is full", "lost: 0"]


@needs_mount
async def test_a_read_only_disk_refuses_the_start(tmp_path: Path) -> None:
    (tmp_path / "disk.py").write_text(DISK)
    told = await on_a_disk(
        "mount -t tmpfs -o ro none /mnt\n"
        f"PYTHONPATH={Path.cwd()} {sys.executable} {tmp_path / 'disk.py'} /mnt {fresh_key()} start"
    )
    assert told.splitlines() == ["refused: the database file cannot be opened for writing"]


async def test_an_unreachable_server_is_said_so_without_its_address(keys: KeyRing, tmp_path: Path) -> None:
    database = Database(f"postgresql+asyncpg://canary:canary@/canary?host={tmp_path}", keys)
    with pytest.raises(DatabaseUnavailable, match=r"cannot be reached|cannot be opened") as caught:
        await database.check()
    assert "canary" not in str(caught.value)
    await database.dispose()


async def test_a_server_without_the_database_is_said_so(postgres_server: PostgresServer, keys: KeyRing) -> None:
    database = Database(postgres_server.url("nobody_made_this"), keys)
    with pytest.raises(DatabaseUnavailable, match="no such database"):
        await database.upgrade()
    await database.dispose()


async def test_a_broken_connection_heals(postgresql_database: Database, postgres_server: PostgresServer) -> None:
    async with postgresql_database.open_book() as book:
        await book.outbox.add(push())
        await postgres_server.administer(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'vtbot'"
        )
        with pytest.raises(DatabaseUnavailable, match=r"ended the connection|cannot be reached"):
            await book.commit()
    await postgresql_database.check()
    async with postgresql_database.open_book() as book:
        assert (await book.outbox.counts())["pending"] == 0


async def test_a_row_locked_for_too_long_is_given_up(postgresql_database: Database) -> None:
    async with postgresql_database.open_book() as first, postgresql_database.open_book() as second:
        await first.leases.take("polling", "me", NOW, 60)
        await second._transaction.execute(text("SET LOCAL lock_timeout = '100ms'"))  # type: ignore[attr-defined]  # behind the door
        with pytest.raises(DatabaseUnavailable, match="locked"):
            await second.leases.take("polling", "you", NOW, 60)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (sqlite3.OperationalError("disk I/O error"), "the disk reports an error"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "the database is read-only"),
        (sqlite3.OperationalError("canary"), "the database failed"),
        (UnicodeDecodeError("utf-8", b"canary", 0, 1, ""), "the database file is damaged"),
        (TimeoutError(), "the database took too long to answer"),
        (ConnectionRefusedError("canary"), "the database server cannot be reached"),
        (FileNotFoundError("canary"), "the database server cannot be reached"),
        (asyncpg.exceptions.QueryCanceledError("canary"), "the database took too long to answer"),
        (asyncpg.exceptions.DeadlockDetectedError("canary"), "the database broke off a deadlock"),
        (asyncpg.exceptions.DiskFullError("canary"), "the disk is full"),
        (
            asyncpg.exceptions.InvalidPasswordError("canary"),
            "the database server does not accept the user name or password",
        ),
        (asyncpg.exceptions.ReadOnlySQLTransactionError("canary"), "the database is read-only"),
    ],
)
def test_each_fault_has_its_sentence(error: Exception, says: str) -> None:
    assert sentence(error) == says
