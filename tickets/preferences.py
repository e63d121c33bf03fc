"""What a person chooses about themselves: it holds at once, and is kept in step with the account at the queue server, both ways."""

import contextlib
from dataclasses import replace
from typing import Any

from tickets.acting import Actor, alone
from tickets.book import OpenBook
from tickets.choices import LANGUAGE, WARNING, chosen, taken, untold
from tickets.errors import QueueServerError, Refused, ServerUnavailable, SignedOut
from tickets.ports import Clock, QueueServer
from tickets.session import Session
from tickets.watching import Account, Person

RETRY = 1800.0
"""Seconds before the queue server is told again what it did not take."""
DAY = 86_400.0
"""Seconds after which the account of somebody who waits is read anew, whether they write to us or not."""
FRESH = 60.0
"""Seconds in which what was read is as good as read now."""
BATCH = 20
"""Accounts looked at in one tick."""
MOST = 99
_OF_CHAT = {LANGUAGE: "language", WARNING: "warn_ahead"}


class Preferences:
    """The language and the warning point of the acting person; and a tick that tells and reads what is due."""

    def __init__(self, server: QueueServer, open_book: OpenBook, clock: Clock, session: Session) -> None:
        """The session lends the vt_token."""
        self._server = server
        self._open_book = open_book
        self._clock = clock
        self._session = session

    async def choose_language(self, actor: Actor, code: str) -> bool:
        """Speak this language from now on; False where the queue server has yet to take it."""
        return await self._choose(actor, LANGUAGE, code)

    async def choose_warning(self, actor: Actor, ahead: int) -> bool:
        """Warn at this many customers ahead (0..99); False where the queue server has yet to take it."""
        return await self._choose(actor, WARNING, max(0, min(ahead, MOST)))

    async def keep_in_step(self, actor: Actor) -> bool:
        """Tell what is untold and read what was changed elsewhere, unless that was tried a moment ago; whether it changed anything here.

        A server that does not answer changes nothing and is no fault of what the person is doing.
        """
        chat_id, now = alone(actor), self._clock.now()
        async with self._open_book() as book:
            before = await book.accounts.get(chat_id)
            if before is None or now - before.synced_at < FRESH:
                return False
            await book.accounts.put(replace(before, synced_at=now))
            await book.commit()
        await self._synced(chat_id)
        async with self._open_book() as book:
            after = await book.accounts.get(chat_id)
        return after is not None and _choices(after) != _choices(before)

    async def __call__(self) -> int:
        """The tick: accounts with something untold, and those of people who wait; how many were looked at."""
        for looked_at in range(BATCH):
            now = self._clock.now()
            async with self._open_book() as book:
                account = await book.accounts.due(now, untold_since=now - RETRY, read_since=now - DAY)
                if account is None:
                    await book.commit()
                    return looked_at
                # Written first, so that no account is looked at twice, by whichever process.
                await book.accounts.put(replace(account, synced_at=now))
                await book.commit()
            if not await self._synced(account.chat_id):
                return looked_at + 1
        return BATCH

    async def _choose(self, actor: Actor, name: str, value: str | int) -> bool:
        chat_id = alone(actor)
        async with self._open_book() as book:
            account = await book.accounts.get(chat_id)
            if account is not None:
                await book.accounts.put(chosen(account, name, value))
            if account is None or account.guest:
                # A guest is nobody but this chat, whose choices outlive the guest's account.
                person = await book.people.get(chat_id) or Person(chat_id)
                changes: dict[str, Any] = {_OF_CHAT[name]: value}
                await book.people.put(replace(person, **changes))
            await book.commit()
        try:
            await self._tell(chat_id)
        except (QueueServerError, SignedOut):
            return False
        return True

    async def _tell(self, chat_id: int) -> None:
        """Tell the queue server whatever it has not taken yet."""
        async with self._open_book() as book:
            account = await book.accounts.get(chat_id)
        if account is None or not account.untold:
            return
        told = untold(account)
        await self._session.update(Actor(chat_id, chat_id), told)
        async with self._open_book() as book:
            account = await book.accounts.get(chat_id)
            if account is not None:
                await book.accounts.put(taken(account, told))
                await book.commit()

    async def _synced(self, chat_id: int) -> bool:
        """False where the queue server does not answer, so that nobody else need be asked about now."""
        try:
            with contextlib.suppress(Refused):
                await self._tell(chat_id)
            await self._session.details(Actor(chat_id, chat_id))
        except ServerUnavailable:
            return False
        except (QueueServerError, SignedOut):
            # That says something about this customer alone.
            pass
        return True


def _choices(account: Account) -> tuple[str, int]:
    return account.preferred_language, account.ticket_warning
