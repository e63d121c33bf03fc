"""The bytes of an answer, JSON or XML, to one neutral tree of dicts, lists, texts, numbers, flags and None.

What cannot be read safely raises `Unreadable("body", ...)`: nesting deeper than `DEEPEST`, more things than an honest answer of
that length holds, a DTD, a key twice in one object, NaN. Both readers cost time and memory in proportion to the bytes.
"""

import codecs
from typing import Any

from queue_api.json_tree import json_tree
from queue_api.reading.fields import Unreadable
from queue_api.xml_tree import xml_tree

_BLANK = b" \t\r\n"
_CHARSETS = frozenset({"utf-16", "utf-16-le", "utf-16-be", "iso8859-1", "cp1252", "iso8859-15"})
"""What an answer may be written in besides UTF-8, as Python names it; others are read as UTF-8 and refused where they are not."""


def tree_of(body: bytes, charset: str = "") -> Any:
    """The neutral tree of an answer, whichever of the two formats it is in. `charset` is the Content-Type's, where it names one."""
    recoded = _recoded(body, charset)
    text = (body if recoded is None else recoded).removeprefix(codecs.BOM_UTF8).strip(_BLANK)
    if text[:1] in (b"{", b"["):
        return json_tree(text)
    if text[:1] == b"<":
        return xml_tree(text, encoding=None if recoded is None else "utf-8")
    raise Unreadable("body", "empty" if not text else "neither JSON nor XML")


def _recoded(body: bytes, charset: str) -> bytes | None:
    """The body in UTF-8 where it is certainly in something else; None where it stands as it is."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        charset = "utf-16"
    try:
        name = codecs.lookup(charset).name if charset else "utf-8"
        return body.decode(name).encode() if name in _CHARSETS else None
    except LookupError:
        return None
    except UnicodeError:
        raise Unreadable("body", "not in the encoding it claims") from None
