"""One transaction: connects when first needed, names faults, and never leaves a commit half observed."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, Executable, RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.engine import BEGIN, READING, WRITING
from storage.faults import faults_named
from storage.waiting import while_locked
from tickets.errors import DatabaseUnavailable

AfterCommit = Callable[[], Awaitable[None]]


class Gate:
    """SQLite has one writer: ours queue here, in order, instead of waking up at random in its busy handler."""

    def __init__(self, patience: float) -> None:
        """Seconds to wait for one's turn."""
        self._lock = asyncio.Lock()
        self.patience = patience

    async def enter(self) -> None:
        """Wait for one's turn; `DatabaseUnavailable` after the patience is over."""
        try:
            async with asyncio.timeout(self.patience):
                await self._lock.acquire()
        except TimeoutError:
            raise DatabaseUnavailable("the database is locked by this process") from None

    def leave(self) -> None:
        """Let the next one in."""
        self._lock.release()


class Transaction:
    """What repositories speak to. Not for use by two tasks at once."""

    def __init__(self, engine: AsyncEngine, gate: Gate | None = None, *, reading: bool = False) -> None:
        """`gate` is SQLite's; `reading` promises that nothing will be written."""
        self._engine = engine
        self._gate = None if reading else gate
        self._patience = 0.0 if gate is None else gate.patience
        self._begin = READING if reading else WRITING
        self._connection: AsyncConnection | None = None
        self._afterwards: list[AfterCommit] = []

    @property
    def on_sqlite(self) -> bool:
        """Whether this is SQLite."""
        return self._engine.dialect.name == "sqlite"

    async def execute(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one statement, or one statement for each of several values."""
        with faults_named():
            return await (await self._connected()).execute(statement, values)

    async def rows(self, statement: Executable) -> Sequence[RowMapping]:
        """All rows of a statement."""
        result = await self.execute(statement)
        return result.mappings().all()

    async def row(self, statement: Executable) -> RowMapping | None:
        """The first row of a statement, if there is one."""
        result = await self.execute(statement)
        return result.mappings().first()

    async def changed(self, statement: Executable) -> int:
        """How many rows a statement changed."""
        result = await self.execute(statement)
        return result.rowcount

    def after_commit(self, work: AfterCommit) -> None:
        """Do this once the commit holds; what goes wrong in it undoes nothing."""
        self._afterwards.append(work)

    async def commit(self) -> None:
        """Make it so. A cancellation waits until the outcome of the commit is certain."""
        if self._connection is None:
            return
        with faults_named():
            await _finish(self._connection.commit())
        afterwards, self._afterwards = self._afterwards, []
        for work in afterwards:
            with contextlib.suppress(DatabaseUnavailable):
                await work()

    async def close(self) -> None:
        """Roll back what was not committed and give the connection back."""
        await _finish(self._leave())

    async def _connected(self) -> AsyncConnection:
        if self._connection is None:
            left = await self._enter()
            try:
                self._connection = await while_locked(self._open, left)
            except BaseException:
                if self._gate is not None:
                    self._gate.leave()
                raise
        elif not self._connection.in_transaction():
            await while_locked(self._connection.begin, self._patience)
        return self._connection

    async def _enter(self) -> float:
        """Wait for one's turn; the seconds of patience that are left after that."""
        if self._gate is None:
            return self._patience
        loop = asyncio.get_running_loop()
        since = loop.time()
        await self._gate.enter()
        return self._patience - (loop.time() - since)

    async def _open(self) -> AsyncConnection:
        """A connection whose transaction has begun: on SQLite that takes the lock, and only there may waiting for it be cut short."""
        connection = await self._engine.connect()
        try:
            connection = await connection.execution_options(**{BEGIN: self._begin})
            await connection.begin()
        except BaseException:
            await _finish(connection.close())
            raise
        return connection

    async def _leave(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            with contextlib.suppress(DatabaseUnavailable), faults_named():
                await connection.close()
        finally:
            if self._gate is not None:
                self._gate.leave()


async def _finish(work: Awaitable[None]) -> None:
    """Await something that must not be cut short: a cancellation is passed on only when it is done."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        # Whoever is cancelled has no use for a fault; looking at it keeps the loop from complaining that nobody did.
        _ = task.cancelled() or task.exception()
        raise
