"""The doctor's findings beyond what tests/bot/test_cli.py sees of them: clocks, webhooks, and lines people can act upon."""

from collections.abc import AsyncIterator
from email.utils import formatdate
from pathlib import Path

import httpx
import pytest

from bot import doctor
from bot.app import Parts
from bot.doctor import Finding
from tests.bot import scripted
from tests.journeys.town import Town, opened


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The bot between the sandbox's servers."""
    async with opened(tmp_path) as one:
        yield one


@pytest.fixture
def parts(town: Town) -> Parts:
    """Its parts."""
    return town.parts


@pytest.mark.parametrize(
    ("ahead", "well", "words"),
    [(0, True, "the same"), (2, True, "2 s ahead"), (-9, False, "9 s behind"), (3600, False, "3600 s ahead")],
)
async def test_a_clock_that_is_wrong_is_told(ahead: int, well: bool, words: str, parts: Parts) -> None:
    date = formatdate(parts.clock.now() - ahead, usegmt=True)
    async with (
        scripted.scripted(scripted.answering(404, b"", headers=(f"Date: {date}",))) as server,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        found = await doctor._clock(parts, "clock", client, server.url)
    assert (found.well, found.words, bool(found.mend)) == (well, words, not well)


async def test_a_server_that_tells_no_time_is_no_fault(parts: Parts) -> None:
    async with (
        scripted.scripted(scripted.answering(200, b"", headers=("Date: yesterday",))) as server,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        assert (await doctor._clock(parts, "clock", client, server.url)).words == "not told"


async def test_a_webhook_that_contradicts_the_settings_is_told(parts: Parts) -> None:
    assert (await doctor._webhook(parts)).well
    await parts.application.bot.set_webhook("https://elsewhere.example/telegram")
    found = await doctor._webhook(parts)
    assert not found.well
    assert "https://elsewhere.example/telegram" in found.words
    await parts.application.bot.delete_webhook()


async def test_a_queue_server_in_trouble_is_told(parts: Parts, town: Town) -> None:
    await town.tell("fault", target="queue", kind="500", apply="before", count=30)
    for check in (doctor._queue, doctor._locations):
        found = await check(parts)
        assert not found.well
        assert found.mend


def test_a_finding_is_one_line() -> None:
    assert str(Finding("database", well=True, words="fine")) == "ok     database: fine"
    assert str(Finding("database", well=False, words="full", mend="free it")) == "WRONG  database: full -- free it"
