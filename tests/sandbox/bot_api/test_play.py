"""The /play routes: strict orders, the list of people, and the live feed of a chat."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from sandbox.app import Sandbox
from sandbox.bot_api.world_feed import AFRESH, LONGEST_QUEUE, Feed
from tests.sandbox.bot_api.hands import Hands

ANA = 1001
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("person", {"chat_id": -1, "first_name": "x"}, "the id of a person is positive"),
    ("person", {"first_name": "x"}, "chat_id must be an integer"),
    ("person", {"chat_id": 1, "first_name": 5}, "first_name must be a string"),
    ("text", {"chat_id": 1}, "text must be a string"),
    ("text", {"chat_id": 1, "text": " "}, "text must not be empty"),
    ("text", {"chat_id": 1, "text": "😀" * 2049}, "must not be longer"),
    ("text", {"chat_id": "1", "text": "x"}, "chat_id must be an integer"),
    ("text", {"chat_id": -5, "text": "x"}, "from_id must name a person"),
    ("text", {"chat_id": True, "text": "x"}, "chat_id must be an integer"),
    ("location", {"chat_id": 1, "latitude": 91, "longitude": 0}, "latitude must be a number between -90 and 90"),
    ("location", {"chat_id": 1, "latitude": 1, "longitude": "x"}, "longitude must be a number between -180 and 180"),
    ("press", {"chat_id": 1, "data": "x"}, "message_id must be an integer"),
    ("flood", {"retry_after": 0, "count": 1}, "must be positive"),
]


@pytest.mark.parametrize(("what", "body", "words"), WRONG)
async def test_an_order_that_is_wrong_is_named(what: str, body: dict[str, Any], words: str, hands: Hands) -> None:
    assert words in (await hands.play(what, 400, **body))["error"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"7"])
async def test_a_body_that_is_none(body: bytes, hands: Hands) -> None:
    answer = await hands.client.post("/play/text", content=body)
    assert answer.status_code == 400
    assert "JSON" in answer.json()["error"]


@pytest.mark.parametrize("path", ["/play/messages", "/play/messages?chat_id=x", "/play/events"])
async def test_a_chat_must_be_named(path: str, hands: Hands) -> None:
    answer = await hands.client.get(path)
    assert (answer.status_code, answer.json()) == (400, {"error": "chat_id must be an integer"})


async def test_who_there_is(hands: Hands) -> None:
    await hands.play("person", chat_id=ANA, first_name="Ana", last_name="B", username="ana", language_code="pt")
    await hands.play("location", chat_id=ANA, latitude=1, longitude=2, horizontal_accuracy=30, live_period=60)
    (person,) = (await hands.client.get("/play/people")).json()["people"]
    assert person["last_message"]["location"]["live_period"] == 60
    assert {key: person[key] for key in ("id", "first_name", "language_code", "blocked")} == {
        "id": ANA, "first_name": "Ana", "language_code": "pt", "blocked": False,
    }  # fmt: skip
    assert await hands.sees(4040) == {"messages": [], "keyboard": None, "pinned": []}


class Page:
    """A chat page that watches the feed."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self) -> tuple[str, Any]:
        """Return the next event's name and data."""
        name = ""
        async for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            if line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))
        return "end", None


