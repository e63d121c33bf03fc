"""Tickets that could not be read for days: they are given up, so that nothing is kept and asked about for ever."""

from tests.tickets.house import ME, House
from tests.tickets.neighbours import Trouble
from tickets.model import Customer, Phase
from tickets.pushes import PushKind
from tickets.watch import REST, STALE_AFTER
from tickets.watching import Watch

K = PushKind


async def holding(house: House) -> None:
    await house.guest()
    await house.take.take(ME, await house.offer(), key="wish")


async def watches(house: House) -> list[Watch]:
    async with house.database.open_book() as book:
        return list(await book.watches.of(7, live=False))


def cards(house: House) -> int:
    return sum(push.kind is K.CARD for push in house.telegram.attempts)


async def days_pass(house: House, days: int) -> None:
    for _ in range(days * 24):
        await house.tick(3600)


async def lapsed(house: House) -> None:
    """A named customer took a ticket, and the queue server takes their token no more."""
    house.server.customers["ann"] = ("pass", Customer("c9", "ann"))
    await house.session.with_password(ME, "ann", "pass")
    await house.take.take(ME, await house.offer(), key="wish")
    house.server.tokens.clear()


async def test_a_sign_in_that_lapsed_for_good_ends_the_watch_in_silence(house: House) -> None:
    """The person was told to sign in: they are not held to a ticket of long ago, and it is deleted as any that is over."""
    await lapsed(house)
    await days_pass(house, 1)
    assert [watch.live for watch in await watches(house)] == [True]
    await days_pass(house, 2)
    assert [watch.live for watch in await watches(house)] == [False]
    assert (house.telegram.kinds(), cards(house)) == ([K.SIGN_IN], 2), "one that says how old it is, and the receipt"
    asked = house.server.asked["tickets"]
    house.clock.advance(28 * 86_400)
    await house.tick()
    assert house.server.asked["tickets"] == asked
    async with house.database.open_book() as book:
        await book.privacy.forget_old(house.clock.now())
        await book.commit()
    assert await watches(house) == []


async def test_a_server_away_for_days_ends_the_watch_and_says_so(house: House) -> None:
    await holding(house)
    house.server.trouble.append(Trouble("tickets", after=False, count=10**6))
    await days_pass(house, 3)
    assert [watch.live for watch in await watches(house)] == [False]
    assert (house.telegram.kinds(), cards(house)) == ([K.UNFOLLOWED], 2)


async def test_a_clock_that_jumps_ahead_ends_nothing(house: House) -> None:
    await holding(house)
    house.server.trouble.append(Trouble("tickets", after=False, count=3))
    house.clock.advance(5 * 86_400)
    for _ in range(4):
        await house.tick(61)
    assert [(watch.live, watch.failures) for watch in await watches(house)] == [(True, 0)]


async def test_a_ticket_that_lives_all_the_same_is_followed_again_when_the_person_looks(house: House) -> None:
    await lapsed(house)
    await days_pass(house, 3)
    await house.session.with_password(ME, "ann", "pass")
    assert [watch.live for watch in (await house.mine.all(ME)).watches] == [True]
    house.server.change("t1", phase=Phase.CALLED)
    await house.tick(61)
    assert house.telegram.kinds() == [K.SIGN_IN, K.YOUR_TURN]


async def test_each_sign_in_that_lapses_is_told(house: House) -> None:
    """Also the second one for the same ticket: whoever is not told misses their call."""
    await lapsed(house)
    await house.tick(61)
    await house.tick(REST + 61)
    await house.session.with_password(ME, "ann", "pass")
    await house.tick(61)
    house.server.tokens.clear()
    for _ in range(3):
        await house.tick(REST + 61)
    assert house.telegram.kinds() == [K.SIGN_IN, K.SIGN_IN]


async def test_a_card_whose_account_cannot_be_asked_for_says_how_old_it_is(house: House) -> None:
    await lapsed(house)
    before = cards(house)
    for _ in range(STALE_AFTER + 2):
        await house.tick(REST + 61)
    assert cards(house) == before + 1
