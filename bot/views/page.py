"""The words of the sign-in page, handed to it as one tree of texts, and its colours."""

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from bot.brand import Brand
from bot.i18n import Translator
from bot.views.refusals import EMAIL_TAKEN, NAME_TAKEN
from bot.views.screen import PROSE, clean
from bot.views.vouching import PROVIDERS

ACCENT = "#0f6b5f"
"""Where the brand names no colour."""
REFUSED = {NAME_TAKEN: "name_taken", EMAIL_TAKEN: "email_taken"}
"""errno -> the page's code for it."""
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def words(t: Translator, brand: Brand, bot_username: str) -> Mapping[str, Any]:
    """Everything the page says, in one language; the page puts it in as text and never as markup."""
    name = clean(brand.name)
    return {
        "language": t.language.replace("_", "-"),
        "direction": t.locale.text_direction,
        "brand": name,
        "chat": f"https://t.me/{bot_username}" if bot_username else "",
        "support": clean(brand.support, PROSE),
        "views": _views(t, name),
        "fields": _fields(t),
        "says": _says(t),
        "errors": _errors(t),
    }


def _views(t: Translator, name: str) -> Mapping[str, Mapping[str, str]]:
    """Each form: its title, what it is for, its button, and how other forms name it."""
    return {
        "sign_in": {
            "title": t.plain("Sign in to {brand}", brand=name),
            "hint": t.plain("With your {brand} account. It is never your Telegram password.", brand=name),
            "go": t.plain("Sign in"),
            "link": t.plain("I have an account"),
        },
        "register": {
            "title": t.plain("New at {brand}", brand=name),
            "hint": t.plain("Choose a user name and a password. Everything else is optional."),
            "go": t.plain("Create my account"),
            "link": t.plain("Create an account"),
        },
        "forgot": {
            "title": t.plain("Forgot the password"),
            "hint": t.plain("Tell the e-mail address of your account, and a letter with a code is sent to it."),
            "go": t.plain("Send the letter"),
            "link": t.plain("Forgot the password"),
        },
        "renew": {
            "title": t.plain("A new password"),
            "hint": t.plain("The code is in the letter; it is valid for a short time only."),
            "go": t.plain("Set the password"),
            "link": t.plain("I have the code"),
        },
    }


def _fields(t: Translator) -> Mapping[str, str]:
    return {
        "username": t.plain("User name"),
        "password": t.plain("Password"),
        "new_password": t.plain("Password (at least 8 characters)"),
        "first_name": t.plain("First name"),
        "last_name": t.plain("Last name"),
        "email": t.plain("E-mail"),
        "phone": t.plain("Phone"),
        "token": t.plain("Code from the letter"),
        "optional": t.plain("if you like"),
        "show": t.plain("Show the password"),
    }


def _says(t: Translator) -> Mapping[str, str]:
    return {
        "wait": t.plain("One moment…"),
        "done": t.plain("Done. Go on in the chat."),
        "letter": t.plain("If there is an account with that address, a letter is on its way."),
        "renewed": t.plain("Your new password is set. You can sign in with it now."),
        "open_chat": t.plain("Open our chat"),
        "support": t.plain("Need help?"),
    }


def _errors(t: Translator) -> Mapping[str, str]:
    """One sentence for each code that our routes answer with; `unknown` for all others."""
    return {
        "credentials": t.plain("The user name and password do not fit together."),
        "refused": t.plain("The queue did not take that. The user name or e-mail address may belong to somebody else."),
        "name_taken": t.plain("This user name belongs to somebody else."),
        "email_taken": t.plain("There is an account with this e-mail address already."),
        "lapsed": t.plain("The code is used or too old."),
        "tickets": t.plain(
            "You hold live tickets as a guest, or have asked for one, and another account would leave them. "
            "Create an account here, and they stay yours."
        ),
        "code": t.plain("The code may be used or too old, or the password too simple."),
        "too_many": t.plain("Too many tries. Please wait a quarter of an hour."),
        "fields": t.plain("Please fill in what is missing. A password has at least 8 characters."),
        "expired": t.plain("This page was open for too long. Please open it again from the chat."),
        "outside": t.plain("Please open this page from our chat in Telegram."),
        "away": t.plain("The queue is not answering at the moment. Please try again soon."),
        "offline": t.plain("There is no connection. Please try again."),
        "unknown": t.plain("Something went wrong on our side. Please try again in a moment."),
    }


def colours(brand: Brand) -> str:
    """A style sheet with the brand's accent and the ink that can be read on it."""
    accent = brand.colours.get("accent", ACCENT)
    if not COLOUR.fullmatch(accent):
        # Whatever else stood here would be read as a part of the style sheet.
        accent = ACCENT
    return f":root {{ --accent: {accent}; --on-accent: {readable_on(accent)}; }}\n"


def readable_on(colour: str) -> str:
    """Black or white, whichever stands out more from `#rrggbb` (WCAG 2.2, relative luminance and contrast ratio)."""
    light = _luminance(colour)
    return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else "#000000"


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def message(t: Translator, key: str) -> tuple[str, str]:
    """Title and text of a page that a browser shows on the way to a provider and back."""
    again = t.plain("Please begin again from the chat.")
    messages = {
        "stopped": (t.plain("Nothing was connected"), again),
        "old": (t.plain("This link was used already or is too old"), again),
        "doubtful": (t.plain("The answer could not be believed"), again),
        "away": (t.plain("This does not work at the moment"), t.plain("Please try again soon.")),
        "browser": (
            t.plain("Please open this page in your browser"),
            t.plain("Providers do not sign people in inside other apps. Use the menu, or copy the link."),
        ),
    }
    return messages[key]


def number(t: Translator, brand: Brand, provider: str, name: str, chat: str, digits: str) -> Mapping[str, str]:
    """The parts of the page with the number that the chat asks for; whoever was sent the link by somebody else is told what that means."""
    around = {"brand": clean(brand.name), "provider": PROVIDERS.get(provider, provider), "chat": clean(chat)}
    way = (
        t.plain("To connect it to the chat of {chat} with {brand}, send this number there:", **around)
        if around["chat"]
        else t.plain("To connect it to your chat with {brand}, send this number there:", **around)
    )
    warning = t.plain(
        "Only do so if you opened this page from your own chat with {brand}. "
        "Whoever sent you this link wants your account: close the page then, and tell nobody the number.",
        **around,
    )
    return {
        "title": t.plain("One step more"),
        "text": t.plain("You are signed in at {provider} as {name}.", name=clean(name), **around),
        "more": Markup('<p>{}</p>\n    <p id="number">{}</p>\n    <p class="warning">{}</p>').format(
            way, f"{digits[:3]}\u00a0{digits[3:]}", warning
        ),
    }


def back(t: Translator) -> str:
    """The way back to the chat."""
    return t.plain("Open our chat")


def copy_link(t: Translator) -> str:
    """The page's own address, to be opened elsewhere."""
    return t.plain("The link to this page")
