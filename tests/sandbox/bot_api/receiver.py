"""A bot's webhook for tests: it answers from a list, keeps what it got, and is waited for without sleeping."""

import asyncio
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.sandbox.bot_api.hands import Hands

HOOK = "http://127.0.0.1:9/hook"


class Receiver:
    """A bot's webhook that answers from a list and keeps what it got."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, Any], str | None]] = []
        self.answers: list[Response | httpx.HTTPError] = []
        self.called: list[tuple[str, str]] = []
        self.came = asyncio.Event()
        self.holding: asyncio.Event | None = None
        """What a delivery that comes now waits for before it is answered."""
        self.app = Starlette(routes=[Route("/hook", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        self.got.append((await request.json(), request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
        host, _ = request.scope["server"]
        self.called.append((str(host), request.headers["Host"]))
        self.came.set()
        if self.holding is not None:
            await self.holding.wait()
        answer = self.answers.pop(0) if self.answers else Response()
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return answer

    async def until(self, count: int) -> list[dict[str, Any]]:
        """Wait until so many deliveries came and return the updates."""
        while len(self.got) < count:
            self.came.clear()
            await self.came.wait()
        return [update for update, _ in self.got]


async def webhook_info(hands: Hands, **expected: Any) -> dict[str, Any]:
    """Return getWebhookInfo once it shows what is expected; every look gives the courier a turn."""
    for _ in range(1000):
        info: dict[str, Any] = await hands.ok("getWebhookInfo")
        if all(info.get(key) == value for key, value in expected.items()):
            return info
    raise AssertionError(info)
