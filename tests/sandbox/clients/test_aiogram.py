"""aiogram: polling and webhook, with no field it does not know."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    ChatMemberUpdated,
    ChosenInlineResult,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultLocation,
    InputMediaPhoto,
    InputTextMessageContent,
    Message,
    Update,
)
from pydantic import BaseModel

from tests.sandbox.bot_api.hands import TOKEN, Hands
from tests.sandbox.bot_api.test_journey import PIXEL
from tests.sandbox.clients.visit import GREETING, MEDIA, mailbox, visit

GO = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])
AGAIN = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Again", callback_data="again")]])
IMAGE = BufferedInputFile(PIXEL, "a.png")


class SmallBot:
    """The bot of the visit; `seen` is every object it got."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.seen: list[Any] = []

    def dispatcher(self) -> Dispatcher:
        """The updates' way to the answers."""
        dispatcher = Dispatcher()
        dispatcher.message()(self._message)
        dispatcher.edited_message()(self._edited)
        dispatcher.callback_query()(self._pressed)
        dispatcher.inline_query()(self._asked)
        dispatcher.chosen_inline_result()(self._chosen)
        dispatcher.my_chat_member()(self._changed)
        return dispatcher

    async def _changed(self, change: ChatMemberUpdated) -> None:
        self.seen.append(change)

    async def _edited(self, message: Message) -> None:
        self.seen += [message, await message.answer("Seen")]

    async def _pressed(self, query: CallbackQuery) -> None:
        self.seen.append(query)
        if isinstance(query.message, Message):
            self.seen.append(await query.message.edit_text("Gone"))
        else:
            await self._bot.edit_message_text("Pressed", inline_message_id=query.inline_message_id)
        await query.answer("Well done")

    async def _asked(self, query: InlineQuery) -> None:
        self.seen.append(query)
        content = InputTextMessageContent(message_text="Centro")
        article = InlineQueryResultArticle(id="1", title="Centro", input_message_content=content, reply_markup=AGAIN)
        place = InlineQueryResultLocation(id="2", latitude=38.7, longitude=-9.1, title="Here")
        await query.answer([article, place])

    async def _chosen(self, chosen: ChosenInlineResult) -> None:
        self.seen.append(chosen)
        await self._bot.edit_message_text("Chosen", inline_message_id=chosen.inline_message_id, reply_markup=AGAIN)

    async def _message(self, message: Message) -> None:
        self.seen.append(message)
        got = next((kind for kind in reversed(MEDIA) if getattr(message, kind)), None)
        if message.text == "/start x":
            await self._greets(message)
        elif message.text == "/bye":
            self.seen.append(await message.answer("Bye"))
        elif message.text == "/who":
            chat_id = message.chat.id
            self.seen += await self._bot.get_chat_administrators(chat_id)
            self.seen += [await self._bot.get_chat(chat_id), await self._bot.get_chat_member(chat_id, self._bot.id)]
            self.seen.append(await message.answer("Who"))
        elif got is not None:
            self.seen.append(await message.answer(f"Got {got}"))

    async def _greets(self, message: Message) -> None:
        bot, chat_id = self._bot, message.chat.id
        hello = await message.answer(GREETING, parse_mode="HTML", reply_markup=GO)
        photo = await message.answer_photo(IMAGE, caption="*p*", parse_mode="MarkdownV2")
        assert photo.photo
        album = [InputMediaPhoto(media=IMAGE), InputMediaPhoto(media=photo.photo[0].file_id)]
        self.seen += [hello, photo, await bot.get_file(photo.photo[0].file_id), await bot.get_me()]
        self.seen.append(await message.answer_document(BufferedInputFile(b"hello", "hello.txt")))
        self.seen += await message.answer_media_group([*album])
        self.seen.append(await message.answer_venue(38.7, -9.1, "Centro", "Rua 1"))
        self.seen.append(await message.answer_location(38.7, -9.1, live_period=600))
        self.seen.append(await message.answer_contact("+351900000000", "Ana"))
        await hello.pin()
        await bot.set_my_commands([BotCommand(command="start", description="Begin")])
        self.seen += [*await bot.get_my_commands(), await bot.get_chat(chat_id), await bot.get_webhook_info()]
        self.seen += [await bot.get_chat_member(chat_id, chat_id), await message.answer("Ready")]


def extras(model: Any) -> Iterator[str]:
    """Name the fields that aiogram did not know, through the whole tree of models."""
    if isinstance(model, list | tuple):
        for item in model:
            yield from extras(item)
    if isinstance(model, BaseModel):
        yield from (f"{type(model).__name__}.{name}" for name in model.model_extra or {})
        for name in type(model).model_fields:
            yield from extras(getattr(model, name))


@pytest.mark.parametrize("intake", ["polling", "webhook"])
async def test_a_small_bot(intake: str, address: str, outside: Hands) -> None:
    async with Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(address))) as bot:
        small = SmallBot(bot)
        await (_polls(small, bot, outside) if intake == "polling" else _is_called(small, bot, outside))
    kinds = {type(one) for one in small.seen}
    assert kinds >= {Message, CallbackQuery, InlineQuery, ChosenInlineResult, ChatMemberUpdated}
    assert sorted(set(extras(small.seen))) == []


async def _polls(small: SmallBot, bot: Bot, outside: Hands) -> None:
    dispatcher = small.dispatcher()
    async with asyncio.TaskGroup() as group:
        polling = group.create_task(
            dispatcher.start_polling(bot, handle_signals=False, polling_timeout=2, close_bot_session=False)
        )
        await visit(outside)
        await dispatcher.stop_polling()
        await polling


async def _is_called(small: SmallBot, bot: Bot, outside: Hands) -> None:
    dispatcher = small.dispatcher()

    async def take(tree: dict[str, Any]) -> None:
        await dispatcher.feed_update(bot, Update.model_validate(tree, context={"bot": bot}))

    async with mailbox(take) as url:
        await bot.set_webhook(url)
        await visit(outside)
        await bot.delete_webhook()
