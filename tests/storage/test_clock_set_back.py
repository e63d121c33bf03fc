"""A machine's clock that was an hour, or a day, ahead and is set right: what was written down meanwhile holds nothing up."""

from typing import Any

import pytest

from storage.database import Database
from storage.moments import LATEST, SLIP
from tests.storage.records import NOW, push, watch
from tests.storage.sending import add, claim, kept
from tickets.delivery import FLOOD_MOST, REMIND_AFTER
from tickets.pushes import PushKind, PushState
from tickets.reading import AFTER_A_MOVE
from tickets.watching import Intent

HOUR, DAY = 3600.0, 86_400.0
AHEAD = (HOUR, DAY)
pytestmark = pytest.mark.parametrize("ahead", AHEAD, ids=["an hour", "a day"])


async def test_a_watch_read_in_times_to_come_is_asked_now(database: Database, ahead: float) -> None:
    future = NOW + ahead
    async with database.open_book() as book:
        await book.watches.add(watch(1, next_ask=future + 60, read_at=future))
        await book.watches.add(watch(2, next_ask=NOW + 60, read_at=NOW + SLIP))
        await book.commit()
    async with database.open_book() as book:
        assert [one.chat_id for one in await book.watches.claim("me", NOW, lease=30, limit=9)] == [1]


async def test_a_lease_of_times_to_come_is_over(database: Database, ahead: float) -> None:
    future = NOW + ahead
    async with database.open_book() as book:
        await book.watches.add(watch(1, next_ask=future, read_at=future))
        assert await book.watches.claim("they", future, lease=30, limit=9)
        assert await book.leases.take("polling", "they", future, 60)
        assert await book.inbox.add(1, 1, b"{}", future)
        assert await book.inbox.claim("they", future, lease=90, limit=9)
        await book.commit()
    async with database.open_book() as book:
        assert await book.watches.claim("me", NOW, lease=30, limit=9)
        assert await book.leases.take("polling", "me", NOW, 60)
        assert [one.update_id for one in await book.inbox.claim("me", NOW, lease=90, limit=9)] == [1]


async def test_the_longest_lease_is_not_over_before_its_time(database: Database, ahead: float) -> None:
    async with database.open_book() as book:
        assert await book.leases.take("polling", "they", NOW, LATEST)
        assert not await book.leases.take("polling", "me", NOW, 60)
        assert await book.leases.take("polling", "me", NOW + ahead, 60)


async def test_what_was_to_be_sent_at_once_is_sent(database: Database, ahead: float) -> None:
    future = NOW + ahead
    call = push(created_at=future, not_before=future, expires_at=future + 1800)
    again = push(PushKind.STILL_YOUR_TURN, created_at=future, not_before=future + 60, expires_at=future + 1860)
    await add(database, call, again)
    assert [one.kind for one in await claim(database)] == [PushKind.YOUR_TURN]


async def test_a_pause_of_times_to_come_does_not_silence_a_chat(database: Database, ahead: float) -> None:
    future = NOW + ahead
    await add(database, push(created_at=future, not_before=future, expires_at=future + 1800))
    assert await claim(database, future)
    async with database.open_book() as book:
        await book.outbox.recover(NOW)
        await book.commit()
    left = await kept(database, push().id)
    assert left.state is PushState.UNSURE, "nobody knows whether it arrived"
    await add(database, push(chat_id=1, ticket_id="t2"))
    assert await claim(database, NOW + 1)


async def test_a_hold_that_may_be_is_kept(database: Database, ahead: float) -> None:
    async with database.open_book() as book:
        await book.outbox.hold(1, NOW + FLOOD_MOST)
        await book.outbox.hold(None, NOW + ahead + 2 * FLOOD_MOST)
        await book.commit()
    await add(database, push(chat_id=1), push(chat_id=2))
    assert [one.chat_id for one in await claim(database)] == [2]


async def test_a_hold_that_was_over_does_not_come_to_life_again(database: Database, ahead: float) -> None:
    future = NOW + ahead
    async with database.open_book() as book:
        for chat in (1, None):
            await book.outbox.hold(chat, future - 1800)
        await book.commit()
    await add(database, push(chat_id=1, created_at=future, not_before=future, expires_at=future + 1800))
    assert await claim(database, future)
    await add(database, push(chat_id=2, ticket_id="t2"))
    assert [one.chat_id for one in await claim(database)] == [2]
    async with database.open_book() as book:
        await book.outbox.recover(NOW)
        await book.commit()
    await add(database, push(chat_id=1, ticket_id="t3"))
    assert [one.chat_id for one in await claim(database, NOW + 1)] == [1]


async def test_a_wish_of_times_to_come_is_looked_up(database: Database, ahead: float) -> None:
    async with database.open_book() as book:
        await book.intents.open(Intent("1:a", 1, "l1", "s1", NOW + ahead, ()))
        await book.intents.open(Intent("2:a", 2, "l1", "s1", NOW, ()))
        await book.commit()
    async with database.open_book() as book:
        assert [one.chat_id for one in await book.intents.left_open(NOW - 30)] == [1]


async def test_a_watch_whose_next_look_is_of_times_to_come_is_asked_now(database: Database, ahead: float) -> None:
    """It could not be read while the clock was ahead: the server was away."""
    async with database.open_book() as book:
        await book.watches.add(watch(1, next_ask=NOW + ahead + 8, read_at=NOW - 600))
        await book.watches.add(watch(2, next_ask=NOW + 600, read_at=NOW - 600))
        await book.commit()
    async with database.open_book() as book:
        due = await book.watches.claim("me", NOW, lease=30, limit=9, farthest=600)
        assert [one.chat_id for one in due] == [1]


@pytest.mark.parametrize("tried", [{"attempt": 1, "state": PushState.UNSURE}, {"tries": 1}])
async def test_what_was_to_be_sent_again_soon_is_sent(database: Database, ahead: float, tried: dict[str, Any]) -> None:
    future = NOW + ahead
    await add(database, push(created_at=future, not_before=future + 15, expires_at=future + 1800, **tried))
    assert [one.kind for one in await claim(database)] == [PushKind.YOUR_TURN]


@pytest.mark.parametrize("tried", [{"attempt": 1, "state": PushState.UNSURE}, {"tries": 1}])
async def test_a_pause_set_since_is_waited_for(database: Database, ahead: float, tried: dict[str, Any]) -> None:
    future, until = NOW + ahead, NOW + REMIND_AFTER
    await add(database, push(created_at=future, not_before=until, expires_at=future + 1800, **tried))
    assert await claim(database, until - 1) == []
    assert [one.kind for one in await claim(database, until)] == [PushKind.YOUR_TURN]


async def test_a_warning_after_a_move_is_sent(database: Database, ahead: float) -> None:
    future = NOW + ahead
    warning = push(
        PushKind.ALMOST_YOUR_TURN, created_at=future, not_before=future + AFTER_A_MOVE, expires_at=future + 900
    )
    await add(database, warning)
    assert [one.kind for one in await claim(database)] == [PushKind.ALMOST_YOUR_TURN]
