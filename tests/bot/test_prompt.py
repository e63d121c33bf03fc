"""A connection that sends no whole request in time is closed; one that does is served however long the answer takes."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web import prompt
from bot.web.server import WebServer

SHORT = 0.2
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
MANY = 601
"""One more than may be connected at once."""


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A server that answers slower than a request may come in."""
    monkeypatch.setattr(prompt, "WHOLE_REQUEST", SHORT)

    async def page(request: Request) -> Response:
        await request.body()
        if request.url.path == "/slow":
            await asyncio.sleep(2 * SHORT)
        return PlainTextResponse("here")

    server = WebServer(Starlette(routes=[Route("/{path}", page, methods=["GET", "POST"])]), "127.0.0.1:0")
    async with asyncio.TaskGroup() as tasks:
        await server.start(tasks)
        yield server.port
        await server.stop()


@pytest.mark.parametrize(
    "part",
    [b"", b"G", HEAD, b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"],
    ids=["nothing", "a letter", "half the headers", "half the body"],
)
async def test_half_a_request_is_not_waited_for(part: bytes, port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(part)
    assert await _rest(reader) == b""
    writer.close()


async def test_a_drop_now_and_then_is_no_whole_request(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    ended = asyncio.ensure_future(_rest(reader))
    writer.write(HEAD)
    while not ended.done():
        writer.write(b"x: y\r\n")
        await asyncio.wait([ended], timeout=SHORT / 8)
    assert ended.result() == b""
    writer.close()


async def test_a_second_request_has_its_own_time(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
    writer.write(HEAD)
    assert await _rest(reader) == b""
    writer.close()


async def test_half_of_a_second_request_behind_a_whole_one_is_not_waited_for(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + HEAD)
    assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
    assert await _rest(reader) == b""
    writer.close()


async def test_a_whole_request_may_be_answered_slowly(port: int) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for path in ("slow", "slow"):
            assert (await client.get(f"http://127.0.0.1:{port}/{path}")).text == "here"


async def test_half_open_connections_do_not_shut_the_door(port: int) -> None:
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MANY)]
    for reader, _ in held:
        assert await _rest(reader) == b""
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"http://127.0.0.1:{port}/x")).status_code == 200
    for _, writer in held:
        writer.close()


async def _rest(reader: asyncio.StreamReader) -> bytes:
    """Until the server closes the connection."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""
