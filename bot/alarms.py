"""Tells the operator that something needs a person: in the log each time, in their chat once for what is alike."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from telegram.error import TelegramError

from bot.replying import may_have_arrived
from tickets.ports import Clock

QUIET = 600.0
"""Seconds in which the same alarm is told once in the chat; how often it came meanwhile is told with the next."""
SOON, TRIES = 30.0, 6
"""What was not told is tried again after SOON seconds, then after twice as long each time; what may have been told only after QUIET.

So many times in all.
"""
KINDS = 100
"""So many different alarms are remembered."""
log = structlog.get_logger(__name__)

Say = Callable[[str], Awaitable[object]]
"""Sends words to the operator's chat."""


@dataclass(slots=True)
class _Told:
    at: float | None = None
    """When it was last sent, or tried to be."""
    owed: int = 0
    """How often it was raised since it was told."""
    tries: int = 0
    """How often it could not be told, one time after the other."""
    wait: float = 0.0
    """Seconds after which it is tried again."""


class Alarms:
    """Raised from the middle of other work, so nothing that goes wrong with an alarm comes out of it."""

    def __init__(self, say: Say | None, clock: Clock) -> None:
        """`say` is None where the operator has named no chat."""
        self._say = say
        self._clock = clock
        self._told: dict[str, _Told] = {}

    async def __call__(self, words: str) -> None:
        """Raise one."""
        log.error("alarm", reason=words)
        told = self._remembered(words)
        told.owed += 1
        if told.at is None or self._clock.monotonic() - told.at >= QUIET:
            await self._tell(words, told)

    async def catch_up(self) -> None:
        """Tell what Telegram did not take when it was raised: alarms come when things go wrong, floods among them."""
        now = self._clock.monotonic()
        for words, told in list(self._told.items()):
            if 0 < told.tries < TRIES and told.at is not None and now - told.at >= told.wait:
                await self._tell(words, told)

    async def _tell(self, words: str, told: _Told) -> None:
        if self._say is None:
            return
        told.at, many, told.owed = self._clock.monotonic(), told.owed, 0
        more = f" ({many - 1} more like this in between)" if many > 1 else ""
        try:
            await self._say(words + more)
        except Exception as error:  # noqa: BLE001 -- Telegram's nonsense makes the library raise whatever it trips over
            told.owed += many
            told.wait = QUIET if isinstance(error, TelegramError) and may_have_arrived(error) else SOON * 2**told.tries
            told.tries += 1
            log.error("the alarm could not be sent", reason=type(error).__name__)
        else:
            told.tries = 0

    def _remembered(self, words: str) -> _Told:
        told = self._told[words] = self._told.pop(words, _Told())
        if len(self._told) > KINDS:
            self._told.pop(next(iter(self._told)))
        return told


class Damage:
    """The tick that tells of rows which cannot be read: whoever met one has gone on with the others."""

    def __init__(self, unreadable: Mapping[str, int], alarms: Alarms) -> None:
        """`unreadable`: what kind of row -> how often one was met; it goes on counting."""
        self._unreadable = unreadable
        self._alarms = alarms
        self._told: Mapping[str, int] = {}

    async def __call__(self) -> None:
        """Tell of each kind that was met since the last time, and of whatever could not be told before."""
        await self._alarms.catch_up()
        before, self._told = self._told, dict(self._unreadable)
        for what, many in self._told.items():
            if many > before.get(what, 0):
                await self._alarms(f"a stored {what} cannot be read")
