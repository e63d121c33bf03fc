"""Choices in two places: made here, changed elsewhere, not taken at once, and left behind by whoever signs out."""

from dataclasses import replace

import pytest

from tests.tickets.house import ME, House
from tests.tickets.neighbours import Trouble
from tickets.acting import Actor
from tickets.choices import spoken, warn_at
from tickets.errors import OnlyInPrivate
from tickets.model import Customer
from tickets.preferences import DAY, FRESH, RETRY
from tickets.pushes import PushKind
from tickets.records import addressee

OPERATORS = 3


def customer(house: House, username: str, **facts: str | int) -> None:
    """Somebody of that name, or a change made to them elsewhere."""
    password, known = house.server.customers.get(username, ("pass", Customer(f"c-{username}", username)))
    house.server.customers[username] = (password, replace(known, **facts))  # type: ignore[arg-type]  # Customer's own fields


def at_the_queue(house: House, username: str) -> tuple[str, int]:
    known = house.server.customers[username][1]
    return known.preferred_language, known.ticket_warning


async def here(house: House) -> tuple[str, int]:
    """The language spoken and the point of the warning, as they hold in the chat."""
    async with house.database.open_book() as book:
        person, account = await book.people.get(7), await book.accounts.get(7)
        assert (await addressee(book, 7)).language == spoken(person, account)
    return spoken(person, account), warn_at(person, account, OPERATORS)


async def choose(house: House, language: str, ahead: int) -> tuple[bool, bool]:
    told = await house.preferences.choose_language(ME, language)
    return told, await house.preferences.choose_warning(ME, ahead)


@pytest.mark.parametrize(("wanted", "kept"), [(5, 5), (0, 0), (-3, 0), (500, 99)])
async def test_without_an_account_the_chat_keeps_them(house: House, wanted: int, kept: int) -> None:
    assert await choose(house, "pt", wanted) == (True, True)
    assert await here(house) == ("pt", kept)
    assert house.server.asked["update"] == 0


async def test_with_an_account_they_are_the_accounts(house: House) -> None:
    customer(house, "ann", preferred_language="en", ticket_warning=8)
    await house.session.with_password(ME, "ann", "pass")
    assert await here(house) == ("en", 8)
    assert await choose(house, "pt", 5) == (True, True)
    assert await here(house) == at_the_queue(house, "ann") == ("pt", 5)
    assert (await house.session.account(ME)).untold == ""


async def test_a_server_that_says_nothing_of_a_choice_takes_none_back(house: House) -> None:
    """It says yes to whatever it is told, and keeps none of it."""
    customer(house, "ann")
    house.server.ignores = frozenset({"preferred_language", "ticket_warning"})
    await house.session.with_password(ME, "ann", "pass")
    assert await choose(house, "pt", 8) == (True, True)
    house.clock.advance(FRESH)
    await house.preferences.keep_in_step(ME)
    assert await here(house) == ("pt", 8)


async def test_what_the_account_does_not_say_the_chat_does(house: House) -> None:
    await choose(house, "pt", 5)
    customer(house, "ann")
    await house.session.with_password(ME, "ann", "pass")
    assert await here(house) == ("pt", 5)
    customer(house, "ann", preferred_language="en", ticket_warning=8)
    house.clock.advance(FRESH)
    assert await house.preferences.keep_in_step(ME)
    assert await here(house) == ("en", 8)
    await house.session.sign_out(ME)
    assert await here(house) == ("pt", 5), "the chat's own were never the account's"


async def test_the_next_customer_of_a_chat_inherits_nothing(house: House) -> None:
    customer(house, "maria", preferred_language="pt", ticket_warning=8)
    customer(house, "joana")
    await house.session.with_password(ME, "maria", "pass")
    await choose(house, "pt", 12)
    house.server.trouble.append(Trouble("update", after=False))
    await house.preferences.choose_language(ME, "pt")
    for leave in (True, False):
        if leave:
            await house.session.sign_out(ME)
            assert await here(house) == ("", OPERATORS)
        await house.session.with_password(ME, "joana", "pass")
        assert await here(house) == ("", OPERATORS)
        assert (await house.session.account(ME)).untold == ""
        await house.session.with_password(ME, "maria", "pass")


