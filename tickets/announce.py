"""Telling everybody who waits something: the operator's own words, through the outbox like every other push."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from tickets.book import OpenBook
from tickets.ports import Clock
from tickets.pushes import Push, PushKind
from tickets.reading import push_of
from tickets.records import addressee
from tickets.watching import Person, Watch

LONGEST = 1000
"""Characters of an announcement; a longer one is read by nobody who stands in a queue."""
BATCH = 100
"""Chats written to in one transaction, so that the bot's own writing goes on in between."""
DAY = 86400.0

Fits = Callable[[Person, Watch], bool]


class Announce:
    """Reaches every chat with a live ticket, or those that `fits` takes."""

    def __init__(self, open_book: OpenBook, clock: Clock) -> None:
        """Nothing is sent from here: the delivery tick does that, when nothing more urgent waits."""
        self._open_book = open_book
        self._clock = clock

    async def audience(self, fits: Fits) -> Sequence[Watch]:
        """One watch a chat: the oldest live one that fits, of those who can be reached."""
        chosen: dict[int, Watch] = {}
        async with self._open_book() as book:
            for watch in await book.watches.audience():
                if watch.chat_id not in chosen and fits(await addressee(book, watch.chat_id), watch):
                    chosen[watch.chat_id] = watch
        return list(chosen.values())

    async def __call__(self, words: str, fits: Fits) -> int:
        """Put it in the outbox for each of them; answers for how many it is new.

        The same words reach no chat twice in one day (UTC), so a command that was interrupted may be given again.
        """
        now = self._clock.now()
        pushes = [announcement(words, watch, now) for watch in await self.audience(fits)]
        told = 0
        for first in range(0, len(pushes), BATCH):
            async with self._open_book() as book:
                for push in pushes[first : first + BATCH]:
                    # Whoever signed out or was erased since is told nothing any more.
                    told += await book.watches.hold(push.watch_id) and await book.outbox.add(push)
                await book.commit()
        return told


def announcement(words: str, watch: Watch, now: float) -> Push:
    """The push to the watch's chat; `now` in Unix seconds."""
    digest = hashlib.sha256(words.encode()).hexdigest()[:16]
    key = f"{PushKind.ANNOUNCEMENT.value}:{int(now // DAY)}:{digest}:{watch.chat_id}"
    return replace(push_of(watch, PushKind.ANNOUNCEMENT, now), id=key, dedupe_key=key, words=words)
