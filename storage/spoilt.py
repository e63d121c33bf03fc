"""Rows that are there and cannot be read: each is counted and dealt with by itself, so that the others go on."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import RowMapping, case

from storage.leases import lease_columns
from storage.moments import foretold
from storage.schema import watches
from tickets.errors import Unreadable
from tickets.pushes import PushKind
from tickets.reading import TRIED, UNREAD

MALFORMED = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError)
"""What a snapshot or a name that is none makes its reader raise."""
KINDS = ("account", "intent", "push", "step", "watch", *(f"{kind.value} push" for kind in PushKind))
"""Whatever is ever counted here, by name; a push that was to be sent is counted by what it tells."""
REASON = "unreadable"
REST = 120.0
"""Seconds until a row that could not be read is looked at again."""

T = TypeVar("T")


def read_json(text: str) -> Any:
    """What we wrote by `json.dumps`, which is ASCII; `ValueError` where it is not, for then a bit of it flipped on the disk."""
    if not text.isascii():
        raise ValueError("a stored JSON is not ASCII")
    return json.loads(text)


class Spoilt:
    """How often since the start rows were met that cannot be read, by what they are: names of ours, nothing out of the row."""

    def __init__(self) -> None:
        """None yet."""
        self.met: Counter[str] = Counter()

    def read(self, what: str, read: Callable[[RowMapping], T], row: RowMapping) -> T:
        """The row as what it is; `Unreadable` where it cannot be read."""
        try:
            return read(row)
        except Unreadable:
            self.met[what] += 1
            raise
        except MALFORMED:
            self.met[what] += 1
            # The reader's own words may quote the row, which is about somebody.
            raise Unreadable(f"a stored {what} cannot be read") from None

    def sort(
        self, what: str, read: Callable[[RowMapping], T], rows: Iterable[RowMapping]
    ) -> tuple[list[T], list[RowMapping]]:
        """Those that can be read, in their order, and the rows that cannot."""
        whole: list[T] = []
        spoilt: list[RowMapping] = []
        for row in rows:
            try:
                whole.append(self.read(what, read, row))
            except Unreadable:
                spoilt.append(row)
        return whole, spoilt


def at_rest(now: float) -> dict[str, Any]:
    """What is written of live watches that cannot be read: they rest, and are given up when those without an answer are."""
    columns = watches.c
    given_up = (columns.failures >= TRIED) & (columns.read_at <= now - UNREAD)
    return {
        "next_ask": now + REST,
        "read_at": case((foretold(columns.read_at, now), now), else_=columns.read_at),
        "failures": columns.failures + 1,
        "live": ~given_up,
        **lease_columns(),
    }
