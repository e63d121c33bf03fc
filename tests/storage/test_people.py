"""People, sign-ins and steps on both databases."""

import asyncio
from dataclasses import fields, replace

import pytest
from sqlalchemy import LargeBinary, select, update

from storage.crypto import CannotDecrypt
from storage.database import Database
from storage.schema import accounts, people, steps
from tests.storage.asking import every, one, run
from tickets.watching import Account, Person, Step

ANA = Account(
    1, "token-of-ana", guest=True, customer_id="77", username="guest-1", password="p4ss", display_name="Ana",
    ticket_warning=2, preferred_language="pt", signed_in_at=5.5,
)  # fmt: skip


async def test_people_are_kept_and_replaced(database: Database) -> None:
    ana = Person(-(2**52), "pt-br", "pt", 3, reachable=False, seen_at=12.25)
    async with database.open_book() as book:
        await book.people.put(Person(ana.chat_id))
        await book.people.put(ana)
        await book.commit()
    async with database.open_book() as book:
        assert await book.people.get(ana.chat_id) == ana
        assert await book.people.get(2) is None


async def test_a_sign_in_comes_back_whole_and_is_stored_encrypted(database: Database) -> None:
    async with database.open_book() as book:
        await book.accounts.put(Account(1, "older", guest=False))
        await book.accounts.put(ANA)
        await book.commit()
    async with database.open_book() as book:
        assert await book.accounts.get(1) == ANA
    row = await one(database, select(accounts))
    for name in ("vt_token", "username", "password", "display_name"):
        assert isinstance(accounts.c[name].type, LargeBinary)
        assert getattr(ANA, name).encode() not in row[name]


async def test_signing_out_forgets_the_account(database: Database) -> None:
    async with database.open_book() as book:
        await book.accounts.put(ANA)
        await book.accounts.forget(1)
        assert await book.accounts.get(1) is None


async def test_another_chat_of_a_customer_is_the_one_that_signed_in_last(database: Database) -> None:
    async with database.open_book() as book:
        for chat_id, customer_id, at in (
            (1, "c9", 30.0),
            (2, "c9", 10.0),
            (3, "c9", 20.0),
            (4, "c1", 40.0),
            (5, "", 50.0),
            (6, "", 60.0),
        ):
            await book.accounts.put(Account(chat_id, "token", guest=False, customer_id=customer_id, signed_in_at=at))
        wanted = [(1, "c9"), (2, "c9"), (4, "c1"), (5, "")]
        assert [await book.accounts.other_chat(*one) for one in wanted] == [3, 1, None, None]


async def test_ciphertexts_swapped_between_rows_or_columns_do_not_open(database: Database) -> None:
    async with database.open_book() as book:
        await book.accounts.put(ANA)
        await book.accounts.put(replace(ANA, chat_id=2, vt_token="token-of-rui"))
        await book.commit()
    mine = await one(database, select(accounts).where(accounts.c.chat_id == 1))
    theirs = await one(database, select(accounts).where(accounts.c.chat_id == 2))
    for changed in ({"vt_token": theirs["vt_token"]}, {"vt_token": mine["password"], "password": mine["vt_token"]}):
        await run(database, update(accounts).where(accounts.c.chat_id == 1).values(changed))
        async with database.open_book() as book:
            with pytest.raises(CannotDecrypt):
                await book.accounts.get(1)


async def test_what_somebody_else_changed_meanwhile_is_not_written_over(postgresql_database: Database) -> None:
    async with postgresql_database.open_book() as book:
        await book.people.put(Person(1))
        await book.accounts.put(ANA)
        await book.commit()
    async with postgresql_database.open_book() as mine, postgresql_database.open_book() as theirs:
        person, account = await mine.people.get(1), await mine.accounts.get(1)
        assert person is not None
        assert account is not None
        await theirs.people.get(1)
        await theirs.people.put(Person(1, language="pt"))
        await theirs.accounts.get(1)
        await theirs.accounts.put(replace(ANA, vt_token="renewed"))
        await theirs.commit()
        await mine.people.put(replace(person, reachable=False))
        await mine.accounts.put(replace(account, preferred_language="en"))
        await mine.commit()
    async with postgresql_database.open_book() as book:
        assert await book.people.get(1) == Person(1, language="pt", reachable=False)
        assert await book.accounts.get(1) == replace(ANA, vt_token="renewed", preferred_language="en")


