"""Somebody deletes everything while one of our pages or a provider is at work for them: nothing comes back, and nothing more arrives."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import showing
from bot.web.openid import OpenId
from bot.web.pages import pages
from tests.bot.web.conftest import ANA, PASSWORD, Site
from tests.journeys.town import Chat, Town
from tests.oidc.browsing import start_link
from tests.security.stage import OWNER, PUBLIC, Stage
from tickets.acting import Actor
from tickets.conversation import Passes


async def deletes(chat: Chat) -> None:
    """The person's own doing, in the chat."""
    await chat.says("/delete")
    await chat.presses("Delete my data")


async def left(town: Town, chat_id: int) -> dict[str, Any]:
    """What is held on the person, by table."""
    held = await town.parts.services.people.export(Actor(chat_id, chat_id))
    return {table: rows for table, rows in held.items() if rows}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A bot that offers a provider, and somebody with the sign-in card before her."""
    one = Stage(tmp_path)
    await one.open()
    await one.owner.says("/login")
    yield one
    await one.close()


async def back_from_the_provider(stage: Stage) -> httpx.Response:
    """Sign in there; what the browser is shown afterwards."""

    async def healthy() -> dict[str, str]:
        return {}

    transport = httpx.ASGITransport(app=pages(None, healthy, list(stage.parts.doors)))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as browser:
        begun = await browser.get(start_link(stage.owner))
        assert begun.status_code == 302, begun.text
        return await browser.get(f"/oauth/google/callback?{stage.provider.agrees(begun.headers['location'])}")


async def test_while_the_provider_is_asked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser reads what an old link's would."""
    ana, ask = stage.owner, OpenId.vouched

    async def slow(*told: Any) -> Any:
        vouched = await ask(*told)
        await deletes(ana)
        return vouched

    monkeypatch.setattr(OpenId, "vouched", slow)
    answer = await back_from_the_provider(stage)
    assert (answer.status_code, "used already or is too old" in answer.text) == (403, True), answer.text
    await ana.look()
    assert "Deleted" in ana.last(), ana.transcript()
    assert await left(stage, OWNER) == {}


async def test_while_the_chat_is_asked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question went out before anything was deleted; the provider's word is not kept after it."""
    put = showing.put

    async def slow(*told: Any) -> Any:
        shown = await put(*told)
        await stage.parts.services.people.erase(Actor(OWNER, OWNER))
        return shown

    monkeypatch.setattr(showing, "put", slow)
    assert (await back_from_the_provider(stage)).status_code == 403
    assert await left(stage, OWNER) == {}


async def test_before_the_chat_is_told_of_the_page(site: Site, ana: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    token, redeem = await site.enter(ana), Passes.redeem

    async def slow(*told: Any) -> Any:
        passed = await redeem(*told)
        await deletes(ana)
        return passed

    monkeypatch.setattr(Passes, "redeem", slow)
    await site.post("sign_in", **{"pass": token, "username": "ana.sa", "password": PASSWORD})
    await ana.look()
    assert "Deleted" in ana.last(), ana.transcript()
    ana.sees_not("You are signed in")
    assert await left(site.town, ANA) == {}


async def test_while_the_chat_is_told_of_the_page(site: Site, ana: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes on after the sign-in finds nobody, and leaves no step behind."""
    token, put = await site.enter(ana), showing.put

    async def slow(*told: Any) -> Any:
        shown = await put(*told)
        await site.town.parts.services.people.erase(Actor(ANA, ANA))
        return shown

    monkeypatch.setattr(showing, "put", slow)
    await site.post("sign_in", **{"pass": token, "username": "ana.sa", "password": PASSWORD})
    assert await left(site.town, ANA) == {}
