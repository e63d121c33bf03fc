"""Alembic from within the program: to the newest revision or back, in one transaction, one process at a time."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.engine import build_engine
from storage.faults import faults_named
from storage.waiting import while_locked
from tickets.errors import DatabaseUnavailable

SCRIPTS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 0x7674626F74
"""PostgreSQL's advisory lock that migrating processes take turns with ("vtbot")."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; it needs no file. `connection` is in the transaction everything happens in."""
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


async def upgrade(url: URL, busy_timeout: float, revision: str = "head") -> None:
    """To that revision; the newest unless told."""
    await migrate(url, busy_timeout, lambda connection: command.upgrade(config(connection), revision))


async def downgrade(url: URL, busy_timeout: float, revision: str) -> None:
    """To that revision, or "base"; `DatabaseUnavailable` where there is none of that name."""
    await migrate(url, busy_timeout, lambda connection: command.downgrade(config(connection), revision))


async def migrate(url: URL, busy_timeout: float, work: Callable[[Connection], None]) -> None:
    """Do something to the schema, all of it or nothing, while nobody else does."""
    engine = build_engine(url, busy_timeout=busy_timeout, migrating=True)
    try:
        with faults_named():
            connection = await while_locked(lambda: _opened(engine), busy_timeout)
            try:
                await connection.run_sync(_alone)
                await connection.run_sync(work)
                await connection.run_sync(_assert_references)
                await connection.commit()
            finally:
                await connection.close()
    except CommandError as error:
        raise DatabaseUnavailable(f"the database cannot be migrated: {error}") from None
    finally:
        await engine.dispose()


async def _opened(engine: AsyncEngine) -> AsyncConnection:
    connection = await engine.connect()
    try:
        await connection.begin()
    except BaseException:
        await connection.close()
        raise
    return connection


def _alone(connection: Connection) -> None:
    """SQLite's BEGIN IMMEDIATE has seen to it already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})


def _assert_references(connection: Connection) -> None:
    """Foreign keys are not enforced while SQLite's tables are rebuilt, so they are checked before the commit."""
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise DatabaseUnavailable("the migration would leave rows without what they refer to; nothing was changed")
