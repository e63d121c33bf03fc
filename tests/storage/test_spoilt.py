"""One row that cannot be read among good ones, on both databases: it is counted and dealt with, and the others go on."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Cast, Table, Text, cast, select, update

from storage.crypto import KeyRing
from storage.database import Database
from storage.schema import accounts, intents, pushes, steps, watches
from storage.spoilt import KINDS, REASON, REST
from storage.watches import WATCH
from tests.databases import sqlite_url
from tests.storage.asking import one, run
from tests.storage.records import NOW, push, ticket, watch
from tests.storage.sending import add, claim, kept
from tickets import watch as watch_tick
from tickets.conversation import LATE
from tickets.errors import Unreadable
from tickets.pushes import PushKind, PushState
from tickets.reading import TRIED, UNREAD
from tickets.watching import Account, Intent, Step, Watch

SNAPSHOTS = (
    "", "{", "null", "[]", "7", '{"v":1}', '"ticket"', "[" * 100_000,
    '{"v":1,"id":"t1","number":6,"label":"A","phase":"called","location":null,"service":[]}',
)  # fmt: skip
"""What no ticket can be read from."""


async def spoil(database: Database, table: Table, chat_id: int, **values: Any) -> None:
    """Write into a chat's rows what none of ours would."""
    await run(database, update(table).where(table.c.chat_id == chat_id).values(**values))


@pytest.mark.parametrize("snapshot", SNAPSHOTS)
async def test_a_push_that_cannot_be_read_is_dead_and_the_others_are_claimed(database: Database, snapshot: str) -> None:
    await add(database, *(push(chat_id=chat_id) for chat_id in (1, 2, 3)))
    await spoil(database, pushes, 1, ticket=snapshot)
    assert [mine.chat_id for mine in await claim(database)] == [2, 3]
    row = await one(database, select(pushes).where(pushes.c.chat_id == 1))
    assert (row["state"], row["reason"], row["lease_owner"]) == (PushState.DEAD.value, REASON, "")
    assert database.unreadable == {"your_turn push": 1}


def flip(stored: str, letter: str) -> Cast[str]:
    """The text with the highest bit of that letter's first appearance flipped."""
    at = stored.index(letter)
    damaged = stored[:at].encode() + bytes([ord(letter[0]) ^ 0x80]) + stored[at + 1 :].encode()
    return cast(damaged, Text)


@pytest.mark.parametrize(
    ("column", "letter"), [("ticket", ":"), ("ticket", 's1"'), ("notices", "Your turn")], ids=["JSON", "id", "words"]
)
async def test_a_flipped_bit_in_text_is_its_own_rows_affair(
    column: str, letter: str, tmp_path: Path, keys: KeyRing
) -> None:
    """What is no UTF-8 fails in the driver, for every row of a fetch at once; PostgreSQL keeps none of it."""
    database = Database(sqlite_url(tmp_path), keys)
    await database.upgrade()
    await add(database, *(push(chat_id=chat_id) for chat_id in (1, 2, 3)))
    await watch_all(database, *(watch(chat_id) for chat_id in (1, 2, 3)))
    for table in (pushes, watches):
        row = await one(database, select(table).where(table.c.chat_id == 1))
        await run(database, update(table).where(table.c.chat_id == 1).values({column: flip(row[column], letter)}))
    assert [mine.chat_id for mine in await claim(database)] == [2, 3]
    assert sorted([mine.chat_id for _ in range(3) for mine in await due(database, NOW)]) == [2, 3]
    assert database.unreadable == {"your_turn push": 1, "watch": 1}
    await database.dispose()


async def test_a_step_that_cannot_be_read_is_over(database: Database) -> None:
    async with database.open_book() as book:
        for chat_id in (1, 2):
            await book.steps.put(Step(chat_id, "edit", {"field": "phone"}, NOW + 60))
        await book.commit()
    await spoil(database, steps, 1, data=b"spoilt")
    async with database.open_book() as book:
        assert [await book.steps.get(chat_id, NOW) is None for chat_id in (1, 2)] == [True, False]
        await book.steps.put(Step(1, "code", {}, NOW + 60))
        await book.commit()
    async with database.open_book() as book:
        assert await book.steps.get(1, NOW) == Step(1, "code", {}, NOW + 60)
    assert database.unreadable == {"step": 1}


