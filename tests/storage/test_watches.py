"""Watches: claimed once, with the whole chat; saved only by whoever holds the lease; the card and the answer survive a save."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from storage.database import Database
from tests.storage.records import NOW, called, push, watch
from tickets.pushes import PushKind, PushState
from tickets.watching import Person, Watch


async def add(database: Database, *watches: Watch) -> None:
    async with database.open_book() as book:
        for one in watches:
            assert await book.watches.add(one)
        await book.commit()


async def claim(database: Database, owner: str = "me", now: float = NOW, limit: int = 100) -> list[Watch]:
    async with database.open_book() as book:
        taken = await book.watches.claim(owner, now, lease=30, limit=limit)
        await book.commit()
    return list(taken)


async def test_a_watch_comes_back_whole(database: Database) -> None:
    whole = watch(
        call_no=2,
        warned=True,
        acknowledged=1,
        missing=1,
        failures=3,
        pace=0.125,
        card_message_id=2**40,
        card_digest="d",
    )
    await add(database, whole)
    async with database.open_book() as book:
        assert await book.watches.get(whole.id) == whole
        assert await book.watches.find(1, "t1") == whole
        assert await book.watches.find(2, "t1") is None
        assert await book.watches.get("nothing") is None


async def test_a_chat_watches_a_ticket_once(database: Database) -> None:
    await add(database, watch())
    async with database.open_book() as book:
        assert not await book.watches.add(watch())
        assert not await book.watches.add(watch(id="another id"))
        assert await book.watches.add(watch(chat_id=2))


async def test_whom_an_announcement_reaches(database: Database) -> None:
    await add(database, watch(2, read_at=NOW + 1), watch(1), watch(3), watch(4, live=False))
    async with database.open_book() as book:
        await book.people.put(Person(1))
        await book.people.put(Person(3, reachable=False))
        await book.commit()
    async with database.open_book() as book:
        assert [one.chat_id for one in await book.watches.audience()] == [1, 2]
        assert await book.watches.count() == 3


async def test_a_chats_watches_are_listed_oldest_first(database: Database) -> None:
    await add(database, watch(ticket_id="b", read_at=NOW + 1), watch(ticket_id="a", read_at=NOW + 2))
    await add(database, watch(ticket_id="over", read_at=NOW, live=False), watch(chat_id=2))
    async with database.open_book() as book:
        await book.watches.save(watch(ticket_id="b", read_at=NOW + 9))
        assert [one.ticket.id for one in await book.watches.of(1)] == ["b", "a"]
        assert [one.ticket.id for one in await book.watches.of(1, live=False)] == ["over", "b", "a"]


async def test_due_watches_are_claimed_with_the_other_live_ones_of_their_chat(database: Database) -> None:
    await add(
        database,
        watch(1, "due"), watch(1, "later", next_ask=NOW + 99), watch(1, "over", live=False),
        watch(2, "later", next_ask=NOW + 1), watch(3, "due", next_ask=NOW - 5),
    )  # fmt: skip
    taken = await claim(database)
    assert [(one.chat_id, one.ticket.id) for one in taken] == [(3, "due"), (1, "due"), (1, "later")]
    assert {(one.lease_owner, one.lease_until) for one in taken} == {("me", NOW + 30)}
    assert await claim(database, "you") == []
    assert len(await claim(database, "you", NOW + 30)) == 4


async def test_what_another_holds_is_left_to_them_though_its_chat_comes_due(database: Database) -> None:
    await add(database, watch(1, "a"))
    assert [one.ticket.id for one in await claim(database, "you")] == ["a"]
    await add(database, watch(1, "b"))
    assert [one.ticket.id for one in await claim(database, "me")] == ["b"]


async def test_the_longest_due_come_first_when_not_all_may(database: Database) -> None:
    await add(database, *(watch(chat, next_ask=NOW - chat) for chat in range(1, 6)))
    assert [one.chat_id for one in await claim(database, limit=2)] == [5, 4]
    assert [one.chat_id for one in await claim(database, limit=2)] == [3, 2]


async def test_saving_lets_go_of_the_lease(database: Database) -> None:
    await add(database, watch())
    (mine,) = await claim(database)
    async with database.open_book() as book:
        assert await book.watches.save(replace(mine, ticket=called(), call_no=1, live=False, next_ask=NOW + 5))
        await book.commit()
    async with database.open_book() as book:
        kept = await book.watches.get(mine.id)
        assert kept == replace(
            mine, ticket=called(), call_no=1, live=False, next_ask=NOW + 5, lease_owner="", lease_until=0
        )
        assert not await book.watches.save(mine)


async def test_who_lost_the_lease_writes_nothing(database: Database) -> None:
    await add(database, watch())
    (late,) = await claim(database, "slow")
    (mine,) = await claim(database, "me", NOW + 31)
    async with database.open_book() as book:
        assert not await book.watches.save(replace(late, call_no=7))
        assert await book.watches.get(mine.id) == mine


async def test_card_and_answer_given_while_a_tick_holds_the_lease_survive_its_save(database: Database) -> None:
    await add(database, watch())
    (mine,) = await claim(database)
    async with database.open_book() as book:
        await book.watches.card(mine.id, 77, "shown")
        await book.watches.acknowledge(mine.id, 2)
        await book.watches.acknowledge(mine.id, 1)
        assert await book.watches.save(mine)
        kept = await book.watches.get(mine.id)
        assert kept is not None
        assert (kept.card_message_id, kept.card_digest, kept.acknowledged) == (77, "shown", 2)
        await book.watches.card(mine.id, None, "")
        kept = await book.watches.get(mine.id)
        assert kept is not None
        assert kept.card_message_id is None


async def test_a_save_may_acknowledge_more(database: Database) -> None:
    await add(database, watch())
    async with database.open_book() as book:
        await book.watches.save(watch(acknowledged=3))
        kept = await book.watches.get(watch().id)
        assert kept is not None
        assert kept.acknowledged == 3


async def test_an_older_reading_does_not_replace_a_newer_one(postgresql_database: Database) -> None:
    await add(postgresql_database, watch())
    async with postgresql_database.open_book() as handler:
        (mine,) = await handler.watches.of(1)
        (theirs,) = await claim(postgresql_database, "tick")
        async with postgresql_database.open_book() as tick:
            assert await tick.watches.save(replace(theirs, read_at=NOW + 1, call_no=1))
            await tick.commit()
        assert not await handler.watches.save(replace(mine, read_at=NOW + 1))
        fresh = await handler.watches.get(mine.id)
        assert fresh is not None
        assert fresh.call_no == 1
        assert await handler.watches.save(replace(fresh, read_at=NOW + 2))
        assert await handler.watches.save(replace(fresh, read_at=NOW + 3))


async def test_a_wish_to_cancel_looks_at_no_ticket_but_its_own(sqlite_database: Database) -> None:
    """Finished watches are kept for a month, and a press that looked at each would have every other writer wait."""
    steps: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("UPDATE watches"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            steps.extend(step for *_, step in cursor.fetchall())

    event.listen(sqlite_database._engine.sync_engine, "before_cursor_execute", explain)
    async with sqlite_database.open_book() as book:
        await book.watches.cancelling(watch().id, NOW)
    assert steps
    assert not [step for step in steps if step.startswith("SCAN")], steps


async def test_hastening_makes_live_watches_due(database: Database) -> None:
    await add(database, watch(1, next_ask=NOW + 99), watch(2, next_ask=NOW + 99), watch(3, next_ask=NOW - 9))
    async with database.open_book() as book:
        await book.watches.hasten(1, NOW)
        await book.watches.hasten(3, NOW)
        await book.commit()
    assert [one.next_ask for one in await claim(database)] == [NOW - 9, NOW]


async def test_stopping_forgets_the_chats_tickets_and_withdraws_what_was_to_be_told(database: Database) -> None:
    await add(database, watch(1), watch(2))
    async with database.open_book() as book:
        await book.outbox.add(push())
        await book.outbox.add(push(PushKind.CARD, chat_id=2))
        await book.watches.stop(1)
        assert await book.watches.of(1, live=False) == []
        assert len(await book.watches.of(2)) == 1
        kept = await book.outbox.get(push().id)
        assert kept is not None
        assert (kept.state, kept.reason) == (PushState.EXPIRED, "stopped")
        assert (await book.outbox.counts())["pending"] == 1


@pytest.mark.parametrize("claimers", [2, 8])
async def test_two_claimers_never_share_a_watch(database: Database, claimers: int) -> None:
    await add(database, *(watch(chat, ticket) for chat in range(1, 41) for ticket in ("a", "b")))

    async def work(owner: str) -> list[str]:
        mine: list[str] = []
        for _ in range(80):
            taken = await claim(database, owner, limit=3)
            if not taken:
                break
            mine += [one.id for one in taken]
        return mine

    shares = await asyncio.gather(*(work(f"owner {number}") for number in range(claimers)))
    everything = [one for share in shares for one in share]
    assert len(everything) == len(set(everything))
    left = await claim(database)
    assert len(everything) + len(left) == 80


async def test_what_was_read_by_a_clock_that_is_set_back_is_not_starved(database: Database) -> None:
    """With more to ask than a tick asks, a watch of tomorrow's clock would stand behind everybody until tomorrow."""
    day = 86_400.0
    ahead = watch(2, read_at=NOW + day, next_ask=NOW + day + 9)
    await add(database, watch(1, next_ask=NOW - 5), ahead, watch(3, next_ask=NOW - 3))
    assert [one.chat_id for one in await claim(database, limit=1)] == [2]
