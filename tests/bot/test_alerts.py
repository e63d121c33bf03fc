"""What the alerts see of a process: each trouble they name is on the metrics page of the process that has it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.running import Running
from storage.crypto import KeyRing
from storage.database import Database
from storage.schema import health
from tests.bot.alerts import fires
from tests.bot.conftest import KEY
from tests.bot.test_counting import page
from tests.journeys.town import Town, opened
from tests.storage.asking import one

DATABASE = "VtbotDatabaseUnusable"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The bot between the sandbox's servers."""
    async with opened(tmp_path) as one:
        yield one


async def test_a_missing_key_is_seen_although_everything_can_be_read(town: Town) -> None:
    running = Running(town.parts)
    assert not fires(DATABASE, await page(town))
    told = town.parts.settings
    keys = KeyRing.parse(f"{KEY},{told.secret_keys.get_secret_value()}")
    other = Database(told.database_url.get_secret_value(), keys)
    await other.check()
    await other.dispose()
    seen = await page(town)
    assert "lacks a key" in (await running.health())["database"]
    assert (seen["vtbot_database_readable", ""], seen["vtbot_database_usable", ""]) == (1, 0)
    assert fires(DATABASE, seen)
    await running.health.close()


async def test_pages_asked_for_at_once_share_one_check(town: Town) -> None:
    running = Running(town.parts)
    await running.health()
    written = select(health.c.writes)
    before = (await one(town.parts.database, written))["writes"]
    await asyncio.gather(*(page(town) for _ in range(5)))
    assert (await one(town.parts.database, written))["writes"] == before + 1
    await running.health.close()
