"""A sandbox in the test's own process, a bot of python-telegram-bot that talks to it, and hands that play the people."""

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn
from telegram import Bot
from telegram.request import HTTPXRequest

from sandbox.app import Sandbox
from sandbox.bot_api.app import create
from sandbox.bot_api.webhook import Courier
from sandbox.clock import Clock
from sandbox.faults import Faults
from tests.sandbox.bot_api.hands import NOON, TOKEN, Hands
from tests.sandbox.bot_api.receiver import Receiver


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still unless a test sets it."""
    return Clock(source=lambda: NOON)


@pytest.fixture
def app(clock: Clock) -> Sandbox:
    """The sandbox with its Telegram alone: what the other server does is no business of these tests."""
    faults = Faults()
    return Sandbox(create(clock, faults, 1), None, clock, faults, None, None)


@pytest.fixture
async def hands(app: Sandbox) -> AsyncIterator[Hands]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        yield Hands(client)


@pytest.fixture
async def bot(app: Sandbox) -> AsyncIterator[Bot]:
    requests = [HTTPXRequest(httpx_kwargs={"transport": httpx.ASGITransport(app=app)}) for _ in range(2)]
    bot = Bot(
        TOKEN, "http://sandbox/bot", "http://sandbox/file/bot", request=requests[0], get_updates_request=requests[1]
    )
    async with bot:
        yield bot


@pytest.fixture
async def address(app: Sandbox) -> AsyncIterator[str]:
    """The sandbox on a real socket, with everything running that runs by itself."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    async with asyncio.TaskGroup() as group:
        # The socket listens already, so a client that comes before the server is up just waits in line.
        serving = group.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        await app.release()
        server.should_exit = True
        await serving
    listener.close()


@pytest.fixture
async def receiver(app: Sandbox) -> AsyncIterator[Receiver]:
    """A webhook, with a courier on its way to it."""
    receiver = Receiver()
    telegram = app.telegram
    courier = Courier(telegram.world, telegram.carry_out, httpx.ASGITransport(app=receiver.app))
    running = asyncio.ensure_future(courier.run())
    yield receiver
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
