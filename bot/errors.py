"""The one table from what went wrong to words: what happened, what stays true, and a way on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup
from telegram import InlineKeyboardButton

from bot import callbacks as to
from bot.brand import Brand
from bot.callbacks import Callback
from bot.i18n import Translator
from bot.views import facts, refusals, signing, taking
from bot.views.screen import MAIN, Screen, button, home, inline, lines
from tickets.errors import (
    DatabaseUnavailable,
    NotYours,
    OnlyInPrivate,
    QueueServerError,
    Refused,
    RuleBroken,
    ServerUnavailable,
    SignedOut,
    TicketsAtStake,
    TokenRefused,
    TooManyTries,
    Undecided,
    Unknown,
)
from tickets.model import Ticket


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else the words need: who speaks, when, what the person holds, and what they may try again."""

    brand: Brand = field(default_factory=Brand)
    now: float = 0.0
    """Unix seconds."""
    ticket: Ticket | None = None
    """A live ticket that stays valid whatever failed."""
    again: Callback | None = None
    """The button that tries the same once more."""
    bot_username: str = ""


def explain(error: Exception, t: Translator, circumstances: Circumstances | None = None) -> Screen:
    """The screen for any exception; an unknown one gets general words, never its own text."""
    around = circumstances or Circumstances()
    for kind in type(error).__mro__:
        if kind in _WORDS:
            return _WORDS[kind](error, t, around)
    return _screen(t, around, t("<b>Something went wrong on our side.</b>"), t("Please try again in a moment."))


def _unavailable(error: QueueServerError, t: Translator, around: Circumstances) -> Screen:
    """Down, slow, or talking nonsense: for the person these are the same."""
    title = t("<b>The queue is not answering properly at the moment.</b>")
    may_have_happened = not isinstance(error, ServerUnavailable) or error.may_have_happened
    if error.operation == "ticket/create" and not may_have_happened:
        return _screen(t, around, title, t("No ticket was taken. Please try again in a moment."))
    if error.operation == "ticket/cancel" and may_have_happened:
        words = t("I do not know yet whether your ticket is cancelled. As soon as I know, its card shows it.")
        return _screen(t, replace(around, ticket=None), title, words)
    if error.operation == "ticket/cancel":
        return _screen(t, around, title, t("I could not cancel the ticket. Please try again in a moment."))
    return _screen(t, around, title, t("Please try again in a moment."))


def _refused(error: Refused, t: Translator, around: Circumstances) -> Screen:
    operation = error.operation
    titles: Mapping[str, Markup] = {
        "customer/register": t("<b>An account could not be made.</b>"),
        # Whoever signs in is told by their handler; what is left of this operation is an update.
        "customer/login": t("<b>The queue did not take that.</b>"),
        "ticket/create": t("<b>The location did not give a ticket.</b>"),
        "ticket/cancel": t("<b>The location did not cancel the ticket.</b>"),
        "customer/newpassword": t("<b>The new password was not taken.</b>"),
    }
    title = titles.get(operation, t("<b>The queue said no.</b>"))
    return _screen(t, around, title, refusals.said(t, error, around.brand), _advice(t, operation))


def _advice(t: Translator, operation: str) -> Markup:
    if operation == "ticket/create":
        return t("Choose another service or location, or ask at the counter.")
    if operation == "ticket/cancel":
        return t("It may have been called just now: look at the ticket again.")
    return t("Nothing was changed. Please try again, or ask at the counter.")


def _not_yours(_: Exception, t: Translator, around: Circumstances) -> Screen:
    title = t("<b>I do not find that ticket among yours.</b>")
    return _screen(t, around, title, t("It may be over, or belong to another account."))


def _unknown(_: Exception, t: Translator, around: Circumstances) -> Screen:
    title = t("<b>That is not on offer any more.</b>")
    return _screen(t, around, title, t("The location or service has changed meanwhile. Please choose again."))


def _database(_: Exception, t: Translator, around: Circumstances) -> Screen:
    title = t("<b>I cannot remember anything at the moment.</b>")
    return _screen(t, around, title, t("My own store does not answer. Please try again in a moment."))


def _screen(t: Translator, around: Circumstances, *words: Markup | None) -> Screen:
    ticket = around.ticket
    valid = t("Your ticket {label} is still valid.", label=facts.ticket_label(ticket)) if ticket else None
    return Screen(lines(*words, valid), inline(*_ways_on(t, around)))


def _ways_on(t: Translator, around: Circumstances) -> list[InlineKeyboardButton]:
    again = [button(t.plain("Try again"), around.again, MAIN)] if around.again else []
    return [
        *again,
        button(t.plain("My tickets"), to.MyTickets()),
        button(t.plain("Take a ticket"), to.Where()),
        home(t),
    ]


_WORDS: Mapping[type[BaseException], Callable[[Any, Translator, Circumstances], Screen]] = {
    QueueServerError: _unavailable,
    # Whoever signs in with a password is told by their handler that it does not fit; everywhere else the sign-in has run out.
    TokenRefused: lambda _, t, _around: signing.token_expired(t),
    Refused: _refused,
    SignedOut: lambda _, t, around: signing.choose_way(t, around.brand),
    TicketsAtStake: lambda error, t, _: signing.ask_leave(t, error.tickets, asked=error.asked),
    NotYours: _not_yours,
    OnlyInPrivate: lambda _, t, around: signing.not_in_groups(t, around.bot_username),
    Unknown: _unknown,
    TooManyTries: lambda error, t, _: signing.too_many_tries(t, error.until),
    RuleBroken: lambda error, t, around: taking.broken(t, error, now=around.now),
    Undecided: lambda _, t, _around: taking.undecided(t),
    DatabaseUnavailable: _database,
}
