"""The real bot between the sandbox's servers, with its own pages, and a browser's side of them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.web.pages import pages
from tests.journeys.town import Chat, Town, opened

PUBLIC = "http://127.0.0.1:8088"
ANA = 1001
PASSWORD = "correct horse battery"


class Site:
    """Our pages as a browser reaches them."""

    def __init__(self, town: Town) -> None:
        """No sockets between."""
        self.town = town
        self.application = pages(None, self._healthy, list(town.parts.doors))
        self.browser = self.from_address("127.0.0.1")

    def from_address(self, address: str) -> httpx.AsyncClient:
        """A browser elsewhere."""
        transport = httpx.ASGITransport(app=self.application, raise_app_exceptions=False, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url=PUBLIC)

    async def _healthy(self) -> dict[str, str]:
        return {}

    async def init_data(self, chat: Chat, button: str = "Sign in or register") -> str:
        """What Telegram signs when the person opens the page from the newest card that has it."""
        url = await self.address(chat, button)
        return parse_qs(urlsplit(url).fragment)["tgWebAppData"][0]

    async def address(self, chat: Chat, button: str = "Sign in or register") -> str:
        """The page's address with its fragment, as a client opens it."""
        card = next(m for m in reversed(chat.messages) if "web_app" in str(m.get("reply_markup")))
        told = await self.town.tell("web_app", chat_id=chat.chat_id, message_id=card["message_id"], text=button)
        return str(told["url"])

    async def post(self, path: str, **told: Any) -> httpx.Response:
        """As the page posts."""
        return await self.browser.post(f"/app/{path}", json=told)

    async def enter(self, chat: Chat, button: str = "Sign in or register") -> str:
        """Open the page; answers its pass."""
        answer = await self.post("open", initData=await self.init_data(chat, button))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["pass"])


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose bot has pages."""
    async with opened(tmp_path, public_url=PUBLIC) as one:
        yield one


@pytest.fixture
async def site(town: Town) -> AsyncIterator[Site]:
    """Its pages."""
    one = Site(town)
    yield one
    await one.browser.aclose()


@pytest.fixture
async def ana(town: Town) -> Chat:
    """Somebody who has the sign-in card before her, and an account elsewhere."""
    await town.play.post(
        "/vt/api/json/customer/register",
        json={"username": "ana.sa", "password": PASSWORD, "email": "ana@example.org", "first_name": "Ana"},
    )
    chat = town.chat(ANA)
    await chat.says("/login")
    return chat
