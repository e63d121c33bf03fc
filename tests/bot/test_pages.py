"""Our own doors from outside: who may knock at the webhook, what each answer carries, and which doors there are."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.intake import Intake
from bot.measures import Measures
from bot.web.headers import bare_headers
from bot.web.pages import HOOK, MOST_BYTES, SECRET_HEADER, Hook, describe, metrics_page, pages
from storage.database import Database
from tests.bot.conftest import HandClock
from tickets.errors import DatabaseUnavailable

SECRET = "S3cret_of-the-webhook_0123456789abcdef"
UPDATE = {"update_id": 5, "message": {"message_id": 1, "chat": {"id": 1}, "text": "x"}}
GUARDS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


async def _trouble(_: Request) -> Response:
    raise RuntimeError("what nobody expected")


class Doors:
    """The pages over a real inbox."""

    def __init__(self, database: Database, clock: HandClock) -> None:
        """Healthy until told otherwise."""
        self.wrong: dict[str, str] = {}
        self.woken = 0
        self.database = database
        self.intake = Intake(database.open_book, clock, self._wake)
        self.application = pages(Hook(self.intake, SECRET), self._health, [Route("/trouble", _trouble)])

    def _wake(self) -> None:
        self.woken += 1

    async def _health(self) -> Mapping[str, str]:
        return self.wrong

    async def post(self, content: Any = None, *headers: tuple[str, str | bytes]) -> httpx.Response:
        """Knock at the webhook."""
        async with asking(self.application) as client:
            body = json.dumps(UPDATE).encode() if content is None else content
            names: Any = [(name, value) for name, value in headers]
            return await client.post(HOOK, content=body, headers=names)

    async def waiting(self) -> int:
        """How many updates were written down."""
        async with self.database.open_book() as book:
            return (await book.inbox.counts())["waiting"]


@asynccontextmanager
async def asking(application: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application, with no sockets between."""
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        yield client


@pytest.fixture
def doors(database: Database, clock: HandClock) -> Doors:
    """With a webhook."""
    return Doors(database, clock)


GOOD = (SECRET_HEADER, SECRET)
FORGED: dict[str, tuple[tuple[str, str | bytes], ...]] = {
    "missing": (),
    "empty": ((SECRET_HEADER, ""),),
    "wrong": ((SECRET_HEADER, "x" * len(SECRET)),),
    "prefix": ((SECRET_HEADER, SECRET[:-1]),),
    "longer": ((SECRET_HEADER, SECRET + "x"),),
    "other case": ((SECRET_HEADER, SECRET.swapcase()),),
    "twice": (GOOD, GOOD),
    "good and wrong": (GOOD, (SECRET_HEADER, "wrong")),
    "listed": ((SECRET_HEADER, f"{SECRET}, {SECRET}"),),
    "unicode": ((SECRET_HEADER, SECRET.encode() + "\u00e9".encode()),),
    "bytes": ((SECRET_HEADER, b"\xff\xfe" + SECRET.encode()),),
    "wide letters": ((SECRET_HEADER, "".join(chr(ord(c) + 0xFEE0) for c in SECRET).encode()),),
    "in another header": (("authorization", SECRET),),
    "spoofed address": (("x-forwarded-for", "149.154.167.197"), ("x-real-ip", "91.108.4.1")),
}


@pytest.mark.parametrize("name", FORGED)
async def test_a_forged_call_writes_nothing(name: str, doors: Doors) -> None:
    answer = await doors.post(None, *FORGED[name])
    assert (answer.status_code, answer.text) == (403, "forbidden")
    assert await doors.waiting() == doors.woken == 0


async def test_the_secret_comes_before_the_size_and_the_reading(doors: Doors) -> None:
    read = 0

    async def long() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield b" " * (MOST_BYTES + 1)

    assert (await doors.post(long())).status_code == 403
    assert read == 0, "a stranger's body is not even read"


