"""The watch tick on a real database: what is asked, what is told, and what happens when the queue server is away or talks nonsense."""

import pytest

from tests.tickets.house import ME, House
from tests.tickets.neighbours import Trouble
from tests.tickets.town import a_location, a_service, at
from tickets.acting import Actor
from tickets.errors import Undecided
from tickets.model import Customer, Phase
from tickets.pushes import PushKind
from tickets.watch import REST
from tickets.watching import Watch

K = PushKind


async def holding(house: House, chat_id: int = 7) -> Watch:
    await house.guest(chat_id)
    return (await house.take.take(Actor(chat_id, chat_id), await house.offer(chat_id), key=f"wish-{chat_id}")).watch


async def watches(house: House, chat_id: int = 7) -> list[Watch]:
    async with house.database.open_book() as book:
        return list(await book.watches.of(chat_id, live=False))


def cards(house: House) -> int:
    return sum(push.kind is K.CARD for push in house.telegram.attempts)


async def test_from_waiting_to_served(house: House) -> None:
    await holding(house)
    for changes in ({"ahead": 3}, {"ahead": 1}, {"phase": Phase.CALLED, "called": at("09:00")}, {"phase": Phase.ENDED}):
        house.server.change("t1", **changes)
        await house.tick(60)
    assert house.telegram.kinds() == [K.ALMOST_YOUR_TURN, K.YOUR_TURN]
    assert [watch.live for watch in await watches(house)] == [False]
    asked = house.server.asked["tickets"]
    await house.tick(600)
    assert house.server.asked["tickets"] == asked


async def test_each_end_is_told(house: House) -> None:
    for chat_id, phase, told in (
        (7, Phase.CANCELLED, K.CANCELLED),
        (8, Phase.MISSED, K.MISSED),
        (9, Phase.ENDED, K.ENDED),
    ):
        watch = await holding(house, chat_id)
        house.server.change(watch.ticket.id, phase=phase)
        await house.tick()
        assert house.telegram.kinds(chat_id) == [told]


async def test_nothing_due_asks_nobody(house: House) -> None:
    await holding(house)
    await house.watch()
    asked = house.server.asked["tickets"]
    assert await house.watch() == 0
    assert house.server.asked["tickets"] == asked


async def test_one_request_covers_all_of_a_customers_tickets(house: House) -> None:
    house.server.town = (a_location(services=(a_service("10"), a_service("11"))),)
    await holding(house)
    await house.take.take(ME, await house.offer(service=1), key="other")
    for ticket_id in ("t1", "t2"):
        house.server.change(ticket_id, ahead=2)
    asked = house.server.asked["tickets"]
    assert await house.watch() == 1
    assert (house.server.asked["tickets"] - asked, house.watch.asked) == (1, 1)
    assert [watch.ticket.ahead for watch in await watches(house)] == [2, 2]


@pytest.mark.parametrize("nonsense", [False, True])
async def test_a_server_away_is_backed_off_from_and_said_on_the_card(house: House, *, nonsense: bool) -> None:
    await holding(house)
    house.server.trouble.append(Trouble("tickets", after=False, nonsense=nonsense, count=10**6))
    gaps, last = [], house.clock.now()
    for _ in range(400):
        house.clock.advance(1)
        if await house.watch():
            gaps.append(house.clock.now() - last)
            last = house.clock.now()
    assert gaps == [1, 4, 8, 16, 32, *[60] * 5]
    assert house.watch.troubled == len(gaps)
    await house.deliver()
    assert (house.telegram.kinds(), cards(house)) == ([], 1)
    (watch,) = await watches(house)
    assert (watch.ticket.phase, watch.missing, watch.live) == (Phase.WAITING, 0, True)


async def test_after_the_trouble_the_call_is_told_once_and_the_card_renewed(house: House) -> None:
    await holding(house)
    house.server.trouble.append(Trouble("tickets", after=True, count=4))
    house.server.change("t1", phase=Phase.CALLED, called=at("09:00"))
    for _ in range(40):
        await house.tick(1)
    assert house.telegram.kinds() == [K.YOUR_TURN, K.STILL_YOUR_TURN]
    assert house.watch.troubled == 0


