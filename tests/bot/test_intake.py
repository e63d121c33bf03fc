"""The intake on a real database and a scripted Telegram: committed before confirmed, and nothing malformed stops the good."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from bot.intake import CONFLICT_PAUSE, MOST_WAITING, WANTED, Intake, Polling, chat_of
from bot.transport import TelegramWire
from storage.database import Database
from tests.bot.conftest import HandClock
from tickets.errors import DatabaseUnavailable

TOKEN = "123456789:" + "A" * 35


def message(number: Any, chat_id: Any = 1) -> dict[str, Any]:
    """An update as Telegram sends it."""
    return {"update_id": number, "message": {"message_id": 1, "chat": {"id": chat_id}, "from": {"id": 9}, "text": "x"}}


def _said(status: int, body: object) -> httpx.Response:
    # As a real transport gives it: not yet read.
    return httpx.Response(status, stream=httpx.ByteStream(json.dumps(body).encode()))


class Telegram(httpx.AsyncBaseTransport):
    """Answers getUpdates from a script; when the script is over it lets the test go on and says nothing more."""

    def __init__(self, *script: object) -> None:
        """Each a status and a body, or just a result."""
        self.script = list(script)
        self.asked: list[dict[str, Any]] = []
        self.methods: list[str] = []
        self.over = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One call."""
        method = request.url.path.rpartition("/")[2]
        self.methods.append(method)
        if method != "getUpdates":
            return _said(200, {"ok": True, "result": True})
        fields = parse_qs((await request.aread()).decode())
        self.asked.append({name: json.loads(values[0]) for name, values in fields.items()})
        if not self.script:
            self.over.set()
            await asyncio.Event().wait()
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        status, body = step if isinstance(step, tuple) else (200, {"ok": True, "result": step})
        return _said(status, body)

    @property
    def offsets(self) -> list[int]:
        """The offset of each call; 0 where none was told."""
        return [fields.get("offset", 0) for fields in self.asked]


@asynccontextmanager
async def polled(
    telegram: Telegram, database: Database, clock: HandClock, owner: str = "one"
) -> AsyncIterator[tuple[Intake, Polling]]:
    """A polling process, while the script lasts."""
    async with httpx.AsyncClient(transport=telegram) as client:
        intake = Intake(database.open_book, clock, lambda: None)
        polling = Polling(TelegramWire(client, "http://telegram", TOKEN), intake, database.open_book, clock, owner)
        running = asyncio.ensure_future(polling.run())
        over = asyncio.ensure_future(telegram.over.wait())
        await asyncio.wait([running, over], return_when=asyncio.FIRST_COMPLETED)
        try:
            yield intake, polling
            if running.done():
                await running
        finally:
            for task in (running, over):
                task.cancel()
            await asyncio.gather(running, over, return_exceptions=True)


async def waiting(database: Database) -> int:
    """How many updates are not handled yet."""
    async with database.open_book() as book:
        return (await book.inbox.counts())["waiting"]


async def test_the_offset_follows_the_commit(database: Database, clock: HandClock) -> None:
    telegram = Telegram([message(5), message(6, 2)], [], [message(7)])
    async with polled(telegram, database, clock) as (intake, _):
        assert telegram.offsets == [0, 7, 7, 8]
        assert (intake.heard.accepted, intake.heard.repeated, intake.heard.dropped) == (3, 0, 0)
        assert await waiting(database) == 3
    assert all(fields["allowed_updates"] == list(WANTED) for fields in telegram.asked)


async def test_an_inbox_that_cannot_be_written_keeps_the_offset(
    database: Database, clock: HandClock, tmp_path: Path
) -> None:
    """Another process holds the write lock: Telegram keeps the updates, and they come again."""
    await _lease(database, clock)
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    telegram = Telegram([message(5)], [message(5)], [])
    unlocked = asyncio.Event()

    class Locked(Intake):
        async def accept(self, updates: list[dict[str, Any]]) -> None:
            if not unlocked.is_set():
                other.execute("BEGIN IMMEDIATE")
            try:
                await super().accept(updates)
            finally:
                if not unlocked.is_set():
                    unlocked.set()
                    other.rollback()

    async with httpx.AsyncClient(transport=telegram) as client:
        intake = Locked(database.open_book, clock, lambda: None)
        polling = Polling(TelegramWire(client, "http://t", TOKEN), intake, database.open_book, clock, "one")
        running = asyncio.ensure_future(polling.run())
        await telegram.over.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    other.close()
    assert telegram.offsets == [0, 0, 6, 6]
    assert intake.heard.accepted == 1
    assert 2 in clock.slept


async def _lease(database: Database, clock: HandClock) -> None:
    async with database.open_book() as book:
        await book.leases.take("polling", "one", clock.now(), 60)
        await book.commit()


async def test_repeated_updates_are_taken_once(database: Database, clock: HandClock) -> None:
    intake = Intake(database.open_book, clock, lambda: None)
    await intake.accept([message(5), message(5), message(6)])
    await intake.accept([message(6), message(7)])
    assert (intake.heard.accepted, intake.heard.repeated) == (3, 2)
    assert await waiting(database) == 3


async def test_one_noisy_chat_is_capped_and_others_are_not(database: Database, clock: HandClock) -> None:
    intake = Intake(database.open_book, clock, lambda: None)
    await intake.accept([message(number, 1) for number in range(MOST_WAITING + 40)])
    await intake.accept([message(1000, 2)])
    assert (intake.heard.accepted, intake.heard.dropped) == (MOST_WAITING + 1, 40)
    async with database.open_book() as book:
        assert await book.inbox.waiting(1) == MOST_WAITING
        assert await book.inbox.waiting(2) == 1


