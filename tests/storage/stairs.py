"""Walking migrations up and down with rows in every table: sows rows into whatever schema there is, and tells which were not kept."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, Table, delete, insert, inspect, select, text
from sqlalchemy.types import Boolean, Float, Integer, LargeBinary, String, TypeEngine

from storage import migration
from storage.address import read_url
from storage.engine import build_engine

VERSION = "alembic_version"
LATER = "0099"
SECOND = '''"""A later revision, as one may come: something added, something taken away, a type changed, and a table of its own."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "LATER", "NEWEST", None, None


def upgrade():
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("shoe_size", sa.Integer(), nullable=False, server_default="40"))
        people.drop_column("warn_ahead")
        people.alter_column("language", type_=sa.String(100), existing_type=sa.Text())
    op.create_table(
        "shoes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("chat_id", sa.BigInteger(), sa.ForeignKey("people.chat_id"), nullable=False),
    )
    UPGRADING


def downgrade():
    op.drop_table("shoes")
    with op.batch_alter_table("people") as people:
        people.alter_column("language", type_=sa.Text(), existing_type=sa.String(100))
        people.add_column(sa.Column("warn_ahead", sa.Integer()))
        people.drop_column("shoe_size")
'''
Rows = Mapping[str, list[dict[str, Any]]]
_KINDS: tuple[tuple[type[TypeEngine[Any]], Callable[[str, int], Any]], ...] = (
    (Boolean, lambda _, number: number % 2 == 0),
    (Integer, lambda _, number: number),
    (Float, lambda _, number: number + 0.5),
    (LargeBinary, lambda name, number: f"{name}-{number}".encode()),
    (String, lambda name, number: f"{name}-{number}"),
)
"""Type -> a value for the column of that name in the row of that number: as many different ones as there are rows."""


def revisions() -> list[str]:
    """Every revision there is, the first one first."""
    found = ScriptDirectory.from_config(migration.config()).walk_revisions()
    return [one.revision for one in reversed(list(found))]


def write_later(folder: Path, more: str = "") -> None:
    """Make `folder` a place of migrations with one more than there are; `more` is one more statement on its way up."""
    newest = revisions()[-1]
    (folder / "versions").mkdir(parents=True)
    for source in (migration.SCRIPTS / "env.py", *(migration.SCRIPTS / "versions").glob("0*.py")):
        (folder / source.relative_to(migration.SCRIPTS)).write_text(source.read_text())
    made = SECOND.replace("LATER", LATER).replace("NEWEST", newest).replace("UPGRADING", more)
    (folder / "versions" / f"{LATER}_later.py").write_text(made)


async def look(url: str, reading: Callable[[Connection], Any]) -> Any:
    """What `reading` makes of a database; whatever it changes stays."""
    engine = build_engine(read_url(url))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(reading)
    finally:
        await engine.dispose()


def sow(connection: Connection, numbers: Collection[int]) -> None:
    """A row of each number in every table, with something different in every column; rows refer to the row of their own number."""
    for table in _tables(connection):
        columns = list(table.columns)
        rows = [{one.name: _value(one, number) for one in columns} for number in numbers]
        if rows:
            connection.execute(insert(table), rows)


def clear(connection: Connection) -> None:
    """No rows anywhere."""
    for table in reversed(_tables(connection)):
        connection.execute(delete(table))


def harvest(connection: Connection) -> Rows:
    """Every row of every table; references that lead nowhere are found here."""
    if connection.dialect.name == "sqlite":
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in _tables(connection)
    }


def shape(connection: Connection) -> tuple[list[str], list[str]]:
    """The tables there are, and which revision the database says it has: what a migration changes, quickly read."""
    tables = sorted(inspect(connection).get_table_names())
    version = text(f"SELECT version_num FROM {VERSION}")  # noqa: S608 -- a name of ours
    return tables, [str(one) for one in connection.execute(version).scalars()] if VERSION in tables else []


def lost(before: Rows, after: Rows, rewritten: Collection[str] = ()) -> list[str]:
    """Tables whose rows are other ones than before, in the columns that both have.

    `rewritten`: each "table.column", or whole "table", that is meant to change.
    """
    kept = (before.keys() & after.keys()) - set(rewritten)
    return [name for name in sorted(kept) if not _same(name, before[name], after[name], rewritten)]


def _same(name: str, before: list[dict[str, Any]], after: list[dict[str, Any]], rewritten: Collection[str]) -> bool:
    if not before or not after:
        return not before and not after
    kept = sorted(one for one in before[0].keys() & after[0].keys() if f"{name}.{one}" not in rewritten)
    counted = [Counter(tuple(row[one] for one in kept) for row in rows) for rows in (before, after)]
    return counted[0] == counted[1]


def _tables(connection: Connection) -> list[Table]:
    known = MetaData()
    known.reflect(connection)
    return [table for table in known.sorted_tables if table.name != VERSION]


def _value(column: Column[Any], number: int) -> Any:
    if column.nullable and number % 5 == 0:
        return None
    for reference in column.foreign_keys:
        return _value(reference.column, number)
    for kind, make in _KINDS:
        if isinstance(column.type, kind):
            return make(f"{column.table.name}.{column.name}", number)
    raise TypeError(f"{column}: no value is known for {column.type}")
