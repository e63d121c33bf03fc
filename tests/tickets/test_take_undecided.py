"""A lost answer that cannot be looked up yet: nothing is claimed, no second ticket is made, and what came of it is found later."""

import pytest

from tests.tickets.house import ME, House
from tests.tickets.neighbours import Trouble
from tests.tickets.test_take import open_intents, watched
from tickets.errors import ServerUnavailable, Undecided
from tickets.pushes import PushKind


async def test_where_the_list_does_not_hold_it_for_half_a_minute_nothing_was_taken(house: House) -> None:
    await house.guest()
    house.server.trouble.append(Trouble("create", after=False))
    with pytest.raises(Undecided):
        await house.take.take(ME, await house.offer(), key="wish")
    assert (house.clock.slept, await open_intents(house)) == ([0.5, 2.0, 4.0], 1)
    await house.tick(20)
    assert await open_intents(house) == 1
    await house.tick(20)
    assert (await open_intents(house), await watched(house)) == (0, [])


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
