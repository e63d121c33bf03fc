"""Takes secrets and personal facts out of an answer's bytes and leaves every other byte as it came, for samples that are shared."""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote
from xml.sax.saxutils import escape

PRIVATE = (
    "vt_token|token|oauth_token|reset_token|password|repeat_password|pushnotification|push_notification_key"
    "|username|first_name|last_name|display_name|phone|email|address"
)
"""Fields of the seed that hold a secret or tell who somebody is; a location's phone and address go with them."""
INSTEAD = b"redacted"
SHORTEST = 4
"""Shorter values are not looked for in running text: "ana" is also in "banana"."""

_NAMES = b"(?:" + PRIVATE.encode() + b")"
# The seed's own examples have typographic quotes.
_QUOTE = b'(?:"|\xe2\x80\x9c|\xe2\x80\x9d)'
_PATTERNS = (
    re.compile(b"(" + _QUOTE + _NAMES + _QUOTE + rb'\s*:\s*")((?:[^"\\]|\\.)+)(")', re.DOTALL),
    re.compile(b"(" + _QUOTE + _NAMES + _QUOTE + rb"\s*:\s*\xe2\x80\x9c)(.+?)(\xe2\x80\x9d)"),
    re.compile(b"(" + _QUOTE + _NAMES + _QUOTE + rb"\s*:\s*)(-?[0-9][0-9.eE+-]*)()"),
    re.compile(rb"(<(?:\w+:)?" + _NAMES + rb"(?:\s[^<>]*)?>)([^<]+|\s*<!\[CDATA\[.*?\]\]>\s*)(</)", re.DOTALL),
    re.compile(rb"(<(?:\w+:)?" + _NAMES + rb"\s[^<>]*?\bvalue=[\"'])([^\"'<>]+)([\"'])"),
    re.compile(rb"(\s" + _NAMES + rb"\s*=\s*[\"'])([^\"'<>]+)([\"'])"),
)


def redacted(body: bytes, secrets: Iterable[str] = ()) -> bytes:
    """The body with the values of `PRIVATE` fields, and the given secrets wherever they stand, put out.

    Null and empty values stay, since they show the server's habits. A body in UTF-16 is not understood and comes back empty.
    """
    if b"\x00" in body:
        return b""
    for pattern in _PATTERNS:
        body = pattern.sub(_blackened, body)
    for secret in secrets:
        if len(secret) >= SHORTEST:
            for written in _written(secret):
                body = body.replace(written, INSTEAD)
    return body


def _blackened(found: re.Match[bytes]) -> bytes:
    number = found[3] == b""
    blank = not found[2].strip()
    return found[1] + (found[2] if blank else b"0" if number else INSTEAD) + found[3]


def _written(secret: str) -> set[bytes]:
    """The forms that a text takes in JSON, XML and URLs."""
    forms = {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        escape(secret),
        quote(secret),
    }
    return {form.encode("utf-8", "replace") for form in forms}
