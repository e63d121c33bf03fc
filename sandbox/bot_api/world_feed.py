"""What happens in a chat, told live to the pages that watch it; a slow reader loses nothing but the steps between two views."""

import asyncio
import json
from collections import deque
from typing import Any

Event = tuple[str, str]
LONGEST_QUEUE = 256
AFRESH: Event = ("snapshot", "")
END: Event = ("end", "")


class Reader:
    """One page that watches one chat. Events wait in a bounded queue; an overflow leaves only the order to look afresh."""

    def __init__(self) -> None:
        self._queue: deque[Event] = deque()
        self._arrived = asyncio.Event()

    def give(self, event: Event) -> None:
        """Put an event in line, or the order to look afresh where the line is too long."""
        if len(self._queue) >= LONGEST_QUEUE:
            self._queue.clear()
            event = AFRESH
        self._queue.append(event)
        self._arrived.set()

    async def next(self) -> Event:
        """Return the next (name, JSON text); AFRESH asks for a fresh view of the chat, END for nothing more."""
        while not self._queue:
            self._arrived.clear()
            await self._arrived.wait()
        return self._queue.popleft()


class Feed:
    """The readers of every chat."""

    def __init__(self) -> None:
        self._readers: dict[int, set[Reader]] = {}
        self._ended = False

    def watch(self, chat_id: int) -> Reader:
        """Return a new reader of that chat; end it with leave()."""
        reader = Reader()
        self._readers.setdefault(chat_id, set()).add(reader)
        if self._ended:
            reader.give(END)
        return reader

    def leave(self, chat_id: int, reader: Reader) -> None:
        """Forget a reader."""
        self._readers.get(chat_id, set()).discard(reader)

    def tell(self, chat_id: int, name: str, data: Any) -> None:
        """Tell the readers of a chat, now, because what is told may change afterwards."""
        readers = self._readers.get(chat_id)
        if readers:
            text = json.dumps(data, ensure_ascii=False)
            for reader in readers:
                reader.give((name, text))

    def afresh(self, chat_id: int | None = None) -> None:
        """Make the readers of one chat, or all readers, take a fresh view."""
        for watched, readers in self._readers.items():
            if chat_id is None or watched == chat_id:
                for reader in readers:
                    reader.give(AFRESH)

    def end(self) -> None:
        """Send every reader home, and those who still come, because the server ends."""
        self._ended = True
        for readers in self._readers.values():
            for reader in readers:
                reader.give(END)
