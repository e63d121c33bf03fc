"""The watch tick: ask the queue server about the tickets that are due, and write down what became of them."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from tickets.book import OpenBook
from tickets.choices import warn_at
from tickets.errors import DatabaseUnavailable, QueueServerError, SignedOut, TokenRefused, Undecided, Unreadable
from tickets.model import Ticket
from tickets.ports import Clock, QueueServer
from tickets.pushes import PushKind
from tickets.reading import Asking, failed, given_up, looked_at, push_of
from tickets.records import WRITE_TRIES, note, readable_account
from tickets.session import Session
from tickets.take import Take
from tickets.watching import Intent, Watch

LEASE = 30.0
"""Seconds a claimed watch is ours; longer than a request may take."""
TOGETHER = 8
"""Requests in flight: more would only wait in the client's pool."""
SETTLE_AFTER = 30.0
"""Seconds after which an intent still open is looked up: whoever opened it is done or dead."""
SETTLE_EVERY = 10.0
"""Seconds between two rounds of looking intents up: a server in trouble is not asked at every tick."""
STALE_AFTER = 3
"""Failed asks in a row after which the card says that the server does not answer."""
REST = 120.0
"""Seconds between two looks at a watch whose account cannot be used. What is put off for longer was so by a clock that is set back."""


class WatchTickets:
    """One tick: claims due watches, asks once a customer with no transaction open, writes each answer in one transaction."""

    def __init__(
        self,
        server: QueueServer,
        open_book: OpenBook,
        clock: Clock,
        session: Session,
        take: Take,
        asking: Asking,
        owner: str,
    ) -> None:
        """`owner` names this process in leases."""
        self._server = server
        self._open_book = open_book
        self._clock = clock
        self._session = session
        self._take = take
        self._asking = asking
        self._owner = owner
        self._settle_next = -math.inf
        self._looked_up: set[str] = set()
        self.asked = 0
        """Requests made since the start, for metrics."""
        self.failed = 0
        """Those without a healthy answer."""
        self.troubled = 0
        """Ticks in a row in which the queue server gave no healthy answer at all."""

    async def __call__(self) -> int:
        """Answers how many customers were asked for."""
        async with self._open_book() as book:
            due = await book.watches.claim(
                self._owner,
                self._clock.now(),
                lease=LEASE,
                limit=max(1, int(self._asking.rate)),
                farthest=max(REST, self._asking.limits.longest),
            )
            await book.commit()
        chats: dict[int, list[Watch]] = defaultdict(list)
        for watch in due:
            chats[watch.chat_id].append(watch)
        slots = asyncio.Semaphore(TOGETHER)
        asks = (self._ask(chat_id, watches, slots) for chat_id, watches in chats.items())
        # Beside the asks and not before them: whoever is called now must not wait for what became of other people's wishes.
        _, *healthy = await asyncio.gather(self._settle_intents(), *asks)
        if healthy:
            self.troubled = 0 if any(healthy) else self.troubled + 1
        return len(chats)

    async def _ask(self, chat_id: int, watches: Sequence[Watch], slots: asyncio.Semaphore) -> bool:
        async with slots:
            self.asked += 1
            try:
                return await self._healthy(chat_id, watches)
            except DatabaseUnavailable:
                # The leases run out by themselves and the watches come due again.
                return True

    async def _healthy(self, chat_id: int, watches: Sequence[Watch]) -> bool:
        """Ask and write down; whether the queue server gave an answer that can be used."""
        asked = self._clock.now()
        try:
            tickets = await self._session.call(chat_id, self._server.tickets)
        except (SignedOut, TokenRefused) as error:
            await self._signed_out(watches, told=isinstance(error, TokenRefused))
            return True
        except QueueServerError:
            self.failed += 1
            await self._unanswered(watches)
            return False
        except Unreadable:
            # The account's row. A card that says so soon, and an ask now and then: another process may have the key that this one lacks.
            await self._unanswered(watches)
            return True
        await self._answered(chat_id, watches, tickets, asked)
        return True

    async def _answered(self, chat_id: int, watches: Sequence[Watch], tickets: Sequence[Ticket], asked: float) -> None:
        by_id = {ticket.id: ticket for ticket in tickets}
        left = [(watch.id, by_id.get(watch.ticket.id)) for watch in watches]
        for _ in range(WRITE_TRIES):
            async with self._open_book() as book:
                person = await book.people.get(chat_id)
                # After the wait for the book, in which another reading may have been written.
                now = self._clock.now()
                account = await book.accounts.get(chat_id)
                manner = self._asking.manner(warn_at(person, account, self._asking.warn_ahead))
                # The lease says who asks; what is written is merged into the watch as it is by now.
                left = [one for one in left if not await note(book, *one, asked, now, manner)]
                await book.commit()
            if not left:
                return

    async def _unanswered(self, watches: Sequence[Watch]) -> None:
        now = self._clock.now()
        async with self._open_book() as book:
            for watch in watches:
                later = failed(watch, now, self._asking.manner(0))
                ends = given_up(later, now)
                if not await book.watches.save(replace(later, live=not ends)):
                    continue
                if ends:
                    await book.outbox.add(push_of(later, PushKind.UNFOLLOWED, now))
                if ends or later.failures == STALE_AFTER:
                    await book.outbox.add(push_of(later, PushKind.CARD, now))
            await book.commit()

    async def _signed_out(self, watches: Sequence[Watch], *, told: bool) -> None:
        """Without a token there is nothing to ask: the person is told once, and the watch rests until they sign in again.

        Where they do not, it ends in silence: they know, and the card becomes a receipt.
        """
        now = self._clock.now()
        first = min(watch.id for watch in watches)
        async with self._open_book() as book:
            account = await readable_account(book, watches[0].chat_id)
            since = account.signed_in_at if account is not None else 0.0
            for watch in watches:
                rest = replace(looked_at(watch, now), next_ask=now + REST, failures=watch.failures + 1)
                ends = given_up(rest, now)
                if not await book.watches.save(replace(rest, live=not ends)):
                    continue
                if told and watch.id == first:
                    # One ticket speaks for all of the account's; the dedupe key lets it do so once for each sign-in.
                    await book.outbox.add(push_of(rest, PushKind.SIGN_IN, now, signed_in=since))
                if ends or rest.failures == STALE_AFTER:
                    await book.outbox.add(push_of(rest, PushKind.CARD, now))
            await book.commit()

    async def _settle_intents(self) -> None:
        """Tickets whose answer was lost: find them, watch them, and show them, or tell that none was taken."""
        if self._clock.monotonic() < self._settle_next:
            return
        self._settle_next = self._clock.monotonic() + SETTLE_EVERY
        async with self._open_book() as book:
            left = await book.intents.left_open(self._clock.now() - SETTLE_AFTER)
            await book.commit()
        # A few at a time, and each before any again: what cannot be looked up keeps nobody else's from it, and no tick is held up for long.
        waiting = [intent for intent in left if intent.id not in self._looked_up]
        if not waiting:
            self._looked_up.clear()
            waiting = list(left)
        if len(waiting) > TOGETHER:
            self._settle_next = -math.inf
        now_due = waiting[:TOGETHER]
        self._looked_up.update(intent.id for intent in now_due)
        await asyncio.gather(*(self._settle(intent) for intent in now_due))

    async def _settle(self, intent: Intent) -> None:
        try:
            watch = await self._take.settle(intent, tell=True)
        except (QueueServerError, Undecided, DatabaseUnavailable):
            # What one account cannot be asked for keeps nobody else's from being looked up.
            return
        if watch is not None:
            async with self._open_book() as book:
                if await book.watches.hold(watch.id):
                    await book.outbox.add(push_of(watch, PushKind.CARD, self._clock.now()))
                    await book.commit()
