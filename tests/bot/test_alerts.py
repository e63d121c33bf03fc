"""What the alerts see of a process: each trouble they name is on the metrics page of the process that has it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import Parts
from bot.running import Running
from storage.crypto import KeyRing
from storage.database import Database
from storage.schema import health
from storage.spoilt import KINDS
from tests.bot.alerts import fires, firing, rules
from tests.bot.conftest import KEY
from tests.bot.promql import Collected
from tests.bot.test_counting import page
from tests.journeys.test_main_job import take
from tests.journeys.town import Town, opened
from tests.storage.asking import one

DATABASE = "VtbotDatabaseUnusable"
GROWTH = re.compile(r'(?:increase|delta|rate)\((vtbot_\w+)(?:\{(?:state|what)="(\w+)"\})?\[')


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The bot between the sandbox's servers."""
    async with opened(tmp_path) as one:
        yield one


async def text(parts: Parts) -> str:
    """Its metrics page as it is now."""
    return (await parts.measures.render()).decode()


async def test_a_missing_key_is_seen_although_everything_can_be_read(town: Town) -> None:
    running = Running(town.parts)
    assert not fires(DATABASE, await text(town.parts))
    told = town.parts.settings
    keys = KeyRing.parse(f"{KEY},{told.secret_keys.get_secret_value()}")
    other = Database(told.database_url.get_secret_value(), keys)
    await other.check()
    await other.dispose()
    seen = await page(town)
    assert "lacks a key" in (await running.health())["database"]
    assert (seen["vtbot_database_readable", ""], seen["vtbot_database_usable", ""]) == (1, 0)
    assert fires(DATABASE, await text(town.parts))
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


@asynccontextmanager
async def beside(town: Town) -> AsyncIterator[Parts]:
    """Another process on the same database."""
    parts = town._build()
    yield parts
    for client in parts.clients:
        await client.aclose()
    await parts.database.dispose()


async def test_it_is_known_whether_anybody_asks_also_where_roles_are_apart(town: Town) -> None:
    async with beside(town) as front:
        runs = Running(front, ["web"]), Running(town.parts, ["chat", "watch", "deliver"])
        await take(town.chat(1001))
        both, front_alone = Collected(), Collected()
        for _ in range(10):
            await town.passes(60)
            await town.parts.intake.accept([])
            both.read(town.clock.now(), {"front": await text(front), "back": await text(town.parts)})
            front_alone.read(town.clock.now(), {"front": await text(front)})
        assert firing(both) == firing(front_alone) == set()
        for _ in range(10):
            town.clock.passes(60)
            both.read(town.clock.now(), {"front": await text(front), "back": await text(town.parts)})
        assert "VtbotNobodyAsks" in firing(both), "the watch stands still"
        for _ in range(10):
            town.clock.passes(60)
            both.read(town.clock.now(), {"front": await text(front)})
        assert "VtbotNobodyAsks" in firing(both), "the process that watched is gone"
        for run in runs:
            await run.health.close()
