"""A database with something in every table, whose personal facts are canaries: strings found nowhere else."""

import json
from collections.abc import Iterable

from storage.database import Database
from tests.storage.records import NOW, push, watch
from tickets.pushes import PushKind
from tickets.watching import Account, Intent, Person, Step

CANARIES = ("canarytoken", "canaryuser", "canarypass", "canaryname", "canarystep", "canarybody")


def canary(word: str, chat_id: int) -> str:
    """A string that stands for one secret of one chat."""
    return f"{word}-{chat_id:05d}-zebra"


def account(chat_id: int) -> Account:
    """A sign-in made of canaries."""
    return Account(
        chat_id,
        canary("canarytoken", chat_id),
        guest=True,
        customer_id=f"customer{chat_id}",
        username=canary("canaryuser", chat_id),
        password=canary("canarypass", chat_id),
        display_name=canary("canaryname", chat_id),
    )


def body(chat_id: int) -> bytes:
    """An update that waits, from somebody whose name is a canary."""
    person = {"id": chat_id, "first_name": canary("canarybody", chat_id)}
    return json.dumps({"update_id": chat_id, "message": {"from": person, "date": 1, "text": "hello"}}).encode()


async def fill(database: Database, chats: Iterable[int]) -> None:
    """A row in every table, for every chat where the table knows chats."""
    async with database.open_book() as book:
        for chat_id in chats:
            await book.people.put(Person(chat_id, "pt-br", "pt", 3, seen_at=NOW))
            await book.accounts.put(account(chat_id))
            await book.steps.put(Step(chat_id, "typing", {"query": canary("canarystep", chat_id)}, NOW + 1800))
            await book.intents.open(Intent(f"{chat_id}:1", chat_id, "l1", "s1", NOW, ("t0",)))
            await book.watches.add(watch(chat_id))
            await book.outbox.add(push(PushKind.YOUR_TURN, chat_id))
            await book.outbox.add(push(PushKind.CARD, chat_id))
            await book.outbox.hold(chat_id, NOW - 1)
            await book.tries.add(f"sign_in:{chat_id}", NOW, chat_id)
            await book.inbox.add(chat_id, chat_id, body(chat_id), NOW)
        await book.outbox.hold(None, NOW - 1)
        await book.notes.put("offset", "1")
        await book.leases.take("polling", "me", NOW, 60)
        await book.commit()
