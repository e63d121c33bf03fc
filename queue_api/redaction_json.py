"""Private values out of JSON, however broken: the bytes are walked mark by mark, for what no reader accepts is shared as well."""

import json
import re

from queue_api.redaction_rules import INSTEAD, holds_another, instead, plain, private, stays

# The seed's own examples have typographic quotes. A text that is cut off ends where the body does.
_MARK = re.compile(
    rb"""(?P<blank>\s+)
    |(?P<text>(?P<open>")(?P<inner>(?:[^"\\]|\\.)*)(?P<close>"|\\?\Z)
        |(?P<odd_open>\xe2\x80[\x9c\x9d])(?P<odd_inner>(?:[^"\xe2]|\xe2(?!\x80[\x9c\x9d]))*)(?P<odd_close>"|\xe2\x80[\x9c\x9d]|\Z))
     (?P<colon>\s*:)?
    |(?P<sign>[{}\[\],:])
    |(?P<bare>(?:[^\s"{}\[\],:\xe2]|\xe2(?!\x80[\x9c\x9d]))+)""",
    re.DOTALL | re.VERBOSE,
)
_NAME = re.compile(r"[\w.:-]*")
_NUMBER = re.compile(rb"-?\d[\d.eE+-]*")


def redacted_json(body: bytes, *, hidden: bool) -> bytes:
    """The body less its private values; all values are, where it is `hidden` as a whole."""
    return _MARK.sub(_Walk(hidden).seen, body)


def is_json(body: bytes) -> bool:
    """Whether the body is one document of the marks that are walked here, typographic quotes included."""
    try:
        json.loads(_MARK.sub(_plainly_quoted, body).decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return False
    return True


def _plainly_quoted(mark: re.Match[bytes]) -> bytes:
    if mark["odd_open"] is None:
        return mark[0]
    return b'"%b"%b' % (mark["odd_inner"].replace(b"\\", b""), mark["colon"] or b"")


def _told(inner: bytes) -> str:
    """What the marks between two quotes mean; they themselves, where they mean nothing."""
    try:
        return str(json.loads(b'"%b"' % inner, strict=False))
    except ValueError:
        return inner.decode("utf-8", "replace")


class _Walk:
    """Knows, mark by mark, whether the next value is private, and its name."""

    def __init__(self, hidden: bool) -> None:
        self._around = [(hidden, "")]
        """Of the document and each list and object that is open, the innermost last: whether it is private, and its name."""
        self._next = self._around[0]

    def seen(self, mark: re.Match[bytes]) -> bytes:
        """What stands in the mark's place."""
        match mark.lastgroup:
            case "colon":
                return self._key(mark)
            case "text":
                return self._text(mark)
            case "sign":
                self._sign(mark[0])
            case "bare":
                return self._bare(mark[0])
        return mark[0]

    def _key(self, mark: re.Match[bytes]) -> bytes:
        told = _told(mark["inner"] or mark["odd_inner"] or b"")
        name = plain(told)
        self._next = (self._around[-1][0] or private(name), name)
        # Some servers say back as a name what was sent to them as a body.
        named = _NAME.fullmatch(told) is not None if self._next[0] else not holds_another(told)
        return mark[0] if named else b'"%b"%b' % (INSTEAD, mark["colon"])

    def _sign(self, sign: bytes) -> None:
        if sign in b"{[":
            self._around.append(self._next)
        elif sign in b"}]" and len(self._around) > 1:
            self._around.pop()
        if sign != b":":
            self._next = self._around[-1]

    def _value(self) -> tuple[bool, str]:
        """Whether the value that comes is private, and its name, which is no second value's."""
        hidden, name = self._next
        self._next = (hidden, "")
        return hidden, name

    def _text(self, mark: re.Match[bytes]) -> bytes:
        hidden, name = self._value()
        inner = mark["inner"] or mark["odd_inner"] or b""
        if stays(name, inner.strip()) if hidden else not holds_another(_told(inner)):
            return mark[0]
        return (mark["open"] or mark["odd_open"]) + instead(inner) + (mark["close"] or mark["odd_close"] or b"")

    def _bare(self, value: bytes) -> bytes:
        hidden, name = self._value()
        if not hidden or stays(name, value):
            return value
        return b"0" if _NUMBER.fullmatch(value) else INSTEAD
