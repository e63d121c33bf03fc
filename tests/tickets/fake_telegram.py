"""Telegram as the rules see it, in memory: what arrived in each chat, and outcomes as a script plans them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tickets.pushes import NotSent, Outcome, Push, PushKind, Sent, Unsure
from tickets.watching import Person, Watch

NEVER_LEFT = NotSent("refused")


@dataclass
class FakeTelegram:
    """`tickets.ports.Messenger`: what arrived in each chat, and planned outcomes. `lost_answers` arrive and stay unsure."""

    outcomes: list[Outcome] = field(default_factory=list)
    lost_answers: int = 0
    chats: dict[int, list[Push]] = field(default_factory=dict)
    attempts: list[Push] = field(default_factory=list)
    during: Callable[[], None] = lambda: None
    """Something that happens while the socket is open."""

    async def send(self, push: Push, person: Person, watch: Watch | None) -> Outcome:
        """One attempt."""
        self.attempts.append(push)
        await asyncio.sleep(0)
        self.during()
        if push.kind is PushKind.CARD and watch is None:
            return Sent(0)
        if self.outcomes:
            planned = self.outcomes.pop(0)
            if not isinstance(planned, Sent):
                return planned
        self.chats.setdefault(push.chat_id, []).append(push)
        if self.lost_answers:
            self.lost_answers -= 1
            return Unsure("answer lost")
        return Sent(len(self.attempts), shows="digest" if push.kind is PushKind.CARD else "")

    def kinds(self, chat_id: int = 7) -> Sequence[PushKind]:
        """What arrived in a chat, cards apart, oldest first."""
        return [push.kind for push in self.chats.get(chat_id, []) if push.kind is not PushKind.CARD]
