"""Who works on a SQLite database: each process holds a lock file beside it, which the kernel lets go of however the process ends.

Where nobody else does, whatever is leased in the database was leased by the dead, and nobody need wait until their leases are over.
"""

import asyncio
import contextlib
import os
from pathlib import Path

from sqlalchemy import delete, update

from storage.leases import lease_columns
from storage.outbox import SqlOutbox
from storage.restored import Restored
from storage.schema import inbox, leases, watches
from storage.spoilt import Spoilt
from storage.transaction import Transaction
from tickets.errors import DatabaseUnavailable

FOREVER = float("inf")
LOOK = 0.05
"""Seconds between two looks at a lock that another process holds while it begins."""


class Presence:
    """Our place beside the database. On PostgreSQL, which many machines share, and where files cannot be locked, nobody is ever alone."""

    def __init__(self, database: Path | None, patience: float) -> None:
        """`database` is SQLite's file, None on PostgreSQL; `patience` in seconds, for another process that is just beginning."""
        # Two names of one database must lead to one lock.
        self._file = database.resolve().with_name(database.name + ".lock") if database is not None else None
        self._patience = patience
        self._handle: int | None = None

    def alone(self) -> bool:
        """Whether no other process works here; nobody else can begin until `stay`."""
        if self._file is None or self._handle is not None:
            return False
        with contextlib.suppress(OSError):
            self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        return self._locked(shared=False)

    async def stay(self) -> None:
        """Be one of those who work here, until `leave` or the end of this process."""
        try:
            async with asyncio.timeout(self._patience):
                while self._handle is not None and not self._locked(shared=True):  # noqa: ASYNC110 -- the kernel tells nobody
                    await asyncio.sleep(LOOK)
        except TimeoutError:
            raise DatabaseUnavailable("another process that is just beginning keeps its lock file") from None

    def leave(self) -> None:
        """Work here no more."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _locked(self, *, shared: bool) -> bool:
        if self._handle is None:
            return False
        try:
            import fcntl

            # flock, not lockf: SQLite's own locks are of the other kind, and those are let go of with any handle of the process.
            fcntl.flock(self._handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except (ImportError, OSError):
            # Neither every system nor every file system has such locks; without them leases run out in their own time.
            self.leave()
            return False
        return True


async def release(transaction: Transaction) -> None:
    """Take every lease from whoever held it, in one commit. What was being sent is UNSURE, as when its lease runs out."""
    for statement in (
        delete(leases),
        update(inbox).where(inbox.c.lease_owner != "").values(lease_columns()),
        update(watches).where(watches.c.lease_owner != "").values(lease_columns()),
    ):
        await transaction.execute(statement)
    await SqlOutbox(transaction, Restored(transaction, possible=False), Spoilt()).recover(FOREVER)
    await transaction.commit()
