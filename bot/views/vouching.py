"""A provider vouches for somebody: the number that connects them to the chat, and what comes of it."""

from markupsafe import Markup

from bot import callbacks as to
from bot.i18n import Translator
from bot.views.screen import MAIN, Screen, button, home, inline, lines

PROVIDERS = {"google": "Google", "facebook": "Facebook"}
"""What providers call themselves."""


def ask_number(t: Translator, provider: str) -> Screen:
    """The question for the number. It names nobody: whoever made the link need not be who signed in."""
    named = PROVIDERS.get(provider, provider)
    text = lines(
        t("<b>Which number does your browser show?</b>"),
        t(
            "Somebody has just signed in at {provider}. If it was you, send me the six digits of the page.",
            provider=named,
        ),
        t("If it was not you, choose No. Nothing is connected then."),
    )
    return Screen(text, inline(button(t.plain("No"), to.DoNotConnect())))


def no_number(t: Translator) -> Screen:
    """What was typed has not six digits."""
    text = lines(t("<b>I am waiting for the six digits that your browser shows.</b>"), t("Choose No to stop."))
    return Screen(text, inline(button(t.plain("No"), to.DoNotConnect())))


def wrong_number(t: Translator, left: int) -> Screen:
    """Another number; so many tries are left."""
    text = lines(
        t("<b>That is not the number.</b>"),
        t.n("You have {count} try left.", "You have {count} tries left.", left),
    )
    return Screen(text, inline(button(t.plain("No"), to.DoNotConnect())))


def not_connected(t: Translator, *, refused: bool, reason: Markup | None = None) -> Screen:
    """Nothing was connected: by choice, by wrong numbers, too late, or because the queue server did not take it, and why."""
    text = lines(
        t("<b>Nothing was connected.</b>"),
        reason or t("The queue did not take that account.") if refused else t("This chat stays as it was."),
    )
    return Screen(
        text,
        inline(
            button(t.plain("Sign in"), to.SignIn(), MAIN), button(t.plain("Carry on as a guest"), to.AsGuest()), home(t)
        ),
    )
