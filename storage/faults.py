"""What our database's faults mean, in one sentence each, without the statement or any value of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tickets.errors import DatabaseUnavailable

FAULTS = (
    SQLAlchemyError,
    OSError,
    TimeoutError,
    UnicodeDecodeError,
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
)
"""Everything a driver is known to raise, on connecting and afterwards; SQLite quotes a damaged schema in bytes that are no text."""

LOCKED = "the database is locked by another process"
OTHER_TABLES = "the database has the tables of another version: run vtbot db upgrade"
_SENTENCES = (
    ("locked", LOCKED),
    ("disk is full", "the disk is full"),
    ("readonly", "the database is read-only"),
    ("read-only", "the database is read-only"),
    ("not a database", "the file is not a database, or it is damaged"),
    ("malformed", "the database file is damaged"),
    ("unable to open", "the database file cannot be opened: its folder is missing or not writable"),
    ("disk i/o error", "the disk reports an error"),
    ("no such table", "the database has no tables yet, or lacks some: run vtbot db upgrade"),
    ("undefinedtable", "the database has no tables yet, or lacks some: run vtbot db upgrade"),
    ("no such column", OTHER_TABLES),
    ("has no column named", OTHER_TABLES),
    ("undefinedcolumn", OTHER_TABLES),
    ("invalidpassword", "the database server does not accept the user name or password"),
    ("invalidcatalogname", "the database server has no such database"),
    ("deadlock", "the database broke off a deadlock"),
    ("locknotavailable", LOCKED),
    ("querycanceled", "the database took too long to answer"),
    ("outofmemory", "the database server has no room left"),
    ("diskfull", "the disk is full"),
    ("internalclient", "the database server ended the connection"),
    ("admin", "the database server ended the connection"),
    ("connection", "the database server cannot be reached"),
)
"""A piece of the driver's message or class name -> what we say."""


@contextmanager
def faults_named() -> Iterator[None]:
    """Turn every fault of the database into `DatabaseUnavailable`; our own mistakes in a statement stay what they are."""
    try:
        yield
    except FAULTS as error:
        if is_ours(error):
            raise
        raise DatabaseUnavailable(sentence(error)) from None


def is_ours(error: BaseException) -> bool:
    """Whether the statement was wrong, which no waiting mends."""
    if isinstance(error, IntegrityError):
        return True
    if isinstance(error, ProgrammingError):
        # A table or column that is missing is nobody's mistake before the first `vtbot db upgrade` of a new version.
        description = _description(error)
        return "undefinedtable" not in description and "undefinedcolumn" not in description
    return isinstance(error, SQLAlchemyError) and not isinstance(error, DBAPIError | PoolTimeout)


def locked(error: BaseException) -> bool:
    """Whether waiting may help: another process holds the lock."""
    return sentence(error) == LOCKED


def sentence(error: BaseException) -> str:
    """One sentence for the operator."""
    if isinstance(error, TimeoutError | PoolTimeout):
        return "the database took too long to answer"
    if isinstance(error, UnicodeDecodeError):
        return "the database file is damaged"
    description = _description(error)
    for piece, words in _SENTENCES:
        if piece in description:
            return words
    return "the database server cannot be reached" if isinstance(error, OSError) else "the database failed"


def _description(error: BaseException) -> str:
    """The driver's class names and message, lower case; only ever compared, never shown."""
    cause = error.orig if isinstance(error, StatementError) and error.orig is not None else error
    deepest = cause.__cause__ or cause
    return f"{type(cause).__name__} {type(deepest).__name__} {deepest}".lower().replace("error:", "")
