"""Takes secrets and personal facts out of an answer's bytes and leaves every other byte as it came, for samples that are shared.

Nobody can list the fields in which servers keep people. So it is the other way round where something is about a person, or may be: there
nothing stays but what is known to tell nothing about them, in whatever field or depth it stands. What is not one document as a whole, a
notice before the answer for example, may be about a person anywhere; so may a text that looks like another document.
"""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote
from xml.sax.saxutils import escape

from queue_api.redaction_json import is_json, redacted_json
from queue_api.redaction_rules import INSTEAD
from queue_api.redaction_xml import is_xml, redacted_xml

ABOUT_A_PERSON = re.compile(r"customer/(?!tickets)")
"""Operations whose whole answer is about whoever signs in."""
SHORTEST = 4
"""Shorter values are not looked for in running text: "ana" is also in "banana"."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def redacted(body: bytes, secrets: Iterable[str] = (), operation: str = "") -> bytes:
    """The body less what is private in an answer to that operation, and less the given secrets wherever they stand.

    Null and empty values stay, since they show the server's habits. A body in UTF-16 is not understood and comes back empty.
    """
    if b"\x00" in body:
        return b""
    mark = _BYTE_ORDER_MARK if body.startswith(_BYTE_ORDER_MARK) else b""
    told = body.removeprefix(mark)
    in_xml = told.lstrip().startswith(b"<")
    form, whole = (redacted_xml, is_xml(told.strip())) if in_xml else (redacted_json, is_json(told))
    body = mark + form(told, hidden=not whole or ABOUT_A_PERSON.match(operation) is not None)
    for secret in secrets:
        if len(secret) >= SHORTEST:
            for written in _written(secret):
                body = body.replace(written, INSTEAD)
    return body


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
