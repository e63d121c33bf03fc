"""What a stalled, cancelled or dying sender leaves behind, and what the next tick makes of it."""

import asyncio
from dataclasses import replace

import pytest

from tests.tickets.house import House
from tests.tickets.outbox import put, run, stored
from tickets.deliver import FENCE, LEASE
from tickets.pushes import (
    Outcome,
    Push,
    PushKind,
    PushState,
    Sent,
)
from tickets.watching import Person

K, S = PushKind, PushState


async def test_what_came_too_late_is_not_sent(house: House) -> None:
    push = await put(house)
    house.clock.advance(1801)
    assert await house.deliver() == 0
    assert (await stored(house, push)).state is S.EXPIRED


async def test_a_process_that_slept_after_its_claim_keeps_the_socket_shut(house: House) -> None:
    push = await put(house)
    stalled = house.another()

    async def sleepy() -> object:
        batch = await type(stalled.deliver)._claim(stalled.deliver)
        house.clock.advance(FENCE + 1)
        return batch

    stalled.deliver._claim = sleepy  # type: ignore[method-assign,assignment]  # SIGSTOP between the claim and the socket
    await stalled.deliver()
    assert house.telegram.attempts == []
    kept = await stored(house, push)
    assert (kept.state, kept.attempt, kept.reminder) == (S.PENDING, 0, False)
    assert kept.reason == "claimed too long ago"
    await run(house, 2)
    assert [copy.reminder for copy in house.telegram.chats[7]] == [False]


async def test_a_process_that_died_in_the_socket_leads_to_a_reminder(house: House) -> None:
    push = await put(house)
    async with house.database.open_book() as book:
        (claimed,) = await book.outbox.claim("dead", house.clock.now(), lease=LEASE, limit=9, rate=30, chat_gap=1)
        await book.commit()
    await run(house, int(LEASE) - 1)
    assert house.telegram.attempts == []
    await run(house, 2)
    assert [copy.reminder for copy in house.telegram.chats[7]] == [True]
    async with house.database.open_book() as book:
        assert not await book.outbox.settle(replace(claimed, state=S.DEAD))
    assert (await stored(house, push)).state is S.SENT


async def test_a_reminder_that_dies_too_is_final_without_a_third_copy(house: House) -> None:
    push = await put(house)
    for _ in range(2):
        async with house.database.open_book() as book:
            await book.outbox.recover(house.clock.now())
            assert await book.outbox.claim("dead", house.clock.now(), lease=LEASE, limit=9, rate=30, chat_gap=1)
            await book.commit()
        house.clock.advance(LEASE + 1)
    await run(house, 5)
    assert house.telegram.attempts == []
    assert (await stored(house, push)).state is S.UNSURE_FINAL
    assert len(house.alarms) == 1


async def test_a_cancelled_send_is_settled_as_unsure(house: House) -> None:
    push = await put(house)
    sending = asyncio.Event()
    inner = house.telegram.send

    async def hang(*told: object) -> Outcome:
        sending.set()
        await asyncio.Event().wait()
        return Sent(1)

    house.telegram.send = hang  # type: ignore[method-assign,assignment]  # Telegram does not answer
    tick = asyncio.ensure_future(house.deliver())
    await sending.wait()
    tick.cancel()
    with pytest.raises(asyncio.CancelledError):
        await tick
    assert ((await stored(house, push)).state, (await stored(house, push)).reason) == (S.UNSURE, "cancelled")
    house.telegram.send = inner  # type: ignore[method-assign]  # it answers again
    await run(house, 16)
    assert [copy.reminder for copy in house.telegram.chats[7]] == [True]


async def test_the_outcome_is_written_as_soon_as_the_database_is_back(house: House) -> None:
    push = await put(house)
    house.telegram.during = lambda: setattr(house, "broken_commits", 4)
    await house.deliver()
    assert (await stored(house, push)).state is S.SENT
    assert house.clock.slept == pytest.approx([0.2, 0.4, 0.8, 1.6])


async def test_an_outcome_that_is_never_written_becomes_unsure_with_the_lease(house: House) -> None:
    push = await put(house)
    house.telegram.during = lambda: setattr(house, "broken_commits", 5)
    await house.deliver()
    house.telegram.during = lambda: None
    assert (await stored(house, push)).state is S.SENDING
    await run(house, 32)
    assert [copy.reminder for copy in house.telegram.chats[7]] == [False, True]


async def test_a_call_withdrawn_while_unsure_is_not_reminded_of(house: House) -> None:
    push = await put(house)
    house.telegram.lost_answers = 1
    await house.deliver()
    async with house.database.open_book() as book:
        assert await book.outbox.withdraw(push.watch_id, ["your_turn"], "no longer true") == 1
        await book.commit()
    await run(house, 30)
    assert len(house.telegram.chats[7]) == 1
    assert (await stored(house, push)).state is S.EXPIRED


async def test_two_workers_send_each_push_once(house: House) -> None:
    for chat_id in range(1, 51):
        await put(house, chat_id=chat_id)
    other = house.another()
    for _ in range(4):
        await asyncio.gather(house.deliver(), other.deliver())
        house.clock.advance(1)
    assert sorted(house.telegram.chats) == list(range(1, 51))
    assert all(len(copies) == 1 for copies in house.telegram.chats.values())
    assert await house.counts() == {"sent": 50}


async def test_a_push_to_somebody_never_met_is_sent_in_nobodys_language(house: House) -> None:
    met: list[Person] = []
    inner = house.telegram.send

    async def send(push: Push, person: Person, watch: None) -> Outcome:
        met.append(person)
        return await inner(push, person, watch)

    house.telegram.send = send  # type: ignore[method-assign,assignment]  # it looks at whom it is for
    await put(house)
    await house.deliver()
    assert met == [Person(7)]
