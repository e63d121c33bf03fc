"""Tells the operator that something needs a person: in the log each time, in their chat once for what is alike."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog

from tickets.ports import Clock

QUIET = 600.0
"""Seconds in which the same alarm is told once in the chat; how often it came meanwhile is told with the next."""
KINDS = 100
"""So many different alarms are remembered."""
log = structlog.get_logger(__name__)

Say = Callable[[str], Awaitable[object]]
"""Sends words to the operator's chat."""


@dataclass(slots=True)
class _Told:
    at: float
    kept_back: int = 0


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
        told = self._told.get(words)
        if told is not None and self._clock.monotonic() - told.at < QUIET:
            told.kept_back += 1
            return
        if self._say is None:
            return
        self._remember(words)
        more = f" ({told.kept_back} more like this in between)" if told is not None and told.kept_back else ""
        try:
            await self._say(words + more)
        except Exception as error:  # noqa: BLE001 -- Telegram's nonsense makes the library raise whatever it trips over
            log.error("the alarm could not be sent", reason=type(error).__name__)

    def _remember(self, words: str) -> None:
        self._told.pop(words, None)
        self._told[words] = _Told(self._clock.monotonic())
        if len(self._told) > KINDS:
            self._told.pop(next(iter(self._told)))


class Damage:
    """The tick that tells of rows which cannot be read: whoever met one has gone on with the others."""

    def __init__(self, unreadable: Mapping[str, int], alarm: Callable[[str], Awaitable[None]]) -> None:
        """`unreadable`: what kind of row -> how often one was met; it goes on counting."""
        self._unreadable = unreadable
        self._alarm = alarm
        self._told: Mapping[str, int] = {}

    async def __call__(self) -> None:
        """Tell of each kind that was met since the last time."""
        before, self._told = self._told, dict(self._unreadable)
        for what, many in self._told.items():
            if many > before.get(what, 0):
                await self._alarm(f"a stored {what} cannot be read")
