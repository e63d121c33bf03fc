"""What the alerts see of a process: each trouble they name is on the metrics page of the process that has it."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.running import Running
from storage.crypto import KeyRing
from storage.database import Database
from storage.schema import health
from storage.spoilt import KINDS
from tests.bot.alerts import fires, rules
from tests.bot.conftest import KEY
from tests.bot.test_counting import page
from tests.journeys.town import Town, opened
from tests.storage.asking import one

DATABASE = "VtbotDatabaseUnusable"
GROWTH = re.compile(r'(?:increase|delta|rate)\((vtbot_\w+)(?:\{(?:state|what)="(\w+)"\})?\[')


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


async def test_what_is_to_grow_stands_at_0_before_it_does(town: Town) -> None:
    """A series born at 1 has not grown: Prometheus sees no increase in what was never smaller."""
    running = Running(town.parts)
    fresh, labels = await page(town), {"vtbot_unreadable": KINDS}
    asked = [(rule["alert"], *found) for rule in rules() for found in GROWTH.findall(rule["expr"])]
    assert {alert for alert, _, _ in asked} >= {"VtbotUnreadable", "VtbotUpdatesPoisoned", "VtbotPushUnsure"}
    for alert, name, selected in asked:
        for label in [selected] if selected else labels.get(name, ("",)):
            assert fresh.get((name, label)) == 0, (alert, name, label)
    await running.health.close()
