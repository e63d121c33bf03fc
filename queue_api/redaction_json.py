"""Private values out of JSON, however broken: the bytes are walked mark by mark, for what no reader accepts is shared as well."""

import json
import re

from queue_api.redaction_rules import INSTEAD, instead, plain, private, stays

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
_NUMBER = re.compile(rb"-?\d[\d.eE+-]*")


def redacted_json(body: bytes, *, hidden: bool) -> bytes:
    """The body less its private values; all values are, where it is `hidden` as a whole."""
    return _MARK.sub(_Walk(hidden).seen, body)


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
        inner = mark["inner"] or mark["odd_inner"] or b""
        try:
            name = plain(json.loads(b'"%b"' % inner, strict=False))
        except ValueError:
            name = plain(inner.decode("utf-8", "replace"))
        self._next = (self._around[-1][0] or private(name), name)
        return mark[0]

    def _sign(self, sign: bytes) -> None:
        if sign in b"{[":
            self._around.append(self._next)
        elif sign in b"}]" and len(self._around) > 1:
            self._around.pop()
        if sign != b":":
            self._next = self._around[-1]

    def _text(self, mark: re.Match[bytes]) -> bytes:
        hidden, name = self._next
        inner = mark["inner"] or mark["odd_inner"] or b""
        if not hidden or stays(name, inner.strip()):
            return mark[0]
        return (mark["open"] or mark["odd_open"]) + instead(inner) + (mark["close"] or mark["odd_close"] or b"")

    def _bare(self, value: bytes) -> bytes:
        hidden, name = self._next
        if not hidden or stays(name, value):
            return value
        return b"0" if _NUMBER.fullmatch(value) else INSTEAD
