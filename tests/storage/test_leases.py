"""Leases, tries and notes."""

import asyncio

from storage.crypto import KeyRing
from storage.database import Database
from tests.databases import fresh_key


async def test_a_lease_is_one_owners_until_it_ends(database: Database) -> None:
    async with database.open_book() as book:
        leases = book.leases
        assert await leases.take("polling", "a", now=0, lease=10)
        assert not await leases.take("polling", "b", now=9, lease=10)
        assert await leases.take("polling", "a", now=9, lease=10)
        assert not await leases.take("polling", "b", now=18, lease=10)
        assert await leases.take("polling", "b", now=19, lease=10)
        assert await leases.take("another", "a", now=19, lease=10)


async def test_only_the_owner_lets_go(database: Database) -> None:
    async with database.open_book() as book:
        await book.leases.take("polling", "a", now=0, lease=10)
        await book.leases.drop("polling", "b")
        assert not await book.leases.take("polling", "b", now=1, lease=10)
        await book.leases.drop("polling", "a")
        assert await book.leases.take("polling", "b", now=1, lease=10)


async def test_tries_are_counted_from_a_moment_on(database: Database) -> None:
    async with database.open_book() as book:
        for moment in (1.0, 2.0, 3.0):
            await book.tries.add("sign_in:1", moment)
        await book.tries.add("sign_in:2", 3.0)
        assert await book.tries.count("sign_in:1", 2.0) == 2
        await book.tries.clear("sign_in:1")
        assert await book.tries.count("sign_in:1", 0.0) == 0
        assert await book.tries.count("sign_in:2", 0.0) == 1


async def test_tries_under_an_older_key_still_count(database_url: str) -> None:
    """Changing the keys does not give a guesser new tries, nor does getting it right forget only some."""
    old, new = fresh_key(), fresh_key()
    for keys in (old, f"{new},{old}"):
        database = Database(database_url, KeyRing.parse(keys))
        await database.upgrade()
        async with database.open_book() as book:
            await book.tries.add("sign_in:1", 1.0, 1)
            await book.commit()
        await database.dispose()
    async with database.open_book() as book:
        assert await book.tries.count("sign_in:1", 0.0) == 2
        await book.tries.clear("sign_in:1")
        assert await book.tries.count("sign_in:1", 0.0) == 0
    await database.dispose()


async def test_who_holds_a_key_counts_alone(database: Database) -> None:
    """Of many at one moment no more get through than may; several keys are held in any order without a deadlock."""

    async def attempt(*keys: str) -> bool:
        async with database.open_book() as book:
            await book.tries.hold(keys)
            if any([await book.tries.count(key, 0.0) >= 5 for key in keys]):
                return False
            await asyncio.sleep(0)
            for key in keys:
                await book.tries.add(key, 1.0)
            await book.commit()
            return True

    got = await asyncio.gather(*(attempt(*(("a", "b") if number % 2 else ("b", "a"))) for number in range(16)))
    assert sum(got) == 5


async def test_notes_outlive_the_process(database: Database) -> None:
    async with database.open_book() as book:
        assert await book.notes.get("offset") is None
        await book.notes.put("offset", "1")
        await book.notes.put("offset", "2")
        await book.commit()
    await database.dispose()
    async with database.open_book() as book:
        assert await book.notes.get("offset") == "2"
