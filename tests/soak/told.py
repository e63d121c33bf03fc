"""What the people of a campaign were told, read off their chats: every copy of a call, and every warning that it is near."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from tests.soak.house import House

CALLED = re.compile(r"Your ticket \w+ was just called\. Please head to desk ([\w-]+)\.")
NEAR = "almost your turn"
LABEL = re.compile(r"\b([A-Z]+) ?0*(\d+)(?:,|:)")
REMINDER = "Reminder:"
NOT_SO = re.compile("cancelled by the location|did not cancel")
"""What nobody may be told here: the desks of a campaign cancel nothing, and refuse it to nobody who waits."""


@dataclass(slots=True)
class Copies:
    """How often one call was told, as the person sees it."""

    unmarked: int = 0
    marked: int = 0

    @property
    def all(self) -> int:
        """Of both kinds."""
        return self.unmarked + self.marked


class Told:
    """Reads each chat once, message by message. Each call of a campaign is made to a desk of its own, which its words name."""

    def __init__(self, house: House) -> None:
        """Of this house's chats."""
        self._house = house
        self._seen: dict[int, int] = defaultdict(int)
        self._desks: dict[str, str] = {}
        self._names: dict[tuple[int, str, int], str] = {}
        self.calls: dict[str, Copies] = defaultdict(Copies)
        """Call -> its copies."""
        self.false_cancels = 0
        """Messages that say of a ticket given up, or of another one, that the location cancelled it, or would not."""
        self.warnings: Counter[str] = Counter()
        """Ticket -> how often it was said to be almost its turn."""

    def note_ticket(self, chat_id: int, tag: str, number: int, ticket_id: str) -> None:
        """From now on this name means this ticket there."""
        self._names[chat_id, tag, number] = ticket_id

    def note_call(self, desk: str, call: str) -> None:
        """This desk calls; no other call is made to it."""
        self._desks[desk] = call

    def call_at(self, desk: str) -> str:
        """The call that was made to that desk."""
        return self._desks.get(desk, f"unknown {desk}")

    def count(self, chat_id: int) -> None:
        """Whatever has arrived in this chat since the last time."""
        fresh = self._house.texts(chat_id, self._seen[chat_id])
        self._seen[chat_id] = max([self._seen[chat_id], *fresh])
        for text in fresh.values():
            self.false_cancels += NOT_SO.search(text) is not None
            found = CALLED.search(text)
            if found is not None:
                copies = self.calls[self.call_at(found[1])]
                copies.marked += text.startswith(REMINDER)
                copies.unmarked += not text.startswith(REMINDER)
            elif NEAR in text:
                self.warnings[self._ticket(chat_id, text)] += 1

    def _ticket(self, chat_id: int, text: str) -> str:
        found = LABEL.search(text)
        name = (chat_id, found[1], int(found[2])) if found is not None else (chat_id, text, 0)
        return self._names.get(name, f"unknown {name}")
