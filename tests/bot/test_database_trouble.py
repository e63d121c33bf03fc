"""A running bot whose database fails: red within five seconds, green within ten of the repair, and nothing said meanwhile is lost."""

import asyncio
import contextlib
import resource
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.checkup import DEADLINE, Checkup
from tests.bot import processes
from tests.bot.alerts import fires
from tests.bot.processes import begin, end, environment, eventually, line, terminated
from tests.storage.test_faults import UNSHARE, needs_mount
from tickets.errors import DatabaseUnavailable

RED, GREEN = 5.0, 10.0


@dataclass
class Patient:
    """A running bot, seen from outside."""

    process: Process
    client: httpx.AsyncClient
    town: str
    address: str
    metrics: str

    async def wrong(self) -> str:
        """What readiness says of the database."""
        answer = await self.client.get(f"http://{self.address}/readyz")
        said = str(answer.json()["wrong"].get("database", ""))
        assert answer.status_code == (503 if said else 200), answer.text
        return said

    async def turns(self, *, red: bool) -> str:
        """Wait for it, as long as is promised; what is wrong."""

        async def turned() -> list[str]:
            said = await self.wrong()
            return [said] if bool(said) is red else []

        async with asyncio.timeout(RED if red else GREEN):
            (said,) = await eventually(turned)
        page = (await self.client.get(f"http://{self.metrics}/metrics")).text
        assert fires("VtbotDatabaseUnusable", page) is red, "the alert sees what readiness says"
        return str(said)

    async def says(self, chat_id: int) -> None:
        await self.client.post(f"{self.town}/play/text", json={"chat_id": chat_id, "text": "/start"})

    async def is_answered(self, chat_id: int) -> None:
        async def answered() -> bool:
            chat = (await self.client.get(f"{self.town}/play/messages", params={"chat_id": chat_id})).json()
            return any(message["from"]["is_bot"] for message in chat["messages"])

        await eventually(answered)


@asynccontextmanager
async def patient(folder: Path, *prefix: str, **settings: str) -> AsyncIterator[Patient]:
    """The bot over the sandbox; `prefix` is what runs it."""
    async with processes.sandbox(folder) as town, httpx.AsyncClient(trust_env=False, timeout=RED) as client:
        told = environment(folder, town, **settings)
        process = (
            await asyncio.create_subprocess_exec(*prefix, cwd=folder, env=told, stdout=PIPE, stderr=PIPE)
            if prefix
            else await begin(folder, told, "run")
        )
        try:
            await line(process.stderr, "ready")
            yield Patient(process, client, town, told["VTBOT_LISTEN"], told["VTBOT_METRICS_LISTEN"])
        finally:
            await end(process)


@contextmanager
def locked(one: Patient, file: Path) -> Iterator[None]:
    """Another process holds the lock."""
    del one
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def unwritable(one: Patient, file: Path) -> Iterator[None]:
    """The bot's files cannot be written, as on a disk that became read-only."""
    del file
    before = resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    yield
    resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def gone(one: Patient, file: Path) -> Iterator[None]:
    """The file was taken away, and is put back."""
    del one
    file.rename(file.with_name("away"))
    yield
    assert not file.exists()
    file.with_name("away").rename(file)


TROUBLES: dict[str, Callable[[Patient, Path], contextlib.AbstractContextManager[None]]] = {
    "answered within 3 s": locked,
    "the disk reports an error": unwritable,
    "deleted or replaced": gone,
}


async def test_each_trouble_is_seen_and_its_repair_too(tmp_path: Path) -> None:
    async with patient(tmp_path) as one:
        await one.turns(red=False)
        for chat_id, (words, trouble) in enumerate(TROUBLES.items(), 77):
            with trouble(one, tmp_path / "bot.db"):
                assert words in await one.turns(red=True)
                await one.says(chat_id)
            await one.turns(red=False)
            await one.is_answered(chat_id)
        assert await terminated(one.process) == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.db")) as kept:
        assert kept.execute("pragma integrity_check").fetchone() == ("ok",)


@needs_mount
async def test_a_disk_that_is_full_is_seen_and_its_repair_too(tmp_path: Path) -> None:
    script = f'mount -t tmpfs -o size=6m none /mnt && exec "{sys.executable}" -m bot run'
    where = {"DATABASE_URL": "sqlite+aiosqlite:////mnt/bot.db"}
    async with patient(tmp_path, *UNSHARE, "sh", "-ec", script, **where) as one:
        await one.turns(red=False)
        with full(Path(f"/proc/{one.process.pid}/root/mnt/filling")):
            assert await one.turns(red=True) == "the disk is full"
            await one.says(77)
        await one.turns(red=False)
        await one.is_answered(77)
        assert await terminated(one.process) == 0


@contextmanager
def full(file: Path) -> Iterator[None]:
    """The disk has not a byte left."""
    with file.open("wb", buffering=0) as taken:
        for size in (65536, 4096, 1):
            with contextlib.suppress(OSError):
                while taken.write(b"x" * size):
                    pass
    yield
    file.unlink()


class TestCheckup:
    async def test_what_is_wrong_is_one_sentence(self) -> None:
        faults: list[Exception | None] = [DatabaseUnavailable("the disk is full"), None]

        async def check() -> None:
            fault = faults.pop(0)
            if fault is not None:
                raise fault

        checkup = Checkup(check)
        assert [await checkup(), await checkup()] == ["the disk is full", ""]

    async def test_whoever_asks_meanwhile_asks_for_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.checkup.DEADLINE", 0.01)
        asked, answer = 0, asyncio.Event()

        async def check() -> None:
            nonlocal asked
            asked += 1
            await answer.wait()

        checkup = Checkup(check)
        said = await asyncio.gather(*(checkup() for _ in range(5)))
        assert {"has not answered" in words for words in said} == {True}
        assert asked == 1
        answer.set()
        assert await checkup() == ""
        assert asked == 1
        assert await checkup() == ""
        assert asked == 2
        await checkup.close()

    async def test_closing_waits_for_no_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.checkup.DEADLINE", 0.01)

        async def check() -> None:
            await asyncio.Event().wait()

        checkup: Callable[[], Awaitable[str]] = Checkup(check)
        assert await checkup()
        assert isinstance(checkup, Checkup)
        await checkup.close()

    def test_the_deadline_leaves_readiness_its_five_seconds(self) -> None:
        assert DEADLINE < RED
