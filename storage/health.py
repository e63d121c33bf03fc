"""Whether the database can be trusted with a push: it is written to, its settings are asserted, and its keys are all there."""

import asyncio
import contextlib
import os
import sqlite3
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import key_names
from storage.crypto import KeyRing
from storage.engine import BEGIN, OUTSIDE, PRAGMAS
from storage.faults import FAULTS, faults_named, sentence
from storage.file_mode import keep_to_owner
from storage.schema import health
from storage.transaction import Transaction
from storage.upsert import insert
from storage.waiting import STRETCH, while_locked
from tickets.errors import DatabaseUnavailable


class FileInPlace:
    """Notices that the database's file was deleted or replaced while it is open: what is written then has no name and is lost."""

    def __init__(self, file: Path) -> None:
        """Which file it is becomes known with the first connection."""
        self._file = file
        self._known: tuple[int, int] | None = None

    def opened(self, *_: object) -> None:
        """A connection was made (SQLAlchemy's "connect" event)."""
        if self._known is None:
            self._known = self._now()

    def forget(self) -> None:
        """Every connection is closed: the next may find another file."""
        self._known = None

    def assert_there(self) -> None:
        """Before each transaction, so that nobody is told that something was kept which will be gone."""
        if self._known is not None and self._now() != self._known:
            raise DatabaseUnavailable("the database file was deleted or replaced while it was open: restart the bot")

    def _now(self) -> tuple[int, int] | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


async def prepare_file(file: Path, patience: float) -> None:
    """Create the file for its owner only, and refuse one that is damaged; `patience` in seconds, with other processes."""
    try:
        verdict = await while_locked(lambda: asyncio.to_thread(_verdict, file), patience)
    except FAULTS as error:
        words = "the database file cannot be opened for writing" if isinstance(error, OSError) else sentence(error)
        raise DatabaseUnavailable(words) from None
    if verdict != "ok":
        raise DatabaseUnavailable("the database file is damaged: restore it from a backup")


def _verdict(file: Path) -> str:
    keep_to_owner(file)
    os.close(os.open(file, os.O_RDWR))
    with contextlib.closing(sqlite3.connect(file, timeout=STRETCH)) as connection:
        return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])


async def check(transaction: Transaction, keys: KeyRing) -> None:
    """Write, commit, and compare; `DatabaseUnavailable` with one sentence where anything is wrong."""
    if transaction.on_sqlite:
        await _assert_pragmas(transaction)
    first = insert(transaction, health, {"id": 1, "writes": 1})
    await transaction.execute(first.on_conflict_do_update(index_elements=["id"], set_={"writes": health.c.writes + 1}))
    await key_names.assert_known(transaction, keys)
    await key_names.name_newest(transaction, keys)
    await transaction.commit()


async def truncate_journal(engine: AsyncEngine) -> None:
    """Take deleted data out of the write-ahead log too. Best effort: a reader in the way leaves it for the next time."""
    with faults_named():
        async with engine.connect() as connection:
            outside = await connection.execution_options(**{BEGIN: OUTSIDE})
            await outside.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


async def _assert_pragmas(transaction: Transaction) -> None:
    for name, wanted in PRAGMAS.items():
        row = await transaction.row(text(f"PRAGMA {name}"))
        if row is None or next(iter(row.values())) != wanted:
            raise DatabaseUnavailable(f"SQLite does not accept {name}={wanted} here; is this a network file system?")
