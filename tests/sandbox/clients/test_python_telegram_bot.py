"""python-telegram-bot: polling and webhook, with no field it does not know."""

from collections.abc import Iterator
from typing import Any

import pytest
from telegram import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultLocation,
    InputMediaPhoto,
    InputTextMessageContent,
    Message,
    TelegramObject,
    Update,
)
from telegram.constants import ParseMode
from telegram.ext import Application, ApplicationBuilder, ContextTypes, ExtBot, TypeHandler

from tests.sandbox.bot_api.hands import TOKEN, Hands
from tests.sandbox.bot_api.test_journey import PIXEL
from tests.sandbox.clients.visit import GREETING, MEDIA, mailbox, visit

# It speaks Bot API 10.0; the others are newer and require this one.
NEWER = {"ChatMemberAdministrator.can_send_welcome_messages"}
GO = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
AGAIN = InlineKeyboardMarkup([[InlineKeyboardButton("Again", callback_data="again")]])


class SmallBot:
    """The bot of the visit; `seen` is every object it got."""

    def __init__(self, bot: ExtBot[None]) -> None:
        self._bot = bot
        self.seen: list[Any] = []

    async def handle(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer one update."""
        self.seen.append(update)
        if update.edited_message is not None:
            await self._says(update.edited_message.chat.id, "Seen")
        elif update.message is not None:
            await self._message(update.message)
        elif update.callback_query is not None:
            query = update.callback_query
            self.seen.append(await query.edit_message_text("Pressed" if query.data == "again" else "Gone"))
            await query.answer("Well done")
        elif update.inline_query is not None:
            article = InlineQueryResultArticle("1", "Centro", InputTextMessageContent("Centro"), reply_markup=AGAIN)
            await update.inline_query.answer([article, InlineQueryResultLocation("2", 38.7, -9.1, "Here")])
        elif update.chosen_inline_result is not None:
            chosen = update.chosen_inline_result.inline_message_id
            await self._bot.edit_message_text("Chosen", inline_message_id=chosen, reply_markup=AGAIN)

    async def _message(self, message: Message) -> None:
        chat_id, text = message.chat.id, message.text or ""
        got = next((kind for kind in reversed(MEDIA) if getattr(message, kind)), None)
        if text == "/start x":
            await self._greets(chat_id)
        elif text == "/bye":
            await self._says(chat_id, "Bye")
        elif text == "/who":
            self.seen += await self._bot.get_chat_administrators(chat_id)
            self.seen += [await self._bot.get_chat(chat_id), await self._bot.get_chat_member(chat_id, self._bot.id)]
            await self._says(chat_id, "Who")
        elif got is not None:
            await self._says(chat_id, f"Got {got}")

    async def _greets(self, chat_id: int) -> None:
        bot = self._bot
        hello = await bot.send_message(chat_id, GREETING, ParseMode.HTML, reply_markup=GO)
        photo = await bot.send_photo(chat_id, PIXEL, caption="*p*", parse_mode=ParseMode.MARKDOWN_V2)
        file_id = photo.photo[0].file_id
        self.seen += [hello, photo, await bot.get_file(file_id), await bot.get_me()]
        self.seen.append(await bot.send_document(chat_id, b"hello", filename="hello.txt"))
        self.seen += await bot.send_media_group(chat_id, [InputMediaPhoto(file_id), InputMediaPhoto(file_id)])
        self.seen.append(await bot.send_venue(chat_id, 38.7, -9.1, "Centro", "Rua 1"))
        self.seen.append(await bot.send_location(chat_id, 38.7, -9.1, live_period=600))
        self.seen.append(await bot.send_contact(chat_id, "+351900000000", "Ana"))
        await bot.pin_chat_message(chat_id, hello.message_id)
        await bot.set_my_commands([BotCommand("start", "Begin")])
        self.seen += [*await bot.get_my_commands(), await bot.get_chat(chat_id), await bot.get_webhook_info()]
        self.seen.append(await bot.get_chat_member(chat_id, chat_id))
        await self._says(chat_id, "Ready")

    async def _says(self, chat_id: int, text: str) -> None:
        self.seen.append(await self._bot.send_message(chat_id, text))


def strangers(thing: Any) -> Iterator[str]:
    """Name the fields that python-telegram-bot did not know, through the whole tree of objects."""
    if isinstance(thing, list | tuple):
        for item in thing:
            yield from strangers(item)
    if isinstance(thing, TelegramObject):
        yield from (f"{type(thing).__name__}.{name}" for name in thing.api_kwargs)
        for kind in type(thing).__mro__:
            for name in getattr(kind, "__slots__", ()):
                if not name.startswith("_"):
                    yield from strangers(getattr(thing, name, None))


@pytest.mark.parametrize("intake", ["polling", "webhook"])
async def test_a_small_bot(intake: str, address: str, outside: Hands) -> None:
    application = (
        ApplicationBuilder().token(TOKEN).base_url(f"{address}/bot").base_file_url(f"{address}/file/bot").build()
    )
    small = SmallBot(application.bot)
    application.add_handler(TypeHandler(Update, small.handle))
    async with application:
        await application.start()
        await (_polls(application, outside) if intake == "polling" else _is_called(application, outside))
        await application.stop()
    kinds = {kind for one in small.seen if isinstance(one, Update) for kind in one.to_dict()}
    assert kinds >= {"message", "edited_message", "callback_query", "inline_query", "chosen_inline_result"}
    assert "my_chat_member" in kinds
    assert set(strangers(small.seen)) <= NEWER


async def _polls(application: Application[Any, Any, Any, Any, Any, Any], outside: Hands) -> None:
    assert application.updater is not None
    await application.updater.start_polling(timeout=2)
    await visit(outside)
    await application.updater.stop()


async def _is_called(application: Application[Any, Any, Any, Any, Any, Any], outside: Hands) -> None:
    async def take(tree: dict[str, Any]) -> None:
        await application.process_update(Update.de_json(tree, application.bot))

    async with mailbox(take) as url:
        await application.bot.set_webhook(url)
        await visit(outside)
        await application.bot.delete_webhook()
