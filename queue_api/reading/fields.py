"""Single values out of the neutral tree: text, numbers, flags and lists, tolerant of the forms the seed mixes.

The server says "0" and 0, "true" and true, and "" where it means null, no list or no object. Whatever is present and still cannot
be understood raises `Unreadable` with the path of the field.
"""

import math
from collections.abc import Mapping
from typing import Any

Tree = Mapping[str, Any]
"""An object of the answer: names to texts, numbers, flags, None, lists and further trees."""

_DIGITS = 12
LARGEST = 10**_DIGITS
"""No count, number or code of a queue is larger."""
_ENVELOPE = frozenset({"success", "status", "errno", "message"})
_NOTHING: tuple[Any, ...] = (None, "", [], {}, 0, "0")
"""What says of a list only that it is empty: no text, no items, none in all, no error's number."""
_TRUE = frozenset({"true", "1", "yes"})
_FALSE = frozenset({"false", "0", "no"})


class Unreadable(Exception):
    """A field that cannot be understood; `field` is its path. The value itself is not kept, for it may be private."""

    def __init__(self, field: str, detail: str) -> None:
        """`detail` says what is wrong, not what was there."""
        super().__init__(field, detail)
        self.field = field
        self.detail = detail

    def within(self, place: str) -> "Unreadable":
        """The same fault as seen from outside: `number` within `tickets[0]` is `tickets[0].number`."""
        separator = "" if not self.field or self.field.startswith("[") else "."
        return Unreadable(f"{place}{separator}{self.field}", self.detail)


def text(tree: Tree, name: str) -> str:
    """A text without blanks around it; "" where there is none, and a bare number as its digits."""
    value = tree.get(name)
    if value is None:
        return ""
    if value.__class__ is str:
        return str.strip(value)
    return _as_text(value, name)


def _as_text(value: Any, name: str) -> str:
    if value.__class__ is int or value.__class__ is float:
        return str(value)
    if isinstance(value, dict) and "id" in value and isinstance(told := value.get("value"), str):
        # The text of an XML element that has an id.
        return told.strip()
    if value is False or value:
        raise Unreadable(name, "not a text")
    return ""


def texts(tree: Tree, names: tuple[str, ...]) -> list[str]:
    """Several texts at once: a list of locations holds thousands of them, and a call for each is what reading would cost most."""
    get = tree.get
    return [
        "" if (value := get(name)) is None else value.strip() if value.__class__ is str else _as_text(value, name)
        for name in names
    ]


def identity(tree: Tree, name: str = "id") -> str:
    """An id: a text that is not empty."""
    found = text(tree, name)
    if not found:
        raise Unreadable(name, "missing")
    return found


def number(tree: Tree, name: str) -> int | None:
    """A whole number of at least 0, as a number or as digits; None where there is none."""
    value = tree.get(name)
    if value is None:
        return None
    if value.__class__ is str and value.isdigit() and value.isascii() and len(value) <= _DIGITS:
        return int(value)
    if value.__class__ is not int:
        value = _whole(value, name)
    if value is None or 0 <= value <= LARGEST:
        return value
    raise Unreadable(name, "out of range")


def _whole(value: Any, name: str) -> int | None:
    if isinstance(value, str):
        digits = value.strip()
        if not digits:
            return None
        if digits.isascii() and digits.isdigit() and len(digits) <= 20:
            return int(digits)
    elif value in ([], {}):
        return None
    elif isinstance(value, float) and value.is_integer():
        return int(value)
    raise Unreadable(name, "not a whole number")


def waiting(tree: Tree) -> int | None:
    """waiting_tickets; None also for -1, by which some servers say that they do not know."""
    return None if tree.get("waiting_tickets") in (-1, "-1") else number(tree, "waiting_tickets")


def code(tree: Tree, name: str) -> int | None:
    """A state code; None for one that is no number, since codes are the server's own business."""
    value = tree.get(name)
    if value is None or (value.__class__ is int and 0 <= value <= LARGEST):
        return value
    try:
        return number(tree, name)
    except Unreadable:
        return None


def measure(tree: Tree, name: str) -> float | None:
    """A number of at least 0 that need not be whole; None where there is none."""
    value = tree.get(name)
    if value is None or value in ("", [], {}):
        return None
    try:
        found = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        found = math.nan
    if 0 <= found <= LARGEST:
        return found
    raise Unreadable(name, "not a number")


def flag(tree: Tree, name: str) -> bool | None:
    """True or false, as a flag, a word or 1 and 0; None where nothing is said."""
    value = tree.get(name)
    if value is None or value is True or value is False:
        return value
    if value in ("", [], {}):
        return None
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise Unreadable(name, "neither true nor false")


def success(tree: Tree) -> bool | None:
    """`success`, at the top or under `status` (seed: Customer details, List locations), as a flag or a text."""
    if "success" in tree:
        return flag(tree, "success")
    status = tree.get("status")
    if isinstance(status, dict):
        return flag(status, "success")
    return flag(tree, "status") if isinstance(status, bool) else None


def part(tree: Tree, name: str) -> Tree | None:
    """An object of its own; None for null, "" or nothing, and the only one of a list where a list was not expected."""
    value = tree.get(name)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict):
        return value or None
    if value is None or value in ("", []):
        return None
    raise Unreadable(name, "not an object")


def items(tree: Tree, name: str, mark: str = "id") -> list[Tree]:
    """The objects of a list. `mark` is a field that every item has and no wrapping does.

    A list may come as null, "", a lone item, an element with one child an item (`<tickets><ticket>...`), or an object with a
    key an item.
    """
    value = tree.get(name)
    if not value:
        return []
    if isinstance(value, dict):
        value = [value] if mark in value else _unwrapped(value, name)
    elif not isinstance(value, list):
        if isinstance(value, str) and not value.strip():
            return []
        raise Unreadable(name, "not a list")
    for place, item in enumerate(value):
        if item.__class__ is not dict:
            raise Unreadable(f"{name}[{place}]", "not an object")
    return value


def _unwrapped(wrapping: Tree, name: str) -> list[Any]:
    """The items within, less what a wrapping says of itself, such as a page's number."""
    found: list[Any] = []
    listed = False
    for key, value in wrapping.items():
        if key in _ENVELOPE:
            continue
        if isinstance(value, list):
            found.extend(value)
            listed = True
        elif isinstance(value, dict):
            found.append(value)
    if not found and not _says_none(wrapping, listed=listed):
        raise Unreadable(name, "not a list")
    return found


def _says_none(wrapping: Tree, *, listed: bool) -> bool:
    """Whether a wrapping without items is an empty list, and no refusal in the place of one: a ticket would be taken for gone."""
    good = success(wrapping)
    told = {key for key, value in wrapping.items() if value not in _NOTHING}
    if good is False or (good is None and told & _ENVELOPE):
        return False
    return listed or told <= _ENVELOPE
