"""The inbox: each update once, each chat in order, one in flight a chat, blanked when handled."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import select, update

from storage.crypto import KeyRing
from storage.database import Database
from storage.inbox import LEFT_TO_OTHERS
from storage.schema import inbox
from tests.databases import fresh_key
from tests.storage.asking import every, one, run
from tests.storage.records import NOW
from tickets.book import Received


async def receive(database: Database, *updates: tuple[int, int]) -> None:
    async with database.open_book() as book:
        for update_id, chat_id in updates:
            assert await book.inbox.add(update_id, chat_id, f"body {update_id}".encode(), NOW)
        await book.commit()


async def claim(database: Database, owner: str = "me", now: float = NOW, limit: int = 10) -> Sequence[Received]:
    async with database.open_book() as book:
        taken = await book.inbox.claim(owner, now, lease=90, limit=limit)
        await book.commit()
    return taken


async def migrated_with(url: str, key: str) -> None:
    made = Database(url, KeyRing.parse(key))
    await made.upgrade()
    await made.dispose()


async def handled(database: Database, update_id: int, poison: str = "") -> None:
    async with database.open_book() as book:
        await book.inbox.done(update_id, poison=poison)
        await book.commit()


async def test_an_update_is_taken_in_once_even_after_it_was_handled(database: Database) -> None:
    await receive(database, (7, 1))
    async with database.open_book() as book:
        assert not await book.inbox.add(7, 1, b"again", NOW)
        await book.commit()
    (received,) = await claim(database)
    assert received == Received(7, 1, b"body 7", NOW, attempt=1)
    await handled(database, 7)
    async with database.open_book() as book:
        assert not await book.inbox.add(7, 1, b"again", NOW)


async def test_each_chat_is_handled_in_order_one_at_a_time(database: Database) -> None:
    await receive(database, (12, 1), (11, 1), (10, 2), (13, 3))
    assert [received.update_id for received in await claim(database)] == [10, 11, 13]
    assert await claim(database, "you") == []
    await handled(database, 11)
    assert [received.update_id for received in await claim(database, "you")] == [12]


async def test_one_that_arrives_late_waits_for_the_one_in_flight(database: Database) -> None:
    await receive(database, (5, 1))
    await claim(database)
    await receive(database, (4, 1))
    assert await claim(database, "you") == []
    await handled(database, 5)
    assert [received.update_id for received in await claim(database, "you")] == [4]


async def test_no_more_are_claimed_than_wanted_and_the_oldest_first(database: Database) -> None:
    await receive(database, (3, 3), (1, 1), (2, 2))
    assert [received.update_id for received in await claim(database, limit=2)] == [1, 2]
    assert await claim(database, limit=0) == []


async def test_whoever_dies_loses_the_lease_and_the_attempts_are_counted(database: Database) -> None:
    await receive(database, (1, 1), (2, 1))
    await claim(database)
    assert await claim(database, "you", NOW + 89) == []
    (again,) = await claim(database, "you", NOW + 90)
    assert (again.update_id, again.attempt) == (1, 2)


async def test_what_was_handled_is_blank(database: Database) -> None:
    await receive(database, (1, 1), (2, 2), (3, 3))
    assert b"body" not in (await every(database, select(inbox)))[0]["body"]
    await handled(database, 1)
    await handled(database, 2, poison="KeyError")
    rows = {row["update_id"]: row for row in await every(database, select(inbox))}
    assert rows[1]["body"] is None
    assert (rows[2]["body"], rows[2]["poison"]) == (None, "KeyError")
    async with database.open_book() as book:
        assert await book.inbox.counts() == {"waiting": 1, "done": 1, "poison": 1}
        assert await book.inbox.waiting(3) == 1
        assert await book.inbox.waiting(1) == 0


async def test_an_empty_inbox_counts_nothing(database: Database) -> None:
    async with database.open_book() as book:
        assert await book.inbox.counts() == {"waiting": 0, "done": 0, "poison": 0}
        assert await book.inbox.waiting(1) == 0


async def test_one_that_cannot_be_decrypted_does_not_stop_the_others(database: Database) -> None:
    await receive(database, (1, 1), (2, 2))
    theirs = (await one(database, select(inbox).where(inbox.c.update_id == 2)))["body"]
    await run(database, update(inbox).where(inbox.c.update_id == 1).values(body=theirs))
    assert [received.update_id for received in await claim(database)] == [2]
    spoilt = await one(database, select(inbox).where(inbox.c.update_id == 1))
    assert (spoilt["state"], spoilt["poison"]) == ("poison", "CannotDecrypt")


async def test_while_keys_are_changed_an_update_is_left_to_who_has_the_key(database_url: str) -> None:
    """One process was restarted with the new key in front, another was not yet."""
    old, new = fresh_key(), fresh_key()
    await migrated_with(database_url, old)
    theirs, ours = Database(database_url, KeyRing.parse(old)), Database(database_url, KeyRing.parse(f"{new},{old}"))
    await theirs.check()
    await receive(theirs, (1, 1))
    await ours.check()
    await receive(ours, (2, 2), (3, 3), (4, 3))
    await receive(theirs, (5, 3))
    assert [received.update_id for received in await claim(theirs)] == [1]
    row = await one(theirs, select(inbox).where(inbox.c.update_id == 2))
    assert (row["state"], row["attempt"], row["lease_owner"]) == ("waiting", 0, "")
    assert [(received.update_id, received.attempt) for received in await claim(ours, "you")] == [(2, 1), (3, 1)]
    await handled(ours, 3)
    assert await claim(theirs) == []
    await handled(ours, 4)
    assert [received.body for received in await claim(theirs)] == [b"body 5"], "the order of the chat holds"
    for made in (theirs, ours):
        await made.dispose()


async def test_what_nobody_has_the_key_of_is_put_aside_after_a_day(database_url: str) -> None:
    old, new = fresh_key(), fresh_key()
    await migrated_with(database_url, new)
    lost, left = Database(database_url, KeyRing.parse(new)), Database(database_url, KeyRing.parse(old))
    await lost.check()
    await receive(lost, (1, 1), (2, 2))
    assert await claim(left, now=NOW + LEFT_TO_OTHERS - 1) == []
    assert {row["state"] for row in await every(left, select(inbox))} == {"waiting"}
    assert await claim(left, now=NOW + LEFT_TO_OTHERS) == []
    rows = await every(left, select(inbox))
    assert [(row["state"], row["poison"], row["body"]) for row in rows] == [("poison", "CannotDecrypt", None)] * 2
    for made in (lost, left):
        await made.dispose()


async def test_a_key_that_nobody_ever_had_is_waited_for_by_nobody(database: Database) -> None:
    await receive(database, (1, 1), (2, 2))
    await run(database, update(inbox).where(inbox.c.update_id == 1).values(body=b"\x01 no key of ours at all"))
    assert [received.update_id for received in await claim(database)] == [2]
    assert (await one(database, select(inbox).where(inbox.c.update_id == 1)))["state"] == "poison"


async def test_bodies_swapped_within_a_chat_do_not_open(database: Database) -> None:
    await receive(database, (1, 1), (2, 1))
    first, second = await every(database, select(inbox).order_by(inbox.c.update_id))
    await run(database, update(inbox).where(inbox.c.update_id == 1).values(body=second["body"]))
    await run(database, update(inbox).where(inbox.c.update_id == 2).values(body=first["body"]))
    assert await claim(database) == await claim(database) == []
    async with database.open_book() as book:
        assert (await book.inbox.counts())["poison"] == 2


async def test_numbers_that_telegram_never_gives_are_refused(database: Database) -> None:
    async with database.open_book() as book:
        assert not await book.inbox.add(10**30, 1, b"", NOW)
        assert not await book.inbox.add(1, -(10**30), b"", NOW)
        assert await book.inbox.waiting(10**30) == 0
        assert await book.inbox.add(2**63 - 1, -(2**63 - 1), b"", NOW)


async def test_two_workers_never_share_an_update(database: Database) -> None:
    await receive(database, *((number, number % 7) for number in range(1, 71)))
    seen: list[tuple[int, int]] = []

    async def work(owner: str) -> None:
        for _ in range(200):
            batch = await claim(database, owner, limit=2)
            for received in batch:
                seen.append((received.chat_id, received.update_id))
                await handled(database, received.update_id)
            async with database.open_book(reading=True) as book:
                if (await book.inbox.counts())["waiting"] == 0:
                    return

    await asyncio.gather(*(work(f"worker {number}") for number in range(4)))
    assert len(seen) == len(set(seen)) == 70
    for chat in range(7):
        mine = [update_id for chat_id, update_id in seen if chat_id == chat]
        assert mine == sorted(mine)
