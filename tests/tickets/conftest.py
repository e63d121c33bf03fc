"""A real database for each test, copied from one that was migrated once, and a house on it."""

import asyncio
import base64
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.crypto import KeyRing
from storage.database import Database
from tests.tickets.hand_clock import HandClock
from tests.tickets.house import House
from tests.tickets.neighbours import FakeServer, FakeTelegram

KEYS = base64.urlsafe_b64encode(bytes(range(32))).decode()


def database_at(path: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{path}", KeyRing.parse(KEYS))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tickets") / "migrated.db"

    async def migrate() -> None:
        database = database_at(path)
        await database.upgrade()
        await database.dispose()

    asyncio.run(migrate())
    return path


@pytest.fixture
async def house(migrated: Path, tmp_path: Path) -> AsyncIterator[House]:
    path = tmp_path / "house.db"
    shutil.copyfile(migrated, path)
    database = database_at(path)
    clock = HandClock()
    yield House(database, clock, FakeServer(clock), FakeTelegram())
    await database.dispose()
