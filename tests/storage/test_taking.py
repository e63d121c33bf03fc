"""Intents: at most one open a chat, and those a crash left behind are found."""

import asyncio
from dataclasses import replace

from storage.database import Database
from tickets.watching import Intent

WISH = Intent("1:55:take", 1, "l1", "s1", opened_at=100.0, known=("t1", "t2"))


async def test_a_chat_has_one_open_intent(database: Database) -> None:
    async with database.open_book() as book:
        assert await book.intents.open(WISH)
        assert not await book.intents.open(WISH)
        assert not await book.intents.open(replace(WISH, id="another"))
        assert await book.intents.open(replace(WISH, id="2:1:take", chat_id=2, known=()))
        await book.commit()
    async with database.open_book() as book:
        assert await book.intents.of(1) == WISH
        assert await book.intents.close(WISH.id)
        assert not await book.intents.close(WISH.id)
        assert await book.intents.of(1) is None
        assert await book.intents.open(replace(WISH, id="another"))


async def test_of_fifty_at_once_one_is_opened(database: Database) -> None:
    async def wish(number: int) -> bool:
        async with database.open_book() as book:
            opened = await book.intents.open(replace(WISH, id=str(number)))
            await book.commit()
            return opened

    assert sum(await asyncio.gather(*(wish(number) for number in range(50)))) == 1


async def test_intents_left_open_are_found_oldest_first(database: Database) -> None:
    async with database.open_book() as book:
        for chat_id, opened_at in ((1, 30.0), (2, 10.0), (3, 50.0)):
            await book.intents.open(replace(WISH, id=str(chat_id), chat_id=chat_id, opened_at=opened_at))
        assert [intent.chat_id for intent in await book.intents.left_open(50.0)] == [2, 1]


async def test_only_what_was_asked_for_is_left_open(database: Database) -> None:
    async with database.open_book() as book:
        await book.intents.open(replace(WISH, opened_at=0.0))
        assert await book.intents.left_open(1e12) == []
        assert await book.intents.asked(WISH.id, 100.0)
        assert await book.intents.left_open(200.0) == [WISH]
        await book.intents.close(WISH.id)
        assert not await book.intents.asked(WISH.id, 100.0), "closed, so it is not to be asked for"
