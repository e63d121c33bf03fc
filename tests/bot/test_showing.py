"""Edit or send: decided in one place, against the sandbox's Telegram and its moods."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup
from telegram import Bot, ReplyKeyboardRemove, Update
from telegram.error import RetryAfter

from bot import showing
from bot.callbacks import Home, Where
from bot.replying import BoundedRequest
from bot.views.screen import Screen, button, inline
from tests.bot.scripted import answering, scripted
from tests.journeys.town import Chat, Town, opened

ONE = Screen(Markup("<b>One</b> &amp; all"), inline(button("Next", Where())))
OTHER = Screen(Markup("Other"), inline(button("Back", Home())))


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The sandbox's Telegram and a bot that has met it."""
    async with opened(tmp_path) as one:
        yield one
        # Some of these tests make Telegram talk nonsense on purpose, which the judge of the traffic must not count.
        one.errors.clear()


@pytest.fixture
async def ana(town: Town) -> Chat:
    """A person who has written once; what the bot answered is forgotten."""
    chat = town.chat(7)
    await chat.says("/start")
    return chat


def message(town: Town, **facts: Any) -> Update:
    """Ana writes."""
    told = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, **facts}
    return Update.de_json({"update_id": 1, "message": told}, town.parts.application.bot)


def press(town: Town, number: int, *, text: str | None = "x", date: int = 1) -> Update:
    """Ana presses a button of that message; a date of 0 is a message that Telegram no longer lets us see."""
    old: dict[str, Any] = {"message_id": number, "date": date, "chat": {"id": 7, "type": "private"}}
    if text is not None:
        old["text"] = text
    query = {"id": "55", "from": {"id": 7, "is_bot": False, "first_name": "A"}, "chat_instance": "1", "data": "1|home"}
    return Update.de_json({"update_id": 1, "callback_query": {**query, "message": old}}, town.parts.application.bot)


async def test_a_message_is_answered_by_a_message_and_a_press_by_an_edit(town: Town, ana: Chat) -> None:
    bot = town.parts.application.bot
    number = await showing.show(bot, message(town), ONE)
    await ana.look()
    before = len(ana.messages)
    assert ana.last() == "One & all"
    assert number is not None
    assert await showing.show(bot, press(town, number), OTHER) == number
    await ana.look()
    assert (len(ana.messages), ana.last(), ana.buttons()[-1]) == (before, "Other", "Back")


async def test_what_shows_already_is_no_fault_and_no_second_message(town: Town, ana: Chat) -> None:
    bot = town.parts.application.bot
    number = await showing.show(bot, message(town), ONE)
    assert number is not None
    assert await showing.show(bot, press(town, number), ONE) == number
    await ana.look()
    assert ana.count("One") == 1


@pytest.mark.parametrize("how", ["fresh", "reply keyboard", "gone", "no text", "out of sight"])
async def test_what_cannot_be_edited_is_sent(how: str, town: Town, ana: Chat) -> None:
    bot = town.parts.application.bot
    number = await showing.show(bot, message(town), ONE)
    assert number is not None
    screen = Screen(OTHER.text, ReplyKeyboardRemove()) if how == "reply keyboard" else OTHER
    update = {
        "gone": press(town, 99_999),
        "no text": press(town, number, text=None),
        "out of sight": press(town, number, text=None, date=0),
    }.get(how, press(town, number))
    shown = await showing.show(bot, update, screen, fresh=how == "fresh")
    assert shown is not None
    assert shown > number
    await ana.look()
    assert ana.last() == "Other"
    assert ana.count("One") == 1, "the old one stays as it was"


async def test_whoever_blocked_the_bot_is_told_nothing(town: Town, ana: Chat) -> None:
    await town.tell("block", chat_id=7)
    assert await showing.send(town.parts.application.bot, 7, ONE) is None


@pytest.mark.parametrize("answer", [{}, {"ok": False}, {"ok": True, "result": {"x": 1}}, {"ok": True, "result": "yes"}])
async def test_an_answer_that_says_nothing_is_no_proof(answer: Any) -> None:
    async with scripted(answering(200, answer)) as server, BoundedRequest(None, 1.0) as request:
        bot = Bot("123456789:" + "A" * 35, f"{server.url}/bot", request=request, get_updates_request=request)
        query = {"id": "5", "from": {"id": 7, "is_bot": False, "first_name": "A"}, "chat_instance": "1", "data": "x"}
        await showing.acknowledge(Update.de_json({"update_id": 1, "callback_query": query}, bot), "Hello")
        told = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}
        assert not await showing.erase(Update.de_json({"update_id": 1, "message": told}, bot))
        assert len(server.requests) == 2


async def test_an_update_without_a_chat_shows_nothing(town: Town) -> None:
    poll = Update.de_json({"update_id": 1}, town.parts.application.bot)
    assert await showing.show(town.parts.application.bot, poll, ONE) is None
    await showing.acknowledge(poll)
    assert not await showing.erase(poll)


async def test_a_long_flood_is_passed_on(town: Town, ana: Chat) -> None:
    """A short one is waited out (tests/bot/test_patience.py)."""
    await town.tell("flood", retry_after=60, count=1, chat_id=7)
    with pytest.raises(RetryAfter):
        await showing.send(town.parts.application.bot, 7, ONE)


@pytest.mark.parametrize("kind", ["500", "502", "garbage", "reset"])
async def test_an_acknowledgement_that_fails_holds_up_nothing(kind: str, town: Town, ana: Chat) -> None:
    await town.tell("fault", target="telegram", operation="answerCallbackQuery", kind=kind, apply="before", count=1)
    await showing.acknowledge(press(town, 1), "Hello")
    await showing.acknowledge(press(town, 1), "too old by now", alert=True)


@pytest.mark.parametrize("kind", ["500", "502", "garbage", "reset"])
async def test_a_message_that_cannot_be_deleted_is_only_said_so(kind: str, town: Town, ana: Chat) -> None:
    """A password that stays in the chat is warned of; the sign-in goes on."""
    mine = next(one["message_id"] for one in ana.messages if not one["from"]["is_bot"])
    await town.tell("fault", target="telegram", operation="deleteMessage", kind=kind, apply="before", count=1)
    assert not await showing.erase(message(town, message_id=mine))
    assert await showing.erase(message(town, message_id=mine))
    assert await showing.erase(message(town, message_id=mine)), (
        "what is gone, as after a crash, needs nobody to delete it"
    )
