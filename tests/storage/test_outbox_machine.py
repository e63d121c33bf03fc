"""The outbox against a fake Telegram, driven at random: no unmarked copy, nothing out of a final state, nothing lost."""

import asyncio
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from storage.crypto import KeyRing
from storage.database import Database
from tests.databases import fresh_key, sqlite_url
from tests.storage.records import NOW, push
from tickets import delivery
from tickets.pushes import BadContent, Flooded, Gone, NotSent, Outcome, Push, PushKind, PushState, Sent, Unsure

LEASE = 30.0
OUTCOMES: list[tuple[Outcome, bool]] = [
    (Sent(1), True),
    (NotSent("refused"), False),
    (Flooded(3), False),
    (Gone("blocked"), False),
    (BadContent("markup"), False),
    (Unsure("hung after it arrived"), True),
    (Unsure("reset before it arrived"), False),
]
"""What is known of an attempt, and whether it arrived in truth."""


class OutboxMachine(RuleBasedStateMachine):
    """Two senders that may die, stall and come back, and readings that withdraw what became untrue."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.database = Database(sqlite_url(Path(self.folder.name)), KeyRing.parse(fresh_key()))
        self.loop.run_until_complete(self.database.upgrade())
        self.now = NOW
        self.added: dict[str, Push] = {}
        self.in_hand: dict[str, list[Push]] = {"a": [], "b": []}
        self.unmarked: Counter[str] = Counter()
        self.arrived: Counter[str] = Counter()
        self.ended: dict[str, PushState] = {}

    def teardown(self) -> None:
        self.loop.run_until_complete(self.database.dispose())
        self.loop.close()
        self.folder.cleanup()

    def do(self, name: str, *arguments: Any, **options: Any) -> Any:
        """One call at the outbox's door, committed."""

        async def work() -> Any:
            async with self.database.open_book() as book:
                answer = await getattr(book.outbox, name)(*arguments, **options)
                await book.commit()
            return answer

        return self.loop.run_until_complete(work())

    @rule(chat_id=st.integers(1, 3), kind=st.sampled_from([PushKind.YOUR_TURN, PushKind.MOVED]), call=st.integers(1, 3))
    def add(self, chat_id: int, kind: PushKind, call: int) -> None:
        key = f"{chat_id}:{kind.value}:{call}"
        fresh = replace(push(kind, chat_id), id=key, dedupe_key=key, not_before=self.now, expires_at=self.now + 900)
        assert self.do("add", fresh) == (key not in self.added)
        self.added.setdefault(key, fresh)

    @rule(owner=st.sampled_from(["a", "b"]))
    def claim(self, owner: str) -> None:
        taken = self.do("claim", owner, self.now, lease=LEASE, limit=5, rate=30, chat_gap=1)
        chats = [one.chat_id for one in taken]
        assert len(chats) == len(set(chats))
        self.in_hand[owner] += taken

    @precondition(lambda self: self.in_hand["a"] or self.in_hand["b"])
    @rule(owner=st.sampled_from(["a", "b"]), outcome=st.sampled_from(OUTCOMES))
    def send(self, owner: str, outcome: tuple[Outcome, bool]) -> None:
        if not self.in_hand[owner]:
            return
        mine = self.in_hand[owner].pop()
        stalled = self.now >= mine.lease_until - LEASE + 10
        if not delivery.may_send(mine):
            self.do("settle", delivery.given_up(mine).push)
            return
        known, arrives = (NotSent("claimed too long ago"), False) if stalled else outcome
        if arrives:
            self.arrived[mine.id] += 1
            self.unmarked[mine.id] += not mine.reminder
        self.do("settle", delivery.after(mine, known, self.now, 0.5).push)

    @precondition(lambda self: self.in_hand["a"] or self.in_hand["b"])
    @rule(owner=st.sampled_from(["a", "b"]), arrives=st.booleans())
    def die(self, owner: str, arrives: bool) -> None:
        """Killed in the middle of an attempt; the outcome is never written."""
        if self.in_hand[owner]:
            mine = self.in_hand[owner].pop()
            if arrives and delivery.may_send(mine) and self.now < mine.lease_until - LEASE + 10:
                self.arrived[mine.id] += 1
                self.unmarked[mine.id] += not mine.reminder
        self.in_hand[owner].clear()

    @rule(chat_id=st.integers(1, 3))
    def withdraw(self, chat_id: int) -> None:
        self.do("withdraw", push(chat_id=chat_id).watch_id, ["your_turn"], "no longer true")

    @rule(seconds=st.sampled_from([0.5, 1.0, 5.0, 16.0, 31.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.do("recover", self.now)
        self.do("expire", self.now)

    @invariant()
    def no_copy_is_unmarked_and_none_is_too_many(self) -> None:
        assert all(many <= 1 for many in self.unmarked.values()), self.unmarked
        assert all(many <= delivery.MOST_COPIES for many in self.arrived.values()), self.arrived

    @invariant()
    def nothing_leaves_a_final_state_and_nothing_is_lost(self) -> None:
        for key in self.added:
            kept = self.do("get", key)
            assert kept is not None
            assert self.ended.get(key, kept.state) is kept.state
            if kept.state.final:
                self.ended[key] = kept.state
            if kept.state is PushState.SENT:
                assert self.arrived[key], "told as sent, and it never arrived"


OutboxMachine.TestCase.settings = settings(
    max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestOutboxMachine = OutboxMachine.TestCase
