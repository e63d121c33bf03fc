"""A row of the outbox as the push it is."""

from typing import Any

from sqlalchemy import RowMapping

from storage.snapshots import read_notices, read_ticket
from tickets.pushes import Push, PushKind, PushState

_NOT_OF_PUSH = frozenset({"priority", "place", "withdrawn"})


def push_of(row: RowMapping) -> Push:
    """Every column of `pushes` must be in the row."""
    stored: dict[str, Any] = {name: value for name, value in row.items() if name not in _NOT_OF_PUSH}
    facts = {
        "kind": PushKind(row["kind"]),
        "state": PushState(row["state"]),
        "ticket": read_ticket(row["ticket"]),
        "notices": read_notices(row["notices"]),
    }
    return Push(**{**stored, **facts})
