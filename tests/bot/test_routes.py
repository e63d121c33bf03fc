"""The routing table of the real application: who takes every command, button, step and kind of message, and nobody else."""

import inspect
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from telegram import Update

from bot import callbacks as press
from bot.brand import Brand
from bot.callbacks import Callback
from bot.handlers import typed
from bot.i18n import Translations
from bot.routes import COMMANDS, PRESSES, routes
from bot.throttle import GROUP_GAP
from bot.views import commands
from tests.journeys.town import Town, opened
from tickets.watching import Step

NOT_OFFERED_YET: set[type[Callback]] = set()
"""Buttons whose meaning is fixed and that no screen shows so far; a press of one is answered as of an old menu."""
ANA = {"id": 7, "is_bot": False, "first_name": "Ana"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Ana"}
GROUPS = ({"id": -7, "type": "group", "title": "G"}, {"id": -1007, "type": "supergroup", "title": "S"})
PHOTO = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}
FILE = {"file_id": "f", "file_unique_id": "u"}
PLACE = {"latitude": 41.5, "longitude": -8.4}
Taken = Callable[[dict[str, Any]], str]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The real application, which has met the sandbox's Telegram."""
    async with opened(tmp_path) as one:
        yield one


@pytest.fixture
def taken(town: Town) -> Taken:
    """Who takes an update, as module.function; empty for nobody. The first that fits is the only one asked."""

    def ask(raw: dict[str, Any]) -> str:
        application = town.parts.application
        update = Update.de_json({"update_id": 1, **raw}, application.bot)
        assert list(application.handlers) == [0], "one group, or an update would be handled twice"
        for handler in application.handlers[0]:
            if handler.check_update(update) not in (None, False):
                held = inspect.getclosurevars(handler.callback).nonlocals
                return name_of(held.get("handle", handler.callback))
        return ""

    return ask


def name_of(handle: Callable[..., Any]) -> str:
    """module.function."""
    return f"{handle.__module__.removeprefix('bot.handlers.')}.{handle.__name__}"


def message(chat: dict[str, Any] | None = None, **content: Any) -> dict[str, Any]:
    """A message; the text of a command gets its entity, as Telegram marks it."""
    text = content.get("text", "")
    if text.startswith("/"):
        content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
    return {"message_id": 1, "date": 1, "chat": chat or PRIVATE, "from": ANA, **content}


def pressing(data: str | None, chat: dict[str, Any] | None = None) -> dict[str, Any]:
    """A press of a button of one of our messages."""
    told = {"game_short_name": "g"} if data is None else {"data": data}
    return {
        "callback_query": {"id": "1", "from": ANA, "chat_instance": "1", "message": message(chat, text="x"), **told}
    }


def sample(kind: type[Callback]) -> Callback:
    """A button of that kind."""
    hints = inspect.get_annotations(kind, eval_str=True)
    return kind(
        **{name: 1 if hint is int else "abcDEF_-12" for name, hint in hints.items() if name not in ("code", "known")}
    )


async def test_every_command_has_its_handler_and_only_in_private(taken: Taken, town: Town) -> None:
    mine, others = town.parts.application.bot.username, "another_bot"
    for name, handle in COMMANDS.items():
        expected = name_of(handle)
        for text in (f"/{name}", f"/{name} words", f"/{name}@{mine}", f"/{name.upper()}"):
            assert taken({"message": message(text=text)}) == expected, text
            assert taken({"edited_message": message(text=text, edit_date=2)}) == "", text
            assert taken({"channel_post": message({"id": -5, "type": "channel"}, text=text)}) == "", text
            for group in GROUPS:
                assert taken({"message": message(group, text=text)}) == "fallback.in_group", text
                assert taken({"edited_message": message(group, text=text, edit_date=2)}) == ""
        assert taken({"message": message(text=f"/{name}@{others}")}) == "fallback.unknown"
        assert taken({"message": message(text=f"say /{name}")}) == "typed.typed"
    assert taken({"message": message(text="/nonsense")}) == "fallback.unknown"


async def test_the_menu_shows_what_there_is() -> None:
    shown = [name for name, _ in commands.menu(Translations.load().best("en"))]
    assert set(shown) == set(COMMANDS)
    assert len(shown) == len(set(shown))
    assert len(commands.short_description(Translations.load().best("en"), Brand())) <= 120


def test_what_is_no_update_is_taken_by_nobody() -> None:
    assert not [route for route in routes() if route.check_update(object()) not in (None, False)]


async def test_every_button_has_its_handler(taken: Taken) -> None:
    for kind, handle in PRESSES.items():
        for chat in (PRIVATE, *GROUPS):
            assert taken(pressing(sample(kind).pack(), chat)) == name_of(handle), kind


def test_every_button_is_known_to_the_table() -> None:
    known = {kind for kind in Callback.known.values() if kind.__module__ == press.__name__}
    assert known == set(PRESSES) | NOT_OFFERED_YET
    assert not set(PRESSES) & NOT_OFFERED_YET


@pytest.mark.parametrize(
    "data",
    [
        None,
        "x",
        "home",
        "0|home",
        "2|home",
        "1|nope",
        "1|home|more",
        "1|take|a",
        "1|take||",
        "1|warn|-1",
        "1|near|x",
        "é" * 40,
    ],
)
async def test_old_and_forged_buttons_get_a_fresh_menu(data: str | None, taken: Taken) -> None:
    assert taken(pressing(data)) == "fallback.stale"


