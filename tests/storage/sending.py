"""What senders and readings do at the outbox, each in a committed book of its own."""

from collections.abc import Sequence

from storage.database import Database
from tests.storage.records import NOW
from tickets.pushes import Push


async def add(database: Database, *several: Push) -> None:
    """Insert them."""
    async with database.open_book() as book:
        for one in several:
            assert await book.outbox.add(one)
        await book.commit()


async def claim(
    database: Database, now: float = NOW, *, owner: str = "me", limit: int = 30, rate: float = 30, gap: float = 1
) -> Sequence[Push]:
    """Take what may be sent."""
    async with database.open_book() as book:
        taken = await book.outbox.claim(owner, now, lease=30, limit=limit, rate=rate, chat_gap=gap)
        await book.commit()
    return taken


async def settle(database: Database, settled: Push) -> bool:
    """Write an outcome."""
    async with database.open_book() as book:
        done = await book.outbox.settle(settled)
        await book.commit()
    return done


async def kept(database: Database, push_id: str) -> Push:
    """The push as it stands."""
    async with database.open_book() as book:
        found = await book.outbox.get(push_id)
    assert found is not None
    return found


async def withdraw(database: Database, watch_id: str) -> int:
    """A call that is over takes its pushes back."""
    async with database.open_book() as book:
        many = await book.outbox.withdraw(watch_id, ["your_turn"], "over")
        await book.commit()
    return many
