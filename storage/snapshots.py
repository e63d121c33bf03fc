"""Tickets and notices as text: a versioned JSON of the dataclasses of `tickets.model`, kept in watches and pushes.

The format forgives in both directions: a field it does not know is ignored, a missing one takes the dataclass's default, and
fields at their default are left out. So a newer and an older version of the program can read each other's rows.
"""

import json
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from storage.spoilt import read_json
from tickets.model import Notices, Phase, Ticket

VERSION = 1
"""Raised only when a field changes its meaning; then `_read` learns to read the old one too."""

Decode = Callable[[Any], Any]


def write_ticket(ticket: Ticket) -> str:
    """A ticket as it is to be stored."""
    return _write(ticket)


def read_ticket(text: str) -> Ticket:
    """A stored ticket; `ValueError` where it is damaged or a field without default is missing."""
    ticket: Ticket = _read(Ticket, text)
    return ticket


def write_notices(notices: Notices) -> str:
    """Notices as they are to be stored."""
    return _write(notices)


def read_notices(text: str) -> Notices:
    """Stored notices."""
    notices: Notices = _read(Notices, text)
    return notices


def _write(record: Any) -> str:
    return json.dumps({"v": VERSION, **_plain(record)}, separators=(",", ":"))


def _read(kind: Hashable, text: str) -> Any:
    return _decoder(kind)(read_json(text))


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        kept = ((field, getattr(value, field.name)) for field in _stored(value))
        return {field.name: _plain(held) for field, held in kept if field.default is MISSING or held != field.default}
    match value:
        case tuple():
            return [_plain(item) for item in value]
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Enum():
            return value.value
    return value


def _stored(record: Any) -> list[Field[Any]]:
    """Some facts are for the moment of reading only (a ticket's holder, a location's tickets) and say so themselves."""
    return [field for field in fields(record) if field.metadata.get("stored", True)]


@cache
def _decoder(kind: Hashable) -> Decode:
    """How a value of that type is read back; made once a type."""
    if get_origin(kind) in (Union, types.UnionType):
        inner = _decoder(next(one for one in get_args(kind) if one is not type(None)))
        return lambda value: None if value is None else inner(value)
    if get_origin(kind) is tuple:
        item = _decoder(get_args(kind)[0])
        return lambda value: tuple(item(one) for one in value)
    if is_dataclass(kind) and isinstance(kind, type):
        return _record_decoder(kind)
    return _SCALARS.get(kind, lambda value: value)


def _record_decoder(kind: type[Any]) -> Decode:
    hints = get_type_hints(kind)
    needed = [field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING]
    decoders = {field.name: _decoder(hints[field.name]) for field in _stored(kind)}

    def decode(value: Mapping[str, Any]) -> Any:
        missing = [name for name in needed if name not in value]
        if missing:
            raise ValueError(f"a stored {kind.__name__} lacks {', '.join(missing)}")
        return kind(**{name: decoders[name](held) for name, held in value.items() if name in decoders})

    return decode


def _phase(value: str) -> Phase:
    """A phase that a newer version of the program invented is one we cannot explain."""
    return Phase(value) if value in {phase.value for phase in Phase} else Phase.UNKNOWN


_SCALARS: Mapping[Any, Decode] = {
    datetime: datetime.fromisoformat,
    timedelta: lambda seconds: timedelta(seconds=seconds),
    Phase: _phase,
    float: float,
}
