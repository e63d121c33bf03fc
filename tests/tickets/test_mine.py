"""A person's own tickets: read, cancelled and acknowledged, and never anybody else's."""

from dataclasses import replace

import pytest

from tests.tickets.house import ME, House
from tests.tickets.neighbours import Trouble
from tests.tickets.town import a_location, a_service, at
from tickets.acting import Actor
from tickets.errors import NotYours, OnlyInPrivate, ServerUnavailable, TokenRefused
from tickets.model import Notice, Notices, Phase, Rules
from tickets.pushes import PushKind, Sent, Unsure
from tickets.watching import Watch

K = PushKind


async def holding(house: House) -> Watch:
    await house.guest()
    return (await house.take.take(ME, await house.offer(), key="wish")).watch


async def stored(house: House) -> Watch:
    async with house.database.open_book() as book:
        watch = await book.watches.get("7:t1")
    assert watch is not None
    return watch


async def test_nobody_signed_out_has_tickets(house: House) -> None:
    mine = await house.mine.all(ME)
    assert (mine.watches, mine.stale) == ((), False)


async def test_tickets_are_read_now(house: House) -> None:
    await holding(house)
    house.server.change("t1", ahead=4)
    mine = await house.mine.all(ME)
    assert [watch.ticket.ahead for watch in mine.watches] == [4]
    assert not mine.stale


@pytest.mark.parametrize("nonsense", [False, True])
async def test_a_server_away_leaves_the_last_reading(house: House, *, nonsense: bool) -> None:
    await holding(house)
    house.server.change("t1", ahead=4)
    house.server.trouble.append(Trouble("tickets", after=False, nonsense=nonsense))
    mine = await house.mine.all(ME)
    assert ([watch.ticket.ahead for watch in mine.watches], mine.stale) == ([9], True)


async def test_a_ticket_taken_elsewhere_is_watched_with_its_notices(house: House) -> None:
    notices = Notices(your_turn=Notice("Now", "%{ticket.tag}"))
    house.server.town = (a_location(rules=Rules(notices=notices)),)
    account = await house.guest()
    house.server.take(account.username)
    (watch,) = (await house.mine.all(ME)).watches
    assert (watch.id, watch.notices) == ("7:t1", notices)
    assert house.server.asked["locations"] == 1
    await house.mine.all(ME)
    assert house.server.asked["locations"] == 1


async def test_without_the_locations_it_is_watched_all_the_same(house: House) -> None:
    account = await house.guest()
    house.server.take(account.username)
    house.server.trouble.append(Trouble("locations", after=False))
    (watch,) = (await house.mine.all(ME)).watches
    assert watch.notices == Notices()


async def test_a_ticket_found_called_is_told(house: House) -> None:
    account = await house.guest()
    house.server.take(account.username)
    house.server.change("t1", phase=Phase.CALLED, called=at("09:00"))
    await house.mine.all(ME)
    await house.mine.all(ME)
    await house.tick()
    assert house.telegram.kinds() == [K.YOUR_TURN]


async def test_a_ticket_that_was_over_and_is_called_once_more_is_watched_again(house: House) -> None:
    await holding(house)
    house.server.change("t1", phase=Phase.MISSED)
    await house.mine.all(ME)
    assert (await house.mine.all(ME)).watches == ()
    house.server.change("t1", phase=Phase.CALLED, called=at("10:00"))
    assert [watch.live for watch in (await house.mine.all(ME)).watches] == [True]
    await house.tick()
    assert K.YOUR_TURN in house.telegram.kinds()


async def test_a_ticket_that_vanished_and_came_back_is_watched_again(house: House) -> None:
    await holding(house)
    held = house.server.queue.pop("t1")
    for _ in range(3):
        await house.tick()
    assert not (await stored(house)).live
    house.server.queue["t1"] = held
    assert [watch.ticket.id for watch in (await house.mine.all(ME)).watches] == ["t1"]


async def test_one_of_two_is_refreshed(house: House) -> None:
    house.server.town = (a_location(services=(a_service("10"), a_service("11"))),)
    await holding(house)
    await house.take.take(ME, await house.offer(service=1), key="other")
    house.server.change("t2", ahead=1)
    mine = await house.mine.refresh(ME, "t2".__eq__)
    assert [(watch.ticket.id, watch.ticket.ahead) for watch in mine.watches] == [("t2", 1)]


async def test_one_that_is_over_is_shown_without_asking(house: House) -> None:
    await holding(house)
    await house.mine.cancel(ME, "t1".__eq__)
    asked = house.server.asked["tickets"]
    (watch,) = (await house.mine.refresh(ME, "t1".__eq__)).watches
    assert (watch.ticket.phase, house.server.asked["tickets"]) == (Phase.CANCELLED, asked)


async def test_somebody_elses_ticket_is_nobodys(house: House) -> None:
    await holding(house)
    for stranger, error in ((Actor(8, 8), NotYours), (Actor(7, -100), OnlyInPrivate)):
        for attempt in (
            house.mine.get(stranger, "t1".__eq__),
            house.mine.refresh(stranger, "t1".__eq__),
            house.mine.cancel(stranger, "t1".__eq__),
            house.mine.acknowledge(stranger, "t1".__eq__, 1),
        ):
            with pytest.raises(error):
                await attempt
    assert house.server.queue["t1"][1].phase is Phase.WAITING
    with pytest.raises(OnlyInPrivate):
        await house.mine.all(Actor(7, -100))


async def test_cancelling_is_silent_and_final(house: House) -> None:
    await holding(house)
    over = await house.mine.cancel(ME, "t1".__eq__)
    assert (over.ticket.phase, over.live) == (Phase.CANCELLED, False)
    assert await house.mine.cancel(ME, "t1".__eq__) == await stored(house)
    await house.tick()
    assert (house.server.asked["cancel"], house.telegram.kinds()) == (1, [])


