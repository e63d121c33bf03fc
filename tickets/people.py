"""People: meeting them, losing sight of them, and what we hold on them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tickets.acting import Actor, alone
from tickets.book import Book, OpenBook
from tickets.errors import DatabaseUnavailable
from tickets.ports import Clock
from tickets.records import readable_account
from tickets.watching import Account, Person, Watch

ERASE_TRIES = 3
ERASE_PAUSE = 0.25
"""Seconds between two looks whether a push on its way has been settled; its lease ends within half a minute."""


@dataclass(frozen=True, slots=True)
class Known:
    """A person as the bot meets them: what they chose, their account if they have one, and their live tickets."""

    person: Person
    account: Account | None
    watches: tuple[Watch, ...]


class People:
    """Use cases about the person who acts."""

    def __init__(self, open_book: OpenBook, clock: Clock) -> None:
        """The clock says when a person was last seen."""
        self._open_book = open_book
        self._clock = clock

    async def meet(self, actor: Actor, telegram_language: str) -> Known:
        """Whoever writes to the bot: they are reachable again, and their client's language is remembered."""
        chat_id = alone(actor)
        now = self._clock.now()
        async with self._open_book() as book:
            old = await book.people.get(chat_id) or Person(chat_id)
            new = replace(old, telegram_language=telegram_language or old.telegram_language, reachable=True)
            # The time of the last sight is kept to the hour: it is for retention, not for following people.
            if new != old or now - old.seen_at > 3600:
                await book.people.put(replace(new, seen_at=now))
                await book.commit()
            return await _known(book, new)

    async def look(self, actor: Actor) -> Known | None:
        """The person as they were met; None after an erasure, which only their own writing undoes."""
        async with self._open_book() as book:
            person = await book.people.get(alone(actor))
            return await _known(book, person) if person is not None else None

    async def left(self, actor: Actor) -> None:
        """The person blocked the bot: nothing is sent until they come back."""
        async with self._open_book() as book:
            person = await book.people.get(alone(actor))
            if person is not None:
                await book.people.put(replace(person, reachable=False))
                await book.commit()

    async def known(self, actor: Actor) -> bool:
        """Whether anything is kept of the chat: not after its erasure, until it is met again."""
        async with self._open_book() as book:
            return await book.people.get(alone(actor)) is not None

    async def export(self, actor: Actor) -> Mapping[str, Any]:
        """Everything held on the person, JSON-able."""
        async with self._open_book() as book:
            return await book.privacy.export(alone(actor))

    async def erase(self, actor: Actor) -> Account | None:
        """Forget the person altogether; pushes that still wait go with them, and those on their way are waited for.

        Answers the account they had, for `Session.let_go` once they have been told.
        """
        chat_id, failures = alone(actor), 0
        async with self._open_book() as book:
            account = await readable_account(book, chat_id)
        while True:
            try:
                async with self._open_book() as book:
                    in_flight = await book.privacy.erase(chat_id, self._clock.now())
                    await book.commit()
            except DatabaseUnavailable:
                # PostgreSQL ends a deadlock with somebody who writes about the same tickets in this way.
                failures += 1
                if failures == ERASE_TRIES:
                    raise
            else:
                if not in_flight:
                    return account
            await self._clock.sleep(ERASE_PAUSE)


async def _known(book: Book, person: Person) -> Known:
    account = await readable_account(book, person.chat_id)
    return Known(person, account, tuple(await book.watches.of(person.chat_id)))
