"""The bot's sending budget: so many in any stretch of time, whoever of our processes sends them. Pure."""

import json
from dataclasses import dataclass

from storage.spoilt import MALFORMED

WINDOW = 1.0
"""Seconds. Where less than one send a second is allowed, the stretch is as long as one send takes."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Sends of the last stretch: (moment in Unix seconds, how many)."""

    sends: tuple[tuple[float, int], ...] = ()

    @classmethod
    def read(cls, text: str) -> "Spent":
        """As stored; empty text for none, and so is what cannot be read: everybody's pushes would wait for it."""
        try:
            return cls(tuple((float(at), int(many)) for at, many in json.loads(text or "[]")))
        except MALFORMED:
            return cls()

    def write(self) -> str:
        """To be stored."""
        return json.dumps(self.sends)

    def free(self, now: float, rate: float) -> int:
        """How many more may be sent at `now`, so that no stretch holds more than `rate` a second allows."""
        most = max(1, int(rate * _window(rate)))
        return max(0, most - sum(many for _, many in self._recent(now, rate)))

    def plus(self, now: float, many: int, rate: float) -> "Spent":
        """What is spent after sending that many more; what is too long ago to matter is forgotten."""
        return Spent((*self._recent(now, rate), (now, many)))

    def _recent(self, now: float, rate: float) -> list[tuple[float, int]]:
        """A moment far in the future means that the clock was set back: it must not stop the bot until then."""
        window = _window(rate)
        return [(at, many) for at, many in self.sends if abs(now - at) < window]


def _window(rate: float) -> float:
    return max(WINDOW, 1 / rate) if rate > 0 else WINDOW
