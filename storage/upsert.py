"""INSERT ... ON CONFLICT, which both databases speak and SQLAlchemy spells once for each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, Update, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.transaction import Transaction

Insert = sqlite.Insert | postgresql.Insert
Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def insert(transaction: Transaction, table: Table, values: Values) -> Insert:
    """An insert to which `on_conflict_...` can be said."""
    if transaction.on_sqlite:
        return sqlite.insert(table).values(values)
    return postgresql.insert(table).values(values)


def insert_new(transaction: Transaction, table: Table, values: Values) -> Insert:
    """Insert unless it is there already, by whichever unique key; the rows changed tell."""
    return insert(transaction, table, values).on_conflict_do_nothing()


def upsert(transaction: Transaction, table: Table, values: Mapping[str, Any]) -> Insert:
    """Insert, or change the row that has the same primary key."""
    keys = [column.name for column in table.primary_key]
    changed = {name: value for name, value in values.items() if name not in keys}
    return insert(transaction, table, values).on_conflict_do_update(index_elements=keys, set_=changed)


def change(table: Table, values: Mapping[str, Any], only: Collection[str]) -> Update:
    """Change some columns of the row that has the same primary key; where it was deleted since it was read, it stays deleted."""
    line = update(table).where(*(column == values[column.name] for column in table.primary_key))
    return line.values({name: values[name] for name in only})


def differing(before: object | None, after: object, names: Iterable[str]) -> list[str] | None:
    """The fields in which a record differs from what was read earlier; None where nothing was read.

    Only they are written: somebody else may have changed another field since, and PostgreSQL lets two read at once.
    """
    if before is None:
        return None
    return [name for name in names if getattr(before, name) != getattr(after, name)]