async def test_a_guests_choices_are_the_chats_too(house: House) -> None:
    account = await house.guest()
    assert await choose(house, "pt", 5) == (True, True)
    assert at_the_queue(house, account.username) == ("pt", 5)
    customer(house, "ann")
    await house.session.with_password(ME, "ann", "pass")
    assert await here(house) == ("pt", 5)


@pytest.mark.parametrize("refused", [False, True])
async def test_what_is_not_taken_holds_and_is_told_again(house: House, *, refused: bool) -> None:
    """Whether the server was away or said no: the person is told so, and the choice is neither lost nor taken back."""
    customer(house, "ann", preferred_language="en", ticket_warning=8)
    await house.session.with_password(ME, "ann", "pass")
    house.server.trouble.append(Trouble("update", after=False, count=3, refused=refused))
    assert await choose(house, "pt", 5) == (False, False)
    await house.profile.details(ME)
    assert await here(house) == ("pt", 5)
    assert at_the_queue(house, "ann") == ("en", 8)
    house.clock.advance(RETRY)
    assert await house.preferences() == 1
    assert await house.preferences() == 0, "not at every tick"
    assert await here(house) == ("pt", 5)
    house.clock.advance(RETRY)
    assert await house.another().preferences() == 1
    assert await here(house) == at_the_queue(house, "ann") == ("pt", 5)
    house.clock.advance(RETRY)
    assert await house.preferences() == 0


async def test_an_expired_sign_in_tells_it_after_the_next_one(house: House) -> None:
    customer(house, "ann", ticket_warning=8)
    await house.session.with_password(ME, "ann", "pass")
    house.server.tokens.clear()
    assert await house.preferences.choose_warning(ME, 5) is False
    await house.session.with_password(ME, "ann", "pass")
    assert (await here(house))[1] == 5
    house.clock.advance(RETRY)
    await house.preferences()
    assert at_the_queue(house, "ann")[1] == 5


async def test_what_was_changed_elsewhere_is_read_when_it_is_looked_at(house: House) -> None:
    customer(house, "ann")
    assert not await house.preferences.keep_in_step(ME), "nobody"
    await house.session.with_password(ME, "ann", "pass")
    customer(house, "ann", preferred_language="pt", ticket_warning=8)
    assert not await house.preferences.keep_in_step(ME), "read a moment ago"
    house.clock.advance(FRESH)
    assert await house.preferences.keep_in_step(ME)
    assert await here(house) == ("pt", 8)
    house.clock.advance(FRESH)
    assert not await house.preferences.keep_in_step(ME), "nothing new"
    house.clock.advance(FRESH)
    house.server.trouble.append(Trouble("details", after=False))
    assert not await house.preferences.keep_in_step(ME)
    asked = house.server.asked["details"]
    assert not await house.preferences.keep_in_step(ME)
    assert house.server.asked["details"] == asked, "a server in trouble is not asked at every press"


async def test_whoever_waits_is_warned_as_they_chose_elsewhere(house: House) -> None:
    """Once a day, without a word of theirs; nobody is asked about who holds no ticket."""
    customer(house, "ann", ticket_warning=2)
    await house.session.with_password(ME, "ann", "pass")
    await house.guest(8)
    await house.take.take(ME, await house.offer(), key="wish")
    customer(house, "ann", ticket_warning=8)
    house.server.change("t1", ahead=8)
    assert await house.preferences() == 0
    house.clock.advance(DAY)
    assert await house.preferences() == 1
    await house.tick(60)
    assert house.telegram.kinds() == [PushKind.ALMOST_YOUR_TURN]
    assert await house.preferences() == 0


async def test_a_server_in_trouble_ends_the_round(house: House) -> None:
    for chat_id in (7, 8, 9):
        await house.guest(chat_id)
        await house.take.take(Actor(chat_id, chat_id), await house.offer(chat_id), key=f"{chat_id}")
    house.clock.advance(DAY)
    house.server.trouble.append(Trouble("details", after=False))
    assert await house.preferences() == 1
    assert await house.preferences() == 2


async def test_a_group_chooses_nothing(house: House) -> None:
    group = Actor(7, -100)
    for attempt in (
        house.preferences.choose_language(group, "pt"),
        house.preferences.choose_warning(group, 3),
        house.preferences.keep_in_step(group),
    ):
        with pytest.raises(OnlyInPrivate):
            await attempt