async def test_what_answers_an_unreadable_question_for_a_secret_is_one(database: Database) -> None:
    """Spoilt, or encrypted with a key that only another process has yet: what is typed now must go from the chat."""
    async with database.open_book() as book:
        await book.steps.put(Step(1, "password", {"user_name": "ann"}, NOW + 60))
        await book.commit()
    await spoil(database, steps, 1, data=b"spoilt")
    async with database.open_book() as book:
        assert await book.steps.get(1, NOW) == Step(1, LATE, {}, NOW + 60)


async def test_a_dead_push_keeps_nothing_else_of_its_chat(database: Database) -> None:
    await add(database, push(), push(PushKind.MOVED))
    await run(database, update(pushes).where(pushes.c.kind == "your_turn").values(notices="spoilt"))
    assert await claim(database) == []
    assert [mine.kind for mine in await claim(database, NOW + 1)] == [PushKind.MOVED]


async def test_what_a_newer_version_tells_waits_for_it_and_holds_nobody_up(database: Database) -> None:
    await add(database, push(), push(PushKind.MOVED), push(PushKind.MOVED, chat_id=2))
    await run(database, update(pushes).where(pushes.c.kind == "your_turn").values(kind="invented_later"))
    assert [(mine.chat_id, mine.kind) for mine in await claim(database)] == [(1, PushKind.MOVED), (2, PushKind.MOVED)]
    theirs = select(pushes).where(pushes.c.kind == "invented_later")
    waiting = await one(database, theirs)
    assert (waiting["state"], waiting["attempt"]) == (PushState.PENDING.value, 0)
    assert database.unreadable == {}
    async with database.open_book() as book:
        assert await book.outbox.expire(waiting["expires_at"]) == 1
        await book.commit()
    assert (await one(database, theirs))["state"] == PushState.EXPIRED.value


async def watch_all(database: Database, *several: Watch) -> None:
    """Begin watching them."""
    async with database.open_book() as book:
        for mine in several:
            assert await book.watches.add(mine)
        await book.commit()


async def due(database: Database, now: float) -> Sequence[Watch]:
    """Claim watches."""
    async with database.open_book() as book:
        taken = await book.watches.claim("me", now, lease=30, limit=1, farthest=watch_tick.REST)
        await book.commit()
    return taken


@pytest.mark.parametrize("snapshot", SNAPSHOTS)
async def test_a_watch_that_cannot_be_read_rests_and_the_others_are_claimed(database: Database, snapshot: str) -> None:
    await watch_all(database, watch(1, next_ask=NOW - 9), watch(2), watch(3))
    await spoil(database, watches, 1, ticket=snapshot)
    claimed = [await due(database, NOW + number) for number in range(3)]
    assert sorted(mine.chat_id for taken in claimed for mine in taken) == [2, 3]
    row = await one(database, select(watches).where(watches.c.chat_id == 1))
    assert (row["next_ask"], row["lease_owner"], row["live"]) == (NOW + REST, "", True)
    assert database.unreadable == {"watch": 1}


async def test_a_watch_that_cannot_be_read_for_two_days_is_given_up(database: Database) -> None:
    """As one whose queue server gives no answer: kept any longer, it would keep its person from being forgotten."""
    await watch_all(database, watch(1))
    await spoil(database, watches, 1, ticket="spoilt")
    late = NOW + UNREAD - TRIED * REST
    for look in range(TRIED):
        assert await due(database, late + look * REST) == []
    row = await one(database, select(watches))
    assert (row["live"], row["failures"]) == (True, TRIED)
    assert await due(database, NOW + UNREAD) == []
    row = await one(database, select(watches))
    assert (row["live"], row["read_at"]) == (False, NOW)
    async with database.open_book() as book:
        assert await book.watches.count() == 0
    fresh = replace(watch(1), read_at=NOW + UNREAD + 5)
    await watch_all(database, fresh)
    async with database.open_book() as book:
        assert await book.watches.of(1) == [fresh], "whoever looks at their tickets is followed again"


async def test_a_clock_that_jumps_gives_up_no_watch_that_cannot_be_read(database: Database) -> None:
    await watch_all(database, watch(1))
    await spoil(database, watches, 1, ticket="spoilt")
    assert await due(database, NOW + 2 * UNREAD) == []
    assert (await one(database, select(watches)))["live"]


