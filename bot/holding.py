"""Whether Telegram told a chat, or the whole bot, to wait: replies and pushes obey the same holds, and tell each other of new ones."""

import contextlib
from collections.abc import Mapping

from tickets import flood
from tickets.book import Book, OpenBook
from tickets.deliver import refusal
from tickets.delivery import FLOOD_MOST, REFUSED_PAUSE, flood_wait
from tickets.errors import DatabaseUnavailable
from tickets.ports import Clock
from tickets.pushes import Flooded, Sent

LOOK = 1.0
"""Seconds for which what was read of the holds is believed: however many replies are made, one of them a second reads them."""


class Holds:
    """A mirror in this process of the holds that the outbox keeps, whichever process wrote them."""

    def __init__(self, open_book: OpenBook, reading: OpenBook, clock: Clock) -> None:
        """`reading`: a book that takes no lock."""
        self._open_book = open_book
        self._reading = reading
        self._clock = clock
        self._looked: float | None = None
        self._kept: Mapping[int | None, float] = {}
        """Chat, or None for the bot -> until when, in Unix seconds, as it was read."""
        self._met: dict[int | None, float] = {}
        """The same in monotonic seconds, of what replies here were told."""
        self._refusals = flood.Refusals()

    async def left(self, chat_id: int) -> float:
        """Seconds for which nothing may be sent to this chat."""
        await self._look()
        now, here = self._clock.now(), self._clock.monotonic()
        self._met = {whose: until for whose, until in self._met.items() if until > here}
        kept = [self._kept.get(whose, 0.0) - now for whose in (None, chat_id)]
        # One that ends later than any is set was written by a clock that is set back by now.
        believed = [seconds for seconds in kept if seconds <= FLOOD_MOST]
        return max(0.0, *believed, *(self._met.get(whose, 0.0) - here for whose in (None, chat_id)))

    async def flooded(self, chat_id: int, retry_after: float) -> None:
        """A reply to it was answered 429. A group has a limit of its own, so its refusals say nothing of the bot's."""
        whole, here = False, self._clock.monotonic()
        if chat_id > 0:
            self._refusals, outcome = flood.weighed(self._refusals, chat_id, Flooded(retry_after), here)
            whole = isinstance(outcome, Flooded) and outcome.whole_bot
        whose, seconds = None if whole else chat_id, flood_wait(retry_after)
        self._met[whose] = max(here + seconds, self._met.get(whose, 0.0))
        with contextlib.suppress(DatabaseUnavailable):
            await self._write(whose, self._clock.now() + seconds)

    def dealt_with(self, chat_id: int) -> None:
        """Telegram did what a reply asked for, or refused it for another reason than a flood."""
        self._refusals, _ = flood.weighed(self._refusals, chat_id, Sent(0), self._clock.monotonic())

    async def _look(self) -> None:
        here = self._clock.monotonic()
        if self._looked is not None and here - self._looked < LOOK:
            return
        self._looked = here
        # Where it cannot be read, what was read before is the best that is known.
        with contextlib.suppress(DatabaseUnavailable):
            async with self._reading() as book:
                self._kept = await self._flood(book)

    async def _flood(self, book: Book) -> Mapping[int | None, float]:
        """The holds, but for the pause of the pushes after a refused token: a reply finds out for itself whether it still is."""
        now = self._clock.now()
        held = await book.outbox.held(now)
        until = held.get(None, 0.0)
        if not 0 < until - now <= REFUSED_PAUSE or not await refusal(book, now):
            return held
        return {whose: moment for whose, moment in held.items() if whose is not None}

    async def _write(self, whose: int | None, until: float) -> None:
        """For the pushes. Of a chat without a ticket nothing is written, since none are sent to it and it may just have been erased."""
        async with self._open_book() as book:
            if whose is not None:
                live = await book.watches.of(whose)
                if not live or not await book.watches.hold(live[0].id):
                    return
            await book.outbox.hold(whose, until)
            await book.commit()
