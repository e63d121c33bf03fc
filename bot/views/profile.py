"""One's own choices and account: language, the warning point, and the way to keep a guest's account."""

from collections.abc import Sequence

from markupsafe import Markup
from telegram import InlineKeyboardButton

from bot import callbacks as to
from bot.i18n import Translator
from bot.views.screen import GRAVE, Screen, button, clean, home, inline, lines
from tickets.watching import Account

WARNINGS = (1, 2, 3, 5, 8, 12)
"""People ahead at which one may be warned."""


def settings(
    t: Translator, account: Account | None, ahead: int, *, can_keep: bool = False, told: bool = True
) -> Screen:
    """What holds and what may be chosen. `can_keep` offers guests to stay; `told`: the queue server has taken the last choice."""
    text = lines(
        t("<b>My account</b>"),
        _standing(t, account),
        t.n(
            "I warn you when {count} person is ahead of you. Change it here:",
            "I warn you when {count} people are ahead of you. Change it here:",
            ahead,
        ),
        None if told else not_told(t),
    )
    choices = [button(_warning_label(t, number, ahead), to.WarnAhead(number)) for number in WARNINGS]
    pairs = [choices[place : place + 2] for place in range(0, len(choices), 2)]
    return Screen(text, inline(*pairs, *_ways_on(t, account, can_keep)))


def not_told(t: Translator) -> Markup:
    """A choice holds that the queue server did not take."""
    return t("The queue has not taken that yet. It holds here all the same, and I go on telling it.")


def _standing(t: Translator, account: Account | None) -> Markup:
    if account is None:
        return t("You are not signed in.")
    if account.guest:
        return t("You are here as a guest.")
    name = clean(account.display_name or account.username)
    return t("You are signed in as {name}.", name=name) if name else t("You are signed in.")


def _warning_label(t: Translator, number: int, current: int) -> str:
    label = t.plain_n("{count} person ahead", "{count} people ahead", number)
    return f"✓ {label}" if number == current else label


def _ways_on(t: Translator, account: Account | None, can_keep: bool) -> Sequence[Sequence[InlineKeyboardButton]]:
    language = button(t.plain("Language"), to.Languages())
    data = button(t.plain("My data"), to.Privacy())
    if account is None:
        return [[language, data], [button(t.plain("Sign in"), to.SignIn())], [home(t)]]
    keep = [button(t.plain("Keep my account"), to.KeepAccount())] if account.guest and can_keep else []
    sign_in = [button(t.plain("Sign in"), to.SignIn())] if account.guest else []
    known = [button(t.plain("My details"), to.Details())]
    leave = [button(t.plain("Sign out"), to.AskSignOut(), GRAVE)]
    return [[language, data], known, keep, sign_in, leave, [home(t)]]