async def test_steps_expire_and_hold_what_was_typed_encrypted(database: Database) -> None:
    step = Step(1, "searching", {"words": "rua da saudade", "nul": "\x00"}, expires_at=100.0)
    async with database.open_book() as book:
        await book.steps.put(Step(1, "older", {}, 50.0))
        await book.steps.put(step)
        await book.commit()
    async with database.open_book() as book:
        assert await book.steps.get(1, 99.9) == step
        assert await book.steps.get(1, 100.0) is None
        assert await book.steps.get(2, 0.0) is None
    assert b"saudade" not in (await one(database, select(steps)))["data"]
    async with database.open_book() as book:
        await book.steps.clear(1)
        assert await book.steps.get(1, 0.0) is None


async def test_what_a_database_cannot_store_is_left_out_of_words(database: Database) -> None:
    async with database.open_book() as book:
        await book.people.put(Person(1, language="p\x00t\ud800"))
        await book.commit()
    async with database.open_book() as book:
        person = await book.people.get(1)
        assert person is not None
        assert person.language == "pt?"


def test_every_field_has_its_column() -> None:
    assert {field.name for field in fields(Person)} == set(people.c.keys())
    assert {field.name for field in fields(Account)} == set(accounts.c.keys())


async def test_what_was_read_and_erased_since_stays_erased(postgresql_database: Database) -> None:
    """PostgreSQL lets two write at once: whoever read a row before it was erased must not write it anew. SQLite lets nobody in between."""
    async with postgresql_database.open_book() as book:
        await book.people.put(Person(1))
        await book.accounts.put(ANA)
        await book.steps.put(Step(1, "typing", {}, 9.0))
        await book.commit()
    async with postgresql_database.open_book() as late:
        await late.people.get(1)
        await late.accounts.get(1)
        await late.steps.get(1, 0.0)
        async with postgresql_database.open_book() as book:
            await book.privacy.erase(1, 0.0)
            await book.commit()
        await late.people.put(Person(1, reachable=False))
        await late.accounts.put(replace(ANA, vt_token="renewed"))
        await late.steps.put(Step(1, "typing", {"query": "Braga"}, 10.0))
        await late.commit()
    for table in (people, accounts, steps):
        assert await every(postgresql_database, select(table)) == []


async def test_a_sign_in_is_exchanged_only_for_what_it_was(database: Database) -> None:
    """By whoever knows the token that is kept; only what differs is written, and what is gone stays gone."""
    newer = replace(ANA, vt_token="newer")
    async with database.open_book() as book:
        assert not await book.accounts.exchange(ANA, newer)
        await book.accounts.put(ANA)
        await book.commit()
    async with database.open_book() as book:
        await book.accounts.put(replace(ANA, preferred_language="en"))
        await book.commit()
    async with database.open_book() as book:
        assert await book.accounts.exchange(ANA, newer)
        await book.commit()
    async with database.open_book() as book:
        assert await book.accounts.get(1) == replace(newer, preferred_language="en")
        assert not await book.accounts.exchange(ANA, newer)
        await book.accounts.forget(1)
        await book.commit()
    async with database.open_book() as book:
        assert not await book.accounts.exchange(newer, ANA)
        assert await book.accounts.get(1) is None


async def test_signing_out_beside_an_exchange_wins(database: Database) -> None:
    """Whichever of the two comes first, the chat is signed out in the end."""

    async def sign_out() -> None:
        async with database.open_book() as book:
            await book.accounts.forget(1)
            await book.commit()

    async def exchange() -> None:
        async with database.open_book() as book:
            await book.accounts.exchange(ANA, replace(ANA, vt_token="newer"))
            await asyncio.sleep(0)
            await book.commit()

    for acts in ((sign_out, exchange), (exchange, sign_out)) * 10:
        async with database.open_book() as book:
            await book.accounts.put(ANA)
            await book.commit()
        await asyncio.gather(*(act() for act in acts))
        async with database.open_book() as book:
            assert await book.accounts.get(1) is None
