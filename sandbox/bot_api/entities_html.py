"""Telegram's own HTML read into plain text and marks, with its words for what is wrong (TD MessageEntity.cpp, parse_html)."""

import re
from dataclasses import dataclass, field

from sandbox.bot_api import errors_of_entities as words
from sandbox.bot_api.entities_marks import Mark, link_mark, time_mark
from sandbox.bot_api.errors_of_entities import EntitiesError

_STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "code": "code",
}  # fmt: skip
_OTHERS = ("a", "pre", "span", "blockquote", "tg-emoji", "tg-time")
_ATTRIBUTE = re.compile(r"""\s+([a-zA-Z0-9-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([a-zA-Z0-9.\-]+)))?""")
_TAG_NAME = re.compile(r"[^\s>]*")
_REFERENCE = re.compile(r"&(#\d{1,8}|#x[0-9a-fA-F]{1,8}|[a-z]+);?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


@dataclass
class _Open:
    tag: str
    start: int
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


def parse_html(text: str) -> tuple[str, list[Mark]]:
    """Return the plain text and its marks; EntitiesError says what is wrong and where, in bytes."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._plain: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._marks: list[Mark] = []

    def read(self) -> tuple[str, list[Mark]]:
        while self._place < len(self._text):
            letter = self._text[self._place]
            if letter == "&":
                self._reference()
            elif letter != "<":
                self._add(letter, 1)
            elif self._text.startswith("</", self._place):
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise EntitiesError(words.HTML_UNCLOSED, tag=self._open[-1].tag)
        return "".join(self._plain), self._marks

    def _add(self, letters: str, used: int) -> None:
        self._plain.append(letters)
        self._length += len(letters)
        self._place += used

    def _offset(self, place: int) -> int:
        return len(self._text[:place].encode())

    def _reference(self) -> None:
        letters, used = _decoded(self._text, self._place)
        self._add(letters, used)

    def _start_tag(self) -> None:
        begin = self._place
        name = _TAG_NAME.match(self._text, begin + 1)
        tag = name.group().lower() if name else ""
        place = begin + 1 + len(tag)
        if place >= len(self._text):
            raise EntitiesError(words.HTML_START_UNCLOSED, offset=self._offset(begin))
        if tag not in _STYLES and tag not in _OTHERS:
            raise EntitiesError(words.HTML_UNSUPPORTED, tag=tag, offset=self._offset(begin))
        attributes, place = self._attributes(place)
        self._check(tag, attributes, begin)
        self._open.append(_Open(tag, self._length, begin, attributes))
        self._place = place

    def _attributes(self, place: int) -> tuple[dict[str, str], int]:
        begin, attributes = place, {}
        while match := _ATTRIBUTE.match(self._text, place):
            value = next((group for group in match.groups()[1:] if group is not None), "")
            attributes[match.group(1).lower()] = _all_decoded(value)
            place = match.end()
        rest = re.compile(r"\s*>").match(self._text, place)
        if rest is None:
            raise EntitiesError(words.HTML_START_UNCLOSED, offset=self._offset(begin))
        return attributes, rest.end()

    def _check(self, tag: str, attributes: dict[str, str], begin: int) -> None:
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise EntitiesError(words.HTML_SPAN, offset=self._offset(begin))
        if tag == "tg-emoji" and not re.fullmatch(r"[0-9]+", attributes.get("emoji-id", "")):
            raise EntitiesError(words.EMOJI_INVALID)

    def _end_tag(self) -> None:
        begin = self._place
        end = self._text.find(">", begin)
        if end < 0:
            raise EntitiesError(words.HTML_END_UNCLOSED, offset=self._offset(begin))
        name = self._text[begin + 2 : end].strip().lower()
        if not self._open:
            raise EntitiesError(words.HTML_END_UNEXPECTED, offset=self._offset(begin))
        # An end tag without a name, </>, closes whatever is open: the parser of Telegram takes it too.
        opened = self._open.pop()
        if name and name != opened.tag:
            raise EntitiesError(words.HTML_UNMATCHED, offset=self._offset(begin), expected=opened.tag, found=name)
        self._place = end + 1
        mark = self._mark(opened)
        if mark is not None and mark.end > mark.start:
            self._marks.append(mark)

    def _mark(self, opened: _Open) -> Mark | None:
        start, end, given = opened.start, self._length, opened.attributes
        # Without an href the linked words themselves are the address.
        if opened.tag == "a":
            return link_mark(given.get("href") or "".join(self._plain)[start:end], start, end)
        if opened.tag == "tg-time":
            return time_mark(given.get("unix", ""), given.get("format", ""), start, end)
        if opened.tag == "tg-emoji":
            return Mark("custom_emoji", start, end, {"custom_emoji_id": given["emoji-id"]})
        if opened.tag == "blockquote":
            return Mark("expandable_blockquote" if "expandable" in given else "blockquote", start, end)
        if opened.tag == "pre":
            return self._pre(start, end)
        if opened.tag == "code":
            return self._code(opened, start, end)
        return Mark(_STYLES.get(opened.tag, "spoiler"), start, end)

    def _code(self, opened: _Open, start: int, end: int) -> Mark:
        # A language counts only where the code fills a pre: the pre that closes next takes it over.
        language = opened.attributes.get("class", "")
        extra = {"language": language.removeprefix("language-")} if language.startswith("language-") else {}
        return Mark("code", start, end, extra if self._open and self._open[-1].tag == "pre" else {})

    def _pre(self, start: int, end: int) -> Mark:
        inner = next(
            (mark for mark in self._marks if mark.kind == "code" and (mark.start, mark.end) == (start, end)), None
        )
        if inner is None:
            return Mark("pre", start, end)
        self._marks.remove(inner)
        return Mark("pre", start, end, inner.extra)


def _decoded(text: str, place: int) -> tuple[str, int]:
    """Return the character that a reference stands for and its length in the text; a lone & is itself."""
    match = _REFERENCE.match(text, place)
    if match is None:
        return "&", 1
    name = match.group(1)
    if name.startswith("#"):
        code = int(f"0{name[1:]}", 0) if name[1] == "x" else int(name[1:])
        valid = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
        return (chr(code), len(match.group())) if valid else ("&", 1)
    return (_NAMED[name], len(match.group())) if name in _NAMED else ("&", 1)


def _all_decoded(text: str) -> str:
    parts, place = [], 0
    while place < len(text):
        letters, used = _decoded(text, place) if text[place] == "&" else (text[place], 1)
        parts.append(letters)
        place += used
    return "".join(parts)
