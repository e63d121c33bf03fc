"""The sandbox on a socket inside the campaign's process: the truth about what was delivered, and the dice that spoil answers."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from starlette.types import Receive, Scope, Send

from sandbox.app import Sandbox, create_app
from sandbox.bot_api.app import Telegram
from sandbox.bot_api.world import World
from sandbox.clock import Clock
from sandbox.faults import Fault
from sandbox.virtual_ticket.app import Branches
from sandbox.virtual_ticket.office import Office
from tests.soak.haste import HastyClock

SENDS = "/sendMessage"
WORK = (SENDS, "/editMessageText", "/answerCallbackQuery", "/ticket/create", "/ticket/cancel")
"""What tells that a bot is at work now."""
REPLIES = b"python-telegram-bot"
"""What replies are known by, which are made by the library; every other send is the outbox's."""
SLOWLY = 0.3


@dataclass(frozen=True, slots=True)
class Dice:
    """The share of sends that each fault strikes."""

    flood: float = 0.04
    gateway: float = 0.04
    """Half of them after delivery."""
    hang: float = 0.02
    """After delivery."""
    reset: float = 0.02
    """Half of them after delivery."""
    slow: float = 0.0
    """Carried out after `SLOWLY` seconds, and answered well."""

    def roll(self, chance: random.Random) -> Fault | str | None:
        """The fault of one send, "flood", or none."""
        number = chance.random()
        moment = "after" if chance.random() < 0.5 else "before"
        for share, fault in (
            (self.flood, "flood"),
            (self.gateway, Fault("telegram", "502", moment, 1, "sendMessage")),
            (self.hang, Fault("telegram", "timeout", "after", 1, "sendMessage")),
            (self.reset, Fault("telegram", "reset", moment, 1, "sendMessage")),
            (self.slow, Fault("telegram", "slow", "before", 1, "sendMessage")),
        ):
            if number < share:
                return fault
            number -= share
        return None


class House:
    """Both neighbours, as an ASGI application that counts and spoils what goes in."""

    def __init__(self, clock: HastyClock, seed: int, dice: Dice | None) -> None:
        """`dice`: None for no faults."""
        self.clock = clock
        self.sandbox: Sandbox = create_app(speed=0, seed=1, clock=Clock(clock.now))
        self.sandbox.faults.drip = SLOWLY / 20
        self.dice = dice
        self.struck: Counter[str] = Counter()
        self.busy = asyncio.Event()
        self.pushing = 0
        """Sends of the outbox that are open now: asked for, and not answered."""
        self.address = ""
        self._chance = random.Random(seed)
        self._play = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.sandbox), base_url="http://sandbox")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through to the sandbox, which spoils it where the dice say so."""
        path = scope.get("path", "")
        pushes = path.endswith(SENDS) and not dict(scope["headers"]).get(b"user-agent", b"").lower().startswith(REPLIES)
        if path.endswith(WORK):
            self.busy.set()
        if path.endswith(SENDS) and self.dice is not None:
            await self._plan(self.dice.roll(self._chance))
        self.pushing += pushes
        try:
            await self.sandbox(scope, receive, send)
        finally:
            self.pushing -= pushes

    async def _plan(self, fault: Fault | str | None) -> None:
        if isinstance(fault, Fault):
            self.sandbox.faults.plan(fault)
            self.struck[f"{fault.kind} {fault.apply}"] += 1
        elif fault is not None:
            await self.play("flood", retry_after=1, count=1)
            self.struck["429"] += 1

    async def play(self, what: str, **facts: Any) -> dict[str, Any]:
        """POST /play/<what>, past every fault."""
        answer = await self._play.post(f"/play/{what}", json=facts)
        assert answer.status_code == 200, f"{what}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    @property
    def world(self) -> World:
        """What Telegram knows."""
        part = self.sandbox.parts["telegram"]
        assert isinstance(part, Telegram)
        return part.world

    @property
    def office(self) -> Office:
        """What the queue server knows."""
        part = self.sandbox.parts["queue"]
        assert isinstance(part, Branches)
        return part.office

    def texts(self, chat_id: int, after: int = 0) -> dict[int, str]:
        """The bot's messages of a chat beyond a number, as they stand now."""
        chat = self.world.chats.get(chat_id)
        messages = chat.messages if chat is not None else {}
        return {
            number: str(message.get("text", ""))
            for number, message in messages.items()
            if number > after and message["from"]["is_bot"]
        }

    def newest(self, chat_id: int) -> int:
        """The number of the bot's last message of a chat, 0 for none; asked often, of chats that grow by hundreds a second."""
        chat = self.world.chats.get(chat_id)
        numbers = reversed(chat.messages.items()) if chat is not None else ()
        return next((number for number, message in numbers if message["from"]["is_bot"]), 0)


class Server(uvicorn.Server):
    """A server that leaves signals to the campaign."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def opened(clock: HastyClock, seed: int, dice: Dice | None = None) -> AsyncIterator[House]:
    """A house on a free port of this machine."""
    house = House(clock, seed, dice)
    config = uvicorn.Config(house, "127.0.0.1", 0, log_level="critical", access_log=False, timeout_graceful_shutdown=1)
    server = Server(config)
    serving = asyncio.ensure_future(server.serve())
    try:
        while not server.started:
            await clock.sleep(0.01 * clock.haste)
        house.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        yield house
    finally:
        await house.sandbox.release()
        server.should_exit = True
        await serving
        await house._play.aclose()