async def test_one_customers_trouble_is_not_the_servers(house: House) -> None:
    await holding(house)
    await holding(house, 8)
    house.server.trouble.append(Trouble("tickets", after=True))
    await house.watch()
    assert house.watch.troubled == 0


async def test_a_ticket_vanishes_only_after_three_healthy_answers(house: House) -> None:
    await holding(house)
    held = house.server.queue.pop("t1")
    for step, told in enumerate([[], [], [], [], [K.VANISHED]]):
        if step in (1, 2):
            house.server.trouble.append(Trouble("tickets", after=True))
        await house.tick(61)
        assert house.telegram.kinds() == told
    house.server.queue["t1"] = held
    await house.tick(61)
    assert house.telegram.kinds() == [K.VANISHED]


async def test_a_ticket_missing_for_a_moment_is_nothing(house: House) -> None:
    await holding(house)
    held = house.server.queue.pop("t1")
    await house.tick(61)
    await house.tick(61)
    house.server.queue["t1"] = held
    await house.tick(61)
    house.server.queue.clear()
    await house.tick(61)
    assert house.telegram.kinds() == []


async def test_signed_out_is_told_once_for_all_tickets_and_the_watch_rests(house: House) -> None:
    house.server.town = (a_location(services=(a_service("10"), a_service("11"))),)
    house.server.customers["ann"] = ("pass", Customer("c9", "ann"))
    await house.session.with_password(ME, "ann", "pass")
    for service in (0, 1):
        await house.take.take(ME, await house.offer(service=service), key=f"wish-{service}")
    house.server.tokens.clear()
    asked = house.server.asked["tickets"]
    for _ in range(10):
        await house.tick(REST / 4)
    assert house.telegram.kinds() == [K.SIGN_IN]
    assert 2 <= house.server.asked["tickets"] - asked <= 4
    await house.session.with_password(ME, "ann", "pass")
    house.server.change("t1", phase=Phase.CALLED)
    await house.tick()
    assert house.telegram.kinds() == [K.SIGN_IN, K.YOUR_TURN]


async def test_a_guest_whose_renewal_fails_for_a_moment_is_not_told_to_sign_in(house: House) -> None:
    await holding(house)
    house.server.tokens.clear()
    house.server.trouble.append(Trouble("login", after=False))
    for _ in range(3):
        await house.tick()
    house.server.change("t1", phase=Phase.CALLED)
    await house.tick(61)
    assert house.telegram.kinds() == [K.YOUR_TURN]


async def test_a_choice_of_warning_holds_at_once(house: House) -> None:
    house.server.customers["ann"] = ("pass", Customer("c9", "ann", ticket_warning=6))
    await house.session.with_password(ME, "ann", "pass")
    await house.take.take(ME, await house.offer(), key="wish")
    house.server.change("t1", ahead=7)
    await house.tick(60)
    assert house.telegram.kinds() == []
    house.server.change("t1", ahead=6)
    await house.tick(60)
    assert house.telegram.kinds() == [K.ALMOST_YOUR_TURN]
    await house.preferences.choose_warning(ME, 1)
    house.server.change("t1", service=a_service("11"), ahead=5)
    await house.tick(60)
    house.server.change("t1", ahead=1)
    await house.tick(60)
    assert house.telegram.kinds() == [K.ALMOST_YOUR_TURN, K.MOVED, K.ALMOST_YOUR_TURN]


async def test_two_workers_share_the_work(house: House) -> None:
    for chat_id in range(7, 12):
        watch = await holding(house, chat_id)
        house.server.change(watch.ticket.id, phase=Phase.CALLED)
    other, asked = house.another(), house.server.asked["tickets"]
    assert await house.watch() + await other.watch() == 5
    assert house.server.asked["tickets"] - asked == 5
    await house.tick()
    assert [house.telegram.kinds(chat_id) for chat_id in range(7, 12)] == [[K.YOUR_TURN]] * 5