async def test_who_holds_another_ticket_sees_and_is_asked_for_that_one(database: Database) -> None:
    await watch_all(database, watch(1, "t1"), watch(1, "t2"))
    await run(database, update(watches).where(watches.c.ticket_id == "t1").values(notices="spoilt"))
    assert [mine.ticket.id for mine in await due(database, NOW)] == ["t2"]
    async with database.open_book() as book:
        assert [mine.ticket.id for mine in await book.watches.of(1)] == ["t2"]
        assert [mine.ticket.id for mine in await book.watches.audience()] == ["t2"]
        for asked in (book.watches.get(watch(1, "t1").id), book.watches.find(1, "t1")):
            with pytest.raises(Unreadable):
                await asked


async def test_a_watch_that_cannot_be_read_is_begun_anew(database: Database) -> None:
    await watch_all(database, watch(1))
    async with database.open_book() as book:
        assert not await book.watches.add(watch(1))
    await spoil(database, watches, 1, ticket="spoilt")
    fresh = replace(watch(1), ticket=ticket(ahead=2), read_at=NOW + 5)
    await watch_all(database, fresh)
    async with database.open_book() as book:
        assert await book.watches.get(fresh.id) == fresh


async def sign_in(database: Database, *several: Account) -> None:
    """Write them down, each with a live ticket."""
    async with database.open_book() as book:
        for account in several:
            await book.accounts.put(account)
            await book.watches.add(watch(account.chat_id))
        await book.commit()


async def test_an_account_that_cannot_be_read_counts_as_tried(database: Database) -> None:
    ana, rui, eva = (Account(chat_id, f"token {chat_id}", guest=False, synced_at=chat_id) for chat_id in (1, 2, 3))
    await sign_in(database, ana, rui, eva)
    mine, theirs = [await one(database, select(accounts).where(accounts.c.chat_id == chat_id)) for chat_id in (1, 2)]
    await spoil(database, accounts, 1, vt_token=theirs["vt_token"])
    await spoil(database, accounts, 2, vt_token=mine["vt_token"])
    async with database.open_book() as book:
        assert await book.accounts.due(NOW, untold_since=NOW - 9, read_since=NOW - 9) == eva
        await book.accounts.put(replace(eva, synced_at=NOW))
        assert await book.accounts.due(NOW, untold_since=NOW - 9, read_since=NOW - 9) is None
        await book.commit()
    row = await one(database, select(accounts).where(accounts.c.chat_id == 1))
    assert (row["synced_at"], row["vt_token"]) == (NOW, theirs["vt_token"])
    assert database.unreadable == {"account": 2}


@pytest.mark.parametrize("known", ["", "{", "null", "7", '["t\N{REPLACEMENT CHARACTER}"]'])
async def test_an_intent_that_cannot_be_read_is_closed_and_the_others_are_found(database: Database, known: str) -> None:
    async with database.open_book() as book:
        for chat_id in (1, 2, 3):
            await book.intents.open(Intent(str(chat_id), chat_id, "l1", "s1", float(chat_id), ("t1",)))
        await book.commit()
    await spoil(database, intents, 2, known=known)
    async with database.open_book() as book:
        with pytest.raises(Unreadable):
            await book.intents.of(2)
        assert [intent.chat_id for intent in await book.intents.left_open(50.0)] == [1, 3]
        assert await book.intents.of(2) is None
    assert database.unreadable == {"intent": 2}


async def test_nothing_of_the_row_is_in_what_is_said_of_it(database: Database) -> None:
    await add(database, push())
    await spoil(database, pushes, 1, ticket='{"id": "Ana Silva"}', notices="{}")
    with pytest.raises(Unreadable) as told:
        await kept(database, push().id)
    assert str(told.value) == "a stored push cannot be read"
    assert told.value.__suppress_context__


def counted() -> Iterator[str]:
    """What the repositories call the rows that they read."""
    for file in (Path(__file__).resolve().parents[2] / "storage").glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("self._spoilt."):
                yield ast.unparse(call.args[0])


def test_every_kind_is_named_beforehand() -> None:
    pushes_by_kind = "f\"{row['kind']} push\""
    names = set(counted()) - {pushes_by_kind, "WATCH"}
    assert set(KINDS) == {WATCH, *map(ast.literal_eval, names), *(f"{kind.value} push" for kind in PushKind)}
    assert {pushes_by_kind, "WATCH"} < set(counted())
