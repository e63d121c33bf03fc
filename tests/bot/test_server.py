"""One listening address inside our own loop: busy ports are said at once, and the way out is bounded."""

import asyncio
import socket

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.server import WebServer


def _application(let_go: asyncio.Event | None = None, begun: asyncio.Event | None = None) -> Starlette:
    async def page(_: Request) -> Response:
        if begun is not None and let_go is not None:
            begun.set()
            await let_go.wait()
        return PlainTextResponse("here")

    return Starlette(routes=[Route("/", page)])


async def test_it_serves_and_stops() -> None:
    server = WebServer(_application(), "127.0.0.1:0")
    async with asyncio.TaskGroup() as tasks:
        await server.start(tasks)
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"http://127.0.0.1:{server.port}/")
        assert (answer.text, "server" in answer.headers) == ("here", False)
        await server.stop()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", server.port)


async def test_a_busy_address_is_said_at_once_even_before_the_other_serves() -> None:
    first = WebServer(_application(), "127.0.0.1:0")
    first.bind()
    second = WebServer(_application(), f"127.0.0.1:{first.port}")
    with pytest.raises(OSError, match="in use"):
        second.bind()
    first.release()
    second.bind()
    second.release()


async def test_the_request_in_work_is_finished() -> None:
    begun, let_go = asyncio.Event(), asyncio.Event()
    server = WebServer(_application(let_go, begun), "127.0.0.1:0")
    async with asyncio.TaskGroup() as tasks, httpx.AsyncClient(trust_env=False) as client:
        await server.start(tasks)
        asking = tasks.create_task(client.get(f"http://127.0.0.1:{server.port}/"))
        await begun.wait()
        stopping = tasks.create_task(server.stop())
        await asyncio.sleep(0)
        let_go.set()
        assert (await asking).text == "here"
        await stopping


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
async def test_version_six_addresses_are_understood() -> None:
    server = WebServer(_application(), "[::1]:0")
    try:
        server.bind()
    except OSError as error:
        pytest.skip(f"no IPv6 loopback here: {error.strerror}")
    assert server.port
    server.release()


async def test_an_address_of_another_machine_is_an_oserror() -> None:
    with pytest.raises(OSError, match="assign"):
        WebServer(_application(), "192.0.2.1:0").bind()
