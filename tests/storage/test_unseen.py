"""Who does not come back for a year is forgotten with everything that admits them, and nobody is by a clock that jumps."""

from dataclasses import replace

import pytest

from storage.database import Database
from storage.unseen import CLOCK
from tests.storage.filled import account
from tests.storage.records import NOW, watch
from tickets.book import Book
from tickets.watching import Person

DAY = 86400.0
YEAR = 365 * DAY


async def forgotten(book: Book, *rounds: float) -> int:
    """How many rows went by rounds at these moments."""
    return sum([await book.privacy.forget_old(moment) for moment in rounds])


async def steadily(book: Book, until: float) -> int:
    """The same by a round a day for a week, the last one at that moment."""
    return await forgotten(book, *(until - day * DAY for day in range(7, -1, -1)))


async def people(book: Book, *chats: int) -> list[int]:
    """Of these, whose choices and whose sign-in are kept alike."""
    kept = [chat_id for chat_id in chats if await book.people.get(chat_id)]
    assert kept == [chat_id for chat_id in chats if await book.accounts.get(chat_id)]
    return kept


async def seen(book: Book, chat_id: int, at: float = NOW, signed_in: float = NOW) -> None:
    await book.people.put(Person(chat_id, seen_at=at))
    await book.accounts.put(replace(account(chat_id), signed_in_at=signed_in))


async def test_who_does_not_come_back_for_a_year_is_forgotten(database: Database) -> None:
    """Guests' passwords and vt_tokens included. Chat 2 holds a live ticket, 3 was seen since, 4 signed in since."""
    async with database.open_book() as book:
        await seen(book, 1)
        await seen(book, 2)
        await seen(book, 3, at=NOW + DAY)
        await seen(book, 4, signed_in=NOW + DAY)
        await book.watches.add(watch(1, live=False))
        await book.watches.add(watch(2))
        await book.privacy.forget_old(NOW + 30 * DAY)
        assert await steadily(book, NOW + YEAR - 0.1 * DAY) == 0
        assert await forgotten(book, NOW + YEAR) == 2
        assert await people(book, 1, 2, 3, 4) == [2, 3, 4]
        await book.watches.stop(2)
        assert await forgotten(book, NOW + YEAR + DAY) == 6
        assert await people(book, 1, 2, 3, 4) == []
        await book.commit()


async def test_a_sign_in_without_its_person_is_forgotten_too(database: Database) -> None:
    async with database.open_book() as book:
        await book.accounts.put(replace(account(1), signed_in_at=NOW))
        assert await steadily(book, NOW + YEAR - DAY) == 0
        assert await forgotten(book, NOW + YEAR) == 1
        await book.commit()


async def test_a_clock_that_jumps_a_year_ahead_forgets_nobody(database: Database) -> None:
    """Not at once, not while the bot goes on by it for days, and not once it is right again."""
    async with database.open_book() as book:
        await seen(book, 1)
        assert await steadily(book, NOW) == 0
        assert await forgotten(book, *(NOW + 2 * YEAR + hour * 3600 for hour in range(6 * 24))) == 0
        assert await forgotten(book, NOW + DAY, NOW + 2 * DAY) == 0
        assert await people(book, 1) == [1]
        await book.commit()


async def test_of_two_processes_neither_forgets_by_a_clock_that_the_other_has_not(database: Database) -> None:
    async with database.open_book() as book:
        await seen(book, 1)
        for hour in range(9 * 24):
            assert await forgotten(book, NOW + hour * 3600, NOW + YEAR + hour * 3600) == 0
        assert await people(book, 1) == [1]
        await book.commit()


async def test_clocks_that_differ_by_seconds_are_steady(database: Database) -> None:
    async with database.open_book() as book:
        await seen(book, 1)
        begun = NOW + YEAR - 7 * DAY
        rounds = [begun + hour * 3600 + slip for hour in range(7 * 24 + 1) for slip in (0.0, -30.0)]
        assert await forgotten(book, *rounds) == 2
        await book.commit()


@pytest.mark.parametrize("noted", ["", "1", "a b", "1 2 3"])
async def test_a_note_that_cannot_be_read_begins_anew(database: Database, noted: str) -> None:
    async with database.open_book() as book:
        await seen(book, 1)
        await book.notes.put(CLOCK, noted)
        assert await forgotten(book, NOW + YEAR) == 0
        assert await steadily(book, NOW + YEAR + 8 * DAY) == 2
        await book.commit()
