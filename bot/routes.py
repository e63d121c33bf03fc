"""The routing table, in order: the bot's behaviour can be read off it. Order matters: the first that fits takes the update."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar

import structlog
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CallbackQueryHandler, ChatMemberHandler, CommandHandler, MessageHandler, filters

from bot import callbacks as press
from bot import showing
from bot.context import BotApplication, Context
from bot.handlers import account, choices, fallback, places, signing, start, taking, tickets, trouble, typed, vouching
from bot.web.doors import Chats
from tickets.acting import Actor, alone
from tickets.errors import TicketError

log = structlog.get_logger(__name__)
C = TypeVar("C", bound=press.Callback)
Route = BaseHandler[Update, Context, None]
Handle = Callable[[Update, Context], Coroutine[Any, Any, None]]

PRIVATE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
"""Edited messages come to nobody: a live location would search anew every few seconds."""
OWN_WORDS = PRIVATE & ~filters.FORWARDED & ~filters.VIA_BOT
"""What others wrote is no command of the person who passes it on."""

COMMANDS: Mapping[str, Handle] = {
    "start": start.start,
    "new": places.new,
    "tickets": tickets.tickets,
    "cancel": tickets.cancel_command,
    "language": choices.language,
    "settings": choices.settings,
    "login": signing.login,
    "logout": signing.logout,
    "reset": account.reset,
    "privacy": choices.privacy_command,
    "export": account.export_command,
    "delete": account.delete_command,
    "help": choices.help_command,
}

PRESSES: Mapping[type[press.Callback], Callable[[Context, Any], Awaitable[None]]] = {
    press.Home: start.home,
    press.AsGuest: signing.as_guest,
    press.SignIn: signing.sign_in,
    press.SignInAnyway: vouching.sign_in_anyway,
    press.DoNotConnect: vouching.do_not_connect,
    press.TypeHere: typed.type_here,
    press.AskSignOut: signing.ask_sign_out,
    press.SignOut: signing.sign_out,
    press.Where: places.where,
    press.Towns: places.towns,
    press.Town: places.town,
    press.Near: places.near,
    press.Found: places.found,
    press.Place: places.place,
    press.PlaceMap: places.place_map,
    press.Pick: taking.pick,
    press.Another: taking.another,
    press.Take: taking.take,
    press.MyTickets: tickets.my_tickets,
    press.ShowTicket: tickets.show_ticket,
    press.Refresh: tickets.refresh,
    press.AskCancel: tickets.ask_cancel,
    press.Cancel: tickets.cancel,
    press.TicketMap: tickets.ticket_map,
    press.Coming: tickets.coming,
    press.Languages: choices.languages,
    press.SetLanguage: choices.set_language,
    press.Profile: choices.open_profile,
    press.WarnAhead: choices.warn_ahead,
    press.Help: choices.show_help,
    press.Privacy: choices.show_privacy,
    press.Details: account.details,
    press.Edit: account.edit,
    press.KeepAccount: account.keep,
    press.Forgot: account.forgot,
    press.EnterToken: account.enter_code,
    press.Export: account.export,
    press.AskDelete: account.ask_delete,
    press.Delete: account.delete,
}


class Nobodys(BaseHandler[Update, Context, None]):
    """Takes what no person did for themselves: bots, and messages in the name of a chat (anonymous administrators, channels)."""

    def check_update(self, update: object) -> bool:
        """Whether nobody answers for it."""
        if not isinstance(update, Update):
            return False
        user, message = update.effective_user, update.message
        return (user is not None and user.is_bot) or (message is not None and message.sender_chat is not None)


def routes() -> list[Route]:
    """Every handler, in the order they are asked."""
    return [
        Nobodys(fallback.nobody),
        ChatMemberHandler(fallback.membership, ChatMemberHandler.MY_CHAT_MEMBER),
        # Commands of a group are answered with the way to the private chat, whatever they ask for.
        MessageHandler(filters.ChatType.GROUPS & filters.COMMAND & filters.UpdateType.MESSAGE, fallback.in_group),
        *(commanded(name, handle) for name, handle in COMMANDS.items()),
        *(pressed(kind, handle) for kind, handle in PRESSES.items()),
        # Whatever button is left is of an old menu, or nobody's.
        CallbackQueryHandler(fallback.stale),
        MessageHandler(PRIVATE & (filters.LOCATION | filters.VENUE), places.located),
        MessageHandler(PRIVATE & filters.CONTACT, account.contact),
        MessageHandler(PRIVATE & filters.TEXT & ~filters.COMMAND, typed.typed),
        MessageHandler(PRIVATE & ~filters.StatusUpdate.ALL, fallback.unknown),
    ]


def commanded(name: str, handle: Handle) -> Route:
    """A handler for one command. With words behind it, where a password was asked for, it is a password that looks like one."""

    async def act(update: Update, context: Context) -> None:
        if not typed.as_menus_write_it(update) and await typed.is_secret(update, context):
            await typed.typed(update, context)
        else:
            await handle(update, context)

    return CommandHandler(name, act, OWN_WORDS)


def pressed(kind: type[C], handle: Callable[[Context, C], Awaitable[None]]) -> Route:
    """A handler for the buttons of one kind: answers the press first, then acts."""

    async def act(update: Update, context: Context) -> None:
        query = update.callback_query
        data = press.unpack(query.data or "") if query is not None else None
        await showing.acknowledge(update)
        if isinstance(data, kind):
            # Whatever a button means, in a group it means nothing but the way to the private chat.
            alone(context.actor)
            await handle(context, data)

    return CallbackQueryHandler(
        act, pattern=lambda data: isinstance(data, str) and isinstance(press.unpack(data), kind)
    )


def install(application: BotApplication) -> None:
    """Give the application its routes and the last resort."""
    application.presses = PRESSES
    application.add_handlers(routes())
    application.add_error_handler(trouble.trouble)


def chats(application: BotApplication) -> Chats:
    """How what happened on one of our pages gets into the chat."""
    people, conversation = application.services.people, application.services.conversation

    async def tell(actor: Actor, what: Callable[[Context], Awaitable[None]]) -> bool:
        """False where everything of that person was deleted meanwhile: nobody is told, and nothing is kept of it."""
        context = await Context.in_chat(application, actor)
        if context.known is None:
            return False
        try:
            await what(context)
        finally:
            known = await people.known(actor)
            if not known:
                # Deleted while a neighbour was asked: what was written after that is nobody's.
                await conversation.leave(actor)
        return known

    async def signed_in(actor: Actor) -> None:
        """The sign-in holds, whatever becomes of telling it."""
        try:
            await tell(actor, signing.arrived)
        except (TicketError, TelegramError) as error:
            log.warning("the chat could not be told", reason=type(error).__name__)

    async def ask(actor: Actor, provider: str, token: str, number: str) -> bool:
        return await tell(actor, lambda context: vouching.vouched(context, provider, token, number))

    return Chats(signed_in, ask, lambda: application.bot.username)
