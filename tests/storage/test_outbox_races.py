"""Senders and readings that meet in the middle, on the database where they do not wait for each other by themselves."""

import asyncio
from dataclasses import replace

import pytest

from storage.database import Database
from tests.storage.records import NOW, push
from tests.storage.sending import add, claim, kept, settle, withdraw
from tickets.pushes import PushState


@pytest.mark.parametrize("kind_of_work", ["claim", "settle"])
async def test_a_withdrawal_that_meets_a_sender_halfway_still_takes_effect(
    postgresql_database: Database, kind_of_work: str
) -> None:
    database = postgresql_database
    await add(database, push())
    async with database.open_book() as sender:
        if kind_of_work == "settle":
            (mine,) = await claim(database)
            assert await sender.outbox.settle(replace(mine, state=PushState.PENDING, not_before=NOW))
        else:
            (mine,) = await sender.outbox.claim("me", NOW, lease=30, limit=1, rate=9, chat_gap=0)
        withdrawing = asyncio.ensure_future(withdraw(database, mine.watch_id))
        await asyncio.wait([withdrawing], timeout=0.2)
        assert not withdrawing.done(), "it waits for the row"
        await sender.commit()
    assert await withdrawing == (1 if kind_of_work == "settle" else 0)
    if kind_of_work == "claim":
        assert await settle(database, replace(mine, state=PushState.PENDING))
    assert (await kept(database, mine.id)).state is PushState.EXPIRED
