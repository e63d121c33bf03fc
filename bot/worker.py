"""Handles what the inbox holds: each chat in order, many chats side by side, nothing for ever."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from bot.awake import Overslept, TookTooLong, within
from bot.throttle import Throttle
from tickets.book import Inbox, OpenBook, Received
from tickets.errors import DatabaseUnavailable
from tickets.ports import Clock
from tickets.turn import until

SIDE_BY_SIDE = 32
"""Updates in work at once."""
LEASE = 90.0
AGAIN = 3.0
"""Seconds until an update is tried again that met trouble of our own database; three times as long after each try, at most the lease."""
LONGEST = 60.0
"""Seconds one update may take while this process is awake; below the lease, at whose end somebody else may begin it."""
MOST_ATTEMPTS = 8
"""An update that ends the process every time it is touched is put aside after that many claims.

After the first it is handled apart from others of its kind, so that those which were only near by are not blamed again and again.
"""
MOST_TIMEOUTS = 2
"""One that takes too long is tried again once: what it waited for may only have been slow just then. Each process counts its own."""
IDLE = 0.5
"""Seconds between looks when nothing wakes us: another process may have received something."""
log = structlog.get_logger(__name__)

Handle = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]
Settling = Callable[[Inbox], Awaitable[None]]


@dataclass(slots=True)
class Done:
    """Counted for metrics."""

    handled: int = 0
    poisoned: int = 0


class Worker:
    """Claims updates and hands each to `handle`; an update that cannot be read or handled is quarantined, never repeated for ever."""

    def __init__(
        self,
        open_book: OpenBook,
        clock: Clock,
        handle: Handle,
        owner: str,
        *,
        longest: float = LONGEST,
        throttle: Throttle | None = None,
    ) -> None:
        """`handle` takes the raw update as Telegram sent it; `longest` in real seconds; whoever sends answers shares the throttle."""
        self._open_book = open_book
        self._clock = clock
        self._handle = handle
        self._owner = owner
        self._longest = longest
        self._throttle = throttle or Throttle(clock)
        self._awake = asyncio.Event()
        self._busy = 0
        self._again = 0
        self._stopping = False
        self._owed: list[Settling] = []
        """What could not be written when it was due; written with the next claim."""
        self._too_long: Counter[int] = Counter()
        """How often an update took too long here. Its attempts would not do: the trouble of others counts among them."""
        self.done = Done()

    def wake(self) -> None:
        """Something is in the inbox."""
        self._awake.set()

    def stop(self) -> None:
        """Begin nothing new; `run` returns when what is in work is done."""
        self._stopping = True
        self._awake.set()

    async def run(self) -> None:
        """Until stopped."""
        async with asyncio.TaskGroup() as tasks:
            while not self._stopping:
                self._awake.clear()
                if not await self._begin(tasks):
                    try:
                        async with asyncio.timeout(IDLE):
                            await self._awake.wait()
                    except TimeoutError:
                        continue
        if self._owed:
            await self._claim(0)

    async def drain(self) -> int:
        """Handle everything that waits now, noisy chats too, then return how many were handled; for tests."""
        total, end = 0, self._end()
        while batch := await self._claim(SIDE_BY_SIDE):
            with until(end):
                await asyncio.gather(*(self._work(received) for received in batch))
            total, end = total + len(batch), self._end()
        return total

    def _end(self) -> float:
        """Of the lease of what is claimed now."""
        return self._clock.monotonic() + LEASE

    async def _begin(self, tasks: asyncio.TaskGroup) -> int:
        free = SIDE_BY_SIDE - self._busy
        if free <= 0:
            return 0
        end = self._end()
        batch = await self._claim(free, again=0 if self._again else 1, without=self._throttle.exhausted())
        for received in batch:
            self._throttle.spend(received.chat_id)
            self._busy += 1
            self._again += received.attempt > 1
            with until(end):
                tasks.create_task(self._occupied(received))
        return len(batch)

    async def _occupied(self, received: Received) -> None:
        try:
            await self._work(received)
        finally:
            self._throttle.over(received.chat_id)
            self._busy -= 1
            self._again -= received.attempt > 1
            self._awake.set()

    async def _claim(self, limit: int, *, again: int = 1, without: Collection[int] = ()) -> list[Received]:
        owed, self._owed = self._owed, []
        try:
            async with self._open_book() as book:
                for settle in owed:
                    await settle(book.inbox)
                batch = await book.inbox.claim(
                    self._owner, self._clock.now(), lease=LEASE, limit=limit, again=again, without=without
                )
                await book.commit()
                return list(batch)
        except DatabaseUnavailable:
            self._owed = [*owed, *self._owed]
            log.error("the inbox cannot be read")
            await self._clock.sleep(1)
            return []

    async def _work(self, received: Received) -> None:
        poison = ""
        if received.attempt > MOST_ATTEMPTS:
            poison = "given up"
        else:
            try:
                await within(self._longest, self._longest * LEASE / LONGEST, self._handle(json.loads(received.body)))
            except Overslept:
                # The lease is over: whoever claims the update now handles it.
                return
            except DatabaseUnavailable:
                # Nothing was decided. The person waits for an answer, so it is tried again long before the lease is over.
                pause = min(AGAIN**received.attempt, LEASE)
                due = self._clock.now() + pause
                self._owed.append(lambda inbox: inbox.put_back(received.update_id, self._owner, due))
                return
            except Exception as error:  # noqa: BLE001 -- whatever an update does, the next one is handled
                if isinstance(error, TimeoutError) and self._try_again(received.update_id, error):
                    return
                poison = type(error).__name__
        if poison:
            log.warning("update put aside", update_id=received.update_id, reason=poison)
        self._too_long.pop(received.update_id, None)
        self.done.handled += not poison
        self.done.poisoned += bool(poison)
        await self._finish(lambda inbox: inbox.done(received.update_id, poison=poison))

    def _try_again(self, update_id: int, error: TimeoutError) -> bool:
        self._too_long[update_id] += 1
        at = error.at if isinstance(error, TookTooLong) else ""
        log.warning("an update took too long", update_id=update_id, at=at)
        return self._too_long[update_id] < MOST_TIMEOUTS

    async def _finish(self, settle: Settling) -> None:
        try:
            async with self._open_book() as book:
                await settle(book.inbox)
                await book.commit()
        except DatabaseUnavailable:
            # Until it is written the chat's next update waits; a process that dies before handles this one again.
            self._owed.append(settle)
            log.error("the inbox cannot be written")
