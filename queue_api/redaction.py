"""Takes secrets and personal facts out of an answer's bytes and leaves every other byte as it came, for samples that are shared.

Nobody can list the fields in which servers keep people. So it is the other way round where something is about a person, or may be: there
nothing stays but what is known to tell nothing about them, in whatever field or depth it stands. What is not one document as a whole, a
notice before the answer for example, may be about a person anywhere; so may a text that looks like another document.
"""

import json
import re
from collections.abc import Iterable
from html.entities import codepoint2name

from queue_api.redaction_json import is_json, redacted_json
from queue_api.redaction_rules import INSTEAD
from queue_api.redaction_xml import is_xml, redacted_xml

ABOUT_A_PERSON = re.compile(r"customer/(?!tickets)")
"""Operations whose whole answer is about whoever signs in."""
SHORTEST = 4
"""Shorter values are not looked for in running text: "ana" is also in "banana"."""
_NAMED = {"'": [b"&apos;"], " ": [b"+"]} | {
    chr(code): [b"&%b;" % name.encode()] for code, name in codepoint2name.items()
}
_LATIN_1 = frozenset(map(chr, range(160, 256)))
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
            body = _written(secret).sub(INSTEAD, body)
    return body


def _written(secret: str) -> re.Pattern[bytes]:
    """The forms that a text takes in JSON, XML and URLs, sign by sign: each writer escapes others, and some more than they must."""
    return re.compile(b"".join(_any_spelling(sign) for sign in secret))


def _any_spelling(sign: str) -> bytes:
    """The bare sign comes last, for it may be what another form of it begins with."""
    raw = sign.encode("utf-8", "replace")
    units = sign.encode("utf-16-be", "replace").hex()
    escapes = [
        re.escape("".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)).encode()),
        re.escape("".join(f"%{byte:02x}" for byte in raw).encode()),
        b"&#(?:0*%d|x0*%x);" % (ord(sign), ord(sign)),
    ]
    forms = [*_NAMED.get(sign, ()), json.dumps(sign)[1:-1].encode(), b"\\" + raw, raw]
    if sign in _LATIN_1:
        forms.append(sign.encode("latin-1"))
    return b"(?:(?i:%b)|%b)" % (b"|".join(escapes), b"|".join(re.escape(form) for form in forms))
