"""Private values out of XML, however broken: the bytes are walked tag by tag, for what no reader accepts is shared as well."""

import re

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from queue_api.redaction_rules import INSTEAD, holds_another, instead, plain, private, stays

_PIECE = re.compile(
    rb"""(?P<comment><!--.*?(?:-->|\Z))
    |(?P<cdata><!\[CDATA\[(?P<inner>.*?)(?:\]\]>|\Z))
    |(?P<declared><\?.*?(?:\?>|\Z)|<![A-Za-z][^<>]*>)
    |(?P<end></(?P<ended>[^\s<>@]*)\s*>)
    |(?P<begin><(?P<name>[^\s<>/!?"'=@]+)(?P<told>(?:[^<>"']|"[^"]*"|'[^']*')*)>)
    |(?P<text>[^<]+)
    |(?P<broken><[^<]*)""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(rb"""([^\s=<>"'/]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'<>]+)""")
_ABOUT_THE_ELEMENT = frozenset({"type", "nil"})
"""Attributes that XML writers add with the kinds of values they know."""
_WRITTEN = re.compile(
    rb"string|int(eger)?|decimal|float|bool(ean)?|date(time)?|array|object|null|true|false", re.IGNORECASE
)


def redacted_xml(body: bytes, *, hidden: bool) -> bytes:
    """The body less its private texts and attributes; all of them are, where it is `hidden` as a whole."""
    return _PIECE.sub(_Walk(hidden).seen, body)


def is_xml(body: bytes) -> bool:
    """Whether the body is one document, and nothing but what is walked here: a DTD may stand for any text, and a page is for somebody."""
    parser = DefusedXMLParser(forbid_dtd=True)
    try:
        parser.feed(body)
        root = parser.close()
    except (DefusedXmlException, ParseError, ValueError, LookupError):
        return False
    return str(root.tag).rpartition("}")[2].lower() != "html"


class _Walk:
    """Knows, piece by piece, which elements are open and whether they are private."""

    def __init__(self, hidden: bool) -> None:
        self._around = [(hidden, "")]

    def seen(self, piece: re.Match[bytes]) -> bytes:
        """What stands in the piece's place."""
        hidden, name = self._around[-1]
        match piece.lastgroup:
            case "begin":
                return self._begin(piece)
            case "end":
                self._end(_local(piece["ended"]))
            case "text" if hidden or _holds_another(piece["text"]):
                return _value(name, piece["text"])
            case "cdata" if _holds_another(piece["inner"]) or (hidden and not stays(name, piece["inner"].strip())):
                return _value(name, piece["inner"])
            case "comment" if hidden or _holds_another(piece[0][4:]):
                return b"<!--%b-->" % INSTEAD
            case "declared" if not piece[0].startswith((b"<?xml ", b"<!DOCTYPE ")):
                return b"<!--%b-->" % INSTEAD if hidden or _holds_another(piece[0][1:]) else piece[0]
            case "broken":
                # A tag that is cut off: what its attributes would be is not known.
                return b"<" + INSTEAD
        return piece[0]

    def _begin(self, piece: re.Match[bytes]) -> bytes:
        name, told = _local(piece["name"]), piece["told"]
        hidden = self._around[-1][0] or private(name)
        if not told.endswith(b"/"):
            self._around.append((hidden, name))
        if hidden and _ATTRIBUTE.sub(b"", told).strip(b"/ \t\r\n"):
            return b"<%b>" % INSTEAD
        return b"<" + piece["name"] + _ATTRIBUTE.sub(lambda one: _attribute(one, name, hidden), told) + b">"

    def _end(self, name: str) -> None:
        """Close the innermost element of that name; an end of nothing that is open ends nothing."""
        for place in range(len(self._around) - 1, 0, -1):
            if self._around[place][1] == name:
                del self._around[place:]
                break


def _attribute(one: re.Match[bytes], element: str, hidden: bool) -> bytes:
    written, sign, quoted = one.groups()
    name = _local(written)
    if written.startswith(b"xmlns") or not (hidden or private(name) or _holds_another(quoted)):
        return one[0]
    mark = quoted[:1] if quoted[:1] in (b'"', b"'") else b""
    value = quoted.strip(mark) if mark else quoted
    if name in _ABOUT_THE_ELEMENT and _WRITTEN.fullmatch(value):
        return one[0]
    # An attribute that is called value stands for the element's text.
    return written + sign + mark + _value(element if name == "value" else name, value) + mark


def _holds_another(text: bytes) -> bool:
    return holds_another(text.decode("utf-8", "replace"))


def _value(name: str, value: bytes) -> bytes:
    """A private value; the blanks around it stay."""
    told = value.strip()
    return value if stays(name, told) else value.replace(told, instead(told))


def _local(name: bytes) -> str:
    """The plain name without its namespace."""
    return plain(name.strip().rpartition(b":")[2].decode("utf-8", "replace"))
