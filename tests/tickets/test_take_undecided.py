"""A lost answer that cannot be looked up yet: nothing is claimed, no second ticket is made, and what came of it is found later."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

import tickets.take
from tests.tickets.house import ME, House, Killed
from tests.tickets.neighbours import Trouble
from tests.tickets.test_take import open_intents, watched
from tickets.errors import ServerUnavailable, Undecided
from tickets.model import Ticket
from tickets.pushes import PushKind
from tickets.session import Session
from tickets.take import Offer
from tickets.watch import TOGETHER
from tickets.watching import Intent, Watch


async def nothing_came(house: House, key: str) -> Offer:
    """A request that is lost on its way."""
    await house.guest()
    house.server.trouble.append(Trouble("create", after=False))
    offer = await house.offer()
    with pytest.raises(Undecided):
        await house.take.take(ME, offer, key=key)
    return offer


async def test_where_the_list_does_not_hold_it_for_half_a_minute_nothing_was_taken(house: House) -> None:
    await house.guest()
    house.server.trouble.append(Trouble("create", after=False))
    with pytest.raises(Undecided):
        await house.take.take(ME, await house.offer(), key="wish")
    assert (house.clock.slept, await open_intents(house)) == ([0.5, 2.0, 4.0], 1)
    await house.tick(20)
    assert (await open_intents(house), house.telegram.kinds()) == (1, [])
    for _ in range(8):
        await house.tick()
    assert (await open_intents(house), await watched(house)) == (0, [])
    (told,) = house.telegram.chats[7]
    assert told.kind is PushKind.NOT_TAKEN, "once, and to a person who was asked to wait"
    offer = await house.offer()
    assert (told.ticket.location.name, told.ticket.service) == (offer.location.name, offer.service)
    assert (await house.take.take(ME, offer, key="again")).fresh


async def test_where_the_location_cannot_be_read_it_is_told_all_the_same(house: House) -> None:
    await nothing_came(house, "wish")
    house.server.trouble.append(Trouble("locations", after=False, count=9))
    for _ in range(5):
        await house.tick()
    assert [(one.kind, one.ticket.location.id, one.ticket.service.id) for one in house.telegram.chats[7]] == [
        (PushKind.NOT_TAKEN, "1", "10")
    ]


async def test_a_press_that_finds_that_out_answers_it(house: House) -> None:
    """The news wait for a press that a dead process left: whoever is answered is not told by a push as well."""
    offer = await nothing_came(house, "wish")
    house.clock.advance(31)
    await house.watch()
    assert (await open_intents(house), await house.counts()) == (0, {"pending": 1})
    assert (await house.another().take.take(ME, offer, key="wish")).fresh
    for _ in range(3):
        await house.tick()
    assert PushKind.NOT_TAKEN not in house.telegram.kinds()
    assert (await house.counts())["expired"] == 1


async def test_a_ticket_that_comes_very_late_takes_the_news_back(house: House) -> None:
    """The tick closed the wish, and then its own press had the answer after all."""
    await house.guest()

    async def closes() -> None:
        async with house.database.open_book() as book:
            (intent,) = await book.intents.left_open(house.clock.now() + 1)
        house.clock.advance(31)
        house.server.lag = 1
        assert await house.another().take.settle(intent, tell=True) is None

    create = house.server.create

    async def slowly(vt_token: str, location_id: str, service_id: str) -> Ticket:
        made = await create(vt_token, location_id, service_id)
        await closes()
        return made

    house.server.create = slowly  # type: ignore[method-assign]  # a slow server
    assert (await house.take.take(ME, await house.offer(), key="wish")).fresh
    assert await house.counts() == {"expired": 1}


async def test_a_press_that_is_handled_again_after_the_news_asks_for_nothing(house: House) -> None:
    """Its first process died, and by the time another handles it the person was told, and may have gone elsewhere."""
    offer = await nothing_came(house, "wish")
    for _ in range(5):
        await house.tick()
    with pytest.raises(ServerUnavailable) as caught:
        await house.another().take.take(ME, offer, key="wish")
    assert not caught.value.may_have_happened
    assert (house.server.asked["create"], house.telegram.kinds()) == (1, [PushKind.NOT_TAKEN])
    assert (await house.take.take(ME, offer, key="another press")).fresh


async def test_what_was_given_up_meanwhile_is_not_asked_for(house: House) -> None:
    """Between the intent and the request the person left, or a tick settled it."""
    await house.guest()
    offer, call = await house.offer(), house.session.call

    async def held_up(chat_id: int, ask: Callable[[str], Awaitable[Any]]) -> Any:
        async with house.database.open_book() as book:
            await book.intents.forget(7)
            await book.commit()
        return await call(chat_id, ask)

    house.session.call = held_up  # type: ignore[method-assign]  # a slow machine
    with pytest.raises(ServerUnavailable) as caught:
        await house.take.take(ME, offer, key="wish")
    assert not caught.value.may_have_happened
    assert (house.server.asked["create"], await open_intents(house)) == (0, 0)


async def test_what_took_long_to_write_down_is_not_asked_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process slept, or its disk did: by the time it asks, a list that lags might prove that there is no ticket."""
    await house.guest()
    monkeypatch.setattr(tickets.take, "AT_ONCE", -1.0)
    with pytest.raises(ServerUnavailable) as caught:
        await house.take.take(ME, await house.offer(), key="wish")
    assert not caught.value.may_have_happened
    assert (house.server.asked["create"], await open_intents(house)) == (0, 0)


