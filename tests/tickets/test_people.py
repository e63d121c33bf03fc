"""Meeting people, what they choose, and what is held on them; and where they are in something typed."""

import json

import pytest

from tests.tickets.house import ME, House
from tickets.acting import Actor
from tickets.conversation import KEPT
from tickets.errors import DatabaseUnavailable, OnlyInPrivate, SignedOut
from tickets.people import ERASE_TRIES
from tickets.watching import Person


async def person(house: House) -> Person | None:
    async with house.database.open_book() as book:
        return await book.people.get(7)


async def test_meeting_somebody(house: House) -> None:
    known = await house.people.meet(ME, "pt-br")
    assert (known.person.telegram_language, known.account, known.watches) == ("pt-br", None, ())
    await house.guest()
    await house.take.take(ME, await house.offer(), key="wish")
    again = await house.people.meet(ME, "")
    assert again.person.telegram_language == "pt-br"
    assert again.account is not None
    assert len(again.watches) == 1


async def test_the_time_of_the_last_sight_is_kept_to_the_hour(house: House) -> None:
    began = house.clock.now()
    await house.people.meet(ME, "pt")
    for seconds, seen in ((60, began), (3541, began + 3601)):
        house.clock.advance(seconds)
        await house.people.meet(ME, "pt")
        kept = await person(house)
        assert kept is not None
        assert kept.seen_at == seen


async def test_whoever_left_is_reachable_again_when_they_write(house: House) -> None:
    await house.people.left(ME)
    assert await person(house) is None
    await house.people.meet(ME, "pt")
    await house.people.left(ME)
    gone = await person(house)
    assert gone is not None
    assert not gone.reachable
    assert (await house.people.meet(ME, "pt")).person.reachable


async def test_looking_meets_nobody(house: House) -> None:
    """Who is not known, or not any more, stays so; whoever is known is seen as they were met."""
    assert await house.people.look(ME) is None
    known = await house.people.meet(ME, "pt")
    await house.people.left(ME)
    seen = await house.people.look(ME)
    assert seen is not None
    assert (seen.person.telegram_language, seen.person.reachable) == (known.person.telegram_language, False)
    await house.people.erase(ME)
    assert await house.people.look(ME) is None
    assert await person(house) is None


async def test_everything_held_is_told_and_then_erased(house: House) -> None:
    account = await house.guest()
    await house.take.take(ME, await house.offer(), key="wish")
    assert "t1" in json.dumps(await house.people.export(ME))
    assert (await house.people.erase(ME)) == account
    assert "t1" not in json.dumps(await house.people.export(ME))
    with pytest.raises(SignedOut):
        await house.session.account(ME)


async def test_a_database_that_hesitates_is_asked_to_erase_again(house: House) -> None:
    account = await house.guest()
    house.broken_commits = ERASE_TRIES - 1
    assert await house.people.erase(ME) == account
    assert not any((await house.people.export(ME)).values())
    await house.guest()
    house.broken_commits = 3 * ERASE_TRIES
    with pytest.raises(DatabaseUnavailable):
        await house.people.erase(ME)


async def test_a_group_is_not_a_person(house: House) -> None:
    group = Actor(7, -100)
    for attempt in (
        house.people.meet(group, "pt"),
        house.people.left(group),
        house.people.look(group),
        house.people.export(group),
        house.people.erase(group),
        house.conversation.step(group),
        house.conversation.go(group, "search"),
        house.conversation.leave(group),
    ):
        with pytest.raises(OnlyInPrivate):
            await attempt


async def test_a_conversation_remembers_what_was_told(house: House) -> None:
    assert (await house.conversation.step(ME)).name == ""
    await house.conversation.go(ME, "search", {"town": "Braga", "word": "x"})
    await house.conversation.go(ME, "choose", {"word": "", "place": "2"})
    step = await house.another().conversation.step(ME)
    assert (step.name, dict(step.data)) == ("choose", {"town": "Braga", "place": "2"})
    assert await house.conversation.leave(ME)
    assert not await house.conversation.leave(ME)


async def test_a_conversation_is_forgotten_after_a_while(house: House) -> None:
    await house.conversation.go(ME, "search", {"town": "Braga"})
    house.clock.advance(KEPT + 1)
    step = await house.conversation.go(ME, "choose")
    assert dict(step.data) == {}
