"""A database belongs to one bot: the first that works on it, until another is said to take its place."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage.crypto import KeyRing
from storage.database import Database
from tests.storage.filled import account, fill
from tests.storage.records import NOW
from tickets.deliver import REFUSAL, refusal
from tickets.errors import OfAnotherBot

OLD, NEW = "4200001", "4300002"


@pytest.fixture
async def both(database_url: str, keys: KeyRing) -> AsyncIterator[tuple[Database, Database]]:
    """One database as the process of the old bot and that of the new one see it; nobody owns it yet."""
    made = Database(database_url, keys, bot=OLD), Database(database_url, keys, bot=NEW)
    await made[0].upgrade()
    yield made
    for one in made:
        await one.dispose()


async def test_it_is_the_first_bots(both: tuple[Database, Database]) -> None:
    old, new = both
    for one in both:
        await one.check()
        await one.assert_ours()
    await old.own()
    await old.own()
    await old.check()
    for refused in (new.own, new.check, new.assert_ours):
        with pytest.raises(OfAnotherBot, match=rf"the bot {OLD}; .* `vtbot db adopt`"):
            await refused()
    with pytest.raises(OfAnotherBot):
        async with new.open_book(reading=True):
            pass
    async with old.open_book() as book:
        await book.notes.put("still", "ours")


async def test_two_that_begin_at_once_agree(both: tuple[Database, Database]) -> None:
    outcomes = await asyncio.gather(*(one.own() for one in both), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [OfAnotherBot]
    again = await asyncio.gather(*(one.own() for one in both), return_exceptions=True)
    assert [outcome is None for outcome in again] == [outcome is None for outcome in outcomes]


async def test_whoever_speaks_to_no_telegram_owns_nothing(
    database_url: str, keys: KeyRing, both: tuple[Database, Database]
) -> None:
    mute = Database(database_url, keys)
    await mute.own()
    await both[1].own()
    await both[1].check()
    await mute.check()
    await mute.dispose()


@pytest.mark.parametrize("owned", [True, False], ids=["the old bot's", "of an earlier version"])
async def test_what_waited_for_the_old_bot_is_put_aside(both: tuple[Database, Database], owned: bool) -> None:
    old, new = both
    if owned:
        await old.own()
    await fill(old, (1, 2))
    async with old.open_book() as book:
        (kept,) = await book.watches.of(1)
        await book.watches.card(kept.id, 77, "shown")
        await book.notes.put(REFUSAL, f"{NOW:.0f} 401 Unauthorized")
        await book.inbox.done(2)
        await book.commit()
    assert await new.adopt()
    async with new.open_book() as book:
        assert (await book.outbox.counts())["expired"] == 4
        assert await book.outbox.claim("me", NOW + 60, lease=30, limit=9, rate=9, chat_gap=1) == []
        assert await book.inbox.claim("me", NOW + 60, lease=30, limit=9) == []
        assert await book.inbox.add(1, 1, b"the new bot's", NOW)
        assert await book.inbox.add(2, 2, b"the new bot's", NOW)
        assert await book.leases.take("polling", "me", NOW, 60)
        assert await refusal(book, NOW) == ""
        assert await book.steps.get(1, NOW) is None
        assert await book.accounts.get(1) == account(1)
        assert await book.watches.of(1) == [replace(kept, card_message_id=None, card_digest="")]
        await book.commit()
    await new.check()
    with pytest.raises(OfAnotherBot, match=f"the bot {NEW}"):
        await old.check()
    assert await old.adopt(), "and back"
    await old.check()
    async with old.open_book(reading=True):
        pass


async def test_adopting_what_is_ours_touches_nothing(both: tuple[Database, Database]) -> None:
    old, _ = both
    await old.own()
    await fill(old, (1,))
    assert not await old.adopt()
    async with old.open_book() as book:
        assert (await book.outbox.counts())["pending"] == 2
        assert (await book.inbox.counts())["waiting"] == 1


async def test_a_copy_belongs_to_the_same_bot(sqlite_database: Database, tmp_path: Path, keys: KeyRing) -> None:
    await sqlite_database.dispose()
    original = Database(f"sqlite+aiosqlite:///{tmp_path / 'vtbot.db'}", keys, bot=OLD)
    await original.own()
    await original.backup(tmp_path / "copy.db")
    await original.dispose()
    for bot, ours in ((NEW, False), (OLD, True)):
        copy = Database(f"sqlite+aiosqlite:///{tmp_path / 'copy.db'}", keys, bot=bot)
        await copy.upgrade()
        if ours:
            await copy.check()
        else:
            with pytest.raises(OfAnotherBot):
                await copy.check()
        await copy.dispose()
