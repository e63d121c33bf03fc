"""Slows guessing down: tries are counted under keys that name no account in the clear, so that nobody is locked out from elsewhere."""

import hashlib
from collections.abc import Mapping

from tickets.book import OpenBook
from tickets.errors import TooManyTries
from tickets.ports import Clock

MOST_TRIES = 5
"""Sign-in guesses a chat and account; twice as many a chat, whatever the account."""
TRIES_WINDOW = 900.0
"""Seconds."""


class Guessing:
    """Tries in a window of time."""

    def __init__(self, open_book: OpenBook, clock: Clock) -> None:
        """The clock moves the window."""
        self._open_book = open_book
        self._clock = clock

    async def slow_down(self, keys: Mapping[str, int], chat_id: int | None = None) -> None:
        """Count a try of that chat's under each key; `TooManyTries` where one is used up (key -> most tries in the window).

        However many try at one moment, no more than these get through: one counts after the other.
        """
        now = self._clock.now()
        async with self._open_book() as book:
            await book.tries.hold(keys)
            for key, most in keys.items():
                if await book.tries.count(key, now - TRIES_WINDOW) >= most:
                    raise TooManyTries(now + TRIES_WINDOW)
            for key in keys:
                await book.tries.add(key, now, chat_id)
            await book.commit()


def guess_keys(chat_id: int, username: str) -> dict[str, int]:
    """Key -> most tries. Keyed to chat and account together, so that nobody can lock the owner out from elsewhere."""
    account = hashlib.sha256(username.casefold().encode()).hexdigest()[:16]
    return {f"sign_in:{chat_id}:{account}": MOST_TRIES, f"sign_in:{chat_id}": 2 * MOST_TRIES}
