"""A stretch of text with a style, counted in characters while a text is being read and in UTF-16 units on the wire."""

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.bot_api import errors_of_entities
from sandbox.bot_api.errors_of_entities import EntitiesError
from sandbox.bot_api.links import checked_link, link_fault, link_user

BLOCKS = ("pre", "blockquote", "expandable_blockquote")


@dataclass(frozen=True)
class Mark:
    """A style from character `start` up to, not including, character `end`."""

    kind: str
    start: int
    end: int
    extra: dict[str, Any] = field(default_factory=dict)

    def wire(self, text: str) -> dict[str, Any]:
        """Return the MessageEntity of this mark in that text."""
        offset, length = units(text[: self.start]), units(text[self.start : self.end])
        return {"type": self.kind, "offset": offset, "length": length, **self.extra}


def units(text: str) -> int:
    """Return the length in UTF-16 code units, which is how Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def link_mark(url: str, start: int, end: int) -> Mark | None:
    """Return the mark of a link: a mention for tg://user?id=N, a link otherwise, nothing for what is no address."""
    if user := link_user(url):
        # The server alone knows the person's name; whoever posts the message fills it in.
        return Mark("text_mention", start, end, {"user": {"id": user, "is_bot": False, "first_name": ""}})
    return None if link_fault(url) else Mark("text_link", start, end, {"url": checked_link(url)})


def time_mark(unix: str, layout: str, start: int, end: int) -> Mark:
    """Return the mark of a moment; EntitiesError where the moment or its format is none of Telegram's."""
    if not re.fullmatch(r"\d{1,12}", unix):
        raise EntitiesError(errors_of_entities.TIME_INVALID)
    extra = {"unix_time": int(unix), "date_time_format": normalized_format(layout)}
    return Mark("date_time", start, end, extra)


def normalized_format(layout: str) -> str:
    """Return a date-time format in Telegram's order: r, or w with one of d D and one of t T; "" shows the text as it is."""
    if layout in ("", "r", "R"):
        return layout.lower()
    if not re.fullmatch(r"[wdDtT]+", layout):
        raise EntitiesError(errors_of_entities.TIME_FORMAT_INVALID)
    return "".join(
        part for part in ("w" if "w" in layout else "", _shorter(layout, "d", "D"), _shorter(layout, "t", "T")) if part
    )


def _shorter(layout: str, short: str, long: str) -> str:
    if short in layout:
        return short
    return long if long in layout else ""
