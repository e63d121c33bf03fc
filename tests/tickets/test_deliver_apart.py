"""Sends that hang, fail in our own code or are broken off: each is its own affair, and each leaves a row that says what is known."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.tickets.house import House
from tests.tickets.outbox import put, run, stored
from tickets.book import Book
from tickets.deliver import BATCH, IN_FLIGHT
from tickets.pushes import Outcome, Push, PushKind, PushState, Unmade
from tickets.watching import Person, Watch

K, S = PushKind, PushState


def hang(house: House, hangs: Callable[[Push], bool]) -> asyncio.Event:
    """Telegram takes those sends and answers none of them before the event is set."""
    inner, answers = house.telegram.send, asyncio.Event()

    async def send(push: Push, person: Person, watch: Watch | None) -> Outcome:
        if hangs(push):
            await answers.wait()
        return await inner(push, person, watch)

    house.telegram.send = send  # type: ignore[method-assign]  # the same Telegram, which hangs
    return answers


async def settled(house: House, push: Push) -> Push:
    """The push when its attempt is over, though others may not be."""
    while True:
        kept = await stored(house, push)
        if kept.state is not S.SENDING:
            return kept


async def test_a_send_that_hangs_holds_up_no_other_chat(house: House) -> None:
    await put(house, K.MOVED, 7)
    answers = hang(house, lambda push: push.chat_id == 7)
    assert await house.deliver.begin() == 1
    later = [await put(house, chat_id=chat_id) for chat_id in (8, 9)]
    house.clock.advance(0.25)
    assert await house.deliver.begin() == 2
    assert [(await settled(house, push)).state for push in later] == [S.SENT, S.SENT]
    answers.set()
    await house.deliver.drain()
    assert await house.counts() == {"sent": 3}


async def test_no_chat_has_two_under_way(house: House) -> None:
    first, second = await put(house), await put(house, K.MOVED)
    answers = hang(house, lambda _: True)
    assert await house.deliver.begin() == 1
    for _ in range(9):
        house.clock.advance(1)
        assert await house.deliver.begin() == 0
    answers.set()
    assert (await settled(house, first)).state is S.SENT
    assert await house.deliver() == 1
    assert (await stored(house, second)).state is S.SENT


async def test_so_many_sends_and_no_more_are_under_way(house: House) -> None:
    for chat_id in range(1, IN_FLIGHT + 21):
        await put(house, K.MOVED, chat_id)
    answers, begun = hang(house, lambda _: True), list[int]()
    for _ in range(6):
        house.clock.advance(1)
        begun.append(await house.deliver.begin())
    assert begun == [BATCH, BATCH, BATCH, IN_FLIGHT - 3 * BATCH, 0, 0]
    answers.set()
    await house.deliver.drain()
    assert await house.deliver() == 20


async def test_stopping_writes_down_what_is_not_known(house: House) -> None:
    pushes = [await put(house, chat_id=chat_id) for chat_id in (7, 8, 9)]
    hang(house, lambda push: push.chat_id != 9)
    await house.deliver.begin()
    await settled(house, pushes[2])
    await house.deliver.stop()
    assert await house.counts() == {"unsure": 2, "sent": 1}
    assert {(await stored(house, push)).reason for push in pushes[:2]} == {"cancelled"}
    await put(house, K.MOVED)
    house.clock.advance(60)
    assert await house.deliver() == 0


async def test_a_claim_cut_short_leaves_nothing_being_sent(house: House) -> None:
    """The commit holds though its waiter was cancelled: what it took is given back unsent, and later sent once, unmarked."""
    push, claimed = await put(house), asyncio.Event()
    inner = house.deliver._claim

    async def claim() -> object:
        batch = await inner()
        claimed.set()
        await asyncio.sleep(0)
        return batch

    house.deliver._claim = claim  # type: ignore[method-assign,assignment]  # the same claim, a turn of the loop longer
    tick = asyncio.ensure_future(house.deliver.begin())
    await claimed.wait()
    tick.cancel()
    await house.deliver.stop()
    with pytest.raises(asyncio.CancelledError):
        await tick
    assert ((await stored(house, push)).state, (await stored(house, push)).reason) == (S.PENDING, "stopping")
    again = house.another()
    await run(again, 2)
    assert [copy.reminder for copy in house.telegram.chats[7]] == [False]


async def test_a_mistake_of_ours_in_one_send_touches_no_other(house: House) -> None:
    broken, good = await put(house, chat_id=7), await put(house, chat_id=8)
    inner = house.telegram.send

    async def send(push: Push, person: Person, watch: Watch | None) -> Outcome:
        if push.chat_id == 7:
            raise KeyError("date")
        return await inner(push, person, watch)

    house.telegram.send = send  # type: ignore[method-assign]  # the messenger breaks its promise to raise nothing
    assert await house.deliver() == 2
    assert ((await stored(house, broken)).state, (await stored(house, broken)).reason) == (S.UNSURE, "KeyError")
    assert (await stored(house, good)).state is S.SENT


async def test_what_cannot_be_made_is_dead_at_once_and_alarmed(house: House) -> None:
    push = await put(house)
    house.telegram.outcomes = [Unmade("KeyError")]
    await run(house, 60)
    assert ((await stored(house, push)).state, len(house.telegram.attempts)) == (S.DEAD, 1)
    assert house.alarms == ["your_turn could not be made: KeyError"]


@pytest.mark.parametrize("fault", [RuntimeError("a mistake of ours"), KeyError("date")])
async def test_an_outcome_that_cannot_be_written_is_alarmed(house: House, fault: Exception) -> None:
    push, other = await put(house), await put(house, chat_id=8)
    inner = house.deliver._write

    async def write(told: Push, *rest: object) -> None:
        if told.chat_id == 7:
            raise fault
        await inner(told, *rest)  # type: ignore[arg-type]  # passed on as it came

    house.deliver._write = write  # type: ignore[method-assign,assignment]  # a planned fault of this one write
    await house.deliver()
    assert (await stored(house, other)).state is S.SENT
    assert (await stored(house, push)).state is S.SENDING, "its lease makes it unsure"
    assert house.alarms == [f"the outcome of your_turn could not be written: {type(fault).__name__}"]


async def test_an_alarm_that_hangs_or_fails_holds_up_nothing(house: House) -> None:
    hanging = asyncio.Event()

    async def alarm(words: str) -> None:
        house.alarms.append(words)
        if len(house.alarms) == 1:
            raise TypeError(words)
        await hanging.wait()

    house.deliver._alarm = alarm
    for chat_id in (7, 8):
        push = await put(house, chat_id=chat_id)
        house.telegram.outcomes = [Unmade("KeyError")]
        await house.deliver.begin()
        assert (await settled(house, push)).state is S.DEAD
    assert len(house.alarms) == 2
    await house.deliver.stop()
    assert await house.counts() == {"dead": 2}


async def test_a_clock_that_is_set_back_while_a_claim_waits_for_the_book_expires_nothing(house: House) -> None:
    """The claim began in an hour by which what was written meanwhile would be too late."""
    open_book, put_back = house.open_book, list[bool]()

    @asynccontextmanager
    async def long_awaited() -> AsyncIterator[Book]:
        if not put_back:
            put_back.append(True)
            house.clock.advance(-3600)
            await put(house)
        async with open_book() as book:
            yield book

    house.clock.advance(3600)
    house.deliver._open_book = long_awaited
    await house.deliver()
    assert house.telegram.kinds() == [K.YOUR_TURN]
