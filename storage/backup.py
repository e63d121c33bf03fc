"""Copies of the database, and what holds when one of them is put back: nothing old is sent, and nothing old is done again.

Between the backup and the restore, pushes were sent, updates handled and calls made that the copy knows nothing of. So, in a copy:
pushes that were not final are EXPIRED, updates not yet handled are done, leases and holds are gone, and the first reading of each
watch tells no old news (`storage.restored`). Accounts, choices, watches and open intents stay; intents are looked up at the queue server.
"""

import asyncio
import contextlib
import os
import sqlite3
from pathlib import Path

from sqlalchemy import delete, select, update

from storage import inbox as inbox_states
from storage.faults import sentence
from storage.leases import lease_columns
from storage.restored import REASON
from storage.schema import bot_budget, chat_budgets, inbox, leases, notes, pushes, watches
from storage.transaction import Transaction
from tickets.errors import DatabaseUnavailable
from tickets.pushes import PushState

COPY_MARK = "this is a copy"
"""The name of a note that only copies hold."""
UNFINISHED = tuple(state.value for state in PushState if not state.final)


async def backup(file: Path | None, target: Path, busy_timeout: float) -> None:
    """Write the copy beside its final name, and move it there when it is whole; `DatabaseUnavailable` says why not."""
    if file is None:
        raise DatabaseUnavailable("this database is PostgreSQL: make its backups with pg_dump")
    try:
        await asyncio.to_thread(_copy, file, target, busy_timeout)
    except (OSError, sqlite3.Error) as error:
        words = "its folder cannot be written to" if isinstance(error, OSError) else sentence(error)
        raise DatabaseUnavailable(f"no backup was made: {words}") from None


def _copy(file: Path, target: Path, busy_timeout: float) -> None:
    if target.exists():
        raise DatabaseUnavailable("the backup's file exists already and is not overwritten")
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    # Made by us, because SQLite would create it readable for whomever the umask allows.
    os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        source = sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=busy_timeout)
        with contextlib.closing(source):
            source.execute("VACUUM INTO ?", (str(unfinished),))
        _mark(unfinished)
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _mark(copy: Path) -> None:
    with contextlib.closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)", (COPY_MARK, "made by backup"))
    descriptor = os.open(copy, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def is_copy(transaction: Transaction) -> bool:
    """Whether this database was a backup and nobody has treated it as one yet."""
    return await transaction.row(select(notes.c.name).where(notes.c.name == COPY_MARK)) is not None


async def unread_watches(transaction: Transaction) -> bool:
    """Whether some watch was not read yet since a restore."""
    return await transaction.row(select(watches.c.id).where(watches.c.restored).limit(1)) is not None


async def after_restore(transaction: Transaction) -> None:
    """Make everything that was under way in the copy harmless, in one commit."""
    handled = {"state": inbox_states.DONE, "body": None, "poison": "", **lease_columns()}
    for statement in (
        update(pushes)
        .where(pushes.c.state.in_(UNFINISHED))
        .values(state=PushState.EXPIRED.value, reason=REASON, **lease_columns()),
        update(inbox).where(inbox.c.state == inbox_states.WAITING).values(handled),
        update(watches).where(watches.c.live).values(restored=True, **lease_columns()),
        delete(leases),
        delete(chat_budgets),
        delete(bot_budget),
        delete(notes).where(notes.c.name == COPY_MARK),
    ):
        await transaction.execute(statement)
    await transaction.commit()
