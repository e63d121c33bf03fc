"""The last resort: every failure becomes a clear sentence and a way on, and what nobody foresaw is logged under a short number."""

import secrets
from contextvars import ContextVar

import structlog
from telegram import Update
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot import showing
from bot.callbacks import unpack
from bot.context import Context
from bot.errors import Circumstances, explain
from bot.handlers import going_on
from bot.replying import may_have_arrived
from bot.views.answers import incident, unreadable, unshown
from tickets.errors import DatabaseUnavailable, SignedOut, TicketError, TokenRefused, Unreadable

log = structlog.get_logger(__name__)
undone: ContextVar[list[DatabaseUnavailable]] = ContextVar("undone")
"""Filled with what must make the update be handled again; the worker gives each update a list of its own."""


async def trouble(update: object, context: Context) -> None:
    """python-telegram-bot's error handler.

    In order: our database (handled again), Telegram's everyday refusals (nothing to say), what is kept and cannot be read (the way to begin
    anew), errors of our tree (their words), an answer that Telegram did not take, or of which it did not say so (that it may be done all
    the same), anything else (an incident number).
    """
    try:
        await _answer(update, context, context.error)
    except DatabaseUnavailable as error:
        undone.get([]).append(error)
    except TelegramError as error:
        log.warning("not told", reason=type(error).__name__)


async def _answer(update: object, context: Context, error: Exception | None) -> None:
    if isinstance(error, DatabaseUnavailable) and not isinstance(error, Unreadable):
        raise error
    # Whoever was told to wait longer than a reply may does not knock again to say so.
    if isinstance(error, Forbidden | RetryAfter) or not isinstance(update, Update):
        log.info("not told", reason=type(error).__name__)
        return
    # The library makes a new context for an error, which has not met the person yet.
    await context.refresh_data()
    if isinstance(error, Unreadable):
        # Handled again it would be no more readable, and the person's next words would wait behind it.
        log.warning("unreadable", reason=str(error))
        await showing.acknowledge(context.incoming)
        await context.show(unreadable(context.t), fresh=True)
    elif isinstance(error, TicketError):
        await tell(context, error)
    elif isinstance(error, TelegramError) and not context.actor.private:
        # A group is told the way to the private chat and nothing else: whoever asks there again is told it again.
        log.warning("not shown", reason=type(error).__name__)
    elif isinstance(error, TelegramError) and not isinstance(error, BadRequest):
        log.warning("not shown", reason=type(error).__name__)
        await context.show(unshown(context.t, unknown=may_have_arrived(error)), fresh=True)
    else:
        number = secrets.token_hex(3)
        log.error("incident", number=number, exc_info=error)
        if context.actor.private:
            await context.show(incident(context.t, context.services.brand, number), fresh=True)


async def tell(context: Context, error: TicketError) -> None:
    """Words for an error of the tree, with what stays true and the same button once more."""
    await showing.acknowledge(context.incoming)
    if isinstance(error, SignedOut | TokenRefused):
        await going_on.remember_update(context)
    query, known = context.incoming.callback_query, context.known
    around = Circumstances(
        brand=context.services.brand,
        now=context.services.now(),
        ticket=known.watches[0].ticket if known is not None and known.watches else None,
        again=unpack(query.data or "") if query is not None else None,
        bot_username=context.bot.username,
    )
    await context.show(explain(error, context.t, around), fresh=True)
