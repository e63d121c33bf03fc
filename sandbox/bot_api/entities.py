"""Message entities: their lengths in UTF-16 units, their order, and the reading of text from whichever formatting the bot chose."""

from typing import Any

from sandbox.bot_api import errors_of_entities
from sandbox.bot_api.entities_found import found
from sandbox.bot_api.entities_html import parse_html
from sandbox.bot_api.entities_markdown import parse_markdown
from sandbox.bot_api.entities_marks import BLOCKS, Mark, normalized_format, units
from sandbox.bot_api.errors import ENTITIES_WRONG, PARSE_MODE, Refusal
from sandbox.bot_api.errors_of_entities import EntitiesError
from sandbox.bot_api.limits import ENTITIES

Json = dict[str, Any]
_FROM_BOTS = {
    "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre",
    "text_link", "text_mention", "custom_emoji", "date_time",
}  # fmt: skip
_JOINED = ("bold", "italic", "underline", "strikethrough", "spoiler")


def formatted(text: str, parse_mode: str, explicit: Any) -> tuple[str, list[Json]]:
    """Turn what a bot sent into plain text and its entities, trimmed as Telegram trims.

    `explicit` is the list of MessageEntity sent along (used without a parse_mode); refused with "can't parse entities".
    """
    mode = parse_mode.strip().lower()
    try:
        if mode == "html":
            plain, marks = parse_html(text)
        elif mode == "markdownv2":
            plain, marks = parse_markdown(text)
        elif mode == "markdown":
            plain, marks = parse_markdown(text, legacy=True)
        elif mode in ("", "none"):
            plain, marks = text, _explicit(text, explicit)
        else:
            raise Refusal(PARSE_MODE)
    except EntitiesError as error:
        raise Refusal(ENTITIES_WRONG, why=str(error)) from None
    return _trimmed(plain.replace("\r", ""), marks)


def discovered(text: str) -> list[Json]:
    """Return the entities that clients find in a person's plain text: commands, addresses, mentions, tags."""
    return [mark.wire(text) for mark in found(text)]


def _explicit(text: str, entities: Any) -> list[Mark]:
    """Read MessageEntity objects; kinds that Telegram finds by itself are dropped, as it drops them."""
    if entities is None:
        return []
    if not isinstance(entities, list):
        raise EntitiesError(errors_of_entities.LIST_EXPECTED)
    places = _places(text)
    marks = []
    for entity in entities:
        if not isinstance(entity, dict) or not isinstance(entity.get("offset"), int):
            raise EntitiesError(errors_of_entities.OBJECT_EXPECTED)
        kind, start, length = str(entity.get("type")), entity["offset"], entity.get("length")
        if kind not in _FROM_BOTS or not isinstance(length, int) or length <= 0:
            continue
        if start < 0 or start not in places or start + length not in places:
            raise EntitiesError(errors_of_entities.OUTSIDE, offset=start, length=length)
        known = ("url", "user", "language", "custom_emoji_id", "unix_time", "date_time_format")
        extra = {key: entity[key] for key in known if key in entity}
        if kind == "text_mention" and not isinstance(extra.get("user"), dict):
            continue
        if kind == "date_time":
            extra["date_time_format"] = normalized_format(str(extra.get("date_time_format", "")))
        marks.append(Mark(kind, places[start], places[start + length], extra))
    return marks


def _places(text: str) -> dict[int, int]:
    """Map every UTF-16 offset where a character begins, and the end, to the index of that character."""
    places, offset = {}, 0
    for index, letter in enumerate(text):
        places[offset] = index
        offset += units(letter)
    places[offset] = len(text)
    return places


def _trimmed(text: str, marks: list[Mark]) -> tuple[str, list[Json]]:
    """Strip the text's ends, keep marks inside it, add found entities, order all by offset and then by length."""
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
    for mark in found(plain):
        if not any(other.start < mark.end and mark.start < other.end and _excludes(other) for other in kept):
            kept.append(mark)
    kept.sort(key=lambda mark: (mark.start, -mark.end, mark.kind))
    return plain, [mark.wire(plain) for mark in _merged(kept)][:ENTITIES]


def _excludes(mark: Mark) -> bool:
    """Tell whether nothing is looked for inside such a mark: in code and in links."""
    return mark.kind in ("code", "pre", "text_link", "text_mention", "custom_emoji", "date_time")


def _merged(marks: list[Mark]) -> list[Mark]:
    """Join equal marks that touch or overlap, as `<b>a</b><b>b</b>` is one bold run."""
    joined: list[Mark] = []
    for mark in marks:
        for place, earlier in enumerate(joined):
            same = earlier.kind == mark.kind and earlier.extra == mark.extra and mark.kind in _JOINED
            if same and earlier.start <= mark.start <= earlier.end:
                joined[place] = Mark(mark.kind, earlier.start, max(earlier.end, mark.end), mark.extra)
                break
        else:
            joined.append(mark)
    return joined