@pytest.mark.parametrize("nonsense", [False, True])
async def test_a_cancellation_whose_answer_was_lost_is_looked_up(house: House, *, nonsense: bool) -> None:
    await holding(house)
    house.server.trouble.append(Trouble("cancel", after=True, nonsense=nonsense))
    assert not (await house.mine.cancel(ME, "t1".__eq__)).live
    assert (house.server.asked["cancel"], house.server.asked["ticket"]) == (1, 1)


async def test_a_cancellation_that_did_not_happen_is_said_so(house: House) -> None:
    await holding(house)
    for trouble in (Trouble("cancel", after=False), Trouble("cancel", after=False, proven=True)):
        house.server.trouble.append(trouble)
        with pytest.raises(ServerUnavailable):
            await house.mine.cancel(ME, "t1".__eq__)
    # Once because the answer was lost, and once before the second try, since the first may have been late.
    assert house.server.asked["ticket"] == 2
    assert (await stored(house)).live


async def test_a_ticket_served_while_it_was_being_cancelled_is_a_served_one(house: House) -> None:
    await holding(house)
    house.server.trouble.append(Trouble("cancel", after=False))
    house.server.change("t1", phase=Phase.ENDED)
    assert (await house.mine.cancel(ME, "t1".__eq__)).ticket.phase is Phase.ENDED


async def test_cancelling_signed_out_says_so(house: House) -> None:
    await holding(house)
    house.server.tokens.clear()
    house.server.customers.clear()
    with pytest.raises(TokenRefused):
        await house.mine.cancel(ME, "t1".__eq__)


async def test_a_tick_in_the_middle_of_a_cancellation_tells_nothing(house: House) -> None:
    """The tick reads the cancelled ticket first and would tell it as the staff's doing."""
    await holding(house)
    inner = house.server.cancel

    async def cancel(vt_token: str, ticket_id: str) -> None:
        await inner(vt_token, ticket_id)
        house.clock.advance(9)
        await house.watch()

    house.server.cancel = cancel  # type: ignore[method-assign]  # the same server with a slow answer
    await house.mine.cancel(ME, "t1".__eq__)
    await house.tick()
    assert house.telegram.kinds() == []


async def test_what_a_tick_learned_meanwhile_is_not_overwritten(house: House) -> None:
    await holding(house)
    house.server.change("t1", phase=Phase.CALLED, called=at("09:00"))
    inner = house.server.cancel

    async def cancel(vt_token: str, ticket_id: str) -> None:
        await house.tick()
        await inner(vt_token, ticket_id)

    house.server.cancel = cancel  # type: ignore[method-assign]  # the same server with a slow answer
    await house.mine.cancel(ME, "t1".__eq__)
    assert (await stored(house)).call_no == 1


async def called(house: House) -> None:
    await holding(house)
    house.server.change("t1", phase=Phase.CALLED, called=at("09:00"))
    await house.tick()


async def test_a_call_nobody_acknowledged_is_repeated_once(house: House) -> None:
    await called(house)
    for _ in range(30):
        await house.tick()
    assert house.telegram.kinds() == [K.YOUR_TURN, K.STILL_YOUR_TURN]


async def test_an_acknowledged_call_is_not_repeated(house: House) -> None:
    await called(house)
    assert (await house.mine.acknowledge(ME, "t1".__eq__, 1)).acknowledged == 1
    assert (await house.mine.acknowledge(ME, "t1".__eq__, 1)).acknowledged == 1
    for _ in range(12):
        await house.tick()
    assert house.telegram.kinds() == [K.YOUR_TURN]
    assert (await stored(house)).acknowledged == 1


async def test_an_old_button_does_not_silence_a_new_call(house: House) -> None:
    await called(house)
    house.server.change("t1", called=at("09:05"))
    await house.tick()
    await house.mine.acknowledge(ME, "t1".__eq__, 1)
    for _ in range(12):
        await house.tick()
    assert house.telegram.kinds() == [K.YOUR_TURN, K.YOUR_TURN, K.STILL_YOUR_TURN]


async def test_a_forged_number_acknowledges_no_call_to_come(house: House) -> None:
    await called(house)
    assert (await house.mine.acknowledge(ME, "t1".__eq__, 99)).acknowledged == 1


async def test_whoever_answers_an_unsure_call_gets_no_reminder(house: House) -> None:
    house.telegram.outcomes = [Unsure("reset")]
    await called(house)
    assert (await house.counts())["unsure"] == 1
    await house.mine.acknowledge(ME, "t1".__eq__, 1)
    await house.tick(20)
    assert [push.kind for push in house.telegram.attempts if push.kind is not K.CARD] == [K.YOUR_TURN]
    assert "unsure" not in await house.counts()


async def test_the_card_is_remembered(house: House) -> None:
    watch = await holding(house)
    await house.mine.show_card(ME, watch, 41, "what it shows")
    assert replace(await stored(house), lease_owner="") == replace(
        watch, card_message_id=41, card_digest="what it shows"
    )
    house.telegram.outcomes = [Sent(0)]
    house.server.change("t1", ahead=8)
    await house.tick()
    assert (await stored(house)).card_digest == "digest"


async def test_only_cards_that_are_shown_are_told_anew(house: House) -> None:
    watch = await holding(house)
    await house.mine.redraw(ME)
    async with house.database.open_book() as book:
        before = (await book.outbox.counts())["pending"]
    await house.mine.show_card(ME, watch, 55, "digest")
    await house.mine.redraw(ME)
    async with house.database.open_book() as book:
        assert (await book.outbox.counts())["pending"] == before + 1
    with pytest.raises(OnlyInPrivate):
        await house.mine.redraw(Actor(7, -100))
