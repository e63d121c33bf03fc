"""Message entities: their lengths in UTF-16 units, their order, and the reading of text from whichever formatting the bot chose."""

import re
from itertools import accumulate
from typing import Any

from sandbox.bot_api.entities_found import found
from sandbox.bot_api.entities_given import given
from sandbox.bot_api.entities_html import parse_html
from sandbox.bot_api.entities_markdown import parse_markdown
from sandbox.bot_api.entities_marks import BLOCKS, Mark
from sandbox.bot_api.entities_nested import QUOTES, STYLES, crossing, nested
from sandbox.bot_api.errors import ENTITIES_WRONG, PARSE_MODE, Refusal
from sandbox.bot_api.errors import TEXT_BYTES as TEXT_TOO_LONG
from sandbox.bot_api.errors_of_entities import EntitiesError
from sandbox.bot_api.limits import ENTITIES, TEXT_BYTES

Json = dict[str, Any]
# Control characters are blanks there, but for the line feed. What breaks lines or turns the direction of all that follows is left out, and
# so are the combining lines that run into the rows beside (TD misc.cpp, clean_input_string).
_CLEAN = {
    **dict.fromkeys(set(range(0x20)) - {0x0A, 0x0D}, " "),
    **dict.fromkeys([0x0D, *range(0x2028, 0x202F), 0x030A, 0x0333, 0x033F], ""),
}
_TURNS = re.compile("[\u200e\u200f]+(?=[\u200e\u200f])")


def formatted(text: str, parse_mode: str, explicit: Any) -> tuple[str, list[Json]]:
    """Turn what a bot sent into plain text and its entities, trimmed as Telegram trims.

    `explicit` is the list of MessageEntity sent along, used without a parse_mode.
    """
    if len(text.encode("utf-8", "surrogatepass")) > TEXT_BYTES:
        raise Refusal(TEXT_TOO_LONG)
    mode = parse_mode.strip().lower()
    try:
        if mode == "html":
            plain, marks = parse_html(text)
        elif mode == "markdownv2":
            plain, marks = parse_markdown(text)
        elif mode == "markdown":
            plain, marks = parse_markdown(text, legacy=True)
        elif mode in ("", "none"):
            plain, marks = text, given(text, explicit)
        else:
            raise Refusal(PARSE_MODE)
    except EntitiesError as error:
        raise Refusal(ENTITIES_WRONG, why=str(error)) from None
    return _trimmed(*_cleaned(plain, marks))


def discovered(text: str) -> list[Json]:
    """Return the entities that clients find in a person's plain text: commands, addresses, mentions, tags."""
    return [mark.wire(text) for mark in found(text)]


def _cleaned(text: str, marks: list[Mark]) -> tuple[str, list[Mark]]:
    """Return the text as Telegram cleans it; the marks of what stays move with it."""
    kept = [letter.translate(_CLEAN) for letter in text]
    places = [0, *accumulate(map(len, kept))]
    # Of a run of marks of direction the last one counts; the others keep their places and turn nothing.
    clean = _TURNS.sub(lambda run: "\u200c" * len(run.group()), "".join(kept))
    return clean, [Mark(mark.kind, places[mark.start], places[mark.end], mark.extra) for mark in marks]


def _trimmed(text: str, marks: list[Mark]) -> tuple[str, list[Json]]:
    """Strip the text's ends, keep marks inside it, add found entities, and nest all as Telegram does."""
    left = len(text) - len(text.lstrip())
    plain = text.strip()
    kept = []
    for mark in marks:
        start, end = max(mark.start - left, 0), min(mark.end - left, len(plain))
        # Blank edges carry no formatting that anybody could see; blocks alone may hold them.
        while mark.kind not in BLOCKS and start < end and plain[end - 1].isspace():
            end -= 1
        if start < end:
            kept.append(Mark(mark.kind, start, end, mark.extra))
    kept = nested(kept)
    fresh = [mark for mark in found(plain) if not any(_excludes(other, mark) for other in kept)]
    return plain, [mark.wire(plain) for mark in nested([*kept, *fresh])][:ENTITIES]


def _excludes(other: Mark, mark: Mark) -> bool:
    """Tell whether what was found cannot be where that mark is: in code and in links, and across the edge of a quote."""
    if other.kind in STYLES:
        return False
    return crossing(mark, other) if other.kind in QUOTES else other.start < mark.end and mark.start < other.end
