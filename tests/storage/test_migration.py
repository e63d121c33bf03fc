"""Migrations: up, down and up again with data, equal to the models, and safe when several processes begin at once."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, inspect, select, text

from storage import migration
from storage.address import read_url
from storage.crypto import KeyRing
from storage.database import Database
from storage.schema import metadata
from tests.databases import sqlite_url
from tests.storage.asking import every
from tests.storage.filled import fill
from tests.storage.records import push
from tests.storage.stairs import LATER, VERSION, clear, harvest, look, lost, revisions, sow, write_later
from tests.storage.test_privacy import files_of
from tickets.errors import DatabaseUnavailable
from tickets.pushes import PushKind, PushState

REWRITTEN: Mapping[str, frozenset[str]] = {
    "0002": frozenset({"tries"}),
    "0003": frozenset({"people.language", "people.warn_ahead", "accounts.ticket_warning"}),
}
"""Revision -> "table.column", or whole "table", that it is meant to change."""
SOWN = range(1, 1001)
"""Rows that each table gets before a step, and as many again after it."""


async def test_the_migrations_make_exactly_the_models(database_url: str, keys: KeyRing) -> None:
    database = Database(database_url, keys)
    await database.upgrade()
    await database.dispose()

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    assert await look(database_url, differences) == []


async def climb(url: str, steps: Sequence[str]) -> None:
    """Each step up with rows in every table, down, and up again: what both sides of the step have room for is kept."""
    address = read_url(url)
    for below, above in zip(["base", *steps], steps, strict=False):
        rewritten = REWRITTEN.get(above, frozenset())
        await look(url, lambda connection: sow(connection, SOWN))
        before = await look(url, harvest)
        await migration.upgrade(address, 5, above)
        risen = await look(url, harvest)
        assert lost(before, risen, rewritten) == [], above
        fresh = range(SOWN.stop, SOWN.stop + len(SOWN))
        await look(url, lambda connection, fresh=fresh: sow(connection, fresh))  # type: ignore[misc]  # a lambda's default
        full = await look(url, harvest)
        assert all(full.values()), "a table is empty, so nothing was shown of it"
        await migration.downgrade(address, 5, below)
        fallen = await look(url, harvest)
        assert lost(full, fallen, rewritten) == [], above
        assert fallen.keys() == before.keys(), "a table has come or gone on the way down"
        await migration.upgrade(address, 5, above)
        assert lost(fallen, await look(url, harvest), rewritten) == [], above
        await look(url, clear)


async def test_each_revision_keeps_its_rows_up_and_down_and_up_again(database_url: str, keys: KeyRing) -> None:
    await climb(database_url, revisions())
    database = Database(database_url, keys)
    await database.check()
    await database.downgrade("base")
    assert await look(database_url, lambda connection: inspect(connection).get_table_names()) == [VERSION]
    await database.dispose()


async def test_a_later_revision_is_walked_the_same_way(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The walk itself is tried on one made up, which changes more than those there are so far."""
    write_later(tmp_path / "scripts")
    monkeypatch.setattr(migration, "SCRIPTS", tmp_path / "scripts")
    assert revisions()[-1] == LATER
    await climb(database_url, revisions())


