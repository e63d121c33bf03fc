"""MessageEntity objects that a bot sends along, read and refused as Telegram reads them (C get_text_entity, TD get_message_entities)."""

from typing import Any

from sandbox.bot_api import errors
from sandbox.bot_api import errors_of_fields as words
from sandbox.bot_api.entities_marks import Mark, link_mark, normalized_format, units
from sandbox.bot_api.entities_nested import QUOTES, STYLES, nested
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.errors_of_entities import EntitiesError
from sandbox.bot_api.errors_of_fields import FieldError
from sandbox.bot_api.fields import Fields
from sandbox.bot_api.limits import ENTITY_PLACE
from sandbox.bot_api.links import link_fault

_FOUND = ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number")
_BARE = (*STYLES, *QUOTES, "code")


def given(text: str, entities: Any) -> list[Mark]:
    """Return the marks that a bot gave to its text; what is no list counts as nothing, as it does there."""
    if not isinstance(entities, list):
        return []
    try:
        read = [mark for mark in map(_entity, entities) if mark is not None]
    except FieldError as error:
        raise Refusal(errors.ENTITY_WRONG, why=str(error)) from None
    return _placed(text, nested([_checked(mark) for mark in read]))


def _entity(tree: Any) -> Mark | None:
    """Return a mark in UTF-16 units; None for the kinds that Telegram finds by itself and believes nobody."""
    fields = Fields(tree)
    offset, length, kind = fields.integer("offset"), fields.integer("length"), fields.text("type")
    if not kind:
        raise FieldError(words.TYPE_MISSING)
    if kind in _FOUND:
        return None
    return Mark(kind, offset, offset + length, _extra(kind, fields))


def _extra(kind: str, fields: Fields) -> dict[str, Any]:
    """Return what an entity of that kind carries besides its place."""
    if kind in _BARE:
        return {}
    if kind == "pre":
        language = fields.optional_text("language")
        return {"language": language} if language else {}
    if kind == "text_link":
        return {"url": fields.text("url")}
    if kind == "text_mention":
        return {"user": {"id": Fields(fields.mapping("user")).long("id"), "is_bot": False, "first_name": ""}}
    if kind == "custom_emoji":
        return {"custom_emoji_id": str(fields.long("custom_emoji_id"))}
    if kind == "date_time":
        return {"unix_time": fields.integer("unix_time"), "date_time_format": _format(fields)}
    raise FieldError(words.TYPE_UNSUPPORTED)


def _format(fields: Fields) -> str:
    try:
        return normalized_format(fields.optional_text("date_time_format"))
    except EntitiesError:
        raise FieldError(words.TIME_FORMAT) from None


def _checked(mark: Mark) -> Mark:
    """Return the mark with its address in order; refused where its values or its place cannot be."""
    if mark.kind == "custom_emoji" and mark.extra["custom_emoji_id"] == "0":
        raise Refusal(errors.ENTITY_EMOJI)
    if mark.kind == "date_time" and mark.extra["unix_time"] <= 0:
        raise Refusal(errors.ENTITY_TIME)
    if not 0 <= mark.start <= ENTITY_PLACE:
        raise Refusal(errors.ENTITY_OFFSET, offset=mark.start)
    if not 0 <= mark.end - mark.start <= ENTITY_PLACE:
        raise Refusal(errors.ENTITY_LENGTH, length=mark.end - mark.start)
    if mark.kind != "text_link":
        return mark
    url = mark.extra["url"]
    link = link_mark(url, mark.start, mark.end)
    if link is None:
        raise Refusal(errors.ENTITY_URL, url=url, fault=link_fault(url))
    return link


def _placed(text: str, marks: list[Mark]) -> list[Mark]:
    """Return marks in UTF-16 units as marks in characters; refused where one begins or ends outside the text or within a character."""
    places, offset = {}, 0
    for index, letter in enumerate(text):
        places[offset] = index
        offset += units(letter)
    places[offset] = len(text)
    for mark in marks:
        if mark.start > offset or (mark.start == offset and mark.end > offset):
            raise Refusal(errors.ENTITY_AFTER, offset=mark.start)
        if mark.end > offset:
            raise Refusal(errors.ENTITY_LONG, offset=mark.start, end=mark.end)
        if mark.start not in places:
            raise Refusal(errors.ENTITY_BEGINS_WITHIN, place=_bytes(text, places[mark.start + 1]))
        if mark.end not in places:
            raise Refusal(errors.ENTITY_ENDS_WITHIN, offset=mark.start, place=_bytes(text, places[mark.end + 1]))
    return [Mark(mark.kind, places[mark.start], places[mark.end], mark.extra) for mark in marks]


def _bytes(text: str, index: int) -> int:
    return len(text[:index].encode())
