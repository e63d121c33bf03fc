"""The people's side of every small bot: what they do, what they must see in answer, and a mailbox for bots with a webhook.

Each bot does the same: it greets with one of everything it can send, answers presses, media, edits and inline queries,
and tells a group who is who.
"""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.sandbox.bot_api.hands import Hands
from tests.sandbox.bot_api.test_journey import PIXEL

ANA, GROUP = 1001, -1_001_234_567_890
GREETING = "<b>Hello</b>"
MEDIA: dict[str, dict[str, Any]] = {
    "photo": {"content": base64.b64encode(PIXEL).decode(), "caption": "a photo"},
    "location": {"latitude": 1, "longitude": 2},
    "venue": {"latitude": 1, "longitude": 2, "title": "Shop", "address": "Street 1"},
    "contact": {},
}


class Eyes:
    """Somebody who looks at a chat: the feed says when something happened, so nothing is waited for longer than it takes."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def until(self, kind: str, words: str) -> None:
        """Look on until an event of that kind holds these words."""
        name = ""
        async for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            if name == kind and line.startswith("data: ") and words in line:
                return
        raise AssertionError(f"{words} never came")


@asynccontextmanager
async def eyes(outside: Hands, chat_id: int) -> AsyncIterator[Eyes]:
    """Look at a chat from now on."""
    async with outside.client.stream("GET", "/play/events", params={"chat_id": chat_id}, timeout=60) as events:
        looking = Eyes(events.aiter_lines())
        await looking.until("snapshot", "")
        yield looking


async def visit(outside: Hands) -> None:
    """Play everything, and check that the bot did its part and that nothing it asked for was refused."""
    await outside.play("person", chat_id=ANA, first_name="Ana", username="ana", language_code="pt")
    async with eyes(outside, ANA) as ana:
        await outside.play("text", chat_id=ANA, text="/start x")
        await ana.until("message", '"Ready"')
        await _presses(outside, ana)
        for kind, content in MEDIA.items():
            await outside.play(kind, chat_id=ANA, **content)
            await ana.until("message", f'"Got {kind}"')
        said = (await outside.play("text", chat_id=ANA, text="a word"))["message"]
        await outside.play("edit", chat_id=ANA, message_id=said["message_id"], text="another word")
        await ana.until("message", '"Seen"')
        await _asks_inline(outside, ana)
        await outside.play("block", chat_id=ANA)
        await outside.play("unblock", chat_id=ANA)
        await outside.play("text", chat_id=ANA, text="/bye")
        await ana.until("message", '"Bye"')
    await outside.play("group", chat_id=GROUP, title="Team", members=[ANA, 1002], administrator=True)
    async with eyes(outside, GROUP) as group:
        await outside.play("text", chat_id=GROUP, from_id=ANA, text="/who")
        await group.until("message", '"Who"')
    await _nothing_was_refused(outside)


async def _presses(outside: Hands, ana: Eyes) -> None:
    messages = (await outside.sees(ANA))["messages"]
    greeting = next(message for message in messages if message.get("text") == "Hello")
    await outside.play("press", chat_id=ANA, message_id=greeting["message_id"], data="go")
    await ana.until("callback_answer", '"Well done"')
    shown = (await outside.sees(ANA))["messages"]
    assert "Gone" in [message.get("text") for message in shown]
    sent = {kind for message in shown if message["from"]["is_bot"] for kind in message}
    assert sent >= {"photo", "document", "venue", "location", "contact", "media_group_id", "pinned_message"}


async def _asks_inline(outside: Hands, ana: Eyes) -> None:
    asked = await outside.play("inline", chat_id=ANA, query="cen")
    await ana.until("inline", '"results"')
    chosen = {"inline_query_id": asked["inline_query_id"], "result_id": "1"}
    message = (await outside.play("inline_choice", chat_id=ANA, **chosen))["message"]
    await ana.until("message", '"Chosen"')
    await outside.play("press", chat_id=ANA, message_id=message["message_id"], data="again")
    await ana.until("callback_answer", '"Well done"')
    shown = next(one for one in (await outside.sees(ANA))["messages"] if one["message_id"] == message["message_id"])
    assert shown["text"] == "Pressed"


async def _nothing_was_refused(outside: Hands) -> None:
    calls = (await outside.client.get("/play/calls")).json()["calls"]
    assert [call for call in calls if call["status"] != 200] == []
    assert len({call["method"].lower() for call in calls}) > 15


@asynccontextmanager
async def mailbox(take: Callable[[dict[str, Any]], Awaitable[None]]) -> AsyncIterator[str]:
    """A webhook on this machine that hands every update to `take`; answers its address."""

    async def receive(request: web.Request) -> web.Response:
        await take(await request.json())
        return web.Response()

    application = web.Application()
    application.router.add_post("/hook", receive)
    async with TestServer(application) as server:
        yield str(server.make_url("/hook"))