async def test_the_good_one_is_committed_before_it_is_answered(doors: Doors) -> None:
    answer = await doors.post(None, GOOD)
    assert (answer.status_code, answer.text) == (200, "ok")
    assert (await doors.waiting(), doors.woken) == (1, 1)
    assert (await doors.post(None, GOOD)).status_code == 200, "a repetition is welcome, and taken once"
    assert await doors.waiting() == 1
    assert SECRET not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 200_000, 400),
        (b'{"update_id": ' + b"9" * 6000 + b"}", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"text"', 400),
        (b"{}", 200),
        (b'{"update_id": 99999999999999999999999}', 200),
        (b" " * (MOST_BYTES + 1), 413),
        (b" " * (MOST_BYTES - 2) + b"{}", 200),
    ],
)
async def test_what_is_no_update_is_refused_or_dropped(content: bytes, status: int, doors: Doors) -> None:
    assert (await doors.post(content, GOOD)).status_code == status
    assert await doors.waiting() == 0


async def test_the_size_is_counted_and_not_believed(doors: Doors) -> None:
    read = 0

    async def long() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b" " * 100_000

    assert (await doors.post(long(), GOOD, ("content-length", "5"))).status_code == 413
    assert read <= 100


async def test_an_inbox_that_cannot_be_written_makes_telegram_come_again(clock: HandClock) -> None:
    def away() -> Any:
        raise DatabaseUnavailable("disk full at /var/lib/secret")

    async def healthy() -> Mapping[str, str]:
        return {}

    woken: list[int] = []
    intake = Intake(away, clock, lambda: woken.append(1))
    async with asking(pages(Hook(intake, SECRET), healthy)) as client:
        answer = await client.post(HOOK, json=UPDATE, headers={SECRET_HEADER: SECRET})
    assert (answer.status_code, answer.text, woken) == (503, "try again", [])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("POST", HOOK, 403),
        ("GET", "/nowhere", 404),
        ("POST", "/healthz", 405),
        ("GET", "/trouble", 500),
    ],
)
async def test_what_every_answer_carries(method: str, path: str, status: int, doors: Doors) -> None:
    async with asking(doors.application) as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    left_out = ("allow", "content-length", "content-type")
    assert {name: value for name, value in answer.headers.items() if name not in left_out} == GUARDS


async def test_behind_https_every_answer_says_so(doors: Doors) -> None:
    async def healthy() -> Mapping[str, str]:
        return {}

    behind = pages(None, healthy, guards=bare_headers("https://bot.example"))
    async with asking(behind) as client:
        for path in ("/healthz", "/readyz", "/nowhere"):
            assert (await client.get(path)).headers["strict-transport-security"] == "max-age=31536000"


async def test_which_doors_there_are(doors: Doors) -> None:
    assert describe(doors.application) == [
        ("/healthz", {"GET", "HEAD"}),
        ("/readyz", {"GET", "HEAD"}),
        ("/trouble", {"GET", "HEAD"}),
        (HOOK, {"POST"}),
    ]
    async with asking(doors.application) as client:
        for path in ("/", "/metrics", "/docs", "/telegram/", "/telegram/x", "/.env", "/healthz/../telegram"):
            assert (await client.get(path)).status_code in (404, 405, 307), path
        assert (await client.get(HOOK)).status_code == 405
        assert (await client.post("/healthz")).status_code == 405


async def test_without_a_webhook_there_is_no_such_door() -> None:
    async def healthy() -> Mapping[str, str]:
        return {}

    assert [path for path, _ in describe(pages(None, healthy))] == ["/healthz", "/readyz"]


async def test_readiness_says_what_is_wrong_and_liveness_does_not_care(doors: Doors) -> None:
    async with asking(doors.application) as client:
        assert (await client.get("/readyz")).json() == {"ready": True, "wrong": {}}
        doors.wrong = {"database": "the disk is full"}
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"ready": False, "wrong": doors.wrong})
        assert (await client.get("/healthz")).text == "ok"


async def test_metrics_stand_apart() -> None:
    measures = Measures()
    measures.add("asks", "So many.", lambda: {"": 1})
    application = metrics_page(measures.render)
    assert describe(application) == [("/metrics", {"GET", "HEAD"})]
    async with asking(application) as client:
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert GUARDS.items() <= dict(answer.headers).items()
    assert "vtbot_asks 1.0" in answer.text
