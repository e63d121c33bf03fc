"""How we connect: SQLite as a durable, strict, single-writer store, PostgreSQL with every wait bounded."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.address import sqlite_file
from storage.file_mode import keep_to_owner
from storage.waiting import STRETCH

BEGIN = "vtbot_begin"
"""The execution option that says how a connection begins its transactions on SQLite."""
WRITING = "BEGIN IMMEDIATE"
"""Takes the write lock at once: a reader that turns writer later would fail, and its busy timeout would not help it."""
READING = "BEGIN"
OUTSIDE = ""
"""No transaction at all, for statements that SQLite takes only outside one."""
BUSY_TIMEOUT = 30.0
"""Seconds a writer waits for another process, in stretches (storage.waiting)."""

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
}
"""What every connection is asserted to have: a commit survives a power cut, and what was deleted is overwritten."""
POSTGRES_LIMITS = {
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "15s",
}
COMMAND_TIMEOUT = 10.0


def build_engine(url: URL, *, busy_timeout: float = BUSY_TIMEOUT, migrating: bool = False) -> AsyncEngine:
    """An engine of either kind; nothing is connected yet. `migrating` leaves out what stands in a migration's way.

    `ValueError` where the address contradicts itself, such as a host for SQLite.
    """
    try:
        if sqlite_file(url) is not None:
            return _sqlite(url, busy_timeout, migrating=migrating)
        return _postgres(url, migrating=migrating)
    except ArgumentError:
        # Its text has the whole address in it.
        raise ValueError("the database address contradicts itself") from None


def _sqlite(url: URL, busy_timeout: float, *, migrating: bool) -> AsyncEngine:
    options: dict[str, Any] = {"poolclass": NullPool} if migrating else {"pool_size": 5, "max_overflow": 10}
    stretch = min(busy_timeout, STRETCH)
    engine = create_async_engine(url, hide_parameters=True, connect_args={"timeout": stretch}, **options)
    # Alembic's batch mode drops and renames tables, which foreign keys would turn into deleted rows.
    pragmas = {**PRAGMAS, "foreign_keys": 0} if migrating else PRAGMAS

    def before(*_: object) -> None:
        keep_to_owner(Path(url.database or ""))

    def connect(connection: Any, _record: Any) -> None:
        # Without this the driver begins transactions by itself, too late and deferred.
        connection.isolation_level = None
        connection.driver_connection.text_factory = _text
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(stretch * 1000)}")
        for name, value in pragmas.items():
            cursor.execute(f"PRAGMA {name} = {value}")
        cursor.close()

    event.listen(engine.sync_engine, "do_connect", before)
    event.listen(engine.sync_engine, "connect", connect)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _text(stored: bytes) -> str:
    """Text as it is kept; damage leaves a mark in it that whoever reads the row judges (storage.spoilt), and fails no fetch."""
    return stored.decode("utf-8", "replace")


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get(BEGIN, WRITING)
    if statement:
        connection.exec_driver_sql(statement)


def _postgres(url: URL, *, migrating: bool) -> AsyncEngine:
    limits = {"lock_timeout": "60s"} if migrating else POSTGRES_LIMITS
    arguments: dict[str, Any] = {"server_settings": {"application_name": "vtbot", **limits}, "timeout": COMMAND_TIMEOUT}
    if not migrating:
        arguments["command_timeout"] = COMMAND_TIMEOUT
    options: dict[str, Any] = (
        {"poolclass": NullPool}
        if migrating
        else {"pool_size": 10, "max_overflow": 10, "pool_timeout": 10, "pool_pre_ping": True}
    )
    return create_async_engine(url, hide_parameters=True, connect_args=arguments, **options)