MALFORMED: tuple[Any, ...] = (
    {},
    {"update_id": "7"},
    {"update_id": None},
    {"update_id": True},
    {"update_id": -3},
    {"update_id": 2**63},
    {"update_id": 10**30},
    {"update_id": 1.5},
    {"update_id": [1]},
)
ODD_BUT_NUMBERED: tuple[Any, ...] = (
    {"update_id": 101},
    {"update_id": 102, "message": "text"},
    {"update_id": 103, "message": {"chat": {"id": "one"}}},
    {"update_id": 104, "message": {"chat": {"id": 10**30}}},
    {"update_id": 105, "message": {"chat": []}, "callback_query": {"message": 5, "from": {"id": 3}}},
    {"update_id": 106, "text": "\ud800 alone"},
)


async def test_malformed_elements_never_stop_the_good(database: Database, clock: HandClock) -> None:
    batch = [*MALFORMED, "text", 7, None, [message(8)], *ODD_BUT_NUMBERED, message(200)]
    telegram = Telegram(batch, [])
    async with polled(telegram, database, clock) as (intake, _):
        assert intake.heard.accepted == len(ODD_BUT_NUMBERED) + 1
        assert intake.heard.dropped == len(MALFORMED)
        assert telegram.offsets == [0, 201, 201]
    assert await waiting(database) == len(ODD_BUT_NUMBERED) + 1


async def test_a_batch_that_cannot_be_confirmed_is_no_tight_loop(database: Database, clock: HandClock) -> None:
    telegram = Telegram([{"update_id": "x"}], ["nonsense"], [])
    async with polled(telegram, database, clock):
        assert clock.slept == [2, 2]
        assert telegram.offsets == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("step", "pause"),
    [
        ((409, {"ok": False, "description": "Conflict: terminated by other getUpdates request"}), CONFLICT_PAUSE),
        ((429, {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 11}}), 11),
        ((429, {"ok": False, "description": "Too Many Requests"}), 5),
        ((502, {"ok": False, "description": "Bad Gateway"}), 2),
        ((401, {"ok": False, "description": "Unauthorized"}), 2),
        ((200, {"ok": True, "result": {"not": "a list"}}), 2),
        ((200, []), 2),
        (httpx.ConnectError("refused"), 2),
        (httpx.ReadError("reset"), 2),
    ],
)
async def test_trouble_is_paused_for_and_told_once(
    step: object, pause: float, database: Database, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    healthy = clock.monotonic()
    telegram = Telegram(step, step, [message(5)])
    async with polled(telegram, database, clock) as (intake, _):
        assert clock.slept == [pause, pause]
        assert telegram.offsets == [0, 0, 0, 6]
        assert intake.heard.trouble == ""
        assert intake.heard.last_healthy == healthy + 2 * pause


async def test_a_webhook_left_behind_is_taken_away(database: Database, clock: HandClock) -> None:
    words = (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    telegram = Telegram((409, {"ok": False, "description": words}), [])
    async with polled(telegram, database, clock):
        assert telegram.methods == ["getUpdates", "deleteWebhook", "getUpdates", "getUpdates"]
        assert clock.slept == [2]


async def test_only_one_process_polls_and_the_next_takes_over(database: Database, clock: HandClock) -> None:
    first, second = Telegram([], []), Telegram([])
    async with polled(first, database, clock, "first") as (_, polling):
        assert len(first.asked) == 3
        begun = clock.now()
        # The second one sleeps until the first one's lease is over, for this first one does nothing any more.
        async with polled(second, database, clock, "second") as (standing_by, _):
            assert clock.now() - begun >= 55
            assert clock.monotonic() - standing_by.heard.last_healthy <= 10, "standing by is healthy"
            assert len(second.asked) == 2
        await polling.release()
    async with database.open_book() as book:
        assert not await book.leases.take("polling", "third", clock.now(), 60), "release drops only one's own"


async def test_release_lets_another_poll_at_once(database: Database, clock: HandClock) -> None:
    async with polled(Telegram([]), database, clock, "first") as (_, polling):
        await polling.release()
    before = clock.now()
    async with polled(Telegram([]), database, clock, "second"):
        assert clock.now() == before


async def test_a_database_that_is_away_gives_no_lease(clock: HandClock) -> None:
    class Away:
        def __call__(self) -> Any:
            raise DatabaseUnavailable("gone")

    telegram = Telegram()
    async with httpx.AsyncClient(transport=telegram) as client:
        intake = Intake(Away(), clock, lambda: None)
        polling = Polling(TelegramWire(client, "http://t", TOKEN), intake, Away(), clock, "one")
        running = asyncio.ensure_future(polling.run())
        while len(clock.slept) < 3:
            await clock.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert telegram.asked == []


@pytest.mark.parametrize(
    ("update", "chat"),
    [
        (message(1, 77), 77),
        ({"update_id": 1, "callback_query": {"from": {"id": 5}, "message": {"chat": {"id": -6}}}}, 5),
        ({"update_id": 1, "message": {"from": {"id": 5}, "chat": {"id": -6}}}, 5),
        ({"update_id": 1, "message": {"chat": {"id": -6}}}, -6),
        ({"update_id": 1, "message": {"from": {"id": 2**70}, "chat": {"id": -6}}}, -6),
        ({"update_id": 1, "callback_query": {"from": {"id": 5}, "inline_message_id": "x"}}, 5),
        ({"update_id": 1, "inline_query": {"from": {"id": 8}}}, 8),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": 9}, "from": {"id": 9}}}, 9),
        ({"update_id": 1, "edited_message": {"chat": {"id": 3}}}, 3),
        ({"update_id": 1, "poll": {"id": "5"}}, 0),
        ({"update_id": 1}, 0),
    ],
)
def test_chat_of(update: dict[str, Any], chat: int) -> None:
    assert chat_of(update) == chat
