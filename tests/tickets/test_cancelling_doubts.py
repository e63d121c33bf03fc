"""Giving up a ticket of which answers disagree, or that several chats or processes deal with: nothing false is said, no call is lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.tickets.house import ME, House
from tests.tickets.neighbours import Trouble
from tests.tickets.test_cancelling import LONG, refusing
from tests.tickets.test_mine import holding, stored
from tests.tickets.town import at
from tickets.acting import Actor
from tickets.book import Book
from tickets.cancel import NOTHING_FOUND
from tickets.errors import Refused, ServerUnavailable
from tickets.model import Customer, Phase, Ticket
from tickets.pushes import PushKind

K = PushKind


async def followed_no_longer(house: House) -> None:
    """Nobody looks at it any more, though it may stand in line yet."""
    async with house.database.open_book() as book:
        kept = await book.watches.get("7:t1")
        assert kept is not None
        assert await book.watches.save(replace(kept, live=False))
        await book.commit()


@pytest.mark.parametrize("manner", ["refused", "lost"])
async def test_a_failure_and_one_answer_without_the_ticket_prove_nothing(manner: str, house: House) -> None:
    """The ticket lives, and one of the server's machines does not know it yet: the call must not be lost."""
    await holding(house)
    if manner == "refused":
        refusing(house)
    else:
        house.server.trouble.append(Trouble("cancel", after=False))
    owner, ticket = house.server.queue.pop("t1")
    with pytest.raises(ServerUnavailable) as caught:
        await house.mine.cancel(ME, "t1".__eq__)
    assert caught.value.may_have_happened
    house.server.queue["t1"] = (owner, ticket)
    house.server.change("t1", phase=Phase.CALLED, called=at("09:30"))
    await house.tick()
    assert house.telegram.kinds() == [K.YOUR_TURN]


async def test_a_ticket_that_is_cancelled_and_forgotten_by_the_server_is_told_in_the_end(house: House) -> None:
    await holding(house)
    house.server.trouble.append(Trouble("cancel", after=False))
    house.server.queue.clear()
    with pytest.raises(ServerUnavailable):
        await house.mine.cancel(ME, "t1".__eq__)
    for _ in range(4):
        await house.tick(LONG)
    assert house.telegram.kinds() == [K.CANCELLED_BY_YOU]


@pytest.mark.parametrize("lost", [True, False])
async def test_what_becomes_of_a_wish_is_looked_up_where_the_ticket_was_followed_no_longer(
    lost: bool, house: House
) -> None:
    """Cancelled with a lost answer, or refused under a number of the server's own because it is long gone."""
    await holding(house)
    await followed_no_longer(house)
    if lost:
        house.server.trouble += [Trouble("cancel", after=True), Trouble("ticket", after=False)]
    else:
        refusing(house)
        house.server.queue.clear()
    with pytest.raises(ServerUnavailable) as caught:
        await house.mine.cancel(ME, "t1".__eq__)
    assert caught.value.may_have_happened
    for _ in range(4):
        await house.tick(LONG)
    assert house.telegram.kinds() == [K.CANCELLED_BY_YOU]
    assert not (await stored(house)).live


async def test_a_ticket_that_the_server_says_is_not_there_is_over(house: House) -> None:
    await holding(house)
    house.server.queue.pop("t1")

    async def cancel(vt_token: str, ticket_id: str) -> None:
        raise Refused("ticket/cancel", NOTHING_FOUND, "no such ticket")

    house.server.cancel = cancel  # type: ignore[method-assign]  # the same server, which knows no such ticket
    assert (await house.mine.cancel(ME, "t1".__eq__)).ticket.phase is Phase.CANCELLED


async def test_an_earlier_wish_is_not_believed_for_one_answer_without_the_ticket(house: House) -> None:
    """It never reached the server; so it is asked again."""
    await holding(house)
    async with house.database.open_book() as book:
        await book.watches.cancelling("7:t1", house.clock.now())
        await book.commit()
    ticket, seen = house.server.ticket, list[str]()

    async def lagging(vt_token: str, ticket_id: str) -> Ticket | None:
        seen.append(ticket_id)
        return None if len(seen) == 1 else await ticket(vt_token, ticket_id)

    house.server.ticket = lagging  # type: ignore[method-assign]  # the same server, behind a cache
    assert (await house.mine.cancel(ME, "t1".__eq__)).ticket.phase is Phase.CANCELLED
    assert house.server.queue["t1"][1].phase is Phase.CANCELLED


async def test_a_ticket_that_is_followed_no_longer_can_still_be_given_up(house: House) -> None:
    await holding(house)
    await followed_no_longer(house)
    assert (await house.mine.cancel(ME, "t1".__eq__)).ticket.phase is Phase.CANCELLED
    assert house.server.queue["t1"][1].phase is Phase.CANCELLED


async def test_the_same_customers_other_chat_is_not_told_that_the_location_did_it(house: House) -> None:
    house.server.customers["ann"] = ("pass", Customer("c9", "ann"))
    there = Actor(8, 8)
    for actor in (ME, there):
        await house.session.with_password(actor, "ann", "pass")
    await house.take.take(ME, await house.offer(), key="wish")
    assert len((await house.mine.all(there)).watches) == 1
    await house.mine.cancel(ME, "t1".__eq__)
    await house.tick()
    await house.tick(LONG)
    assert (house.telegram.kinds(), house.telegram.kinds(8)) == ([], [K.CANCELLED_BY_YOU])


async def test_a_tick_that_waits_for_the_book_while_the_ticket_is_cancelled_tells_no_call(house: House) -> None:
    """What it was answered is older than what the person reads by then."""
    await holding(house)
    house.server.change("t1", phase=Phase.CALLED, called=at("09:30"))
    tickets, open_book, waits = house.server.tickets, house.open_book, list[bool]()

    async def called(vt_token: str) -> tuple[Ticket, ...]:
        waits.append(True)
        return tuple(await tickets(vt_token))

    @asynccontextmanager
    async def long_awaited() -> AsyncIterator[Book]:
        if waits:
            waits.clear()
            house.clock.advance(10)
            await house.mine.cancel(ME, "t1".__eq__)
        async with open_book() as book:
            yield book

    house.server.tickets = called  # type: ignore[method-assign]  # the same server
    house.watch._open_book = long_awaited
    await house.tick()
    await house.tick(LONG)
    assert house.telegram.kinds() == []