async def test_an_answer_that_comes_after_the_lease_is_not_written(house: House) -> None:
    """The first worker sleeps in its request; the second reads a call meanwhile, and the first answer is of no use any more."""
    await holding(house)
    other, inner = house.another(), house.server.tickets

    async def stall(vt_token: str) -> tuple[object, ...]:
        house.server.tickets = inner  # type: ignore[method-assign]  # only the first answer is slow
        early = await inner(vt_token)
        house.server.change("t1", phase=Phase.CALLED, called=at("09:00"))
        house.clock.advance(31)
        assert await other.watch() == 1
        return early

    house.server.tickets = stall  # type: ignore[method-assign,assignment]  # the same server with a slow answer
    await house.watch()
    (watch,) = await watches(house)
    assert (watch.ticket.phase, watch.call_no) == (Phase.CALLED, 1)
    await house.tick(1)
    assert house.telegram.kinds() == [K.YOUR_TURN]


async def test_a_worker_that_died_is_replaced_after_its_lease(house: House) -> None:
    await holding(house)
    async with house.database.open_book() as book:
        assert await book.watches.claim("dead", house.clock.now(), lease=30, limit=9)
        await book.commit()
    assert await house.watch() == 0
    house.clock.advance(31)
    assert await house.watch() == 1


async def test_a_reading_that_cannot_be_written_is_asked_for_again(house: House) -> None:
    await holding(house)
    house.server.change("t1", phase=Phase.CALLED)
    house.server.on_list = lambda: setattr(house, "broken_commits", 1)
    assert await house.watch() == 1
    house.server.on_list = lambda: None
    assert (await house.counts(), (await watches(house))[0].call_no) == ({}, 0)
    await house.tick(31)
    assert house.telegram.kinds() == [K.YOUR_TURN]


async def test_at_most_so_many_customers_a_tick(house: House) -> None:
    for chat_id in range(1, 26):
        await holding(house, chat_id)
    asked = house.server.asked["tickets"]
    assert [await house.watch(), await house.watch(), await house.watch()] == [20, 5, 0]
    assert house.server.asked["tickets"] - asked == 25


async def test_an_intent_that_cannot_be_settled_is_not_asked_for_at_every_tick(house: House) -> None:
    await house.guest()
    house.server.trouble += [Trouble("create", after=True)]
    house.server.on_create = lambda: house.server.trouble.append(Trouble("tickets", after=False, count=100))
    with pytest.raises(Undecided):
        await house.take.take(ME, await house.offer(), key="wish")
    house.clock.advance(31)
    asked = house.server.asked["tickets"]
    for _ in range(60):
        house.clock.advance(1)
        await house.watch()
    assert house.server.asked["tickets"] - asked == 6


@pytest.mark.parametrize("minutes", [4, 9])
async def test_a_clock_set_back_while_the_server_was_away_hides_no_call(house: House, minutes: int) -> None:
    """Nothing was read by the clock that was ahead, and the next ask is of it."""
    await holding(house)
    house.server.trouble.append(Trouble("tickets", after=False, count=10**6))
    for _ in range(20):
        await house.tick(60)
    house.server.trouble.clear()
    house.clock.advance(-60 * minutes)
    house.server.change("t1", phase=Phase.CALLED, called=at("09:30"))
    await house.tick()
    assert house.telegram.kinds() == [K.YOUR_TURN]


async def test_a_watch_of_a_signed_out_chat_rests(house: House) -> None:
    watch = await holding(house)
    async with house.database.open_book() as book:
        await book.accounts.forget(7)
        await book.commit()
    await house.tick()
    (rests,) = await watches(house)
    assert rests.next_ask >= house.clock.now() + REST - 20
    assert rests.ticket == watch.ticket
    assert house.telegram.kinds() == []
