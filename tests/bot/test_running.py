"""The whole bot as a process on real sockets: it begins in spite of Telegram's moods, and ends within ten seconds of SIGTERM."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.app import Neighbours, Parts, build
from bot.checkup import SILENT
from bot.clock import SystemClock
from bot.running import Running
from bot.settings import load
from storage.crypto import KeyRing
from storage.database import Database
from tests.bot import processes, scripted
from tests.bot.alerts import read_page
from tests.bot.conftest import KEY, HandClock
from tests.bot.processes import PATIENCE, TOKEN, begin, end, environment, eventually, free_port, line, terminated
from tests.tickets.town import a_push
from tickets.errors import OfAnotherBot
from tickets.pushes import PushState


@asynccontextmanager
async def running(folder: Path, told: Mapping[str, str], *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot's process."""
    process = await begin(folder, told, "run", *words)
    try:
        yield process
    finally:
        await end(process)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """For our own questions."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as one:
        yield one


@pytest.mark.parametrize("intake", ["polling", "webhook"])
async def test_it_answers_people_and_ends_in_time(intake: str, tmp_path: Path, client: httpx.AsyncClient) -> None:
    port = free_port()
    settings = {"LISTEN": f"127.0.0.1:{port}", "INTAKE": intake, "LOG_FORMAT": "json"}
    if intake == "webhook":
        settings["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    async with processes.sandbox(tmp_path) as town:
        told = environment(tmp_path, town, **settings)
        async with running(tmp_path, told) as process:
            begun = await line(process.stderr, '"event": "ready"')
            assert json.loads(begun[-1])["intake"] == intake
            assert (await client.get(f"http://127.0.0.1:{port}/readyz")).json() == {"ready": True, "wrong": {}}

            async def greeted() -> bool:
                chat = (await client.get(f"{town}/play/messages", params={"chat_id": 77})).json()
                return any(message["from"]["is_bot"] for message in chat["messages"])

            await client.post(f"{town}/play/person", json={"chat_id": 77, "first_name": "Ana", "language_code": "en"})
            await client.post(f"{town}/play/text", json={"chat_id": 77, "text": "/start"})
            await eventually(greeted)
            metrics = (await client.get(f"http://{told['VTBOT_METRICS_LISTEN']}/metrics")).text
            assert 'vtbot_updates{what="accepted"} 1.0' in metrics
            assert await terminated(process) == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.db")) as kept:
        assert kept.execute("select count(*) from inbox where state = 'waiting'").fetchone() == (0,)
        noted = kept.execute("select value from notes where name = ?", ("the bot's number",)).fetchone()
        assert noted == (TOKEN.partition(":")[0],), "the database is this bot's from its first start on"


async def test_a_stop_while_telegram_hangs_is_quick(tmp_path: Path) -> None:
    async with (
        scripted.scripted(scripted.hanging()) as telegram,
        running(tmp_path, environment(tmp_path, telegram.url)) as process,
    ):
        async with asyncio.timeout(PATIENCE):
            await telegram.heard.wait()
        assert await terminated(process, within=5) == 0


async def test_a_stop_in_the_middle_of_a_send_leaves_nothing_being_sent(tmp_path: Path) -> None:
    async with scripted.scripted(scripted.answering(200, {"ok": True, "result": ME}, hangs="sendMessage")) as telegram:
        told = environment(tmp_path, telegram.url)
        await waiting_push(told["VTBOT_DATABASE_URL"], SystemClock().now())
        async with running(tmp_path, told, "--roles", "deliver") as process:
            async with asyncio.timeout(PATIENCE):
                while not any(b"/sendMessage" in request for request in telegram.requests):
                    telegram.heard.clear()
                    await telegram.heard.wait()
            assert await terminated(process) == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.db")) as kept:
        assert kept.execute("select state, reason from pushes").fetchall() == [("unsure", "cancelled")]


async def waiting_push(url: str, now: float) -> None:
    """A database in which a call waits to be told."""
    database = Database(url, KeyRing.parse(KEY))
    await database.upgrade()
    push = replace(a_push(state=PushState.PENDING, attempt=0), created_at=now, expires_at=now + 600)
    async with database.open_book() as book:
        await book.outbox.add(push)
        await book.commit()
    await database.dispose()


MOODS: dict[str, tuple[int, object]] = {
    "garbage": (200, b"<html>captive portal</html>"),
    "a list": (200, [1, 2, 3]),
    "ok without result": (200, {"ok": False}),
    "502": (502, b"Bad Gateway"),
    "flood": (429, {"ok": False, "description": "Too Many Requests: retry after 1", "parameters": {"retry_after": 1}}),
    "forbidden": (403, {"ok": False, "error_code": 403, "description": "Forbidden"}),
}


@pytest.mark.parametrize("mood", MOODS)
async def test_nonsense_at_the_start_is_waited_out(mood: str, tmp_path: Path) -> None:
    status, body = MOODS[mood]
    async with (
        scripted.scripted(scripted.answering(status, body)) as telegram,
        running(tmp_path, environment(tmp_path, telegram.url)) as process,
    ):
        said = await line(process.stderr, "seconds=1.0")
        assert "Traceback" not in "".join(said)
        telegram.act = scripted.answering(200, {"ok": True, "result": ME})(telegram)
        said = await line(process.stderr, "ready")
        assert "Traceback" not in "".join(said)
        assert await terminated(process) == 0


ME = {"id": 123456789, "is_bot": True, "first_name": "Bot", "username": "the_bot"}


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_changes_nothing(sent: signal.Signals, tmp_path: Path) -> None:
    async with processes.sandbox(tmp_path) as town, running(tmp_path, environment(tmp_path, town)) as process:
        await line(process.stderr, "ready")
        process.send_signal(sent)
        process.send_signal(sent)
        async with asyncio.timeout(10):
            _, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        assert b"Traceback" not in err


async def test_two_processes_share_one_database(tmp_path: Path, client: httpx.AsyncClient) -> None:
    """Roles apart: one talks to people, the other watches and delivers; only the first has pages, and each its own numbers."""
    async with processes.sandbox(tmp_path) as town:
        apart = front, back = environment(tmp_path, town), environment(tmp_path, town)
        async with (
            running(tmp_path, front, "--roles", "web,chat") as one,
            running(tmp_path, back, "--roles", "watch, deliver") as two,
        ):
            await line(one.stderr, "ready")
            await line(two.stderr, "ready")
            assert (await client.get(f"http://{front['VTBOT_LISTEN']}/healthz")).text == "ok"
            with pytest.raises(httpx.ConnectError):
                await client.get(f"http://{back['VTBOT_LISTEN']}/healthz")
            told = [read_page((await client.get(f"http://{at['VTBOT_METRICS_LISTEN']}/metrics")).text) for at in apart]
            assert [page["vtbot_database_usable", ""] for page in told] == [1, 1]
            assert [("vtbot_queue_asks", "") in page for page in told] == [False, True]
            assert [("vtbot_polling_silent_seconds", "") in page for page in told] == [True, False]
            assert await terminated(two) == 0
            assert await terminated(one) == 0


async def test_nothing_secret_is_in_the_log_at_debug(tmp_path: Path, client: httpx.AsyncClient) -> None:
    async with processes.sandbox(tmp_path) as town:
        told = environment(tmp_path, town, LOG_LEVEL="DEBUG")
        async with running(tmp_path, told) as process:
            said = await line(process.stderr, "ready")
            await client.post(f"{town}/play/text", json={"chat_id": 5, "text": "+351912345678 canary-words"})
            await eventually(lambda: _answered(client, town))
            process.terminate()
            async with asyncio.timeout(10):
                _, rest = await process.communicate()
    written = "".join(said) + rest.decode()
    for canary in (TOKEN, KEY, "canary-words", "912345678"):
        assert canary not in written, canary
    assert not re.search(r"/bot\d+", written)


async def _answered(client: httpx.AsyncClient, town: str) -> bool:
    chat = (await client.get(f"{town}/play/messages", params={"chat_id": 5})).json()
    return any(message["from"]["is_bot"] for message in chat["messages"])


def built(
    folder: Path, clock: HandClock, telegram: Callable[[], httpx.AsyncBaseTransport | None] = lambda: None
) -> Parts:
    settings = load(
        _env_file=None,
        telegram_token=TOKEN,
        queue_url="http://127.0.0.1:9/vt/api",
        secret_keys=KEY,
        database_url=f"sqlite+aiosqlite:///{folder / 'bot.db'}",
        brand_file=Path(os.devnull),
    )
    return build(settings, Neighbours(clock, telegram=telegram))


async def closed(parts: Parts) -> None:
    for client in parts.clients:
        await client.aclose()
    await parts.database.dispose()


class TestHealth:
    """In this process, on a clock moved by hand."""

    @pytest.fixture
    async def one(self, tmp_path: Path, clock: HandClock) -> AsyncIterator[Running]:
        """Built, never begun."""
        parts = built(tmp_path, clock)
        await parts.database.upgrade()
        yield Running(parts)
        await closed(parts)

    async def test_silence_turns_readiness_red_and_an_update_green(self, one: Running, clock: HandClock) -> None:
        assert await one.health() == {}
        clock.passes(SILENT + 1)
        assert await one.health() == {"telegram": f"no answer for {SILENT + 1:.0f} s"}
        one._parts.intake.heard.trouble = "Bad Gateway"
        assert await one.health() == {"telegram": "Bad Gateway"}
        await one._parts.intake.accept([])
        assert await one.health() == {}

    async def test_a_process_that_does_not_receive_is_not_measured_by_it(self, one: Running, clock: HandClock) -> None:
        clock.passes(SILENT + 1)
        assert await Running(one._parts, ("web", "watch")).health() == {}
        hooked = replace(one._parts, settings=one._parts.settings.model_copy(update={"intake": "webhook"}))
        assert await Running(hooked).health() == {}, "Telegram may have nothing to say"

    @pytest.mark.parametrize("status", [401, 404])
    async def test_a_token_that_is_refused_on_a_send_is_seen_by_every_process(
        self, status: int, tmp_path: Path, clock: HandClock
    ) -> None:
        answers = [
            (status, {"ok": False, "error_code": status, "description": "No"}),
            (200, {"ok": True, "result": ME}),
        ]

        def answer(_: httpx.Request) -> httpx.Response:
            code, body = answers[0]
            # As a real transport gives it: not yet read.
            return httpx.Response(code, stream=httpx.ByteStream(json.dumps(body).encode()))

        sender, page = (built(tmp_path, clock, lambda: httpx.MockTransport(answer)) for _ in range(2))
        await sender.database.upgrade()
        watching = Running(page, ("web",))
        await waiting_push(sender.settings.database_url.get_secret_value(), clock.now())
        assert await watching.health() == {}
        await sender.deliver()
        assert await watching.health() == {"telegram": f"{status} No"}
        answers[0] = (200, {"ok": True, "result": {"message_id": 5}})
        clock.passes(31)
        await sender.deliver()
        assert await watching.health() == {}
        for parts in (sender, page):
            await closed(parts)

    async def test_a_bot_whose_database_was_adopted_says_so_and_works_on_it_no_more(
        self, one: Running, tmp_path: Path
    ) -> None:
        database = one._parts.database
        await database.own()
        assert await one.health() == {}
        other = Database(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}", KeyRing.parse(KEY), bot="42")
        assert await other.adopt()
        await other.dispose()
        assert (await one.health())["database"].startswith("it belongs to the bot 42; ")
        with pytest.raises(OfAnotherBot):
            await one._parts.deliver.begin()
        assert not await one._parts.polling._lease()

    async def test_a_database_in_trouble_is_named(self, one: Running, tmp_path: Path) -> None:
        with contextlib.closing(sqlite3.connect(tmp_path / "bot.db")) as other:
            other.execute("drop table health")
            other.commit()
        assert "vtbot db upgrade" in (await one.health())["database"]
