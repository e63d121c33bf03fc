"""The start while a neighbour is away: Telegram is waited for, but not for ever; the queue server is only missed."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from bot import cli, running
from bot.app import Neighbours, build
from bot.running import START_PATIENCE, Running, StartError
from bot.settings import load
from storage.crypto import KeyRing
from storage.database import Database
from tests.bot import processes
from tests.bot.conftest import KEY, HandClock
from tests.bot.processes import TOKEN, begin, end, environment, eventually, line, terminated
from tests.databases import migrated
from tickets.errors import OfAnotherBot

ME = {"id": 123456789, "is_bot": True, "first_name": "Bot", "username": "the_bot"}
LIBRARY = 3
"""Times that one try asks: what has certainly not arrived is repeated (bot.patience)."""
Mood = Callable[[int], httpx.Response]


class Telegram(httpx.AsyncBaseTransport):
    """Answers the n-th request as its mood says; each takes ten seconds of the hand clock."""

    def __init__(self, clock: HandClock, mood: Mood) -> None:
        """`mood` may raise."""
        self._clock = clock
        self._mood = mood
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One call of getMe."""
        self._clock.passes(10)
        self.asked += 1
        return self._mood(self.asked)


def said(status: int, body: object) -> httpx.Response:
    """An answer, not yet read."""
    return httpx.Response(status, stream=httpx.ByteStream(json.dumps(body).encode()))


def away(_: int) -> httpx.Response:
    """Nobody listens there."""
    raise httpx.ConnectError("refused")


@pytest.fixture
async def started(tmp_path: Path, clock: HandClock) -> AsyncIterator[Callable[[Mood], tuple[Running, Telegram]]]:
    """Builds a bot whose Telegram is in that mood; its pauses are a thousandth of the real ones."""
    made: list[Running] = []

    def build_one(mood: Mood) -> tuple[Running, Telegram]:
        settings = load(
            _env_file=None, telegram_token=TOKEN, queue_url="http://127.0.0.1:9/vt/api", secret_keys=KEY,
            database_url=f"sqlite+aiosqlite:///{migrated(tmp_path, 'bot.db')}", brand_file=Path(os.devnull),
            listen="127.0.0.1:0", metrics_listen="127.0.0.1:0",
        )  # fmt: skip
        telegram = Telegram(clock, mood)
        made.append(Running(build(settings, Neighbours(clock, telegram=lambda: telegram, haste=1000))))
        return made[-1], telegram

    yield build_one
    for one in made:
        await one._close()


async def test_telegram_that_stays_away_ends_the_start(
    started: Callable[[Mood], tuple[Running, Telegram]], clock: HandClock
) -> None:
    one, telegram = started(away)
    begun = clock.now()
    with pytest.raises(
        StartError, match=r"^Telegram cannot be reached \(NetworkError\); see VTBOT_TELEGRAM_API_URL "
    ) as fault:
        await one._meet_telegram()
    assert fault.value.code == 69
    assert telegram.asked > LIBRARY
    assert START_PATIENCE <= clock.now() - begun <= START_PATIENCE + 10 * LIBRARY


async def test_telegram_that_comes_back_in_time_is_met(started: Callable[[Mood], tuple[Running, Telegram]]) -> None:
    one, telegram = started(lambda number: said(200, {"ok": True, "result": ME}) if number == 5 else away(number))
    await one._meet_telegram()
    assert telegram.asked == 5


async def test_a_flood_is_an_answer_and_ends_nothing(started: Callable[[Mood], tuple[Running, Telegram]]) -> None:
    flood = {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    one, telegram = started(lambda number: said(200, {"ok": True, "result": ME}) if number == 12 else said(429, flood))
    await one._meet_telegram()
    assert telegram.asked == 12


async def test_a_bot_that_runs_notices_that_its_database_was_adopted(
    started: Callable[[Mood], tuple[Running, Telegram]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nobody asks for its readiness."""
    monkeypatch.setattr(running, "OWNER_EVERY", 0.05)
    built, _ = started(lambda _: said(200, {"ok": True, "result": ME}))
    one = Running(built._parts, ("deliver",))
    await one._prepare()
    other = Database(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}", KeyRing.parse(KEY), bot="42")
    assert await other.adopt()
    await other.dispose()

    async def given_up() -> bool:
        try:
            async with one._parts.database.open_book(reading=True):
                return False
        except OfAnotherBot:
            return True

    async with asyncio.TaskGroup() as tasks:
        await one._begin(tasks)
        await eventually(given_up)
        await one._end()


async def test_a_stop_ends_the_waiting(started: Callable[[Mood], tuple[Running, Telegram]]) -> None:
    def mood(number: int) -> httpx.Response:
        one.stop()
        return away(number)

    one, telegram = started(mood)
    await one._meet_telegram()
    assert telegram.asked <= LIBRARY, "one try"


def test_the_operator_reads_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment(tmp_path, LISTEN="127.0.0.1:0", METRICS_LISTEN="127.0.0.1:0").items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(running, "START_PATIENCE", 0.0)
    monkeypatch.setattr(sys, "argv", ["vtbot", "run"])
    assert cli.application() == 69
    lines = [one for one in capsys.readouterr().err.splitlines() if one.startswith("vtbot: ")]
    assert len(lines) == 1
    assert lines[0].startswith("vtbot: Telegram cannot be reached (NetworkError); ")


async def test_a_queue_server_that_is_away_is_one_warning(tmp_path: Path) -> None:
    async with processes.sandbox(tmp_path) as town:
        process = await begin(tmp_path, environment(tmp_path, town, QUEUE_URL="http://127.0.0.1:9/vt/api"), "run")
        try:
            seen = await line(process.stderr, "the queue server does not answer")
            assert not [one for one in seen if "Traceback" in one]
            async with asyncio.timeout(10):
                assert await terminated(process) == 0
        finally:
            await end(process)
