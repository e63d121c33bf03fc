"""The cards that open our page, where typing in the chat is a choice of one's own: no password need go through a message."""

from collections.abc import Mapping

from markupsafe import Markup
from telegram import InlineKeyboardButton

from bot import callbacks as to
from bot.i18n import Translator
from bot.views.screen import MAIN, Screen, app, button, home, inline, lines

VIEWS = ("register", "forgot", "renew")
"""Views of the page that have a card; signing in has a larger one."""


def open_page(t: Translator, view: str, page: str) -> Screen:
    """What the page at that view is for."""
    title, purpose, label = _words(t)[view]
    return Screen(lines(title, purpose), inline(app(label, page, MAIN), type_here(t, view), home(t)))


def type_here(t: Translator, view: str) -> InlineKeyboardButton:
    """For whoever would rather type: a page is not for everybody."""
    return button(t.plain("Type it here instead"), to.TypeHere(view))


def _words(t: Translator) -> Mapping[str, tuple[Markup, Markup, str]]:
    return {
        "register": (
            t("<b>Keep your account</b>"),
            t("Choose a user name and a password on our page. Your tickets stay, and you can sign in from elsewhere."),
            t.plain("Keep my account"),
        ),
        "forgot": (
            t("<b>A new password</b>"),
            t("Our page asks for the e-mail address of your account, and a letter with a code is sent to it."),
            t.plain("Forgot the password"),
        ),
        "renew": (
            t("<b>A new password</b>"),
            t("Our page asks for the code from the letter and for your new password."),
            t.plain("Set the password"),
        ),
    }