async def test_a_process_that_died_before_it_asked_costs_nobody_a_press(house: House) -> None:
    """It was never asked for, so the press is handled again at once."""
    await house.guest()
    offer = await house.offer()

    async def dies(chat_id: int, ask: Callable[[str], Awaitable[Any]]) -> Any:
        async with house.database.open_book() as book:
            if await book.intents.of(7):
                raise Killed
        return await Session.call(house.session, chat_id, ask)

    house.session.call = dies  # type: ignore[method-assign]  # kill -9
    with pytest.raises(Killed):
        await house.take.take(ME, offer, key="wish")
    assert (await house.another().take.take(ME, offer, key="wish")).fresh
    assert (house.server.asked["create"], await open_intents(house)) == (1, 0)


async def test_a_press_that_asks_anew_meanwhile_is_not_told_that_none_was_taken(house: House) -> None:
    """The tick looked for the first try of a press while its second one was on its way."""
    await nothing_came(house, "wish")
    house.clock.advance(31)
    async with house.database.open_book() as book:
        (first,) = await book.intents.left_open(house.clock.now())
        await book.intents.close(first.id)
        await book.intents.open(replace(first, opened_at=house.clock.now()))
        await book.commit()
    assert await house.take.settle(first, tell=True) is None
    assert (await open_intents(house), await house.counts()) == (1, {})


async def test_signed_out_nobody_is_told(house: House) -> None:
    """Nothing is known of it; and what comes of a wish of a day ago is no news."""
    await nothing_came(house, "wish")
    async with house.database.open_book() as book:
        (intent,) = await book.intents.left_open(house.clock.now() + 1)
        await book.accounts.forget(7)
        await book.commit()
    await house.tick(40)
    assert (await open_intents(house), await house.counts()) == (0, {})
    await house.guest()
    async with house.database.open_book() as book:
        await book.intents.open(replace(intent, opened_at=house.clock.now() - 90_000))
        await book.commit()
    for _ in range(3):
        await house.tick()
    assert (await open_intents(house), house.telegram.kinds()) == (0, [])


async def test_where_the_answer_came_late_the_list_proves_that_nothing_was_taken(house: House) -> None:
    """The server was silent for so long that its list cannot lag any more."""
    await house.guest()
    house.server.trouble.append(Trouble("create", after=True))
    house.server.on_create = lambda: (house.clock.advance(24), house.server.queue.clear())  # type: ignore[assignment,func-returns-value]  # one line of script
    with pytest.raises(ServerUnavailable) as nothing:
        await house.take.take(ME, await house.offer(), key="wish")
    assert not nothing.value.may_have_happened
    assert (house.clock.slept, await open_intents(house)) == ([0.5, 2.0, 4.0], 0)


@pytest.mark.parametrize("again", [False, True])
async def test_a_list_that_lags_for_longer_than_the_looks_hides_no_ticket(house: House, *, again: bool) -> None:
    """Nor does it make a second one, however soon the button is pressed again."""
    await house.guest()
    house.server.trouble.append(Trouble("create", after=True))
    house.server.lag = 7 if again else 3
    for number in range(1 + again):
        with pytest.raises(Undecided):
            await house.take.take(ME, await house.offer(), key=f"wish {number}")
    for _ in range(4):
        await house.tick()
    assert (await open_intents(house), await watched(house), len(house.server.queue)) == (0, ["t1"], 1)


async def test_a_clock_set_back_keeps_nobody_from_taking_a_ticket(house: House) -> None:
    await house.guest()
    house.server.trouble.append(Trouble("create", after=False))
    with pytest.raises(Undecided):
        await house.take.take(ME, await house.offer(), key="wish")
    house.clock.advance(-3600)
    assert (await house.take.take(ME, await house.offer(), key="again")).fresh


async def test_without_any_answer_it_is_undecided_and_found_later(house: House) -> None:
    await house.guest()
    house.server.trouble.append(Trouble("create", after=True))
    house.server.on_create = lambda: house.server.trouble.append(Trouble("tickets", after=False, count=3))
    with pytest.raises(Undecided):
        await house.take.take(ME, await house.offer(), key="wish")
    assert (await open_intents(house), await watched(house)) == (1, [])
    await house.tick(20)
    assert await watched(house) == []
    await house.tick(20)
    assert (await open_intents(house), await watched(house)) == (0, ["t1"])
    assert [push.kind for push in house.telegram.chats[7]] == [PushKind.CARD]


async def test_only_the_last_look_proves_that_there_is_none(house: House) -> None:
    """A list that does not show the ticket yet, and then a server that is away: nothing is known."""
    await house.guest()
    house.server.trouble.append(Trouble("create", after=True))
    house.server.lag = 1
    away = Trouble("tickets", after=True, count=2)
    go_away = lambda: house.server.trouble.append(away) if away.count == 2 else None  # noqa: E731 -- one line of script
    house.server.on_create = lambda: setattr(house.server, "on_list", go_away)
    with pytest.raises(Undecided):
        await house.take.take(ME, await house.offer(), key="wish")
    assert await open_intents(house) == 1


async def test_wishes_that_cannot_be_looked_up_keep_no_other_waiting(house: House) -> None:
    """A tick looks a few of them up, each before any again."""
    chats = range(100, 100 + 2 * TOGETHER + 1)
    async with house.database.open_book() as book:
        for chat_id in chats:
            await book.intents.open(Intent(f"wish-{chat_id}", chat_id, "1", "10", house.clock.now(), ()))
        await book.commit()
    tried: list[int] = []

    async def settle(intent: Intent, *, tell: bool = False) -> Watch | None:
        tried.append(intent.chat_id)
        raise Undecided

    house.take.settle = settle  # type: ignore[method-assign]  # a server that knows of none
    house.clock.advance(31)
    for _ in range(3):
        await house.watch()
    assert sorted(tried) == list(chats)
