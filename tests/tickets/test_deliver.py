"""The delivery tick on a real database: who goes first, and what each answer of Telegram leads to."""

from dataclasses import replace

import pytest

from tests.tickets.house import House
from tests.tickets.outbox import put, run, stored
from tickets.deliver import BATCH, REFUSAL_KEEPS, refusal
from tickets.pushes import (
    BadContent,
    BotRefused,
    Flooded,
    Gone,
    Migrated,
    NotSent,
    Outcome,
    PushKind,
    PushState,
)
from tickets.watching import Person

K, S = PushKind, PushState


async def test_the_most_urgent_goes_first(house: House) -> None:
    for kind in (K.CARD, K.MOVED, K.ALMOST_YOUR_TURN, K.YOUR_TURN):
        await put(house, kind)
    await run(house, 4)
    assert [push.kind for push in house.telegram.attempts] == [K.YOUR_TURN, K.ALMOST_YOUR_TURN, K.MOVED, K.CARD]
    assert await house.counts() == {"sent": 4}


async def test_one_second_between_two_to_one_chat(house: House) -> None:
    for kind in (K.MOVED, K.YOUR_TURN):
        await put(house, kind)
    await put(house, chat_id=8)
    assert [await house.deliver(), await house.deliver()] == [2, 0]
    house.clock.advance(1)
    assert await house.deliver() == 1


async def test_the_bots_budget_goes_to_the_urgent(house: House) -> None:
    for chat_id in range(1, 60):
        await put(house, K.CARD if chat_id % 2 else K.YOUR_TURN, chat_id)
    assert await house.deliver() == BATCH
    first = [push.kind for push in house.telegram.attempts]
    assert first.count(K.YOUR_TURN) == 29
    await run(house, 2)
    assert await house.counts() == {"sent": 59}


async def test_what_arrived_is_written_with_its_message(house: House) -> None:
    push = await put(house)
    await house.deliver()
    kept = await stored(house, push)
    assert (kept.state, kept.message_id, kept.attempt, kept.lease_owner) == (S.SENT, 1, 1, "")


async def test_an_unsure_call_is_reminded_once_and_said_to_be_one(house: House) -> None:
    push = await put(house)
    house.telegram.lost_answers = 1
    await run(house, 60)
    copies = house.telegram.chats[7]
    assert [copy.reminder for copy in copies] == [False, True]
    assert (await stored(house, push)).state is S.SENT
    assert house.alarms == []


async def test_a_call_unsure_twice_is_counted_apart_and_alarmed(house: House) -> None:
    push = await put(house)
    house.telegram.lost_answers = 99
    await run(house, 120)
    assert len(house.telegram.chats[7]) == 2
    assert (await stored(house, push)).state is S.UNSURE_FINAL
    assert house.alarms == ["nobody knows whether your_turn arrived"]


async def test_an_unsure_notice_is_not_sent_again(house: House) -> None:
    await put(house, K.ALMOST_YOUR_TURN)
    house.telegram.lost_answers = 1
    await run(house, 60)
    assert len(house.telegram.attempts) == 1
    assert await house.counts() == {"unsure_final": 1}
    assert house.alarms == ["nobody knows whether almost_your_turn arrived"]


async def test_an_unsure_card_is_edited_again(house: House) -> None:
    push = await put(house, K.CARD)
    house.telegram.lost_answers = 2
    await run(house, 60)
    assert len(house.telegram.attempts) == 3
    assert (await stored(house, push)).state is S.SENT


async def test_a_card_that_arrived_is_remembered_in_its_watch(house: House) -> None:
    push = await put(house, K.CARD)
    await house.deliver()
    async with house.database.open_book() as book:
        watch = await book.watches.get(push.watch_id)
    assert watch is not None
    assert (watch.card_message_id, watch.card_digest) == (1, "digest")


