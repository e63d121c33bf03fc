"""Ticks that meet a row which cannot be read, on both databases: whoever else waits is told, and as much as is known of the chat itself."""

from typing import Any

import pytest
from sqlalchemy import Table, select, update

from storage.database import Database
from storage.schema import accounts, intents, pushes, watches
from tests.storage.asking import every, one, run
from tests.tickets.fake_telegram import FakeTelegram
from tests.tickets.hand_clock import HandClock
from tests.tickets.house import House
from tests.tickets.neighbours import FakeServer
from tests.tickets.outbox import put, stored
from tests.tickets.outbox import run as deliver_for
from tickets.acting import Actor
from tickets.errors import Unreadable
from tickets.model import Phase
from tickets.preferences import DAY
from tickets.pushes import PushKind, PushState
from tickets.records import addressee
from tickets.watch import STALE_AFTER
from tickets.watching import Account, Intent, Person

CHATS = (1, 2, 3)


@pytest.fixture
def house(database: Database) -> House:
    """A process on each database in turn."""
    clock = HandClock()
    return House(database, clock, FakeServer(clock), FakeTelegram())


async def spoil(house: House, table: Table, chat_id: int, **values: Any) -> None:
    await run(house.database, update(table).where(table.c.chat_id == chat_id).values(**values))


async def with_tickets(house: House) -> None:
    """A guest with a ticket in each chat."""
    for chat_id in CHATS:
        await house.session.as_guest(Actor(chat_id, chat_id))
        await house.take.take(Actor(chat_id, chat_id), await house.offer(chat_id), key=f"{chat_id}")


async def test_one_account_that_cannot_be_read_keeps_no_call_from_anybody(house: House) -> None:
    for chat_id in CHATS:
        await put(house, chat_id=chat_id)
        async with house.database.open_book() as book:
            await book.people.put(Person(chat_id, language="pt"))
            await book.accounts.put(Account(chat_id, f"token {chat_id}", guest=False, preferred_language="en"))
            await book.commit()
    await spoil(house, accounts, 1, display_name=b"spoilt")
    await house.deliver()
    assert [house.telegram.kinds(chat_id) for chat_id in CHATS] == [[PushKind.YOUR_TURN]] * len(CHATS)
    async with house.database.open_book() as book:
        assert [(await addressee(book, chat_id)).language for chat_id in CHATS] == ["pt", "en", "en"]
    assert house.database.unreadable["account"] == 2


async def test_one_push_that_cannot_be_read_keeps_no_call_from_anybody_else(house: House) -> None:
    for chat_id in CHATS:
        await put(house, chat_id=chat_id)
    await spoil(house, pushes, 1, ticket="spoilt")
    await spoil(house, pushes, 2, kind="invented_later")
    await deliver_for(house, 3)
    assert sorted(house.telegram.chats) == [3]
    states = {row["chat_id"]: row["state"] for row in await every(house.database, select(pushes))}
    assert states == {1: "dead", 2: "pending", 3: "sent"}


async def test_a_call_is_told_without_a_watch_that_cannot_be_read_and_a_card_shows_nothing(house: House) -> None:
    call, card = await put(house), await put(house, PushKind.CARD)
    await spoil(house, watches, 7, ticket="spoilt", card_message_id=55)
    await deliver_for(house, 2)
    assert house.telegram.kinds() == [PushKind.YOUR_TURN]
    assert [(await stored(house, push)).state for push in (call, card)] == [PushState.SENT] * 2
    assert (await one(house.database, select(watches)))["card_message_id"] == 55
    assert house.database.unreadable == {"watch": 2}


async def test_one_watch_that_cannot_be_read_leaves_the_others_watched(house: House) -> None:
    await with_tickets(house)
    await spoil(house, watches, 1, ticket="spoilt")
    for ticket_id in list(house.server.queue):
        house.server.change(ticket_id, phase=Phase.CALLED)
    for _ in range(12):
        await house.tick()
    assert [PushKind.YOUR_TURN in house.telegram.kinds(chat_id) for chat_id in CHATS] == [False, True, True]
    # Whoever looks at their tickets has it watched again, and is told as others are.
    (mine,) = (await house.mine.all(Actor(1, 1))).watches
    assert mine.ticket.phase is Phase.CALLED
    await house.tick()
    assert PushKind.YOUR_TURN in house.telegram.kinds(1)