async def test_buttons_not_offered_yet_are_as_old_ones(taken: Taken) -> None:
    for kind in NOT_OFFERED_YET:
        assert taken(pressing(sample(kind).pack())) == "fallback.stale"


KINDS: dict[str, tuple[dict[str, Any], str]] = {
    "text": ({"text": "Braga"}, "typed.typed"),
    "position": ({"location": PLACE}, "places.located"),
    "live position": ({"location": {**PLACE, "live_period": 900}}, "places.located"),
    "venue": ({"location": PLACE, "venue": {"location": PLACE, "title": "T", "address": "A"}}, "places.located"),
    "sticker": (
        {"sticker": {**PHOTO, "type": "regular", "is_animated": False, "is_video": False}},
        "fallback.unknown",
    ),
    "photo": ({"photo": [PHOTO]}, "fallback.unknown"),
    "photo with words": ({"photo": [PHOTO], "caption": "Braga"}, "fallback.unknown"),
    "voice": ({"voice": {**FILE, "duration": 1}}, "fallback.unknown"),
    "document": ({"document": FILE}, "fallback.unknown"),
    "contact": ({"contact": {"phone_number": "1", "first_name": "A"}}, "account.contact"),
    "dice": ({"dice": {"emoji": "🎲", "value": 1}}, "fallback.unknown"),
    "pinned": ({"pinned_message": message(text="x")}, ""),
    "new name": ({"new_chat_title": "x"}, ""),
    "page": ({"web_app_data": {"data": "x", "button_text": "y"}}, ""),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_message(kind: str, taken: Taken) -> None:
    content, expected = KINDS[kind]
    assert taken({"message": message(**content)}) == expected
    assert taken({"edited_message": message(**content, edit_date=2)}) == "", (
        "a live position would search anew for ever"
    )
    for group in GROUPS:
        assert taken({"message": message(group, **content)}) == "", "a group's talk is none of ours"


MEMBER = {"user": {"id": 1, "is_bot": True, "first_name": "B"}}
OTHERS: dict[str, tuple[dict[str, Any], str]] = {
    "my_chat_member": (
        {
            "chat": PRIVATE,
            "from": ANA,
            "date": 1,
            "old_chat_member": {**MEMBER, "status": "member"},
            "new_chat_member": {**MEMBER, "status": "kicked", "until_date": 0},
        },
        "fallback.membership",
    ),
    "inline_query": ({"id": "1", "from": ANA, "query": "x", "offset": ""}, ""),
    "chosen_inline_result": ({"result_id": "1", "from": ANA, "query": "x"}, ""),
    "channel_post": (message({"id": -5, "type": "channel"}, text="x"), ""),
}


@pytest.mark.parametrize("kind", OTHERS)
async def test_every_other_kind_of_update(kind: str, taken: Taken) -> None:
    content, expected = OTHERS[kind]
    assert taken({kind: content}) == expected


def test_every_step_has_its_handler() -> None:
    assert {step: name_of(handle) for step, handle in typed.STEPS.items()} == {
        "": "typed.look_or_do",
        "search": "typed.look_or_do",
        "username": "signing.username_typed",
        "password": "signing.password_typed",
        "number": "vouching.number_typed",
        "edit": "account.field_typed",
        "keep_name": "account.keep_name_typed",
        "keep_password": "account.keep_password_typed",
        "email": "account.email_typed",
        "code": "account.code_typed",
        "new_password": "account.new_password_typed",
        "late": "signing.typed_too_late",
    }


async def test_a_step_that_is_no_more_searches(town: Town) -> None:
    """A conversation begun by an older version of the program is no dead end."""
    ana = town.chat(7)
    await ana.says("/start")
    async with town.parts.database.open_book() as book:
        await book.steps.put(Step(7, "of-an-older-version", {}, town.clock.now() + 60))
        await book.commit()
    await ana.says("Braga")
    ana.sees("Braga")


async def test_in_a_group_only_our_own_commands_are_answered(town: Town) -> None:
    await town.tell("group", chat_id=-50, title="Queue", members=[7])
    mine = town.parts.application.bot.username

    async def answers_to(text: str) -> int:
        # A group is answered once in a while only.
        town.clock.passes(GROUP_GAP)
        before = len((await town.ask("messages", chat_id=-50))["messages"])
        await town.tell("text", chat_id=-50, text=text, from_id=7)
        await town.settle()
        return len((await town.ask("messages", chat_id=-50))["messages"]) - before - 1

    assert await answers_to(f"/help@{mine}") == 1
    assert await answers_to(f"/help@{mine.upper()}") == 1
    assert await answers_to("/help@another_bot") == 0
    assert await answers_to("Braga") == 0


async def test_a_failure_is_told_in_the_language_the_person_chose(town: Town) -> None:
    """An error gets a context of its own, which must know the person as well."""
    ana = town.chat(7, language="en")
    await ana.says("/start")
    async with town.parts.database.open_book() as book:
        person = await book.people.get(7)
        assert person is not None
        await book.people.put(replace(person, language="pt"))
        await book.commit()
    await town.tell("fault", target="queue", kind="500", apply="before", count=20)
    await ana.says("Braga")
    words = Translations.load().best("pt")("<b>The queue is not answering properly at the moment.</b>")
    assert str(words).replace("<b>", "").replace("</b>", "") in ana.last()
