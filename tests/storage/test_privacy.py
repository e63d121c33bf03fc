"""Export, erasure and forgetting: complete for every table that knows a chat, now and when a table is added."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.crypto import KeyRing
from storage.database import Database
from storage.privacy import personal_tables
from storage.schema import metadata, tries
from storage.shown import HELD
from tests.databases import sqlite_file, sqlite_url
from tests.storage.asking import every
from tests.storage.filled import CANARIES, canary, fill
from tests.storage.records import NOW, push, watch
from tickets.pushes import PushKind, PushState
from tickets.watching import Intent, Step

DAY = 86400.0
NOBODYS = {"bot_budget", "notes", "leases", "key_proofs", "health"}
"""Tables that know no chat. A new table either has a chat_id, and is exported and erased, or is named here on purpose."""


def test_every_table_belongs_to_chats_or_to_nobody() -> None:
    assert {table.name for table in personal_tables()} | NOBODYS == set(metadata.tables)
    assert not {table.name for table in personal_tables()} & NOBODYS


async def test_the_export_has_a_row_of_every_personal_table(database: Database) -> None:
    await fill(database, (1, 2))
    async with database.open_book() as book:
        exported = await book.privacy.export(1)
    text = json.dumps(exported)
    assert {name for name, rows in exported.items() if rows} == {table.name for table in personal_tables()}
    assert all(row["chat_id"] == 1 for rows in exported.values() for row in rows)
    for word in ("canaryuser", "canaryname", "canarystep", "canarybody"):
        assert canary(word, 1) in text
    assert exported["watches"][0]["ticket"]["location"]["name"] == "Central"
    assert exported["accounts"][0]["vt_token"] == exported["accounts"][0]["password"] == HELD
    assert canary("canarytoken", 1) not in text
    assert canary("canarypass", 1) not in text


async def test_what_was_forgotten_is_not_said_to_be_held(database: Database) -> None:
    """Whoever keeps a guest's account has a password that nobody here knows."""
    await fill(database, (1,))
    async with database.open_book() as book:
        account = await book.accounts.get(1)
        assert account is not None
        await book.accounts.put(replace(account, guest=False, password=""))
        await book.commit()
    async with database.open_book() as book:
        (kept,) = (await book.privacy.export(1))["accounts"]
    assert (kept["password"], kept["vt_token"]) == ("", HELD)


SECRET_FACTS = {
    "code": "canary-of-a-letter",
    "connect_token": "canary-of-a-provider",
    "pass_page": '{"key": "canary-of-a-pass"}',
    "pass_oauth_flow": '{"facts": {"verifier": "canary-of-pkce", "nonce": "canary-of-a-nonce"}}',
    "invented_later": "canary-of-tomorrow",
}
WAITING = {
    "update_id": 9,
    "message": {"from": {"id": 1, "first_name": "Ana"}, "text": "canary-of-a-password", "caption": "canary-caption"},
    "callback_query": {
        "data": "canary-of-a-button",
        "message": {"reply_markup": {"inline_keyboard": [[{"url": "https://x/oauth?n=canary-of-a-start"}]]}},
    },
    "web_app_data": ["canary-of-a-page"],
}


@pytest.mark.parametrize("raw", [json.dumps(WAITING).encode(), b"canary-no-json", b'"canary-word"', b"\xff"])
async def test_the_export_shows_no_credential_on_its_way(database: Database, raw: bytes) -> None:
    """A code, a provider's word, a pass, a password that waits in the inbox: whoever reads the file in the chat could use them."""
    async with database.open_book() as book:
        told = {"query": "Braga", "username": "ana", "wish_location": "l1", "latitude": "41.5"}
        await book.steps.put(Step(1, "typing", {**told, **SECRET_FACTS}, NOW + 1800))
        await book.inbox.add(9, 1, raw, NOW)
        exported = await book.privacy.export(1)
    assert "canary" not in json.dumps(exported)
    assert exported["steps"][0]["data"] == told | dict.fromkeys(SECRET_FACTS, HELD)
    assert (exported["inbox"][0]["body"] == HELD) == (raw[:1] != b"{")


