"""Every method that the sandbox speaks, called by python-telegram-bot and judged by an independent checker of the Bot API's description.

The checker and the description are third-party data beside the repository; where they are absent the test is skipped.
"""

import time
from collections.abc import AsyncIterator
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultLocation,
    InputMediaDocument,
    InputMediaPhoto,
    InputTextMessageContent,
    KeyboardButton,
    LinkPreviewOptions,
    MenuButtonWebApp,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyParameters,
    SwitchInlineQueryChosenChat,
    WebAppInfo,
)
from telegram.constants import ParseMode
from telegram.request import HTTPXRequest

from sandbox.app import Sandbox
from sandbox.bot_api.methods.table import METHODS
from tests import botapi
from tests.sandbox.bot_api.hands import TOKEN, Hands
from tests.sandbox.bot_api.test_journey import PIXEL

ANA, GROUP = 1001, -1_001_234_567_890


class Recording(httpx.AsyncBaseTransport):
    """Passes requests on to the sandbox and keeps them with their answers, as the checker wants to see them."""

    def __init__(self, app: Sandbox, conform: ModuleType) -> None:
        self._inner = httpx.ASGITransport(app=app)
        self._conform = conform
        self.records: list[dict[str, Any]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        begun = time.monotonic()
        answer = await self._inner.handle_async_request(request)
        data = await answer.aread()
        if request.url.path.startswith("/bot"):
            elapsed = time.monotonic() - begun
            self.records.append(botapi.record_of(self._conform, request, body, answer, data, elapsed))
        return httpx.Response(answer.status_code, headers=answer.headers, content=data)


@pytest.fixture
def conform() -> ModuleType:
    """The checker, from where it lies."""
    module = botapi.conform()
    if module is None:
        pytest.skip(botapi.ABSENT)
    return module


@pytest.fixture
def recording(app: Sandbox, conform: ModuleType) -> Recording:
    return Recording(app, conform)


@pytest.fixture
async def recorded(recording: Recording) -> AsyncIterator[Bot]:
    requests = [HTTPXRequest(httpx_kwargs={"transport": recording}) for _ in range(2)]
    bot = Bot(
        TOKEN, "http://sandbox/bot", "http://sandbox/file/bot", request=requests[0], get_updates_request=requests[1]
    )
    async with bot:
        yield bot


async def _texts(bot: Bot) -> None:
    buttons = InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton("Take", callback_data="v1|t", style="success"),
                InlineKeyboardButton("Map", url="https://a.example/x"),
            ],
            [InlineKeyboardButton("App", web_app=WebAppInfo("https://a.example/app"))],
            [InlineKeyboardButton("Copy", copy_text=CopyTextButton("A042"))],
            [
                InlineKeyboardButton("Share", switch_inline_query="x"),
                InlineKeyboardButton("Here", switch_inline_query_current_chat=""),
            ],
            [InlineKeyboardButton("Chosen", switch_inline_query_chosen_chat=SwitchInlineQueryChosenChat("y", True))],
        ]
    )
    html = '<b>A😀</b> <tg-time unix="1800000000" format="r">soon</tg-time> <blockquote expandable>long</blockquote> <a href="https://a.example">b</a>'
    sent = await bot.send_message(
        ANA, html, ParseMode.HTML, reply_markup=buttons, link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    await bot.send_message(
        ANA, "*bold* _it_ ||no||", ParseMode.MARKDOWN_V2, reply_parameters=ReplyParameters(sent.message_id, quote="A")
    )
    await bot.edit_message_text("<i>new</i>", ANA, sent.message_id, parse_mode=ParseMode.HTML, reply_markup=buttons)
    await bot.edit_message_reply_markup(ANA, sent.message_id)
    await bot.set_message_reaction(ANA, sent.message_id, ReactionTypeEmoji("👍"))
    keys = ReplyKeyboardMarkup(
        [[KeyboardButton("Phone", request_contact=True)], ["Plain"]], input_field_placeholder="Say", is_persistent=True
    )
    await bot.send_message(ANA, "keys", reply_markup=keys, protect_content=True)
    await bot.copy_message(ANA, ANA, sent.message_id)
    await bot.copy_messages(ANA, ANA, [sent.message_id])
    await bot.forward_message(ANA, ANA, sent.message_id)
    await bot.forward_messages(ANA, ANA, [sent.message_id])
    await bot.send_chat_action(ANA, "typing")
    await bot.pin_chat_message(ANA, sent.message_id)
    await bot.get_chat(ANA)
    await bot.unpin_chat_message(ANA, sent.message_id)
    await bot.unpin_all_chat_messages(ANA)
    await bot.delete_message(ANA, sent.message_id)
    await bot.delete_messages(ANA, [sent.message_id, sent.message_id + 1])


async def _media(bot: Bot) -> None:
    photo = await bot.send_photo(ANA, PIXEL, caption="<b>QR</b>", parse_mode=ParseMode.HTML, has_spoiler=True)
    document = await bot.send_document(ANA, b"hello", filename="hello.txt", caption="file")
    await bot.edit_message_caption(ANA, document.message_id, caption="other")
    await bot.send_media_group(ANA, [InputMediaPhoto(PIXEL, caption="one"), InputMediaPhoto(photo.photo[0].file_id)])
    await bot.edit_message_media(InputMediaDocument(b"x", filename="x.txt"), ANA, photo.message_id)
    await bot.get_file(photo.photo[0].file_id)
    await bot.get_user_profile_photos(ANA)


async def _places(bot: Bot) -> None:
    await bot.send_location(ANA, 38.7, -9.1, horizontal_accuracy=20)
    live = await bot.send_location(ANA, 38.7, -9.1, live_period=600, heading=90)
    await bot.edit_message_live_location(ANA, live.message_id, latitude=38.71, longitude=-9.11)
    await bot.stop_message_live_location(ANA, live.message_id)
    await bot.send_venue(ANA, 38.7, -9.1, "Centro", "Rua 1")
    await bot.send_contact(ANA, "+351900000000", "Ana")


async def _profile(bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("start", "Begin")], BotCommandScopeAllPrivateChats(), "pt")
    await bot.get_my_commands(BotCommandScopeAllPrivateChats(), "pt")
    await bot.delete_my_commands(BotCommandScopeChat(ANA))
    await bot.set_my_name("Queue")
    await bot.get_my_name("pt")
    await bot.set_my_description("Takes tickets", "pt")
    await bot.get_my_description()
    await bot.set_my_short_description("Tickets")
    await bot.get_my_short_description()
    await bot.set_chat_menu_button(ANA, MenuButtonWebApp("App", WebAppInfo("https://a.example/app")))
    await bot.get_chat_menu_button(ANA)
    await bot.set_webhook("https://hook.example/x", secret_token="s-1", allowed_updates=["message"])
    await bot.get_webhook_info()
    await bot.delete_webhook()


