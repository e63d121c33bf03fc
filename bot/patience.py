"""Patience with Telegram for everything but pushes: a flood limit is waited out, a call that never left is made again, once each, and so is
an edit whose answer was lost, because twice edited is edited.

python-telegram-bot asks a rate limiter for every call; its own one stops all chats for the sake of one. Pushes do not come
here: the outbox has rules of its own (tickets/delivery.py).
"""

import math
from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter
from telegram.ext import BaseRateLimiter

from bot.holding import Holds
from bot.throttle import Throttle
from bot.transport import UNSENT
from tickets.delivery import flood_wait
from tickets.ports import Clock

LONGEST = 20.0
"""Seconds a reply may wait in all; a person who waits longer has gone on, and the update must end before its lease."""
LONGEST_IN_GROUP = 3.0
"""In a group nobody waits for more than the way to the private chat, and the answer to somebody else has the better right to the slot."""
PAUSE = 1.0
TRIES = 3
_SHOWN = ("send", "edit")
"""Calls that a hold holds up. What takes something away, a typed password above all, is never held up."""
_AS_GOOD_TWICE = frozenset({"editMessageText", "editMessageReplyMarkup"})

Call = Callable[..., Coroutine[Any, Any, Any]]


class Patience(BaseRateLimiter[None]):
    """Repeats what is proven not to have reached Telegram, and what does no harm twice: an unknown outcome must not become two messages."""

    def __init__(self, clock: Clock, throttle: Throttle, holds: Holds, operator: int | None = None) -> None:
        """The clock waits; the throttle is told of each message; the holds are obeyed, and told of each flood limit.

        `operator` is a chat that is waited for as long as a person's, though it be a group.
        """
        self._clock = clock
        self._throttle = throttle
        self._holds = holds
        self._operator = operator

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to end."""

    async def process_request(
        self,
        callback: Call,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Any:
        """Make the call; the last refusal goes up as it came, and a hold that is too long to be waited for as a refusal."""
        del rate_limit_args
        chat_id = data.get("chat_id")
        if not isinstance(chat_id, int) or not endpoint.startswith(_SHOWN):
            return await self._make(callback, args, kwargs, endpoint, None, 0.0)
        if endpoint.startswith("send"):
            self._throttle.sent(chat_id)
        held = await self._holds.left(chat_id)
        if held > self._longest(chat_id):
            raise RetryAfter(math.ceil(held))
        if held:
            await self._clock.sleep(held)
        return await self._make(callback, args, kwargs, endpoint, chat_id, held)

    async def _make(
        self, callback: Call, args: Any, kwargs: dict[str, Any], endpoint: str, chat_id: int | None, waited: float
    ) -> Any:
        attempt = 0
        while True:
            attempt += 1
            last = attempt == TRIES
            try:
                answer = await callback(*args, **kwargs)
            except RetryAfter as error:
                wait = flood_wait(seconds_of(error))
                waited += wait
                if chat_id is not None:
                    await self._holds.flooded(chat_id, wait)
                if last or waited > self._longest(chat_id):
                    raise
                await self._clock.sleep(wait)
            except NetworkError as error:
                # What took as long as a call may take is not waited for a third time.
                harmless = attempt == 1 and endpoint in _AS_GOOD_TWICE and not isinstance(error, BadRequest)
                if isinstance(error, BadRequest):
                    self._dealt_with(chat_id)
                if last or not (harmless or never_left(error)):
                    raise
                await self._clock.sleep(PAUSE)
            except Forbidden:
                self._dealt_with(chat_id)
                raise
            else:
                self._dealt_with(chat_id)
                return answer

    def _longest(self, chat_id: int | None) -> float:
        """Seconds that a call for that chat may wait in all."""
        group = chat_id is not None and chat_id < 0 and chat_id != self._operator
        return LONGEST_IN_GROUP if group else LONGEST

    def _dealt_with(self, chat_id: int | None) -> None:
        if chat_id is not None:
            self._holds.dealt_with(chat_id)


def seconds_of(error: RetryAfter) -> float:
    """Telegram's retry_after in seconds; the library tells it as a number or as a timedelta."""
    told: Any = error.retry_after
    return float(told.total_seconds()) if hasattr(told, "total_seconds") else float(told)


def never_left(error: NetworkError) -> bool:
    """Whether the request is proven not to have reached Telegram."""
    return isinstance(error.__cause__, UNSENT)
