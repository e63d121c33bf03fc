"""A town whose bot offers a provider, and the person's own browser: real redirects, real cookies, real login and consent forms."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin

import httpx
import pytest
from pydantic import SecretStr

from bot.clock import SystemClock
from bot.web.pages import pages
from tests.journeys.town import Chat, Town, opened
from tests.oidc.running import CLIENT_ID, CLIENT_SECRET

PUBLIC = "http://127.0.0.1:8088"
RETURN = f"{PUBLIC}/oauth/google/callback"
FACEBOOK_RETURN = f"{PUBLIC}/oauth/facebook/callback"
MOST_STEPS = 12


@asynccontextmanager
async def offering(
    folder: Path, issuer: str, monkeypatch: pytest.MonkeyPatch, audience: str = CLIENT_ID, **settings: Any
) -> AsyncIterator[Town]:
    """A town whose bot offers Google, which is really `issuer`; the queue server trusts it too, for `audience`.

    Its time is the machine's, as the provider's is.
    """
    known = trusted("google", issuer, monkeypatch, audience)
    async with opened(folder, **{"public_url": PUBLIC, **known, **settings}) as town:
        town.clock.passes(SystemClock().now() - town.clock.now())
        yield town


def trusted(name: str, issuer: str, monkeypatch: pytest.MonkeyPatch, audience: str = CLIENT_ID) -> dict[str, Any]:
    """The bot's settings for a provider of that name; the queue server is told of it as well."""
    monkeypatch.setenv(f"SANDBOX_OIDC_ISSUER_{name.upper()}", issuer)
    monkeypatch.setenv(f"SANDBOX_OIDC_AUDIENCE_{name.upper()}", audience)
    return {
        f"oauth_{name}_id": CLIENT_ID,
        f"oauth_{name}_secret": SecretStr(CLIENT_SECRET),
        f"oauth_{name}_issuer": issuer,
    }


class Browser:
    """One person's browser: it keeps cookies, and reaches our pages as well as the provider."""

    def __init__(self, town: Town, **headers: str) -> None:
        """A fresh one, without cookies."""

        async def healthy() -> dict[str, str]:
            return {}

        ours = httpx.ASGITransport(app=pages(None, healthy, list(town.parts.doors)))
        self.client = httpx.AsyncClient(mounts={PUBLIC: ours}, trust_env=False, headers=headers, timeout=20)

    async def __aenter__(self) -> Self:
        """For `async with`."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.client.aclose()

    async def get(self, url: str) -> httpx.Response:
        """One request, redirects not followed."""
        return await self.client.get(url)

    async def begin(self, chat: Chat) -> str:
        """Press the provider's button of the newest card; answers where our start page leads to."""
        answer = await self.get(start_link(chat))
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def consent(self, address: str, login: str = "ana") -> str:
        """Sign in at the provider and agree; answers the address it sends the browser back to."""
        answer = await self.get(address)
        for _ in range(MOST_STEPS):
            if answer.is_redirect:
                onwards = urljoin(str(answer.url), answer.headers["location"])
                if onwards.startswith((RETURN, FACEBOOK_RETURN)):
                    return onwards
                answer = await self.get(onwards)
            else:
                answer = await self._fill_in(answer, login)
        raise AssertionError(f"the provider leads nowhere: {answer.url}")

    async def _fill_in(self, page: httpx.Response, login: str) -> httpx.Response:
        action = re.search(r'<form[^>]*action="([^"]+)"', page.text)
        assert action, page.text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        return await self.client.post(
            urljoin(str(page.url), action[1]), data={**hidden, "login": login, "password": "any"}
        )


def start_link(chat: Chat) -> str:
    """The address behind the provider's button of the newest card."""
    links = [
        button["url"]
        for message in reversed(chat.messages)
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
        if "/oauth/" in button.get("url", "")
    ]
    return str(links[0])


def number_on(page: httpx.Response) -> str:
    """The six digits that the page after the provider's shows."""
    found = re.search(r'<p id="number">(\d{3})\u00a0(\d{3})</p>', page.text)
    assert found, page.text
    return found[1] + found[2]


def another(number: str) -> str:
    """Six other digits."""
    return f"{(int(number) + 1) % 10**6:06}"