async def test_the_export_of_a_stranger_is_empty(database: Database) -> None:
    async with database.open_book() as book:
        assert not any((await book.privacy.export(404)).values())


async def test_erasing_leaves_nothing_of_the_chat_and_everything_of_the_others(database: Database) -> None:
    await fill(database, (1, 2))
    async with database.open_book() as book:
        kept = await book.privacy.export(2)
        await book.privacy.erase(1, NOW)
        await book.commit()
    async with database.open_book() as book:
        assert not any((await book.privacy.export(1)).values())
        assert await book.privacy.export(2) == kept
        assert await book.inbox.add(1, 1, b"repeated", NOW) is False
        assert await book.outbox.get(push(chat_id=1).id) is None
        assert [one.chat_id for one in await book.outbox.claim("me", NOW, lease=1, limit=9, rate=9, chat_gap=1)] == [2]


async def test_a_count_outlives_its_chat_and_names_nobody(database: Database) -> None:
    await fill(database, (1, 2))
    async with database.open_book() as book:
        await book.privacy.erase(1, NOW)
        await book.commit()
    async with database.open_book() as book:
        assert [await book.tries.count(f"sign_in:{chat_id}", NOW) for chat_id in (1, 2, 3)] == [1, 1, 0]
    rows = await every(database, select(tries.c.chat_id, tries.c.key).order_by(tries.c.id))
    assert [row["chat_id"] for row in rows] == [None, 2]
    assert all(re.fullmatch("sign_in:[0-9a-f]{64}", row["key"]) for row in rows)


@pytest.mark.parametrize("close_first", [False, True])
async def test_erased_bytes_are_in_no_file(sqlite_database: Database, tmp_path: Path, close_first: bool) -> None:
    """The id of a ticket is kept in plain, so it can be searched for before and after."""
    async with sqlite_database.open_book() as book:
        await book.watches.add(watch(1, "canaryticket-zebra"))
        await book.outbox.add(push(PushKind.CARD, 1, "canaryticket-zebra"))
        await book.commit()
    assert b"canaryticket-zebra" in files_of(tmp_path)
    async with sqlite_database.open_book() as book:
        await book.privacy.erase(1, NOW)
        await book.commit()
    if close_first:
        await sqlite_database.dispose()
    assert b"canaryticket-zebra" not in files_of(tmp_path)
    assert journal_size(tmp_path) == 0


async def test_a_reader_in_the_way_of_an_erasure_is_made_good(
    sqlite_database: Database, keys: KeyRing, tmp_path: Path
) -> None:
    """Whoever reads while a chat is erased keeps the journal from being emptied; the next round of forgetting does it."""
    impatient = Database(sqlite_url(tmp_path), keys, busy_timeout=0.05)
    async with impatient.open_book() as book:
        await book.watches.add(watch(1, "canaryticket-zebra"))
        await book.commit()
    reader = sqlite_database.transaction(reading=True)
    await reader.rows(select(metadata.tables["watches"].c.id))
    async with impatient.open_book() as book:
        assert await book.privacy.erase(1, NOW) == 0
        await book.commit()
    assert b"canaryticket-zebra" in files_of(tmp_path)
    await reader.close()
    async with impatient.open_book() as book:
        assert await book.privacy.forget_old(NOW) == 0
        await book.commit()
    assert b"canaryticket-zebra" not in files_of(tmp_path)
    await impatient.dispose()


async def test_what_is_being_sent_is_waited_for(database: Database) -> None:
    """It is not tried again, and the update that asked for the erasure stays until there is nothing left to wait for."""
    await fill(database, (1,))
    async with database.open_book() as book:
        (sending,) = await book.outbox.claim("me", NOW, lease=30, limit=1, rate=9, chat_gap=1)
        await book.commit()
    async with database.open_book() as book:
        assert await book.privacy.erase(1, NOW) == 1
        await book.commit()
        held = {name for name, rows in (await book.privacy.export(1)).items() if rows}
        assert held == {"pushes", "inbox"}
        assert await book.outbox.claim("me", NOW + 2, lease=30, limit=9, rate=9, chat_gap=1) == []
    async with database.open_book() as book:
        assert await book.outbox.settle(replace(sending, state=PushState.PENDING))
        await book.commit()
        assert await book.outbox.claim("me", NOW + 2, lease=30, limit=9, rate=9, chat_gap=1) == []
        assert await book.privacy.erase(1, NOW) == 0
        assert not any((await book.privacy.export(1)).values())


