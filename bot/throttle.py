"""How often one chat may be handled, and a group answered: a noisy one waits in the inbox, and slows nobody."""

from tickets.ports import Clock

BURST = 10
GAP = 1.0
"""So many updates of one chat are handled as fast as they come; after them one every GAP seconds, and the others wait in the inbox.

An update that is answered by several messages counts as so many.
"""

GROUP_GAP = 600.0
"""Seconds between two answers to one group, where there is but one thing to say."""


class Throttle:
    """Keeps one noisy chat from taking everybody's time: BURST updates or answers at once, then one every GAP seconds.

    It is this process's own: of several replicas each allows as much.
    """

    def __init__(self, clock: Clock) -> None:
        """`clock` by its monotonic seconds."""
        self._clock = clock
        self._rested: dict[int, float] = {}
        """Chat -> when its whole burst is free again."""
        self._paid: set[int] = set()
        """Chats whose next message is paid for: by the update that it answers."""

    def spend(self, chat_id: int) -> None:
        """One of its updates is being handled; one message to the chat is in the price."""
        self._charge(chat_id)
        self._paid.add(chat_id)

    def sent(self, chat_id: int) -> None:
        """A message is sent to it."""
        if chat_id in self._paid:
            self._paid.remove(chat_id)
        else:
            self._charge(chat_id)

    def over(self, chat_id: int) -> None:
        """Its update is handled; what was not used of its price is lost."""
        self._paid.discard(chat_id)

    def _charge(self, chat_id: int) -> None:
        now = self._clock.monotonic()
        self._rested[chat_id] = max(now, self._rested.get(chat_id, now)) + GAP

    def exhausted(self) -> list[int]:
        """Chats that have to wait now."""
        now = self._clock.monotonic()
        self._rested = {chat_id: moment for chat_id, moment in self._rested.items() if moment > now}
        return [chat_id for chat_id, moment in self._rested.items() if moment - now > (BURST - 1) * GAP]


class Seldom:
    """Who was answered lately; each process keeps its own."""

    def __init__(self, clock: Clock) -> None:
        """`clock` by its monotonic seconds."""
        self._clock = clock
        self._answered: dict[int, float] = {}

    def answer(self, chat_id: int) -> bool:
        """Whether to answer it now; then not again before GROUP_GAP is over."""
        now = self._clock.monotonic()
        self._answered = {chat: moment for chat, moment in self._answered.items() if now - moment < GROUP_GAP}
        lately = chat_id in self._answered
        self._answered.setdefault(chat_id, now)
        return not lately

    def unanswered(self, chat_id: int) -> None:
        """The answer was not made: the group may be answered at once."""
        self._answered.pop(chat_id, None)
