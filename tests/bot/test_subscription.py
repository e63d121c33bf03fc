"""The webhook of a running bot: set until Telegram takes it, set anew where it is gone, and seen in the readiness meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.running import Running
from bot.subscription import LOOK, SHORTEST, address
from tests.bot.alerts import fires
from tests.bot.conftest import HandClock
from tests.journeys.town import TOKEN, Town


class Paced(HandClock):
    """Whoever sleeps waits until the test wakes them."""

    def __init__(self) -> None:
        """Nobody sleeps."""
        super().__init__()
        self._woken = asyncio.Semaphore(0)
        self._asleep = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Until `wakes`."""
        self.slept.append(seconds)
        self._asleep.set()
        await self._woken.acquire()

    async def asleep(self) -> float:
        """Wait for somebody to fall asleep; for how many seconds."""
        async with asyncio.timeout(20):
            await self._asleep.wait()
        self._asleep.clear()
        return self.slept[-1]

    async def wakes(self) -> float:
        """The sleeper goes on until the next sleep; for how many seconds that one is."""
        self._woken.release()
        return await self.asleep()


@asynccontextmanager
async def receiving(folder: Path, **fault: object) -> AsyncIterator[tuple[Town, Running, Paced]]:
    """A bot that has its updates delivered; `fault` is Telegram's at the start."""
    town, clock = Town(folder, intake="webhook", public_url="http://127.0.0.1:9"), Paced()
    await town.open()
    if fault:
        await town.tell("fault", target="telegram", **fault)
    running = Running(replace(town.parts, clock=clock), ("chat",))
    receiving = asyncio.ensure_future(running._receive())
    try:
        yield town, running, clock
    finally:
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
        await town.close()


async def told(town: Town) -> str:
    """Where Telegram delivers to."""
    answer = await town.play.post(f"/bot{TOKEN}/getWebhookInfo")
    return str(answer.json()["result"]["url"])


@pytest.mark.parametrize("kind", ["502", "reset", "garbage"])
async def test_what_telegram_did_not_take_is_asked_again(kind: str, tmp_path: Path) -> None:
    async with receiving(tmp_path, kind=kind, operation="setWebhook", count=2) as (town, running, clock):
        assert await clock.asleep() == SHORTEST
        assert (await running.health())["telegram"].startswith("the webhook could not be set")
        assert await told(town) == ""
        assert fires("VtbotNoWebhook", (await town.parts.measures.render()).decode())
        assert await clock.wakes() == 2 * SHORTEST
        assert await clock.wakes() == LOOK
        assert await running.health() == {}
        assert await told(town) == address(town.parts.settings)
        assert not fires("VtbotNoWebhook", (await town.parts.measures.render()).decode())


async def test_one_that_was_taken_away_is_set_anew(tmp_path: Path) -> None:
    async with receiving(tmp_path) as (town, running, clock):
        assert await clock.asleep() == LOOK
        await town.play.post(f"/bot{TOKEN}/deleteWebhook")
        assert await clock.wakes() == LOOK
        assert await told(town) == address(town.parts.settings)
        assert await running.health() == {}


async def test_a_look_that_fails_says_nothing(tmp_path: Path) -> None:
    async with receiving(tmp_path) as (town, running, clock):
        assert await clock.asleep() == LOOK
        await town.tell("fault", target="telegram", kind="502", operation="getWebhookInfo")
        assert await clock.wakes() == SHORTEST
        assert await running.health() == {}
        assert await clock.wakes() == LOOK
