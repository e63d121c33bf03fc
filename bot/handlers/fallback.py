"""What nothing else takes: old buttons, stickers, groups, and people who block the bot or come back."""

from telegram import ChatMember, Update

from bot import showing
from bot.context import Context
from bot.handlers import typed
from bot.views import signing, welcome
from tickets.acting import alone


async def nobody(update: Update, context: Context) -> None:
    """A bot, or somebody who speaks as a chat: no person acts, so nothing is done or said."""
    del update, context


async def stale(update: Update, context: Context) -> None:
    """A button of an old menu, or forged data: a polite fresh menu; in a group the way to the private chat."""
    await showing.acknowledge(update)
    alone(context.actor)
    await context.show(welcome.stale(context.t), fresh=True)


async def unknown(update: Update, context: Context) -> None:
    """A sticker, a voice message, a command we do not have; a password may look like one."""
    if await typed.is_secret(update, context):
        await typed.typed(update, context)
        return
    await context.show(welcome.unknown_text(context.t))


async def in_group(update: Update, context: Context) -> None:
    """Groups neither sign in nor own tickets: point to the private chat. What is another bot's command is not ours to answer."""
    message = update.effective_message
    words = (message.text or "").split() if message is not None else []
    _, _, addressed = (words[0] if words else "").partition("@")
    if addressed and addressed.casefold() != context.bot.username.casefold():
        return
    await context.show(signing.not_in_groups(context.t, context.bot.username))


async def membership(update: Update, context: Context) -> None:
    """The person blocked the bot: nothing is sent until they come back, and nothing now."""
    change = update.my_chat_member
    if change is not None and context.actor.private and change.new_chat_member.status == ChatMember.BANNED:
        await context.services.people.left(context.actor)
