"""SQLite's file and its journal are for their owner only, whoever opens it first, and no lock is lost by seeing to that."""

import asyncio
import os
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.crypto import KeyRing
from storage.database import Database
from tests.databases import migrated, sqlite_file, sqlite_url
from tickets.errors import DatabaseUnavailable


@pytest.fixture
def _open_to_all() -> Iterator[None]:
    """The umask that most machines give a command."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> list[int]:
    """Of the database and the files of its journal."""
    return [path.stat().st_mode & 0o777 for path in folder.glob("vtbot.db*")]


def test_the_file_is_for_its_owner_only(tmp_path: Path, keys: KeyRing) -> None:
    async def make() -> None:
        database = Database(sqlite_url(tmp_path), keys)
        await database.upgrade()
        await database.check()
        assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}  # noqa: ASYNC240 -- a test's own files
        await database.dispose()

    asyncio.run(make())


@pytest.mark.usefixtures("_open_to_all")
@pytest.mark.parametrize("linked", [False, True])
async def test_whoever_opens_it_first_makes_it_for_its_owner_only(tmp_path: Path, keys: KeyRing, linked: bool) -> None:
    """As `vtbot doctor` or `vtbot db rotate-keys` before the first start, which make no tables."""
    if linked:
        (tmp_path / "elsewhere").mkdir()
        sqlite_file(tmp_path).symlink_to(tmp_path / "elsewhere" / "vtbot.db")
    database = Database(sqlite_url(tmp_path), keys)
    with pytest.raises(DatabaseUnavailable, match="vtbot db upgrade"):
        await database.check()
    assert modes(sqlite_file(tmp_path).resolve().parent) == [0o600] * 3
    await database.dispose()


@pytest.mark.usefixtures("_open_to_all")
@pytest.mark.parametrize(("before", "after"), [(0o644, 0o600), (0o640, 0o640), (0o660, 0o660)])
async def test_a_file_that_everybody_may_read_is_closed(tmp_path: Path, keys: KeyRing, before: int, after: int) -> None:
    """What SQLite gave it. What else it may be was somebody's choice."""
    migrated(tmp_path).chmod(before)
    with closing(sqlite3.connect(sqlite_file(tmp_path))) as another:
        another.execute("SELECT * FROM notes").fetchall()
        assert modes(tmp_path) == [before] * 3
        database = Database(sqlite_url(tmp_path), keys)
        await database.check()
        assert modes(tmp_path) == [after] * 3
        await database.dispose()


LOCKED_BY_ANOTHER = """
import fcntl, os, sys
try:
    fcntl.lockf(os.open(sys.argv[1], os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
except OSError:
    print("held")
"""
"""Asks for the bytes of the file that whoever has it open holds (https://sqlite.org/src/file/src/os.h: SHARED_FIRST, SHARED_SIZE)."""


async def test_opening_it_again_lets_go_of_no_lock(sqlite_database: Database, tmp_path: Path, keys: KeyRing) -> None:
    """The kernel takes a process's locks on a file away when any of its descriptors of that file is closed."""
    again = Database(sqlite_url(tmp_path), keys)
    await sqlite_database.check()
    await again.check()
    asked = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LOCKED_BY_ANOTHER, sqlite_file(tmp_path), stdout=PIPE
    )
    assert (await asked.communicate())[0] == b"held\n"
    await again.dispose()
