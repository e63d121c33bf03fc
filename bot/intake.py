"""Where updates come in: each is written to the inbox, encrypted, before Telegram may forget it."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.transport import Answer, TelegramWire
from tickets.book import OpenBook
from tickets.delivery import flood_wait
from tickets.errors import DatabaseUnavailable
from tickets.ports import Clock

WANTED = ("message", "edited_message", "callback_query", "inline_query", "chosen_inline_result", "my_chat_member")
"""allowed_updates sticks at Telegram from the last call, so it is always told."""
MOST_WAITING = 60
"""Updates of one chat that wait at once, its person's in groups among them; what one person sends beyond is dropped and counted."""
POLL = 25
"""Seconds a getUpdates may be held open."""
LEASE = 60.0
LARGEST = 2**63
CONFLICT_PAUSE = 35.0
"""Telegram goes on holding a dead poller's request for about 30 seconds."""
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Heard:
    """What readiness and metrics want to know of the intake."""

    last_healthy: float = 0.0
    """Monotonic moment of the last good getUpdates or webhook call."""
    accepted: int = 0
    repeated: int = 0
    dropped: int = 0
    trouble: str = field(default="")


class Intake:
    """Puts raw updates in the inbox and wakes whoever handles them."""

    def __init__(self, open_book: OpenBook, clock: Clock, wake: Callable[[], None]) -> None:
        """`wake` is called after each commit."""
        self._open_book = open_book
        self._clock = clock
        self._wake = wake
        self.heard = Heard(last_healthy=clock.monotonic())

    async def accept(self, updates: list[dict[str, Any]]) -> None:
        """Commit them all; `DatabaseUnavailable` where that fails, and then Telegram must keep them."""
        now = self._clock.now()
        waiting: dict[int, int] = {}
        async with self._open_book() as book:
            for update in updates:
                number = number_of(update)
                if number is None:
                    self.heard.dropped += 1
                    continue
                chat_id = chat_of(update)
                if chat_id not in waiting:
                    waiting[chat_id] = await book.inbox.waiting(chat_id)
                if waiting[chat_id] >= MOST_WAITING:
                    self.heard.dropped += 1
                    continue
                fresh = await book.inbox.add(number, chat_id, json.dumps(update).encode(), now)
                waiting[chat_id] += fresh
                self.heard.accepted += fresh
                self.heard.repeated += not fresh
            await book.commit()
        self.heard.last_healthy = self._clock.monotonic()
        self._wake()


def number_of(update: dict[str, Any]) -> int | None:
    """The update_id; None for an update that has none a database could hold."""
    number = update.get("update_id")
    good = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < LARGEST
    return number if good else None


def chat_of(update: dict[str, Any]) -> int:
    """The chat whose updates keep their order; 0 for what belongs to none.

    What is done in a group belongs to its person's private chat: they are one person in however many groups, and a group has no state.
    """
    for kind in update.values():
        if isinstance(kind, dict):
            message: Any = kind.get("message")
            chat, person = _id((message if isinstance(message, dict) else kind).get("chat")), _id(kind.get("from"))
            if chat or person:
                return person if person and chat <= 0 else chat
    return 0


def _id(owner: Any) -> int:
    number = owner.get("id") if isinstance(owner, dict) else None
    return int(number) if isinstance(number, int) and abs(number) < LARGEST else 0


class Polling:
    """Our own getUpdates loop: the offset moves on only after the inbox has committed."""

    def __init__(self, wire: TelegramWire, intake: Intake, open_book: OpenBook, clock: Clock, owner: str) -> None:
        """Only the process that holds the lease polls; Telegram allows one."""
        self._wire = wire
        self._intake = intake
        self._open_book = open_book
        self._clock = clock
        self._owner = owner

    async def run(self) -> None:
        """Until cancelled."""
        offset = 0
        while True:
            if not await self._lease():
                await self._clock.sleep(5)
                continue
            fields = {"timeout": POLL, "allowed_updates": list(WANTED), "limit": 100}
            if offset:
                fields["offset"] = offset
            answer = await self._wire.call("getUpdates", fields, deadline=POLL + 10)
            if not answer.ok or not isinstance(answer.result, list):
                await self._trouble(answer)
                continue
            offset = await self._take(answer.result, offset)

    async def _take(self, updates: list[Any], offset: int) -> int:
        good = [update for update in updates if isinstance(update, dict)]
        try:
            await self._intake.accept(good)
        except DatabaseUnavailable:
            log.error("the inbox cannot be written; Telegram keeps the updates")
            await self._clock.sleep(2)
            return offset
        self._intake.heard.trouble = ""
        moved = max([offset, *(number + 1 for number in map(number_of, good) if number is not None)])
        if updates and moved == offset:
            # Nothing in the batch can be confirmed, so the next answer would be the same at once.
            await self._clock.sleep(2)
        return moved

    async def _trouble(self, answer: Answer) -> None:
        words = answer.description or answer.fault or str(answer.status)
        if words != self._intake.heard.trouble:
            log.warning("getUpdates failed", status=answer.status, reason=words)
        self._intake.heard.trouble = words
        if answer.status == 409 and "webhook" in words.lower():
            # Taking it away at the start may have failed; while it stands nothing comes this way.
            await self._wire.call("deleteWebhook", {})
            await self._clock.sleep(2)
        elif answer.status == 409:
            await self._clock.sleep(CONFLICT_PAUSE)
        else:
            await self._clock.sleep(flood_wait(answer.retry_after) if answer.status == 429 else 2.0)

    async def _lease(self) -> bool:
        try:
            async with self._open_book() as book:
                taken = await book.leases.take("polling", self._owner, self._clock.now(), LEASE)
                await book.commit()
        except DatabaseUnavailable:
            return False
        if not taken:
            # Standing by while another process polls is no fault of this one.
            self._intake.heard.last_healthy = self._clock.monotonic()
        return taken

    async def release(self) -> None:
        """Let another process poll at once."""
        async with asyncio.timeout(2), self._open_book() as book:
            await book.leases.drop("polling", self._owner)
            await book.commit()
