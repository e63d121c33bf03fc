"""What Telegram shows of the bot itself: the menu of commands and the two descriptions."""

from collections.abc import Sequence

from bot.brand import Brand
from bot.i18n import Translator


def menu(t: Translator) -> Sequence[tuple[str, str]]:
    """Command and what it does, in the order of the menu; every one of them has a route."""
    return (
        ("start", t.plain("Begin")),
        ("new", t.plain("Take a ticket")),
        ("tickets", t.plain("My tickets")),
        ("cancel", t.plain("Stop, or give a ticket up")),
        ("language", t.plain("Language")),
        ("settings", t.plain("My account")),
        ("login", t.plain("Sign in")),
        ("logout", t.plain("Sign out")),
        ("reset", t.plain("New password")),
        ("privacy", t.plain("Privacy")),
        ("export", t.plain("My data as a file")),
        ("delete", t.plain("Delete my data")),
        ("help", t.plain("Help")),
    )


def description(t: Translator, brand: Brand) -> str:
    """Shown in the empty chat, before START is pressed; at most 512 characters."""
    words = t.plain(
        "{brand}: take a ticket from here, walk away, and be told when it is almost your turn.",
        brand=brand.name,
    )
    return words[:512]


def short_description(t: Translator, brand: Brand) -> str:
    """Shown on the profile and where the bot is shared; at most 120 characters."""
    return t.plain("{brand}: take a ticket, wait anywhere, be called here.", brand=brand.name)[:120]
