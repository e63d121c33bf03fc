"""JSON to the neutral tree, with bounds on depth and on the number of values that are counted before anything is built."""

import json
from typing import Any

from queue_api.bounds import DEEPEST, MOST_KEYS, most_objects
from queue_api.reading.fields import Unreadable

SPARE, BYTES_EACH = 2000, 8
"""An honest answer takes at least this many bytes for a value, beyond the first ones: most of its keys alone are longer."""

_SAME = bytes.maketrans(b"{}", b"[]")
_NO_SHAPE = bytes(byte for byte in range(256) if byte not in b"[]{},")
_NO_MARKS = bytes(byte for byte in range(256) if byte not in b'[]{},"')


def json_tree(text: bytes) -> Any:
    """The tree of a JSON document in UTF-8; `Unreadable` names the body where it is not one, or out of bounds."""
    if not _modest(text, len(text)) and not _modest(_outside_strings(text), len(text)):
        raise Unreadable("body", "too deep, too many values, or cut off")
    try:
        return _DECODER.decode(text.decode())
    except (ValueError, RecursionError) as error:
        # ValueError covers bad syntax, bad UTF-8, whole numbers of thousands of digits, and the refusals below.
        raise Unreadable("body", f"not JSON: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    """Where it went wrong, never what stood there."""
    return f"at byte {error.pos}" if isinstance(error, json.JSONDecodeError) else type(error).__name__


def _modest(text: bytes, length: int) -> bool:
    """Whether the text, all or part of a document of that length, is certainly within the bounds.

    Brackets and commas inside strings make it look worse than it is.
    """
    marks = text.translate(None, _NO_SHAPE)
    if marks.count(b"{") > most_objects(length):
        return False
    shape = marks.translate(_SAME)
    brackets = shape.replace(b",", b"")
    if len(shape) - len(brackets) // 2 > SPARE + length // BYTES_EACH:
        return False
    for _ in range(DEEPEST):
        # Each pass takes the innermost pairs away, so what is left after n passes lies deeper than n.
        inner, brackets = len(brackets), brackets.replace(b"[]", b"")
        if not brackets or len(brackets) == inner:
            break
    return not brackets


def _outside_strings(text: bytes) -> bytes:
    """The brackets and commas that stand outside strings: they decide the shape. Only a suspect answer is looked at this closely.

    First all else goes, escaped quotes included; then quotes that meet, which leaves inside what is inside. What still has
    quotes is a string with brackets or commas in it.
    """
    marks = text.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _NO_MARKS).replace(b'""', b"")
    if marks.count(b'"') > SPARE + len(text) // 4:
        raise Unreadable("body", "too many values")
    return b"".join(marks.split(b'"')[::2])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_KEYS:
        raise ValueError
    found = dict(pairs)
    if len(found) != len(pairs):
        # Two readers of such an object may see two different things.
        raise ValueError
    return found


def _constant(name: str) -> None:
    raise ValueError(name)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
