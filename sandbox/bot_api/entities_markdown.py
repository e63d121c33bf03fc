"""MarkdownV2, and the legacy Markdown, read into plain text and marks, with Telegram's words for what is wrong (TD MessageEntity.cpp)."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from sandbox.bot_api import errors_of_entities as words
from sandbox.bot_api.entities_marks import Mark, link_mark, time_mark
from sandbox.bot_api.errors_of_entities import EntitiesError

_SIGNS = ("```", "||", "__", "![", "_", "*", "~", "`", "[")
_LEGACY_SIGNS = ("```", "_", "*", "`", "[")
_KINDS = {
    "```": "pre", "||": "spoiler", "__": "underline", "![": "custom_emoji", "_": "italic", "*": "bold",
    "~": "strikethrough", "`": "code", "[": "text_link",
}  # fmt: skip
_RESERVED = "_*[]()~`>#+-=|{}.!"
_LANGUAGE = re.compile(r"([^\s`]+)\n")


@dataclass
class _Open:
    kind: str
    sign: str
    start: int
    offset: int
    language: str = ""


def parse_markdown(text: str, *, legacy: bool = False) -> tuple[str, list[Mark]]:
    """Return the plain text and its marks; EntitiesError says what is wrong and where, in bytes."""
    return _Reader(text, legacy=legacy).read()


class _Reader:
    def __init__(self, text: str, *, legacy: bool) -> None:
        self._text = text
        self._legacy = legacy
        self._signs = _LEGACY_SIGNS if legacy else _SIGNS
        self._place = 0
        self._plain = ""
        self._open: list[_Open] = []
        self._quote: int | None = None
        self._marks: list[Mark] = []

    def read(self) -> tuple[str, list[Mark]]:
        while self._place < len(self._text):
            if not (self._escaped() or self._quoted() or self._closed() or self._opened()):
                self._literal()
        if self._open:
            raise self._unclosed()
        self._end_quote(expandable=False)
        return self._plain, self._marks

    def _unclosed(self) -> EntitiesError:
        last = self._open[-1]
        if self._legacy:
            return EntitiesError(words.MARKDOWN_LEGACY_UNCLOSED, offset=self._offset(last.offset))
        return EntitiesError(words.MARKDOWN_UNCLOSED, kind=words.KINDS[last.kind], offset=self._offset(last.offset))

    def _offset(self, place: int) -> int:
        return len(self._text[:place].encode())

    def _inside(self) -> str:
        return self._open[-1].kind if self._open else ""

    def _escaped(self) -> bool:
        # A backslash before anything that is no ASCII character stands for itself.
        following = self._text[self._place + 1 : self._place + 2]
        if self._text[self._place] != "\\" or not following:
            return False
        escapable = following in "_*`[" and not self._open if self._legacy else 0 < ord(following) < 127
        if escapable:
            self._plain += following
            self._place += 2
        return escapable

    def _quoted(self) -> bool:
        """Handle the beginnings and the ends of quoted lines, which MarkdownV2 alone knows."""
        if self._legacy or self._inside() in ("code", "pre"):
            return False
        letter = self._text[self._place]
        if letter == ">" and self._quote is None and (not self._plain or self._plain.endswith("\n")):
            self._quote = len(self._plain)
            self._place += 1
            return True
        if self._quote is None:
            return False
        if letter == "\n":
            return self._quoted_newline()
        # Two bars at the end of a quote fold it, unless they close a spoiler inside it.
        ends = self._place + 2 == len(self._text) or self._text[self._place + 2 : self._place + 3] == "\n"
        if self._text.startswith("||", self._place) and ends and self._inside() != "spoiler":
            self._place += 2
            self._end_quote(expandable=True)
            return True
        return False

    def _quoted_newline(self) -> bool:
        if self._text.startswith("\n>", self._place):
            self._plain += "\n"
            self._place += 2
        else:
            self._end_quote(expandable=False)
            self._literal()
        return True

    def _end_quote(self, *, expandable: bool) -> None:
        if self._quote is None:
            return
        if self._open and self._open[-1].start >= self._quote:
            raise self._unclosed()
        if self._quote < len(self._plain):
            kind = "expandable_blockquote" if expandable else "blockquote"
            self._marks.append(Mark(kind, self._quote, len(self._plain)))
        self._quote = None

    def _closed(self) -> bool:
        if not self._open:
            return False
        last = self._open[-1]
        link = last.sign in ("[", "![")
        sign = "]" if link else last.sign
        if not self._text.startswith(sign, self._place):
            return False
        if (
            sign == "_"
            and self._text.startswith("__", self._place)
            and not self._legacy
            and not self._odd_underscores()
        ):
            return False
        self._open.pop()
        self._place += len(sign)
        mark = self._link(last) if link else self._styled(last)
        if mark is not None and mark.start < mark.end:
            self._marks.append(mark)
        return True

    def _odd_underscores(self) -> bool:
        """Tell whether an underline is open around this italic, so that ___ ends the italic first."""
        run = re.compile(r"_+").match(self._text, self._place)
        return run is not None and len(run.group()) % 2 == 1 and any(item.kind == "underline" for item in self._open)

    def _styled(self, opened: _Open) -> Mark:
        extra = {"language": opened.language} if opened.language else {}
        end = len(self._plain)
        # The line break before the closing fence belongs to the fence, not to the code.
        if opened.kind == "pre" and self._plain.endswith("\n") and end > opened.start + 1:
            end -= 1
        return Mark(opened.kind, opened.start, end, extra)

    def _link(self, opened: _Open) -> Mark | None:
        start, end = opened.start, len(self._plain)
        url = self._plain[start:end]
        if self._text.startswith("(", self._place):
            url = self._address()
        elif opened.sign == "![":
            raise EntitiesError(words.MARKDOWN_EMOJI)
        if opened.sign == "[":
            return link_mark(url, start, end)
        query = {key: values[0] for key, values in parse_qs(url.partition("?")[2].partition("#")[0]).items()}
        if url.startswith("tg://time?"):
            return time_mark(query.get("unix", ""), query.get("format", ""), start, end)
        if not url.startswith("tg://emoji?") or not re.fullmatch(r"[0-9]+", query.get("id", "")):
            raise EntitiesError(words.MARKDOWN_EMOJI_ID)
        return Mark("custom_emoji", start, end, {"custom_emoji_id": query["id"]})

    def _address(self) -> str:
        begin = self._place
        match = re.compile(r"\(((?:\\[\x01-\x7e]|[^)])*)\)", re.DOTALL).match(self._text, begin)
        if match is None:
            raise EntitiesError(words.MARKDOWN_URL_UNCLOSED, offset=self._offset(begin))
        self._place = match.end()
        return match.group(1) if self._legacy else re.sub(r"\\(.)", r"\1", match.group(1))

    def _opened(self) -> bool:
        if self._inside() in ("code", "pre") or (self._legacy and self._open):
            return False
        sign = next((sign for sign in self._signs if self._text.startswith(sign, self._place)), None)
        if sign is None:
            return False
        opened = _Open(_KINDS[sign], sign, len(self._plain), self._place)
        if any(item.kind == opened.kind for item in self._open):
            raise self._unclosed()
        self._place += len(sign)
        if sign == "```":
            language = _LANGUAGE.match(self._text, self._place)
            opened.language = language.group(1) if language else ""
            self._place = language.end() if language else self._place + self._text.startswith("\n", self._place)
        self._open.append(opened)
        return True

    def _literal(self) -> None:
        letter = self._text[self._place]
        if not self._legacy and self._inside() not in ("code", "pre") and letter in _RESERVED:
            raise EntitiesError(words.MARKDOWN_RESERVED, letter=letter)
        self._plain += letter
        self._place += 1
