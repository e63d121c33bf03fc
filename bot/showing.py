"""The one place that decides whether a screen edits the message whose button was pressed or is sent as a new one."""

import contextlib

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.views.screen import Screen

_SAME = "not modified"
_GONE = "message to delete not found"
_PLAIN = LinkPreviewOptions(is_disabled=True)


async def show(bot: ExtBot[None], update: Update, screen: Screen, *, fresh: bool = False) -> int | None:
    """Show a screen as the answer to this update; answers the message id, None where the person has blocked the bot.

    A press edits its own message where both keyboards are inline (`fresh`: never); everything else is sent.
    """
    query = update.callback_query
    old = query.message if query is not None else None
    inline = screen.keyboard is None or isinstance(screen.keyboard, InlineKeyboardMarkup)
    if isinstance(old, Message) and old.text is not None and inline and not fresh:
        edited = await _edit(bot, old.chat_id, old.message_id, screen)
        if edited is not None:
            return edited
    chat = update.effective_chat
    if chat is None:
        return None
    return await send(bot, chat.id, screen)


async def send(bot: ExtBot[None], chat_id: int, screen: Screen) -> int | None:
    """Send a screen as a new message; None where the person has blocked the bot."""
    with contextlib.suppress(Forbidden):
        message = await bot.send_message(
            chat_id, str(screen.text), ParseMode.HTML, reply_markup=screen.keyboard, link_preview_options=_PLAIN
        )
        return message.message_id
    return None


async def put(bot: ExtBot[None], chat_id: int, message_id: int | None, screen: Screen) -> int | None:
    """Show a screen in place of that message; as a new one where it is gone."""
    edited = await _edit(bot, chat_id, message_id, screen) if message_id is not None else None
    return edited if edited is not None else await send(bot, chat_id, screen)


async def _edit(bot: ExtBot[None], chat_id: int, message_id: int, screen: Screen) -> int | None:
    """Edit in place; None where the message is gone or too old, so that a new one is sent."""
    markup = screen.keyboard if isinstance(screen.keyboard, InlineKeyboardMarkup) else None
    try:
        await bot.edit_message_text(
            str(screen.text),
            chat_id,
            message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=markup,
            link_preview_options=_PLAIN,
        )
    except BadRequest as error:
        return message_id if _SAME in error.message else None
    return message_id


async def acknowledge(update: Update, text: str = "", *, alert: bool = False) -> None:
    """Answer a press before anything else is done; one that is too old to answer is handled all the same."""
    if update.callback_query is not None:
        with contextlib.suppress(TelegramError):
            await update.callback_query.answer(text or None, show_alert=alert)


async def remove(bot: ExtBot[None], chat_id: int, message_id: int | None) -> None:
    """Delete a message of ours; one that is gone already, or too old to go, is let be."""
    if message_id is not None:
        with contextlib.suppress(TelegramError):
            await bot.delete_message(chat_id, message_id)


async def erase(update: Update) -> bool:
    """Delete the message the person sent; False where Telegram would not. One that is gone already is deleted."""
    message = update.effective_message
    try:
        # Whatever else was answered does not say that it is gone.
        return message is not None and await message.delete() is True
    except TelegramError as error:
        return _GONE in error.message.lower()
