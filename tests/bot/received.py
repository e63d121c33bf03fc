"""The inbox for tests: updates put in, and what became of them."""

import json

from storage.database import Database


async def put(database: Database, *updates: tuple[int, int], body: bytes | None = None) -> None:
    """Updates as (number, chat)."""
    async with database.open_book() as book:
        for number, chat_id in updates:
            raw = body if body is not None else json.dumps({"update_id": number, "chat": chat_id}).encode()
            assert await book.inbox.add(number, chat_id, raw, 0)
        await book.commit()


async def counts(database: Database) -> dict[str, int]:
    """State -> how many."""
    async with database.open_book() as book:
        return dict(await book.inbox.counts())