async def test_a_sender_that_died_is_not_waited_for(database: Database) -> None:
    await fill(database, (1,))
    async with database.open_book() as book:
        await book.outbox.claim("me", NOW, lease=30, limit=1, rate=9, chat_gap=1)
        await book.commit()
        assert await book.privacy.erase(1, NOW + 29.9) == 1
        assert await book.privacy.erase(1, NOW + 30) == 0
        assert not any((await book.privacy.export(1)).values())


async def test_no_secret_is_in_any_file_while_it_is_kept(sqlite_database: Database, tmp_path: Path) -> None:
    await fill(sqlite_database, range(1, 50))
    await sqlite_database.backup(tmp_path / "copy.db")
    everything = files_of(tmp_path)
    assert b"Central" in everything
    assert [word for word in CANARIES if word.encode() in everything] == []


async def test_old_things_are_forgotten_in_time(database: Database) -> None:
    def moved(days: float) -> float:
        return NOW + days * DAY

    async with database.open_book() as book:
        await book.inbox.add(1, 1, b"", NOW)
        await book.inbox.done(1)
        await book.watches.add(watch(1, live=False))
        await book.watches.add(watch(2))
        for number, state in enumerate(PushState):
            await book.outbox.add(push(chat_id=100 + number, state=state))
        await book.steps.put(Step(1, "typing", {}, NOW + 1800))
        await book.intents.open(Intent("i", 1, "l", "s", NOW, ()))
        await book.tries.add("sign_in:1", NOW)
        await book.outbox.hold(1, NOW + 1800)
        assert await book.privacy.forget_old(NOW) == 0
        assert await book.privacy.forget_old(moved(0.5)) == 2
        assert await book.privacy.forget_old(moved(1)) == 1
        assert await book.privacy.forget_old(moved(6.9)) == 0
        assert await book.privacy.forget_old(moved(7)) == 1
        assert await book.privacy.forget_old(moved(29.9)) == 0
        assert await book.privacy.forget_old(moved(30)) == 6
        assert len(await book.watches.of(2)) == 1
        counts = await book.outbox.counts()
        assert {state for state, many in counts.items() if many} == {"pending", "sending", "unsure"}
        await book.commit()


async def test_an_update_that_waits_is_never_forgotten(database: Database) -> None:
    """Neither by a clock that jumps a week ahead, nor where everything was at rest for so long."""
    async with database.open_book() as book:
        for number in (1, 2, 3):
            await book.inbox.add(number, number, b"{}", NOW)
        await book.inbox.done(2)
        await book.inbox.done(3, poison="Nonsense")
        assert await book.privacy.forget_old(NOW + 8 * DAY) == 2
        assert await book.inbox.counts() == {"waiting": 1, "done": 0, "poison": 0}
        assert await book.inbox.add(1, 1, b"{}", NOW) is False
        assert [one.update_id for one in await book.inbox.claim("me", NOW, lease=90, limit=9)] == [1]
        await book.commit()


async def test_after_31_days_nothing_finished_is_left(database: Database) -> None:
    await fill(database, (1, 2))
    async with database.open_book() as book:
        for chat_id in (1, 2):
            await book.watches.save(watch(chat_id, live=False))
            await book.inbox.done(chat_id)
        await book.outbox.expire(NOW + 31 * DAY)
        await book.privacy.forget_old(NOW + 31 * DAY)
        await book.commit()
    for table in (metadata.tables[name] for name in ("inbox", "watches", "pushes", "steps", "intents", "tries")):
        (row,) = await every(database, select(func.count().label("many")).select_from(table))
        assert row["many"] == 0, table.name


def journal_size(folder: Path) -> int:
    """Bytes in the write-ahead log; 0 where there is none."""
    journal = sqlite_file(folder).with_name("vtbot.db-wal")
    return journal.stat().st_size if journal.exists() else 0


def files_of(folder: Path) -> bytes:
    """The bytes of every file there: database, journal, shared memory, copies."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
