"""One wish, one ticket: whatever is lost on the way, whoever dies, and however often the wish is repeated."""

import pytest

from tests.tickets.house import ME, House, Killed
from tests.tickets.neighbours import Trouble
from tests.tickets.town import a_location, a_service
from tickets.acting import Actor
from tickets.errors import (
    AlreadyHolding,
    DatabaseUnavailable,
    OnlyInPrivate,
    QueueTooShort,
    Refused,
    ServerUnavailable,
    SignedOut,
    TokenRefused,
    TooFar,
    Undecided,
)
from tickets.model import Coordinates, Notice, Notices, Phase, Rules, ServerService
from tickets.pushes import PushKind
from tickets.take import Policy
from tickets.watching import Account, Intent


async def open_intents(house: House) -> int:
    """How many this chat has open, asked for or not: at most one."""
    async with house.database.open_book() as book:
        return await book.intents.of(7) is not None


async def watched(house: House, chat_id: int = 7) -> list[str]:
    async with house.database.open_book() as book:
        return [watch.ticket.id for watch in await book.watches.of(chat_id)]


async def test_a_ticket_is_taken_and_watched(house: House) -> None:
    await house.guest()
    taken = await house.take.take(ME, await house.offer(), key="wish")
    assert (taken.fresh, taken.watch.ticket.id, taken.watch.chat_id) == (True, "t1", 7)
    assert await watched(house) == ["t1"]
    assert await open_intents(house) == 0


async def test_the_same_wish_again_takes_no_second_ticket(house: House) -> None:
    await house.guest()
    offer = await house.offer()
    first = await house.take.take(ME, offer, key="wish")
    for one in (house, house.another()):
        again = await one.take.take(ME, offer, key="wish")
        assert (again.watch.id, again.fresh) == (first.watch.id, False)
    assert len(house.server.queue) == 1


async def test_a_wish_replayed_after_its_ticket_is_over_takes_no_second_one(house: House) -> None:
    await house.guest()
    offer = await house.offer()
    first = await house.take.take(ME, offer, key="wish")
    await house.mine.cancel(ME, "t1".__eq__)
    again = await house.another().take.take(ME, offer, key="wish")
    assert (again.watch.id, again.fresh, again.watch.live) == (first.watch.id, False, False)
    assert len(house.server.queue) == 1
    fresh = await house.take.take(ME, offer, key="another wish")
    assert (fresh.fresh, len(house.server.queue)) == (True, 2)


@pytest.mark.parametrize("nonsense", [False, True])
async def test_a_lost_answer_is_looked_up(house: House, *, nonsense: bool) -> None:
    await house.guest()
    house.server.trouble.append(Trouble("create", after=True, nonsense=nonsense))
    assert (await house.take.take(ME, await house.offer(), key="wish")).fresh
    assert await watched(house) == ["t1"]
    assert house.server.asked["create"] == 1


async def test_a_proven_failure_is_said_at_once(house: House) -> None:
    await house.guest()
    house.server.trouble.append(Trouble("create", after=False, proven=True))
    with pytest.raises(ServerUnavailable):
        await house.take.take(ME, await house.offer(), key="wish")
    assert (house.server.asked["tickets"], await open_intents(house)) == (1, 0)


async def test_a_list_that_lags_is_waited_for(house: House) -> None:
    await house.guest()
    house.server.trouble.append(Trouble("create", after=True))
    house.server.lag = 2
    assert (await house.take.take(ME, await house.offer(), key="wish")).fresh


@pytest.mark.parametrize("lag", [0, 2])
async def test_a_crash_between_create_and_adopt(house: House, lag: int) -> None:
    await house.guest()
    offer = await house.offer()
    house.server.on_create = crash
    with pytest.raises(Killed):
        await house.take.take(ME, offer, key="wish")
    house.server.on_create = lambda: None
    house.server.lag = lag
    taken = await house.another().take.take(ME, offer, key="wish")
    assert (taken.fresh, len(house.server.queue), await watched(house)) == (True, 1, ["t1"])


async def test_a_crash_before_create_is_no_ticket_and_then_one(house: House) -> None:
    await house.guest()
    offer = await house.offer()
    async with house.database.open_book() as book:
        await book.intents.open(Intent("wish", 7, "1", "10", 0.0, ()))
        await book.commit()
    await house.another().tick(40)
    assert await open_intents(house) == 1, "the press is handled again, and knows best"
    taken = await house.take.take(ME, offer, key="wish")
    assert (taken.fresh, len(house.server.queue), await open_intents(house)) == (True, 1, 0)


async def test_a_ticket_called_before_it_was_found_is_told(house: House) -> None:
    await house.guest()
    house.server.on_create = crash
    with pytest.raises(Killed):
        await house.take.take(ME, await house.offer(), key="wish")
    house.server.change("t1", phase=Phase.CALLED)
    await house.another().tick(31)
    assert PushKind.YOUR_TURN in house.telegram.kinds()