async def test_what_never_left_is_sent_once_and_unmarked(house: House) -> None:
    push = await put(house)
    house.telegram.outcomes = [NotSent("refused")] * 5
    await run(house, 60)
    assert [copy.reminder for copy in house.telegram.chats[7]] == [False]
    kept = await stored(house, push)
    assert (kept.state, kept.attempt, kept.tries) == (S.SENT, 1, 5)


async def test_a_blocked_chat_is_left_alone_until_it_comes_back(house: House) -> None:
    push = await put(house)
    later = await put(house, K.MOVED)
    chose = Person(7, language="pt", warn_ahead=2)
    async with house.database.open_book() as book:
        await book.people.put(chose)
        await book.commit()
    house.telegram.outcomes = [Gone("blocked")]
    await run(house, 10)
    assert ((await stored(house, push)).state, (await stored(house, later)).state) == (S.DEAD, S.PENDING)
    async with house.database.open_book() as book:
        assert await book.people.get(7) == replace(chose, reachable=False), "what they chose is kept"
        await book.people.put(chose)
        await book.commit()
    await run(house, 2)
    assert (await stored(house, later)).state is S.SENT


async def test_a_flooded_chat_waits_and_nobody_else(house: House) -> None:
    await put(house)
    house.telegram.outcomes = [Flooded(9)]
    await house.deliver()
    await put(house, K.MOVED)
    await put(house, chat_id=8)
    await run(house, 8)
    assert set(house.telegram.chats) == {8}
    await run(house, 3)
    assert house.telegram.kinds() == [K.YOUR_TURN, K.MOVED]
    assert not house.telegram.chats[7][0].reminder


@pytest.mark.parametrize(("outcome", "rest"), [(Flooded(9, whole_bot=True), 9), (BotRefused("401"), 30)])
async def test_a_bot_that_is_told_to_rest_rests_altogether(house: House, outcome: Outcome, rest: int) -> None:
    await put(house)
    house.telegram.outcomes = [outcome]
    await house.deliver()
    await put(house, chat_id=8)
    await run(house, rest - 1)
    assert house.telegram.chats == {}
    await run(house, 2)
    assert set(house.telegram.chats) == {7, 8}
    assert house.alarms == (["telegram refuses the bot: 401"] if rest == 30 else [])


async def told(house: House) -> str:
    async with house.database.open_book(reading=True) as book:
        return await refusal(book, house.clock.now())


async def test_a_refused_token_is_known_to_every_process_until_something_is_sent(house: House) -> None:
    await put(house)
    house.telegram.outcomes = [BotRefused("401 Unauthorized"), BotRefused("404 Not Found")]
    await house.deliver()
    assert await told(house) == "401 Unauthorized"
    await run(house.another(), 31)
    assert await told(house) == "404 Not Found"
    await run(house.another(), 31)
    assert (await told(house), await house.counts()) == ("", {"sent": 1})


async def test_a_refusal_that_nobody_could_renew_is_not_believed_for_ever(house: House) -> None:
    await put(house)
    house.telegram.outcomes = [BotRefused("401 Unauthorized")]
    await house.deliver()
    house.clock.advance(REFUSAL_KEEPS - 1)
    assert await told(house)
    house.clock.advance(1)
    assert not await told(house)


async def test_refused_formatting_is_sent_plain_and_then_given_up(house: House) -> None:
    push = await put(house)
    house.telegram.outcomes = [BadContent("can't parse entities")]
    await run(house, 3)
    assert [copy.plain for copy in house.telegram.chats[7]] == [True]
    assert (await stored(house, push)).state is S.SENT
    other = await put(house, chat_id=8)
    house.telegram.outcomes = [BadContent("long"), BadContent("long")]
    await run(house, 5)
    assert (await stored(house, other)).state is S.DEAD
    assert house.alarms == ["telegram refuses your_turn: long"]


async def test_a_chat_that_moved_is_followed(house: House) -> None:
    await put(house)
    house.telegram.outcomes = [Migrated(-1007)]
    await run(house, 3)
    assert set(house.telegram.chats) == {-1007}
