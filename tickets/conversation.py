"""Where a person is in something typed over several messages, what they told on the way, and the passes that lead back from a page.

All of it is kept in the database, for a while.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tickets.acting import Actor, alone
from tickets.book import OpenBook
from tickets.ports import Clock
from tickets.watching import Step

KEPT = 1800.0
"""Seconds after which a step is forgotten."""
POSITION = frozenset({"latitude", "longitude"})
"""Facts that go KEPT after they were told, however long the conversation goes on."""
_POSITION_UNTIL = "position_until"
SECRET_STEPS = frozenset({"password", "keep_password", "new_password", "code"})
"""Steps whose answer is a secret."""
LATE = "late"
"""What such a step becomes when it took too long: its answer may still come, and is a secret all the same."""
CAREFUL = 3600.0
"""Seconds in which whatever is typed after a secret was asked for may be that secret."""
LEAVING = "leaving"
"""The fact of a step that a guest agreed to leave their live tickets."""
_OVER = "secret_over"
_CHAT = re.compile(r"[0-9a-f]{1,13}")
"""A chat id in a pass; at most 52 bits (https://core.telegram.org/bots/api#user)."""


class Conversation:
    """The acting person's step. No password ever goes in: it is used and forgotten where it arrives."""

    def __init__(self, open_book: OpenBook, clock: Clock) -> None:
        """The clock decides when a step has expired."""
        self._open_book = open_book
        self._clock = clock

    async def step(self, actor: Actor) -> Step:
        """Where the person is; a step without a name when nowhere."""
        chat_id = alone(actor)
        now = self._clock.now()
        async with self._open_book() as book:
            step = await book.steps.get(chat_id, now) or Step(chat_id, "", {}, now)
        told = _lately_told(step.data, now)
        late = now >= float(told.pop(_OVER, "inf"))
        return replace(step, name=LATE, data={}) if late else replace(step, data=told)

    async def go(self, actor: Actor, name: str, facts: Mapping[str, str] | None = None) -> Step:
        """Go to that step; facts told earlier are kept, new ones are added, empty ones dropped."""
        old, now, secret = await self.step(actor), self._clock.now(), name in SECRET_STEPS
        data = {key: value for key, value in {**old.data, **(facts or {})}.items() if value}
        if POSITION & data.keys() and (POSITION & (facts or {}).keys() or _POSITION_UNTIL not in data):
            data[_POSITION_UNTIL] = str(now + KEPT)
        step = Step(old.chat_id, name, data, now + (CAREFUL if secret else KEPT))
        async with self._open_book() as book:
            await book.steps.put(replace(step, data={**data, _OVER: str(now + KEPT)}) if secret else step)
            if secret:
                await book.tries.add(_asked(old.chat_id), now)
            await book.commit()
        return step

    async def careful(self, actor: Actor, moment: float) -> bool:
        """Whether what was typed at that moment may be a secret, because one was asked for not long before."""
        async with self._open_book() as book:
            return await book.tries.count(_asked(alone(actor)), moment - CAREFUL) > 0

    async def leave(self, actor: Actor) -> bool:
        """Forget the step and all that was told; whether there was one."""
        chat_id = alone(actor)
        async with self._open_book() as book:
            there = bool((await book.steps.get(chat_id, self._clock.now()) or Step(chat_id, "", {}, 0)).name)
            await book.steps.clear(chat_id)
            await book.commit()
        return there


@dataclass(frozen=True, slots=True)
class Passed:
    """Whom a pass was given to, and what was told when it was."""

    actor: Actor
    facts: Mapping[str, str]
    key: str
    """The pass's hash."""


class Passes:
    """Secrets that lead from a page or a browser back to a person's conversation: unguessable, hashed here, short-lived, good once.

    A conversation holds one pass for each purpose; a newer one takes the older one's place.
    """

    def __init__(self, open_book: OpenBook, clock: Clock, new_secret: Callable[[], str]) -> None:
        """`new_secret` gives at least 256 bits as letters, digits, `-` and `_`."""
        self._open_book = open_book
        self._clock = clock
        self._new_secret = new_secret

    async def issue(self, actor: Actor, purpose: str, lifetime: float, facts: Mapping[str, str] | None = None) -> str:
        """A new pass, `<chat>.<secret>`, good for `lifetime` seconds; `facts` come back with it and are encrypted at rest."""
        chat_id, now = alone(actor), self._clock.now()
        token = f"{chat_id:x}.{self._new_secret()}"
        kept = {"key": digest(token), "until": now + lifetime, "facts": dict(facts or {})}
        async with self._open_book() as book:
            step = await book.steps.get(chat_id, now) or Step(chat_id, "", {}, now)
            data = {**_lately_told(step.data, now), _field(purpose): json.dumps(kept)}
            await book.steps.put(Step(chat_id, step.name, data, max(step.expires_at, now + max(KEPT, lifetime))))
            await book.commit()
        return token

    async def look(self, purpose: str, token: str) -> Passed | None:
        """Whose pass it is, without using it up; None for one that is forged, foreign, replaced, used or too old."""
        chat, _, secret = token.partition(".")
        if not secret or not _CHAT.fullmatch(chat):
            return None
        now = self._clock.now()
        async with self._open_book() as book:
            step = await book.steps.get(int(chat, 16), now)
        kept = json.loads(step.data.get(_field(purpose), "null")) if step is not None else None
        if kept is None or now >= kept["until"] or not hmac.compare_digest(kept["key"], digest(token)):
            return None
        return Passed(Actor(int(chat, 16), int(chat, 16)), kept["facts"], kept["key"])

    async def redeem(self, purpose: str, token: str) -> Passed | None:
        """Whose pass it is, for the first who asks; None as `look` does, and for everybody after the first."""
        passed = await self.look(purpose, token)
        if passed is None or not await self.first(f"pass:{passed.key}"):
            return None
        now = self._clock.now()
        async with self._open_book() as book:
            step = await book.steps.get(passed.actor.chat_id, now)
            if step is not None:
                rest = {name: value for name, value in step.data.items() if name != _field(purpose)}
                await book.steps.put(replace(step, data=rest))
                await book.commit()
        return passed

    async def first(self, key: str) -> bool:
        """Whether nobody has asked with this key before (it is remembered for a day); of two at one moment none may be told yes."""
        async with self._open_book() as book:
            # Whoever asks again and again with an old key writes nothing.
            if await book.tries.count(key, 0.0):
                return False
            await book.tries.add(key, self._clock.now())
            await book.commit()
        # Counted only after the commit: whoever sees one row alone was the first, on any database and isolation level.
        async with self._open_book() as book:
            return await book.tries.count(key, 0.0) == 1


def _lately_told(facts: Mapping[str, str], now: float) -> dict[str, str]:
    """Without a position whose time is over."""
    over = now >= float(facts.get(_POSITION_UNTIL, "inf"))
    return {key: value for key, value in facts.items() if not (over and key in {*POSITION, _POSITION_UNTIL})}


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _asked(chat_id: int) -> str:
    return f"secret:{chat_id}"


def _field(purpose: str) -> str:
    return f"pass_{purpose}"
