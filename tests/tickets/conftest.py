"""A real database for each test, and a house on it."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.crypto import KeyRing
from storage.database import Database
from tests.databases import migrated
from tests.tickets.fake_telegram import FakeTelegram
from tests.tickets.hand_clock import HandClock
from tests.tickets.house import House
from tests.tickets.neighbours import FakeServer

KEYS = base64.urlsafe_b64encode(bytes(range(32))).decode()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    database = Database(f"sqlite+aiosqlite:///{migrated(tmp_path, 'house.db')}", KeyRing.parse(KEYS))
    clock = HandClock()
    yield House(database, clock, FakeServer(clock), FakeTelegram())
    await database.dispose()
