"""pyTelegramBotAPI: polling and webhook. It drops what it does not know, so its objects are compared with what was on the wire."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import telebot

from tests.sandbox.bot_api.hands import TOKEN, Hands
from tests.sandbox.bot_api.test_journey import PIXEL
from tests.sandbox.clients.visit import GREETING, MEDIA, mailbox, visit

types: Any = telebot.types
GO = types.InlineKeyboardMarkup([[types.InlineKeyboardButton("Go", callback_data="go")]])
AGAIN = types.InlineKeyboardMarkup([[types.InlineKeyboardButton("Again", callback_data="again")]])
ANSWERS = {
    "getUpdates": types.Update, "getMe": types.User, "getFile": types.File, "getChat": types.ChatFullInfo,
    "getChatMember": types.ChatMember, "getChatAdministrators": types.ChatMember, "getMyCommands": types.BotCommand,
    "getWebhookInfo": types.WebhookInfo,
}  # fmt: skip
NAMES = {"from": "from_user"}


class Wire:
    """Sends the library's requests, as it would itself, and keeps what was answered."""

    def __init__(self) -> None:
        self.answered: list[tuple[str, Any]] = []

    def send(self, method: str, url: str, **more: Any) -> requests.Response:
        """One exchange."""
        answer = requests.request(method, url, **more)  # noqa: S113 -- the library sends its timeout along
        self.answered.append((url.rpartition("/")[2], answer.json().get("result")))
        return answer

    def losses(self) -> Iterator[str]:
        """Name every field that was on the wire and is not in the library's object."""
        for method, result in self.answered:
            kind = ANSWERS.get(method, types.Message if method.startswith(("send", "editMessage")) else None)
            for tree in result if isinstance(result, list) else [result]:
                if kind is not None and isinstance(tree, dict):
                    yield from lost(tree, kind.de_json(tree))


def lost(tree: Any, thing: Any) -> Iterator[str]:
    """Compare a tree of the wire with the object that the library made of it."""
    if isinstance(tree, list) and isinstance(thing, list):
        for one, other in zip(tree, thing, strict=True):
            yield from lost(one, other)
    if isinstance(tree, dict) and not isinstance(thing, dict):
        for name, value in tree.items():
            held = getattr(thing, NAMES.get(str(name), str(name)), None)
            if held is None:
                yield f"{type(thing).__name__}.{name}"
            else:
                yield from lost(value, held)


class SmallBot:
    """The bot of the visit."""

    def __init__(self, bot: Any) -> None:
        self._bot = bot
        bot.register_message_handler(self._message, content_types=telebot.util.content_type_media)
        bot.register_edited_message_handler(lambda message: bot.send_message(message.chat.id, "Seen"))
        bot.register_callback_query_handler(self._pressed, lambda _: True)
        bot.register_inline_handler(self._asked, lambda _: True)
        bot.register_chosen_inline_handler(self._chosen, lambda _: True)
        bot.register_my_chat_member_handler(lambda _: None)

    def _pressed(self, query: Any) -> None:
        if query.message is None:
            self._bot.edit_message_text("Pressed", inline_message_id=query.inline_message_id)
        else:
            self._bot.edit_message_text("Gone", query.message.chat.id, query.message.message_id)
        self._bot.answer_callback_query(query.id, "Well done")

    def _asked(self, query: Any) -> None:
        content = types.InputTextMessageContent("Centro")
        place = types.InlineQueryResultLocation("2", "Here", 38.7, -9.1, 20)
        article = types.InlineQueryResultArticle("1", "Centro", content, reply_markup=AGAIN)
        self._bot.answer_inline_query(query.id, [article, place])

    def _chosen(self, chosen: Any) -> None:
        self._bot.edit_message_text("Chosen", inline_message_id=chosen.inline_message_id, reply_markup=AGAIN)

    def _message(self, message: Any) -> None:
        bot, chat_id = self._bot, message.chat.id
        if message.text == "/start x":
            self._greets(chat_id)
        elif message.text == "/bye":
            bot.send_message(chat_id, "Bye")
        elif message.text == "/who":
            bot.get_chat_administrators(chat_id)
            bot.get_chat(chat_id)
            bot.get_chat_member(chat_id, bot.get_me().id)
            bot.send_message(chat_id, "Who")
        elif message.content_type in MEDIA:
            bot.send_message(chat_id, f"Got {message.content_type}")

    def _greets(self, chat_id: int) -> None:
        bot = self._bot
        hello = bot.send_message(chat_id, GREETING, parse_mode="HTML", reply_markup=GO)
        photo = bot.send_photo(chat_id, PIXEL, caption="*p*", parse_mode="MarkdownV2")
        file_id = photo.photo[0].file_id
        bot.get_file(file_id)
        bot.send_document(chat_id, b"hello", visible_file_name="hello.txt")
        bot.send_media_group(chat_id, [types.InputMediaPhoto(file_id), types.InputMediaPhoto(file_id)])
        bot.send_venue(chat_id, 38.7, -9.1, "Centro", "Rua 1")
        bot.send_location(chat_id, 38.7, -9.1, live_period=600)
        bot.send_contact(chat_id, "+351900000000", "Ana")
        bot.pin_chat_message(chat_id, hello.message_id)
        bot.set_my_commands([types.BotCommand("start", "Begin")])
        bot.get_my_commands()
        bot.get_chat(chat_id)
        bot.get_chat_member(chat_id, chat_id)
        bot.get_webhook_info()
        bot.send_message(chat_id, "Ready")


@pytest.fixture
def wire(address: str, monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()
    monkeypatch.setattr(telebot.apihelper, "API_URL", f"{address}/bot{{0}}/{{1}}")
    monkeypatch.setattr(telebot.apihelper, "FILE_URL", f"{address}/file/bot{{0}}/{{1}}")
    monkeypatch.setattr(telebot.apihelper, "CUSTOM_REQUEST_SENDER", wire.send)
    return wire


@pytest.mark.parametrize("intake", ["polling", "webhook"])
async def test_a_small_bot(intake: str, wire: Wire, outside: Hands) -> None:
    bot: Any = telebot.TeleBot(TOKEN, threaded=False)
    SmallBot(bot)
    await (_polls(bot, outside) if intake == "polling" else _is_called(bot, wire, outside))
    kinds = {kind for method, result in wire.answered if method == "getUpdates" for one in result for kind in one}
    assert kinds >= {"message", "edited_message", "callback_query", "inline_query", "chosen_inline_result"}
    assert "my_chat_member" in kinds
    assert sorted(set(wire.losses())) == []


async def _polls(bot: Any, outside: Hands) -> None:
    thread = threading.Thread(target=bot.polling, kwargs={"timeout": 20, "long_polling_timeout": 2})
    thread.start()
    try:
        await visit(outside)
    finally:
        bot.stop_polling()
        await asyncio.to_thread(thread.join)


async def _is_called(bot: Any, wire: Wire, outside: Hands) -> None:
    async def take(tree: dict[str, Any]) -> None:
        wire.answered.append(("getUpdates", [tree]))
        await asyncio.to_thread(bot.process_new_updates, [types.Update.de_json(tree)])

    async with mailbox(take) as url:
        await asyncio.to_thread(bot.set_webhook, url)
        await visit(outside)
        await asyncio.to_thread(bot.remove_webhook)