async def test_everything_is_told_to_the_page(address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client:
        hands = Hands(client)
        await hands.play("person", chat_id=ANA, first_name="Ana", language_code="pt")
        async with client.stream("GET", "/play/events", params={"chat_id": ANA}, timeout=20) as response:
            page = Page(response.aiter_lines())
            name, data = await page.next()
            assert (name, data["bot"], data["person"]["first_name"]) == ("snapshot", None, "Ana")
            await hands.ok(
                "setMyCommands", commands=[{"command": "start", "description": "Começar"}], language_code="pt"
            )
            assert (await page.next())[0] == "bot"
            assert (await page.next())[1]["commands"] == [{"command": "start", "description": "Começar"}]
            await hands.ok("sendChatAction", chat_id=ANA, action="typing")
            name, data = await page.next()
            assert (name, data["action"]) == ("typing", "typing")
            keys = {"keyboard": [["Yes"]]}
            sent = await hands.ok("sendMessage", chat_id=ANA, text="?", reply_markup=keys)
            assert await page.next() == ("message", {"message": sent})
            assert await page.next() == ("keyboard", {"keyboard": {"keyboard": [[{"text": "Yes"}]]}})
            await hands.ok("pinChatMessage", chat_id=ANA, message_id=sent["message_id"])
            assert await page.next() == ("pinned", {"pinned": [sent["message_id"]]})
            assert (await page.next())[1]["message"]["pinned_message"]["text"] == "?"
            plain = await hands.ok("sendMessage", chat_id=ANA, text="plain")
            assert await page.next() == ("message", {"message": plain})
            edited = await hands.ok("editMessageText", chat_id=ANA, message_id=plain["message_id"], text="!")
            assert await page.next() == ("message", {"message": edited})
            pressed = await hands.play("press", chat_id=ANA, message_id=1, data="x", force=True)
            answer = {"callback_query_id": pressed["callback_query_id"], "text": "Hi", "show_alert": True, "url": ""}
            await hands.ok(
                "answerCallbackQuery", callback_query_id=answer["callback_query_id"], text="Hi", show_alert=True
            )
            assert await page.next() == ("callback_answer", answer)
            await hands.ok(
                "setMessageReaction",
                chat_id=ANA,
                message_id=sent["message_id"],
                reaction=[{"type": "emoji", "emoji": "👍"}],
            )
            assert (await page.next())[0] == "reactions"
            await hands.ok("deleteMessage", chat_id=ANA, message_id=sent["message_id"])
            assert await page.next() == ("deleted", {"message_ids": [sent["message_id"]]})
            assert await page.next() == ("pinned", {"pinned": []})
            assert await page.next() == ("keyboard", {"keyboard": None})


async def test_inline_answers_a_block_and_a_reset_are_told_to_the_page(address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client:
        hands = Hands(client)
        await hands.play("person", chat_id=ANA, first_name="Ana", language_code="pt")
        await hands.ok("getMe")
        async with client.stream("GET", "/play/events", params={"chat_id": ANA}, timeout=20) as response:
            page = Page(response.aiter_lines())
            assert (await page.next())[0] == "snapshot"
            asked = await hands.play("inline", chat_id=ANA, query="x")
            await hands.ok("answerInlineQuery", inline_query_id=asked["inline_query_id"], results=[])
            name, data = await page.next()
            assert (name, data["results"], data["query"]) == ("inline", [], "x")
            await hands.play("block", chat_id=ANA)
            name, data = await page.next()
            assert (name, data["person"]["blocked"]) == ("snapshot", True)
            await client.post("/play/reset")
            name, data = await page.next()
            assert (name, data["messages"]) == ("snapshot", [])


async def test_a_slow_reader_gets_a_fresh_view_and_holds_nobody_up() -> None:
    feed = Feed()
    slow, quick = feed.watch(ANA), feed.watch(ANA)
    for number in range(LONGEST_QUEUE + 5):
        feed.tell(ANA, "message", {"number": number})
        assert await quick.next() == ("message", json.dumps({"number": number}))
    assert await slow.next() == AFRESH
    assert await slow.next() == ("message", json.dumps({"number": LONGEST_QUEUE + 1}))
    feed.leave(ANA, quick)
    feed.tell(ANA, "message", {})
    feed.leave(ANA, quick)
    waiting = asyncio.ensure_future(quick.next())
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


@pytest.mark.parametrize(
    ("path", "media"), [("/", "text/html"), ("/page/main.js", "text/javascript"), ("/page/look.css", "text/css")]
)
async def test_the_page_is_served_fresh(path: str, media: str, hands: Hands) -> None:
    answer = await hands.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media)
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/page/none.js", "/page/..%2fapp.py", "/page/%2e%2e/app.py"])
async def test_nothing_but_the_page_is_served(path: str, app: Sandbox, hands: Hands) -> None:
    answer = await hands.client.get(path)
    assert answer.status_code == 404


async def test_answers_are_recorded_as_they_were_and_no_secret_is(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="my password is tulip")
    await hands.updates()
    sent = await hands.ok("sendMessage", chat_id=ANA, text="before")
    await hands.ok("editMessageText", chat_id=ANA, message_id=sent["message_id"], text="after")
    await hands.no("editMessageText", chat_id=ANA, message_id=404, text="x")
    await hands.ok("setWebhook", url="http://127.0.0.1:9/", secret_token="s3cret")
    plain = await hands.client.get("/play/calls")
    assert all("answer" not in call for call in plain.json()["calls"])
    told = await hands.client.get("/play/calls?answers=1")
    calls = {call["method"]: call for call in told.json()["calls"]}
    assert calls["sendMessage"]["answer"] == {"ok": True, "result": sent}
    assert calls["editMessageText"]["answer"]["error_code"] == 400
    assert calls["editMessageText"]["answer"]["description"] == calls["editMessageText"]["description"]
    assert calls["setWebhook"]["answer"]["description"] == "Webhook was set"
    assert "description" not in calls["setWebhook"]
    # A bot may delete what somebody wrote, so the record holds none of it; nor what proves that Telegram calls.
    assert calls["getUpdates"]["answer"] is None
    assert "tulip" not in told.text
    assert "s3cret" not in told.text
