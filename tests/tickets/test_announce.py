"""Announcements, on both databases: each chat once, whom they mean and nobody else, behind everything more urgent."""

from dataclasses import replace

import pytest

from storage.database import Database
from tests.tickets.fake_telegram import FakeTelegram
from tests.tickets.hand_clock import HandClock
from tests.tickets.house import House
from tests.tickets.neighbours import FakeServer
from tests.tickets.outbox import put, run
from tests.tickets.town import a_location, a_ticket, a_watch
from tickets.announce import BATCH, DAY, Announce
from tickets.errors import DatabaseUnavailable
from tickets.pushes import PushKind, Unsure
from tickets.reading import OTHERWISE
from tickets.watching import Person, Watch

WORDS = "Desk 3 is closed until 14:00."


@pytest.fixture
def house(database: Database) -> House:
    """A house on each kind of database."""
    clock = HandClock()
    return House(database, clock, FakeServer(clock), FakeTelegram())


async def waiting(house: House, *watches: Watch) -> None:
    """They are watched."""
    async with house.database.open_book() as book:
        for watch in watches:
            await book.watches.add(watch)
        await book.commit()


def everybody(_: Person, __: Watch) -> bool:
    """Nobody is left out."""
    return True


def announce(house: House) -> Announce:
    """The use case."""
    return Announce(house.open_book, house.clock)


async def test_each_chat_is_told_once_however_many_tickets_it_holds(house: House) -> None:
    await waiting(house, a_watch(), a_watch(a_ticket("502")), a_watch(chat_id=8))
    assert await announce(house)(WORDS, everybody) == 2
    assert await announce(house)(WORDS, everybody) == 0
    assert await announce(house)("Desk 3 is open again.", everybody) == 2
    await run(house, 3)
    assert [push.words for push in house.telegram.chats[8]] == [WORDS, "Desk 3 is open again."]
    assert house.telegram.kinds(7) == [PushKind.ANNOUNCEMENT] * 2
    house.clock.advance(DAY)
    assert await announce(house)(WORDS, everybody) == 2, "another day, another announcement"


async def test_whom_it_means(house: House) -> None:
    there = a_watch(a_ticket("502", location=a_location("2")), chat_id=8)
    await waiting(house, a_watch(), a_watch(a_ticket("503", location=a_location("2"))), there)
    async with house.database.open_book() as book:
        await book.people.put(Person(7, language="pt"))
        await book.commit()
    found = await announce(house).audience(lambda _, watch: watch.ticket.location.id == "2")
    assert {watch.chat_id: watch.ticket.id for watch in found} == {7: "503", 8: "502"}
    (pt,) = await announce(house).audience(lambda person, _: person.language == "pt")
    assert pt.chat_id == 7


async def test_who_is_away_or_no_longer_waits_is_left_alone(house: House) -> None:
    await waiting(house, a_watch(), replace(a_watch(chat_id=8), live=False))
    async with house.database.open_book() as book:
        await book.people.put(Person(7, reachable=False))
        await book.commit()
    assert await announce(house)(WORDS, everybody) == 0


async def test_a_call_goes_first_and_late_words_not_at_all(house: House) -> None:
    await waiting(house, a_watch())
    await announce(house)(WORDS, everybody)
    await put(house, PushKind.MOVED, chat_id=8)
    await put(house, PushKind.YOUR_TURN, chat_id=9)
    await run(house, 1)
    assert [push.kind.value for push in house.telegram.attempts] == ["your_turn", "moved", "announcement"]
    await announce(house)("again", everybody)
    house.clock.advance(OTHERWISE)
    await run(house, 2)
    assert len(house.telegram.attempts) == 3


async def test_an_unsure_one_is_not_sent_again(house: House) -> None:
    await waiting(house, a_watch())
    house.telegram.outcomes = [Unsure("lost")]
    await announce(house)(WORDS, everybody)
    await run(house, 60)
    assert len(house.telegram.attempts) == 1
    assert await house.counts() == {"unsure_final": 1}
    assert house.alarms == ["nobody knows whether announcement arrived"]


async def test_an_interrupted_command_is_taken_up_again(house: House) -> None:
    await waiting(house, *(a_watch(chat_id=number) for number in range(1, BATCH + 3)))
    house.broken_commits = 2  # The first book only reads.
    with pytest.raises(DatabaseUnavailable):
        await announce(house)(WORDS, everybody)
    assert await announce(house)(WORDS, everybody) == BATCH + 2
