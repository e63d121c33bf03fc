"""Writing a reading down in one transaction, and whose word decides when to warn."""

from dataclasses import replace

import pytest

from tests.tickets.house import House
from tests.tickets.town import MONDAY, a_ticket, a_watch, at
from tickets.model import Notices, Phase, Ticket
from tickets.pace import Limits
from tickets.pushes import PushKind, PushState
from tickets.reading import Manner, Reading, push_of, read
from tickets.records import begin, new_watch, write
from tickets.watching import Watch

K = PushKind
CALLED, ENDED = a_ticket(phase=Phase.CALLED, called=at("09:00")), a_ticket(phase=Phase.ENDED, called=at("09:00"))
MANNER = Manner(3, Limits(), 1.0)


async def pushed(house: House) -> dict[PushKind, PushState]:
    """What the outbox holds of the readings of these tests."""
    states = {}
    async with house.database.open_book() as book:
        for kind in (K.YOUR_TURN, K.STILL_YOUR_TURN, K.ENDED):
            push = await book.outbox.get(push_of(a_watch(CALLED, call_no=1), kind, MONDAY).id)
            if push is not None:
                states[kind] = push.state
    return states


async def written(house: House, watch: Watch, after: Ticket, now: float) -> tuple[bool, Reading]:
    reading = read(watch, after, now, MANNER)
    async with house.database.open_book() as book:
        done = await write(book, reading)
        await book.commit()
    return done, reading


async def test_a_call_and_its_withdrawal(house: House) -> None:
    watch = new_watch(7, a_ticket(), Notices(), MONDAY)
    async with house.database.open_book() as book:
        assert await begin(book, watch) == watch
        await book.commit()
    done, reading = await written(house, watch, CALLED, MONDAY + 10)
    assert done
    assert await pushed(house) == {K.YOUR_TURN: PushState.PENDING, K.STILL_YOUR_TURN: PushState.PENDING}
    # Served before the call could be sent: it is told as over.
    await written(house, reading.watch, ENDED, MONDAY + 20)
    assert await pushed(house) == {
        K.YOUR_TURN: PushState.EXPIRED,
        K.STILL_YOUR_TURN: PushState.EXPIRED,
        K.ENDED: PushState.PENDING,
    }


async def test_who_was_told_is_not_told_that_it_is_over(house: House) -> None:
    watch = new_watch(7, a_ticket(), Notices(), MONDAY)
    async with house.database.open_book() as book:
        await begin(book, watch)
        await book.commit()
    _, reading = await written(house, watch, CALLED, MONDAY + 10)
    house.clock.advance(10)
    await house.deliver()
    await written(house, reading.watch, ENDED, MONDAY + 20)
    assert K.ENDED not in await pushed(house)


async def test_without_the_lease_nothing_at_all_is_written(house: House) -> None:
    watch = new_watch(7, a_ticket(), Notices(), MONDAY)
    async with house.database.open_book() as book:
        await begin(book, watch)
        await book.watches.claim("another", MONDAY, lease=30, limit=1)
        await book.commit()
    done, _ = await written(house, replace(watch, lease_owner="me"), CALLED, MONDAY + 10)
    assert not done
    assert await pushed(house) == {}


async def test_beginning_twice_is_beginning_once(house: House) -> None:
    called = new_watch(7, CALLED, Notices(), MONDAY)
    assert called.call_no == 1
    async with house.database.open_book() as book:
        await begin(book, called)
        assert await begin(book, replace(called, call_no=0)) == called
        await book.commit()
    assert await pushed(house) == {K.YOUR_TURN: PushState.PENDING, K.STILL_YOUR_TURN: PushState.PENDING}


@pytest.mark.parametrize(("seen", "live"), [(a_ticket(), True), (a_ticket(phase=Phase.ENDED), False)])
async def test_what_was_over_is_watched_again_only_if_it_lives(house: House, seen: Ticket, *, live: bool) -> None:
    async with house.database.open_book() as book:
        await book.watches.add(replace(a_watch(), live=False, missing=3))
        kept = await begin(book, new_watch(7, seen, Notices(), MONDAY + 99))
        await book.commit()
    assert (kept.live, kept.missing) == (live, 0 if live else 3)
