"""The delivery tick: send what waits in the outbox, most urgent first, and write down what is known of each attempt.

A tick begins sends and waits for none of them, so that a chat whose send hangs holds up nobody else's.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tickets import delivery, flood
from tickets.book import Book, OpenBook
from tickets.errors import DatabaseUnavailable
from tickets.ports import Clock, Messenger
from tickets.pushes import BotRefused, NotSent, Outcome, Push, PushKind, Sent, Unsure
from tickets.records import addressee, watch_of
from tickets.watching import Person, Watch

LEASE = 30.0
"""Seconds a claimed push is ours; an attempt takes at most 20."""
FENCE = 10.0
"""Seconds after the claim beyond which a stalled process may not open the socket any more."""
BATCH = 30
IN_FLIGHT = 100
"""Sends under way at once; what is claimed beyond would only wait, under a lease, for a connection."""
SETTLE_TRIES = 5
"""The outcome of a send is worth several tries to write it down; after them the lease makes it unsure."""
REFUSAL = "telegram refuses the bot"
"""The name of a note that every process sees: what Telegram said last when it did not accept the token."""
REFUSAL_KEEPS = 3 * delivery.REFUSED_PAUSE
"""Seconds a refusal is believed: it is renewed with each try, and without any nothing is known."""


async def refusal(book: Book, now: float) -> str:
    """Why Telegram accepts nothing from this bot just now; empty where it does, or nothing is known."""
    since, _, reason = (await book.notes.get(REFUSAL) or "").partition(" ")
    return reason if since and now - float(since) < REFUSAL_KEEPS else ""


async def accepted(book: Book) -> None:
    """Telegram accepts the token."""
    await book.notes.put(REFUSAL, "")


@dataclass(frozen=True, slots=True)
class Budget:
    """SEND_RATE (messages a second for the bot) and SEND_CHAT_RATE (for one chat)."""

    rate: float
    chat_rate: float


class Deliver:
    """Recovers what a dead process left, claims within the budgets, sends side by side, settles each, and owns all it began."""

    def __init__(
        self,
        messenger: Messenger,
        open_book: OpenBook,
        clock: Clock,
        budget: Budget,
        owner: str,
        *,
        jitter: Callable[[], float],
        alarm: Callable[[str], Awaitable[None]],
    ) -> None:
        """`owner` names this process in leases; `alarm` tells the operator, without secrets."""
        self._messenger = messenger
        self._open_book = open_book
        self._clock = clock
        self._budget = budget
        self._owner = owner
        self._jitter = jitter
        self._alarm = alarm
        self._stopping = False
        self._refusals = flood.Refusals()
        self._refused = False
        """As of the last claim, whichever process found it."""
        self._owned: set[asyncio.Task[Any]] = set()
        """Everything begun and not over: drained or broken off before the program ends."""
        self._attempts = 0
        self._sending: set[asyncio.Task[Any]] = set()
        """What may be broken off: open sockets and alarms."""

    async def __call__(self) -> int:
        """One round to its end, for whoever wants to see what became of it; a running bot calls `begin`. How many sends were tried."""
        try:
            begun = await self.begin()
            await self.drain()
        except asyncio.CancelledError:
            await self._break_off()
            raise
        return begun

    async def begin(self) -> int:
        """Claim what is due and begin to send it; how many sends were begun."""
        # A claim that is cut short may have been committed, so it goes on, and what it took is settled.
        return await asyncio.shield(self._own(self._round()))

    async def drain(self) -> None:
        """Return when nothing is under way."""
        while self._owned:
            await asyncio.wait(self._owned)

    async def stop(self) -> None:
        """Begin no send any more, break off those under way, and write down that nobody knows whether they arrived."""
        self._stopping = True
        await self._break_off()

    async def _break_off(self) -> None:
        for task in self._sending:
            task.cancel()
        await self.drain()

    def _own(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(work)
        self._owned.add(task)
        task.add_done_callback(self._over)
        return task

    def _over(self, task: asyncio.Task[Any]) -> None:
        self._owned.discard(task)
        # Whoever awaited it has the fault; where nobody does any more, looking at it keeps the loop from complaining.
        _ = task.cancelled() or task.exception()

    async def _round(self) -> int:
        if self._stopping:
            return 0
        claimed_at = self._clock.monotonic()
        batch = await self._claim()
        for push, person, watch in batch:
            self._attempts += 1
            self._own(self._attempt(push, person, watch, claimed_at))
        return len(batch)

    async def _claim(self) -> Sequence[tuple[Push, Person, Watch | None]]:
        """SENDING is committed here, before any socket is opened."""
        async with self._open_book() as book:
            self._refused = bool(await book.notes.get(REFUSAL))
            # After the wait for the book: by a clock that was set back meanwhile, what was written since would be too late already.
            now = self._clock.now()
            await book.outbox.recover(now)
            await book.outbox.expire(now)
            pushes = await book.outbox.claim(
                self._owner,
                now,
                lease=LEASE,
                limit=min(BATCH, IN_FLIGHT - self._attempts),
                rate=self._budget.rate,
                chat_gap=1 / self._budget.chat_rate,
            )
            batch = [(push, await addressee(book, push.chat_id), await watch_of(book, push)) for push in pushes]
            await book.commit()
        return batch

    async def _attempt(self, push: Push, person: Person, watch: Watch | None, claimed_at: float) -> None:
        try:
            if not delivery.may_send(push):
                await self._settle(push, delivery.given_up(push))
                return
            outcome = await self._outcome(push, person, watch, claimed_at)
            self._refusals, outcome = flood.weighed(self._refusals, push.chat_id, outcome, self._clock.monotonic())
            await self._settle(push, delivery.after(push, outcome, self._clock.now(), self._jitter()), outcome)
        finally:
            self._attempts -= 1

    async def _outcome(self, push: Push, person: Person, watch: Watch | None, claimed_at: float) -> Outcome:
        """Try once. Only the socket can be broken off, so that what is known of it is always written down."""
        if self._stopping:
            return NotSent("stopping")
        if self._clock.monotonic() - claimed_at > FENCE:
            # This process slept after its claim: another may hold the push by now, so the socket stays shut.
            return NotSent("claimed too long ago")
        sending = asyncio.ensure_future(self._messenger.send(push, person, watch))
        self._sending.add(sending)
        try:
            return await sending
        except asyncio.CancelledError:
            return Unsure("cancelled")
        except Exception as error:  # noqa: BLE001 -- the messenger answers for what is proven; of anything else nothing is known
            return Unsure(type(error).__name__)
        finally:
            self._sending.discard(sending)

    async def _settle(self, push: Push, verdict: delivery.Verdict, outcome: Outcome | None = None) -> None:
        if verdict.alarm:
            self._tell(verdict.alarm)
        for attempt in range(SETTLE_TRIES):
            try:
                await self._write(push, verdict, outcome)
            except DatabaseUnavailable:
                await self._clock.sleep(0.2 * 2**attempt)
            except Exception as error:  # noqa: BLE001 -- a mistake of ours: the lease makes the push unsure, somebody must hear of it
                self._tell(f"the outcome of {push.kind.value} could not be written: {type(error).__name__}")
                return
            else:
                return

    def _tell(self, words: str) -> None:
        """The operator is told beside the work: telling them may take as long as any send."""

        async def told() -> None:
            with contextlib.suppress(Exception):
                await self._alarm(words)

        telling = self._own(told())
        self._sending.add(telling)
        telling.add_done_callback(self._sending.discard)

    async def _write(self, push: Push, verdict: delivery.Verdict, outcome: Outcome | None) -> None:
        async with self._open_book() as book:
            # Of a chat that was erased meanwhile, and its push with it, nothing is written down anew.
            there = await book.outbox.settle(verdict.push)
            # Without a message there was nothing to show a card of: its watch is gone, or cannot be read.
            if push.kind is PushKind.CARD and isinstance(outcome, Sent) and outcome.message_id:
                await book.watches.card(push.watch_id, outcome.message_id, outcome.shows)
            if isinstance(outcome, BotRefused):
                await book.notes.put(REFUSAL, f"{self._clock.now():.0f} {outcome.reason}")
            if self._refused and isinstance(outcome, Sent):
                await accepted(book)
            if verdict.unreachable and there:
                person = await book.people.get(push.chat_id) or Person(push.chat_id)
                await book.people.put(replace(person, reachable=False))
            if verdict.hold_chat_until and there:
                await book.outbox.hold(push.chat_id, verdict.hold_chat_until)
            if verdict.hold_bot_until:
                await book.outbox.hold(None, verdict.hold_bot_until)
            await book.commit()
