"""Typed words go to the step the person is in; outside of any step they look for a location."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

from telegram import Update

from bot.callbacks import MyTickets, TypeHere
from bot.context import Context
from bot.handlers import account, choices, going_on, places, signing, start, tickets, vouching
from bot.i18n import Translator
from tickets.conversation import LATE, SECRET_STEPS
from tickets.errors import SignedOut, TokenRefused
from tickets.watching import Step

Typed = Callable[[Context, str, Step], Awaitable[None]]
Command = Callable[[Update, Context], Awaitable[None]]


async def look_or_do(context: Context, text: str, step: Step) -> None:
    """A word that a command is called by is taken for it; everything else looks for a location."""
    spoken = context.services.translations.translators.values()
    said = " ".join(text.casefold().strip(" .,!?").split())
    for words, command in WORDS:
        if said and any(said in words(t).split(", ") for t in spoken):
            await do(context, command)
            return
    await places.search(context, text, step)


async def do(context: Context, command: Command) -> None:
    """As the command itself, which a sign-in that has run out interrupts: what was asked for is gone on with afterwards."""
    try:
        await command(context.incoming, context)
    except (SignedOut, TokenRefused):
        if command in (tickets.tickets, tickets.cancel_command):
            await going_on.remember(context, MyTickets())
        raise


WORDS: Sequence[tuple[Callable[[Translator], str], Command]] = (
    (lambda t: t.plain("hello, hi, start"), start.start),
    (lambda t: t.plain("help, info"), choices.help_command),
    (lambda t: t.plain("ticket, new, new ticket, take a ticket"), places.new),
    (lambda t: t.plain("tickets, my tickets, how long"), tickets.tickets),
    (lambda t: t.plain("cancel, stop"), tickets.cancel_command),
)
"""Plain words, parted by a comma and a blank, and the command that is meant by them."""
STEPS: Mapping[str, Typed] = {
    "": look_or_do,
    places.SEARCH: look_or_do,
    signing.USERNAME: signing.username_typed,
    signing.PASSWORD: signing.password_typed,
    vouching.NUMBER: vouching.number_typed,
    account.EDIT: account.field_typed,
    account.KEEP_NAME: account.keep_name_typed,
    account.KEEP_PASSWORD: account.keep_password_typed,
    account.EMAIL: account.email_typed,
    account.CODE: account.code_typed,
    account.NEW_PASSWORD: account.new_password_typed,
    LATE: signing.typed_too_late,
}
"""Step name -> who takes the next message; docs/conversations.md draws it."""
ONCE_MORE: Mapping[str, Callable[[Context], Awaitable[None]]] = {
    signing.PASSWORD: signing.ask_password,
    vouching.NUMBER: vouching.ask_again,
    account.KEEP_PASSWORD: account.ask_new_password,
    account.NEW_PASSWORD: account.ask_new_password,
}
"""Step name -> who asks again for what a message before led to."""


INSTEAD: Mapping[str, Callable[[Context], Awaitable[None]]] = {
    "sign_in": signing.ask_username,
    "register": account.ask_new_username,
    "forgot": account.ask_email,
    "renew": account.ask_code,
}
"""A view of our page -> who asks for the same in the chat."""
_COMMAND = re.compile(r"/\w+(@\w+)?|/start(@\w+)? [\w-]{1,64}", re.ASCII | re.IGNORECASE)
"""A command as menus and links write it: nothing stands behind it but a link's payload."""


async def is_secret(update: Update, context: Context) -> bool:
    """Whether a text that begins like a command answers a question for a secret."""
    message = update.effective_message
    text = message.text if message is not None and context.actor.private else None
    if not text or not text.startswith("/"):
        return False
    return (await context.services.conversation.step(context.actor)).name in {*SECRET_STEPS, LATE}


def as_menus_write_it(update: Update) -> bool:
    """Whether a text is a command and nothing more."""
    message = update.effective_message
    return message is not None and bool(_COMMAND.fullmatch(message.text or ""))


async def type_here(context: Context, press: TypeHere) -> None:
    """Somebody would rather type than open the page."""
    await INSTEAD.get(press.view, start.greet)(context)


async def typed(update: Update, context: Context) -> None:
    """One text message that is no command."""
    message = update.effective_message
    step = await context.services.conversation.step(context.actor)
    if message is not None and step.data.get("answered") == str(message.message_id):
        # It was handled up to a crash: its words are not the answer to the question that they led to.
        await ONCE_MORE.get(step.name, start.greet)(context)
        return
    take = STEPS.get(step.name, look_or_do)
    await take(context, message.text or "" if message is not None else "", step)
