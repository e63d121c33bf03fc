"""The wire against a real socket that does everything a network can do: what came back, and what is known of it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from urllib.parse import parse_qs

import httpx
import pytest

from bot.outcomes import outcome
from bot.transport import MOST_BYTES, Answer, TelegramWire, open_client, read
from tests.bot import scripted
from tests.bot.scripted import Act, Server
from tickets.pushes import BadContent, BotRefused, Flooded, Gone, Migrated, NotSent, Outcome, Sent, Unmade, Unsure

TOKEN = "123456789:" + "A" * 35
FIELDS = {"chat_id": 1, "text": "Your turn"}
MESSAGE = {"message_id": 7, "date": 1, "chat": {"id": 1, "type": "private"}}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with open_client() as one:
        yield one


def refused(code: int, description: str, **parameters: object) -> Callable[[Server], Act]:
    """Telegram's way to say no."""
    body = {"ok": False, "error_code": code, "description": description}
    return scripted.answering(code, {**body, "parameters": parameters} if parameters else body)


HTML = b"<html><body>Sorry</body></html>"
ROWS: dict[str, tuple[Callable[[Server], Act], Outcome]] = {
    "ok": (scripted.answering(200, {"ok": True, "result": MESSAGE}), Sent(7)),
    "scheduled by Telegram": (scripted.answering(200, {"ok": True, "result": {"message_id": 0}}), Sent(0)),
    "RST before the request is read": (scripted.reset(after=False), Unsure("ReadError")),
    "RST after the request": (scripted.reset(after=True), Unsure("ReadError")),
    "FIN after the request": (scripted.finishing(), Unsure("RemoteProtocolError")),
    "hangs": (scripted.hanging(), Unsure("deadline")),
    "drips": (scripted.dripping(), Unsure("deadline")),
    "truncated 200": (
        scripted.answering(200, {"ok": True, "result": MESSAGE}, short=5),
        Unsure("RemoteProtocolError"),
    ),
    "garbage 200": (scripted.answering(200, b"\x00\xffgarbage{"), Unsure("200 unreadable")),
    "empty 200": (scripted.answering(200, b""), Unsure("200 unreadable")),
    "deep 200": (scripted.answering(200, b"[" * 100_000), Unsure("200 unreadable")),
    "ok false with 200": (
        scripted.answering(200, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked"}),
        Unsure("200 Forbidden: bot was blocked"),
    ),
    "list with 200": (scripted.answering(200, [1, 2]), Unsure("200 unreadable")),
    "result is a list": (scripted.answering(200, {"ok": True, "result": [MESSAGE]}), Unsure("no message id")),
    "result is empty": (scripted.answering(200, {"ok": True, "result": {}}), Unsure("no message id")),
    "message id is text": (
        scripted.answering(200, {"ok": True, "result": {"message_id": "7"}}),
        Unsure("no message id"),
    ),
    "message id is true": (
        scripted.answering(200, {"ok": True, "result": {"message_id": True}}),
        Unsure("no message id"),
    ),
    "ok is text": (scripted.answering(200, {"ok": "true", "result": MESSAGE}), Unsure("200 inconsistent")),
    "302": (
        scripted.answering(302, b"", headers=("Location: http://127.0.0.1:1/",)),
        Unsure("302 unreadable"),
    ),
    "500": (
        refused(500, "Internal Server Error: restart"),
        Unsure("500 Internal Server Error: restart"),
    ),
    "502 html": (scripted.answering(502, HTML), Unsure("502 unreadable")),
    "504 html": (scripted.answering(504, HTML), Unsure("504 unreadable")),
    "429 with parameters": (refused(429, "Too Many Requests: retry after 17", retry_after=17), Flooded(17.0)),
    "429 without parameters": (refused(429, "Too Many Requests"), Flooded(0.0)),
    "429 with the header": (scripted.answering(429, HTML, headers=("Retry-After: 12",)), Flooded(12.0)),
    "429 with a date": (
        scripted.answering(429, HTML, headers=("Retry-After: Wed, 18 Nov 2026 11:20:00 GMT",)),
        Flooded(0.0),
    ),
    "429 parameters beat the header": (
        scripted.answering(
            429,
            {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 3}},
            headers=("Retry-After: 99",),
        ),
        Flooded(3.0),
    ),
    "403": (refused(403, "Forbidden: bot was blocked by the user"), Gone("403 Forbidden: bot was blocked by the user")),
    "403 of somebody in between": (scripted.answering(403, HTML), Unsure("403 unreadable")),
    "400 chat not found": (refused(400, "Bad Request: chat not found"), Gone("400 Bad Request: chat not found")),
    "400 deactivated": (
        refused(400, "Bad Request: user is deactivated"),
        Gone("400 Bad Request: user is deactivated"),
    ),
    "400 parse": (
        refused(400, "Bad Request: can't parse entities"),
        BadContent("400 Bad Request: can't parse entities"),
    ),
    "400 of somebody in between": (scripted.answering(400, HTML), Unsure("400 unreadable")),
    "401": (refused(401, "Unauthorized"), BotRefused("401 Unauthorized")),
    "404": (refused(404, "Not Found"), BotRefused("404 Not Found")),
    "409": (refused(409, "Conflict"), Unsure("409 Conflict")),
    "migrated": (
        refused(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1009),
        Migrated(-1009),
    ),
    "parameters are a list": (
        scripted.answering(400, {"ok": False, "description": "Bad Request: x", "parameters": [1]}),
        BadContent("400 Bad Request: x"),
    ),
    "400 that says ok": (scripted.answering(400, {"ok": True}), Unsure("400 inconsistent")),
}