@pytest.mark.parametrize(
    "more",
    [
        "op.execute('DELETE FROM notes WHERE name = (SELECT max(name) FROM notes)')",
        "op.execute(\"UPDATE pushes SET reason = ''\")",
    ],
    ids=["deletes", "rewrites"],
)
async def test_a_revision_that_loses_something_is_found_out(
    more: str, sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_later(tmp_path / "scripts", more)
    monkeypatch.setattr(migration, "SCRIPTS", tmp_path / "scripts")
    url = sqlite_url(tmp_path)
    await look(url, clear)
    await look(url, lambda connection: sow(connection, range(1, 4)))
    before = await look(url, harvest)
    await sqlite_database.upgrade()
    assert lost(before, await look(url, harvest)) == ["notes" if "notes" in more else "pushes"]


async def test_plain_chat_ids_leave_the_tries(database_url: str, keys: KeyRing, tmp_path: Path) -> None:
    """0002: keys of before name chats in plain; they go, and everything else stays."""
    url = read_url(database_url)
    await migration.upgrade(url, 5, "0001")

    def fill_old(connection: Connection) -> None:
        connection.execute(text("INSERT INTO tries (key, at) VALUES ('wish:6087654321987:1', 1)"))
        connection.execute(text("INSERT INTO notes (name, value) VALUES ('offset', '1')"))

    await migration.migrate(url, 5, fill_old)
    database = Database(database_url, keys)
    await database.upgrade()
    async with database.open_book() as book:
        await book.tries.add("wish:6087654321987:2", 2.0, 6087654321987)
        await book.commit()
    assert await look(database_url, lambda connection: rows_of(connection, "notes")) == [("offset", "1")]
    assert len(await look(database_url, lambda connection: rows_of(connection, "tries"))) == 1
    await database.dispose()
    assert b"6087654321987" not in files_of(tmp_path)
    await migration.downgrade(url, 5, "0001")
    assert await look(database_url, lambda connection: rows_of(connection, "tries")) == []
    assert await look(database_url, lambda connection: rows_of(connection, "notes")) == [("offset", "1")]


async def test_choices_move_to_the_accounts_they_were_made_for(database_url: str, keys: KeyRing) -> None:
    """0003: a named customer's leave the chat; what the queue server may not know is told it; a guest's are the chat's as well."""
    url = read_url(database_url)
    await migration.upgrade(url, 5, "0002")

    def fill_old(connection: Connection) -> None:
        for chat_id, language, ahead in ((1, "pt", 5), (2, "pt", None), (3, "pt", 5), (4, "pt", 5), (5, "pt", 0)):
            person = {"chat_id": chat_id, "language": language, "warn_ahead": ahead, "telegram_language": "en"}
            connection.execute(insert(metadata.tables["people"]).values({**person, "reachable": True, "seen_at": 1.0}))
        for chat_id, guest, preferred, warning in (
            (1, False, "pt", 8),
            (2, False, "", 8),
            (3, True, "pt", 8),
            (5, False, "", 8),
        ):
            known = {"chat_id": chat_id, "guest": guest, "preferred_language": preferred, "ticket_warning": warning}
            sealed = dict.fromkeys(("vt_token", "username", "password", "display_name"), b"x")
            values = {**known, **sealed, "customer_id": "c", "signed_in_at": 1.0}
            names = ", ".join(values)
            places = ", ".join(f":{name}" for name in values)
            connection.execute(text(f"INSERT INTO accounts ({names}) VALUES ({places})"), values)  # noqa: S608 -- our own words

    await migration.migrate(url, 5, fill_old)
    await migration.upgrade(url, 5, "0003")

    def kept(connection: Connection) -> tuple[list[Any], list[Any]]:
        people, accounts = metadata.tables["people"].c, metadata.tables["accounts"].c
        chats = select(people.chat_id, people.language, people.warn_ahead).order_by(people.chat_id)
        held = select(accounts.chat_id, accounts.preferred_language, accounts.ticket_warning, accounts.untold)
        return [tuple(row) for row in connection.execute(chats)], [
            tuple(row) for row in connection.execute(held.order_by(accounts.chat_id))
        ]

    chats, accounts = await look(database_url, kept)
    assert chats == [(1, "", None), (2, "pt", None), (3, "pt", 5), (4, "pt", 5), (5, "pt", None)]
    assert accounts == [
        (1, "pt", 5, "ticket_warning"),
        (2, "", 8, ""),
        (3, "pt", 5, "ticket_warning"),
        (5, "", 8, ""),
    ]
    await migration.downgrade(url, 5, "0002")
    await migration.upgrade(url, 5, "0003")
    assert (await look(database_url, kept))[0] == chats


async def test_what_an_older_version_cannot_tell_is_closed_on_the_way_back(database: Database) -> None:
    """0004: one such push among those that wait would end every tick there, and nobody would be told anything."""
    newer = (PushKind.CANCELLED_BY_YOU, PushKind.UNFOLLOWED, PushKind.NOT_TAKEN)
    several = [push(kind, number, state=state) for kind in PushKind for number, state in enumerate(PushState)]
    async with database.open_book() as book:
        for made in several:
            assert await book.outbox.add(made)
        await book.commit()
    await database.downgrade("0003")
    fallen = {row["id"]: row["state"] for row in await every(database, select(metadata.tables["pushes"]))}
    expected = {
        made.id: PushState.EXPIRED if made.kind in newer and not made.state.final else made.state for made in several
    }
    assert fallen == {push_id: state.value for push_id, state in expected.items()}
    await database.upgrade()


def rows_of(connection: Connection, table: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608 -- named by the test


async def test_real_rows_survive_a_second_upgrade_and_every_table_has_some(database_url: str, keys: KeyRing) -> None:
    database = Database(database_url, keys)
    await database.upgrade()
    await database.check()
    await fill(database, range(1, 30))
    before = await look(database_url, harvest)
    assert all(before.values()), before
    await database.upgrade()
    assert await look(database_url, harvest) == before
    await database.dispose()


async def test_an_unknown_revision_is_refused_in_one_sentence(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable, match="cannot be migrated") as caught:
        await database.downgrade("yesterday")
    assert "\n" not in str(caught.value)
    await database.check()


async def test_a_failing_migration_changes_nothing(database_url: str, keys: KeyRing) -> None:
    def half(connection: Connection) -> None:
        metadata.tables["notes"].create(connection)
        connection.execute(insert(metadata.tables["notes"]).values(name=None, value="x"))

    with pytest.raises(Exception, match=r"NOT NULL|not-null"):
        await migration.migrate(read_url(database_url), 5, half)
    assert await look(database_url, lambda connection: inspect(connection).get_table_names()) == []