async def _groups(bot: Bot, hands: Hands) -> None:
    await hands.play("group", chat_id=GROUP, title="Team", members=[ANA, 1002])
    await bot.get_chat(GROUP)
    await bot.get_chat_member(GROUP, ANA)
    await bot.get_chat_member(GROUP, bot.id)
    await bot.get_chat_administrators(GROUP)
    await bot.get_chat_member_count(GROUP)
    await bot.send_message(GROUP, "hello all")
    await hands.play("text", chat_id=GROUP, from_id=ANA, text="/tickets@queue_demo_bot")
    await bot.leave_chat(GROUP)


async def _questions(bot: Bot, hands: Hands) -> None:
    markup = InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton("A", callback_data="a"),
                InlineKeyboardButton("App", web_app=WebAppInfo("https://a.example/")),
            ]
        ]
    )
    card = await bot.send_message(ANA, "card", reply_markup=markup)
    pressed = await hands.play("press", chat_id=ANA, message_id=card.message_id, data="a")
    await bot.answer_callback_query(pressed["callback_query_id"], "Done")
    asked = await hands.play("inline", chat_id=ANA, query="cen")
    article = InlineQueryResultArticle(
        "1",
        "Centro",
        InputTextMessageContent("<b>Centro</b>", ParseMode.HTML),
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]]),
    )
    await bot.answer_inline_query(
        asked["inline_query_id"], [article, InlineQueryResultLocation("2", 38.7, -9.1, "Here")]
    )
    await hands.play("inline_choice", chat_id=ANA, inline_query_id=asked["inline_query_id"], result_id="1")
    opened = await hands.play("web_app", chat_id=ANA, message_id=card.message_id, text="App")
    data = parse_qs(parse_qs(urlsplit(opened["url"]).fragment)["tgWebAppData"][0])
    await bot.answer_web_app_query(data["query_id"][0], article)


async def test_every_method_fits_the_description(
    recorded: Bot, recording: Recording, hands: Hands, conform: ModuleType
) -> None:
    await hands.play("person", chat_id=ANA, first_name="Ana", language_code="pt", username="ana")
    await hands.play("text", chat_id=ANA, text="/start see https://a.example and #tag")
    await hands.play("contact", chat_id=ANA)
    await hands.play("venue", chat_id=ANA, latitude=1, longitude=2, title="T", address="S")
    await hands.play("edit", chat_id=ANA, message_id=1, text="/start again")
    await _texts(recorded)
    await _media(recorded)
    await _places(recorded)
    await _groups(recorded, hands)
    await _questions(recorded, hands)
    await hands.play("block", chat_id=ANA)
    await hands.play("unblock", chat_id=ANA)
    updates = await recorded.get_updates(allowed_updates=[])
    await _profile(recorded)

    kinds = {key for update in updates for key in update.to_dict() if key != "update_id"}
    assert kinds == {
        "message",
        "edited_message",
        "callback_query",
        "inline_query",
        "chosen_inline_result",
        "my_chat_member",
    }
    spoken = {record["method"].lower() for record in recording.records}
    assert spoken == set(METHODS) | {"getupdates"}
    judge = conform.Judge(conform.Spec(botapi.DESCRIPTION))
    findings = [
        (record["method"], *finding)
        for record in recording.records
        for finding in conform.judge_record(judge, record)["findings"]
    ]
    assert not findings
