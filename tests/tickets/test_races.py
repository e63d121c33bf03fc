"""Two who read and write one ticket at the same time: a handler and a tick, or two machines on PostgreSQL."""

from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from storage.database import Database
from tests.tickets.fake_telegram import FakeTelegram
from tests.tickets.hand_clock import HandClock
from tests.tickets.house import ME, House
from tests.tickets.neighbours import FakeServer
from tests.tickets.town import at
from tickets.model import Phase, Ticket
from tickets.pushes import PushKind
from tickets.watching import Watch

K = PushKind


@pytest.fixture
async def shared(postgresql_database: Database) -> House:
    """A house on PostgreSQL, where two may read one row before either writes it."""
    clock = HandClock()
    return House(postgresql_database, clock, FakeServer(clock), FakeTelegram())


async def holding(house: House) -> None:
    await house.guest()
    await house.take.take(ME, await house.offer(), key="wish")


async def stored(house: House) -> Watch:
    async with house.database.open_book() as book:
        watch = await book.watches.get("7:t1")
    assert watch is not None
    return watch


def call(house: House) -> None:
    house.server.change("t1", phase=Phase.CALLED, called=at("09:00"))


def after_the_next_answer(house: House, happens: Callable[[], Awaitable[Any]]) -> None:
    """Between the queue server's next answer and the moment its reader has it, something happens."""
    inner = house.server.tickets

    async def slow(vt_token: str) -> tuple[Ticket, ...]:
        house.server.tickets = inner  # type: ignore[method-assign]  # only this answer is slow
        early = await inner(vt_token)
        house.clock.advance(1)
        await happens()
        return early

    house.server.tickets = slow  # type: ignore[method-assign]  # the same server with a slow answer


def before_the_next_write(house: House, happens: Callable[[], Awaitable[Any]]) -> None:
    """Between reading the watch in a book and writing it, something happens; once."""
    inner = house.open_book
    left = [happens]

    @asynccontextmanager
    async def opened() -> Any:
        async with inner() as book:
            save = book.watches.save

            async def saved(watch: Watch) -> bool:
                if left:
                    await left.pop()()
                return await save(watch)

            book.watches.save = saved  # type: ignore[method-assign]  # the same book, met at the worst moment
            yield book

    for one in (house.mine, house.watch):
        one._open_book = opened


async def test_refresh_pressed_at_the_moment_of_the_call_takes_nothing_back(house: House) -> None:
    await holding(house)

    async def called_and_read() -> None:
        call(house)
        house.clock.advance(9)
        assert await house.watch() == 1

    after_the_next_answer(house, called_and_read)
    (shown,) = (await house.mine.refresh(ME, "t1".__eq__)).watches
    assert (shown.ticket.phase, shown.call_no) == (Phase.CALLED, 1)
    for _ in range(3):
        await house.tick()
    assert house.telegram.kinds() == [K.YOUR_TURN]


async def test_a_list_that_lags_tells_the_call_once(house: House) -> None:
    await holding(house)
    call(house)
    await house.tick()
    for phase, when in ((Phase.WAITING, None), (Phase.CALLED, at("09:00")), (Phase.WAITING, None)):
        house.server.change("t1", phase=phase, called=when)
        for _ in range(3):
            await house.mine.all(ME)
        await house.tick(9)
    assert house.telegram.kinds() == [K.YOUR_TURN]
    assert (await stored(house)).ticket.phase is Phase.CALLED


async def test_a_tick_that_a_refresh_overtook_writes_what_it_read(house: House) -> None:
    """The refresh was asked for first and lets go of the tick's lease; the tick's newer answer is a call and must not wait for the next."""
    await holding(house)
    answered: list[Ticket] = list(await house.server.tickets(next(iter(house.server.tokens))))
    refreshed_at = house.clock.now()
    house.clock.advance(9)

    async def refresh() -> None:
        await house.mine._note(7, answered, refreshed_at)

    call(house)
    after_the_next_answer(house, refresh)
    assert await house.watch() == 1
    assert (await stored(house)).ticket.phase is Phase.CALLED


async def overtaken(shared: House) -> Callable[[], Awaitable[Any]]:
    """Another machine that writes an answer of nine seconds ago, in which the ticket still waits, at the worst moment."""
    await holding(shared)
    waiting, asked = await shared.server.tickets(next(iter(shared.server.tokens))), shared.clock.now()
    shared.clock.advance(9)
    other = shared.another()
    return lambda: other.mine._note(7, waiting, asked + 1)


async def test_a_tick_that_lost_the_race_for_the_row_merges_again(shared: House) -> None:
    before_the_next_write(shared, await overtaken(shared))
    call(shared)
    assert await shared.watch() == 1
    assert (await stored(shared)).ticket.phase is Phase.CALLED
    await shared.tick(1)
    assert shared.telegram.kinds() == [K.YOUR_TURN]


async def test_a_refresh_that_lost_the_race_for_the_row_merges_again(shared: House) -> None:
    before_the_next_write(shared, await overtaken(shared))
    shared.server.change("t1", ahead=4)
    (watch,) = (await shared.mine.all(ME)).watches
    assert watch.ticket.ahead == 4


async def test_a_cancellation_that_lost_the_race_for_the_row_is_written_all_the_same(shared: House) -> None:
    before_the_next_write(shared, await overtaken(shared))
    await shared.mine.cancel(ME, "t1".__eq__)
    kept = await stored(shared)
    assert (kept.live, kept.ticket.phase) == (False, Phase.CANCELLED)
    await shared.tick()
    assert shared.telegram.kinds() == []