async def test_a_ticket_found_after_a_crash_has_its_location_s_own_words(house: House) -> None:
    """server_services/get has them; where it fails, those of the whole brand are better than none."""
    brand, own = Notices(your_turn=Notice("Now", "Go")), Notices(your_turn=Notice("Now", "Come to the window"))
    house.server.town = (a_location(rules=Rules(notices=brand)),)
    house.server.offered = (ServerService("s", "P", locations=(a_location(rules=Rules(notices=own)),)),)
    for chat_id, failing, expected in ((7, False, own), (8, True, brand)):
        await house.guest(chat_id)
        house.server.on_create = crash
        with pytest.raises(Killed):
            await house.take.take(Actor(chat_id, chat_id), await house.offer(chat_id), key=f"wish-{chat_id}")
        house.server.trouble = [Trouble("services", after=False)] if failing else []
        await house.another().tick(31)
        async with house.database.open_book() as book:
            assert [one.notices for one in await book.watches.of(chat_id)] == [expected]


async def test_whoever_wants_something_else_after_a_crash_gets_both(house: House) -> None:
    house.server.town = (a_location(services=(a_service("10"), a_service("11"))),)
    await house.guest()
    house.server.on_create = crash
    with pytest.raises(Killed):
        await house.take.take(ME, await house.offer(), key="wish")
    house.server.on_create = lambda: None
    taken = await house.take.take(ME, await house.offer(service=1), key="other")
    assert taken.watch.ticket.service.id == "11"
    assert await watched(house) == ["t1", "t2"]


async def test_a_second_request_under_way_is_not_overtaken(house: House) -> None:
    """Another process opens its intent after this one looked: the database says no, and nothing is asked for."""
    await house.guest()
    offer, other = await house.offer(), house.another()
    house.server.on_create = crash
    with pytest.raises(Killed):
        await other.take.take(ME, offer, key="wish")
    house.server.queue.clear()
    house.take._resume = no_intent  # type: ignore[method-assign]  # the look that came too early
    with pytest.raises(Undecided):
        await house.take.take(ME, offer, key="wish too")
    assert house.server.asked["create"] == 1


async def test_the_database_failing_after_create_loses_nothing(house: House) -> None:
    await house.guest()
    offer = await house.offer()
    house.server.on_create = lambda: setattr(house, "broken_commits", 1)
    with pytest.raises(DatabaseUnavailable):
        await house.take.take(ME, offer, key="wish")
    taken = await house.take.take(ME, offer, key="wish")
    assert (taken.watch.ticket.id, len(house.server.queue)) == ("t1", 1)


async def test_the_servers_no_is_passed_on(house: House) -> None:
    await house.guest()
    house.server.refuses = Refused("ticket/create", 12, "closed")
    with pytest.raises(Refused):
        await house.take.take(ME, await house.offer(), key="wish")
    assert await open_intents(house) == 0


async def test_nobody_takes_a_ticket_signed_out_or_in_a_group(house: House) -> None:
    offer = await house.offer()
    with pytest.raises(SignedOut):
        await house.take.take(ME, offer, key="wish")
    with pytest.raises(OnlyInPrivate):
        await house.take.take(Actor(7, -100), offer, key="wish")
    with pytest.raises(OnlyInPrivate):
        await house.take.offer(Actor(7, -100), offer.location, offer.service)


async def test_signing_out_closes_what_cannot_be_looked_up(house: House) -> None:
    await house.guest()
    house.server.on_create = crash
    with pytest.raises(Killed):
        await house.take.take(ME, await house.offer(), key="wish")
    await house.session.sign_out(ME)
    await house.tick(40)
    assert await open_intents(house) == 0


async def test_a_token_refused_leaves_the_wish_open_until_signed_in_again(house: House) -> None:
    async with house.database.open_book() as book:
        await book.accounts.put(Account(7, house.server.sign_in("ann"), guest=False, username="ann"))
        await book.commit()
    offer = await house.offer()
    house.server.on_create = crash
    with pytest.raises(Killed):
        await house.take.take(ME, offer, key="wish")
    house.server.tokens.clear()
    with pytest.raises(TokenRefused):
        await house.take.take(ME, offer, key="wish")
    assert await open_intents(house) == 1


async def test_rules_are_explained_or_enforced(house: House) -> None:
    far = a_location(coordinates=Coordinates(38.7, -9.1), rules=Rules(radius=1))
    crowded = a_location("2", rules=Rules(min_customers=9000))
    house.server.town = (far, crowded)
    await house.guest()
    offer = await house.take.offer(ME, far, far.services[0], Coordinates(41.2, -8.6))
    assert isinstance(offer.broken, TooFar)
    assert not offer.enforced
    assert offer.away == pytest.approx(280_000, rel=0.05)
    assert (await house.take.take(ME, offer, key="wish")).fresh
    strict = House(house.database, house.clock, house.server, house.telegram, policy=Policy(enforce=True))
    with pytest.raises(QueueTooShort):
        await strict.take.take(ME, await strict.offer(place=1), key="other")


async def test_what_is_held_already_is_shown_and_not_taken_twice(house: House) -> None:
    await house.guest()
    await house.take.take(ME, await house.offer(), key="wish")
    offer = await house.offer()
    assert isinstance(offer.broken, AlreadyHolding)
    assert (offer.enforced, len(offer.holding)) == (True, 1)
    assert not (await house.take.take(ME, offer, key="other")).fresh


async def test_a_ticket_taken_at_a_kiosk_is_adopted(house: House) -> None:
    account = await house.guest()
    house.server.take(account.username)
    taken = await house.take.take(ME, await house.offer(), key="wish")
    assert (taken.fresh, await watched(house), house.server.asked["create"]) == (False, ["t1"], 0)


def crash() -> None:
    """The process dies here."""
    raise Killed


async def no_intent(chat_id: int) -> None:
    """An answer from before the other's intent."""