async def test_one_account_that_cannot_be_read_leaves_the_others_watched(house: House) -> None:
    await with_tickets(house)
    kept = await one(house.database, select(accounts).where(accounts.c.chat_id == 1))
    await spoil(house, accounts, 1, vt_token=b"spoilt")
    for ticket_id in list(house.server.queue):
        house.server.change(ticket_id, phase=Phase.CALLED)
    for _ in range(12):
        await house.tick()
    assert [PushKind.YOUR_TURN in house.telegram.kinds(chat_id) for chat_id in CHATS] == [False, True, True]
    row = await one(house.database, select(watches).where(watches.c.chat_id == 1))
    assert row["failures"] >= STALE_AFTER
    assert row["next_ask"] > house.clock.now()
    # Another process may have the key that this one lacks: what is whole again is asked for as before.
    await spoil(house, accounts, 1, vt_token=kept["vt_token"])
    for _ in range(7):
        await house.tick()
    assert PushKind.YOUR_TURN in house.telegram.kinds(1)


async def test_one_account_that_cannot_be_read_leaves_the_others_in_step(house: House) -> None:
    await with_tickets(house)
    await spoil(house, accounts, 1, vt_token=b"spoilt")
    house.clock.advance(DAY + 1)
    asked = house.server.asked["details"]
    assert await house.preferences() == 2
    assert house.server.asked["details"] == asked + 2
    assert await house.preferences() == 0
    assert house.database.unreadable == {"account": 1}


async def test_it_is_written_down_that_it_was_tried_where_nobody_else_is_due(house: House) -> None:
    await with_tickets(house)
    for chat_id in CHATS:
        await spoil(house, accounts, chat_id, vt_token=b"spoilt")
    house.clock.advance(DAY + 1)
    assert [await house.preferences(), await house.preferences()] == [0, 0]
    assert house.database.unreadable == {"account": 3}


async def test_one_intent_that_cannot_be_read_leaves_the_tick_to_the_others(house: House) -> None:
    await with_tickets(house)
    async with house.database.open_book() as book:
        await book.intents.open(Intent("wish", 3, "1", "10", house.clock.now() - 60, ()))
        await book.commit()
    await spoil(house, intents, 3, known="spoilt")
    asked = house.server.asked["tickets"]
    house.clock.advance(10)
    assert await house.watch() == len(CHATS)
    assert house.server.asked["tickets"] == asked + len(CHATS)
    assert await every(house.database, select(intents)) == []


async def test_one_account_that_cannot_be_read_leaves_the_intents_of_others_to_be_settled(house: House) -> None:
    """Two processes died between a ticket and its answer; nobody can be asked for the first."""
    for chat_id in (1, 2):
        await house.session.as_guest(Actor(chat_id, chat_id))
        async with house.database.open_book() as book:
            account = await book.accounts.get(chat_id)
            assert account is not None
            house.server.take(house.server.tokens[account.vt_token])
            await book.intents.open(Intent(f"wish {chat_id}", chat_id, "1", "10", house.clock.now() - 60, ()))
            await book.commit()
    await spoil(house, accounts, 1, vt_token=b"spoilt")
    await house.tick()
    assert [row["chat_id"] for row in await every(house.database, select(watches))] == [2]
    assert [row["chat_id"] for row in await every(house.database, select(intents))] == [1]


async def test_whoever_has_a_spoilt_account_sees_what_is_held_can_delete_it_and_begins_anew(house: House) -> None:
    await with_tickets(house)
    ana = Actor(1, 1)
    await spoil(house, accounts, 1, vt_token=b"spoilt")
    await spoil(house, watches, 1, ticket="spoilt")
    known = await house.people.meet(ana, "en")
    assert (known.account, known.watches) == (None, ())
    with pytest.raises(Unreadable):
        # Not a guest's second account: what is here may only lack its key for a moment.
        await house.session.as_guest(ana)
    assert (await house.people.export(ana))["watches"][0]["ticket"] == "spoilt"
    assert await house.people.erase(ana) is None
    assert (await house.session.as_guest(ana)).guest
