"""The screen: a text and a keyboard, the small constructors every view builds them with, and the cleaning of outside text."""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from markupsafe import Markup
from telegram import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    WebAppInfo,
)
from telegram.constants import KeyboardButtonStyle

from bot.callbacks import Callback, Home
from bot.i18n import Translator, inert

Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply
T = TypeVar("T")

NAME = 64
"""The most characters of a name that are shown."""
PROSE = 200
"""The most characters of outside sentences that are shown."""
MOST_BUTTONS = 90
"""Telegram takes 100 buttons a message; some are ours."""
MAIN, GOOD, GRAVE = KeyboardButtonStyle.PRIMARY, KeyboardButtonStyle.SUCCESS, KeyboardButtonStyle.DANGER
"""Colours only underline what the words say (https://core.telegram.org/bots/api#inlinekeyboardbutton, `style`)."""

_JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiners are spelling in some scripts and hold emoji together: harmless, so they stay."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What one message shows: text in Telegram's HTML, and its keyboard."""

    text: Markup
    keyboard: Keyboard | None = None

    @property
    def unformatted(self) -> str:
        """The text as people read it, without tags: for toasts, and where formatting was refused."""
        return html.unescape(re.sub(r"<[^>]*>", "", str(self.text)))


def clean(text: str, longest: int = NAME) -> str:
    """Outside text as one line: no control, formatting or direction characters, and not longer than it is worth."""
    kept = "".join(
        letter if letter in _JOINERS or unicodedata.category(letter)[0] != "C" else " " * letter.isspace()
        for letter in text[: longest * 8]
    )
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def lines(*parts: Markup | str | None) -> Markup:
    """One part a line; what is empty is left out."""
    return Markup("\n").join(_inactive(part) for part in parts if part)


def listed(parts: Sequence[Markup | str]) -> Markup:
    """Facts in one line, parted so that a screen reader pauses."""
    return Markup(", ").join(_inactive(part) for part in parts)


def _inactive(part: Markup | str) -> Markup | str:
    return part if isinstance(part, Markup) else inert(part)


def verbatim(text: str) -> Markup:
    """Outside text to be copied as it is, such as a number or an address; Telegram looks for no links in it."""
    return Markup("<code>{}</code>").format(text)


def button(label: str, callback: Callback, style: str | None = None) -> InlineKeyboardButton:
    """A button that means `callback`."""
    return InlineKeyboardButton(label, callback_data=callback.pack(), style=style)


def link(label: str, url: str) -> InlineKeyboardButton:
    """A button that opens an address of ours or the operator's; outside addresses are never made buttons."""
    return InlineKeyboardButton(label, url=url)


def app(label: str, url: str, style: str | None = None) -> InlineKeyboardButton:
    """A button that opens a page of ours inside Telegram; private chats only."""
    return InlineKeyboardButton(label, web_app=WebAppInfo(url), style=style)


def inline(*rows: InlineKeyboardButton | Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """Rows of buttons; a single button is a row, an empty row is left out."""
    return InlineKeyboardMarkup([[row] if isinstance(row, InlineKeyboardButton) else list(row) for row in rows if row])


def page_of(every: Sequence[T], page: int, size: int) -> tuple[Sequence[T], int, int]:
    """The items of a page, its number within what there is, and the number of the last page; pages count from 0."""
    last = max(0, (len(every) - 1) // size)
    page = max(0, min(page, last))
    return every[page * size : (page + 1) * size], page, last


def turning(
    t: Translator, page: int, last: int, previous: Callback, following: Callback
) -> Sequence[InlineKeyboardButton]:
    """The row that turns pages; empty where there is one page."""
    row = []
    if page > 0:
        row.append(button(t.plain("◀ Previous"), previous))
    if page < last:
        row.append(button(t.plain("Next ▶"), following))
    return row


def home(t: Translator) -> InlineKeyboardButton:
    """The way back to the start."""
    return button(t.plain("Start menu"), Home())