@pytest.mark.parametrize("name", ROWS)
async def test_what_happened_and_what_is_known_of_it(name: str, client: httpx.AsyncClient) -> None:
    """Reliability: row by row, and each exactly once, for a repetition is a decision of the outbox alone."""
    act, expected = ROWS[name]
    deadline = 0.3 if name in ("hangs", "drips") else 10.0
    async with scripted.scripted(act) as server:
        answer = await TelegramWire(client, server.url, TOKEN).call("sendMessage", FIELDS, deadline=deadline)
        assert outcome(answer) == expected
        assert server.connections == 1, "never repeated by itself"


async def test_a_refused_connection_is_proven_unsent(client: httpx.AsyncClient) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        answer = await TelegramWire(client, f"http://127.0.0.1:{taken.getsockname()[1]}", TOKEN).call("getMe", {})
    assert answer == Answer(None, begun=False, fault="ConnectError")
    assert outcome(answer) == NotSent("ConnectError")


async def test_a_full_pool_is_proven_unsent() -> None:
    async with (
        httpx.AsyncClient(limits=httpx.Limits(max_connections=1), trust_env=False) as narrow,
        scripted.scripted(scripted.hanging()) as server,
        asyncio.TaskGroup() as tasks,
    ):
        wire = TelegramWire(narrow, server.url, TOKEN)
        first = tasks.create_task(wire.call("sendMessage", FIELDS, deadline=20.0))
        await server.heard.wait()
        second = await wire.call("sendMessage", FIELDS, deadline=10.0)
        assert outcome(second) == NotSent("PoolTimeout")
        assert server.connections == 1
        first.cancel()


@pytest.mark.parametrize("odd", [{"text": "half a pair \ud800"}, {"reply_markup": object()}])
async def test_what_cannot_be_made_a_request_of_never_left(client: httpx.AsyncClient, odd: dict[str, object]) -> None:
    async with scripted.scripted(scripted.answering(200, {"ok": True, "result": MESSAGE})) as server:
        answer = await TelegramWire(client, server.url, TOKEN).call("sendMessage", {**FIELDS, **odd})
    assert isinstance(outcome(answer), Unmade)
    assert server.connections == 0


async def test_an_endless_body_is_not_kept(client: httpx.AsyncClient) -> None:
    async with scripted.scripted(scripted.flooding()) as server:
        answer = await TelegramWire(client, server.url, TOKEN).call("getUpdates", {})
    assert (answer.status, answer.fault, answer.result) == (200, "unreadable", None)
    assert not answer.ok


async def test_a_body_just_under_the_cap_is_read(client: httpx.AsyncClient) -> None:
    body = json.dumps({"ok": True, "result": "x" * (MOST_BYTES - 40)}).encode()
    async with scripted.scripted(scripted.answering(200, body)) as server:
        assert (await TelegramWire(client, server.url, TOKEN).call("getUpdates", {})).ok


async def test_cancellation_is_the_one_thing_it_raises(client: httpx.AsyncClient) -> None:
    async with scripted.scripted(scripted.hanging()) as server:
        call = asyncio.ensure_future(TelegramWire(client, server.url, TOKEN).call("sendMessage", FIELDS))
        await server.heard.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call


async def test_an_unknown_fault_of_the_transport_is_an_unknown_outcome() -> None:
    class Broken(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise KeyError("who would have thought")

    async with open_client(Broken()) as broken:
        assert outcome(await TelegramWire(broken, "http://x", TOKEN).call("sendMessage", FIELDS)) == Unsure("KeyError")


async def test_the_proxies_of_the_environment_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        scripted.scripted(scripted.answering(200, {"ok": True, "result": True})) as server,
        scripted.scripted(scripted.answering(502, b"proxy")) as proxy,
    ):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        async with open_client() as here:
            assert (await TelegramWire(here, server.url, TOKEN).call("getMe", {})).ok
        assert proxy.connections == 0


async def test_connections_are_not_kept(client: httpx.AsyncClient) -> None:
    """A kept connection that the peer has just closed makes an outcome unknown."""
    async with scripted.scripted(scripted.answering(200, {"ok": True, "result": True})) as server:
        wire = TelegramWire(client, server.url, TOKEN)
        for _ in range(3):
            assert (await wire.call("getMe", {})).ok
        assert server.connections == 3


async def test_fields_travel_as_telegram_reads_them(client: httpx.AsyncClient) -> None:
    fields = {"chat_id": -5, "text": "é &=+", "reply_markup": {"inline_keyboard": []}, "disable_notification": True}
    async with scripted.scripted(scripted.answering(200, {"ok": True, "result": True})) as server:
        await TelegramWire(client, server.url, TOKEN).call("sendMessage", fields)
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(f"POST /bot{TOKEN}/sendMessage HTTP/1.1".encode())
    assert b"accept-encoding: identity" in head.lower()
    assert parse_qs(body.decode()) == {
        "chat_id": ["-5"],
        "text": ["é &=+"],
        "reply_markup": ['{"inline_keyboard": []}'],
        "disable_notification": ["true"],
    }


def test_the_token_and_the_result_stay_out_of_repr() -> None:
    wire = TelegramWire(httpx.AsyncClient(), "http://x", TOKEN)
    assert TOKEN not in repr(wire)
    assert "private words" not in repr(read(200, "", b'{"ok": true, "result": "private words"}'))


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (b"5", 5.0),
        (b'"6"', 6.0),
        (b"0.5", 0.5),
        (b"null", 9.0),
        (b'"soon"', 0.0),
        (b"[]", 9.0),
        (b"1e999", float("inf")),
    ],
)
def test_retry_after_in_every_spelling(told: bytes, seconds: float) -> None:
    body = b'{"ok": false, "parameters": {"retry_after": ' + told + b"}}"
    assert read(429, "9", body).retry_after == seconds
