"""Writes an answer as JSON or XML bytes. XML is elements only: a list is a plural element with one child an item, null an empty element."""

import json
import re
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

ROOT = "response"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(answer: Any) -> bytes:
    """Write JSON in UTF-8, letters of all languages as they are."""
    return json.dumps(answer, ensure_ascii=False).encode()


def as_xml(answer: Any) -> bytes:
    """Write the same tree as XML in UTF-8, under one root element."""
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + _element(ROOT, answer).encode()


def _element(name: str, value: Any) -> str:
    return f"<{name}>{_content(name, value)}</{name}>"


def _content(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return "".join(_element(key, inner) for key, inner in value.items())
    if isinstance(value, list):
        return "".join(_element(name.removesuffix("s"), item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return ""
    # What people type may hold characters that no XML document can; a carriage return would come back as a line feed.
    return escape(_NOT_XML.sub("\ufffd", str(value)), {"\r": "&#13;"})


WRITERS: dict[str, tuple[str, Callable[[Any], bytes]]] = {
    "json": ("application/json", as_json),
    "xml": ("application/xml", as_xml),
}
