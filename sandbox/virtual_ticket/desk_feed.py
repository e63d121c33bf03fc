"""Tells the open desk pages and boards what changes at their location, by server-sent events.

Each event is the whole view, so a page that missed some has missed nothing.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

LONGEST_SILENCE = 15.0
"""Seconds after which a view is sent although nothing changed: doors open and close by the clock alone."""


class DeskFeed:
    """The pages that are open now."""

    def __init__(self) -> None:
        self._readers: set[asyncio.Event] = set()
        self._closed = False

    def tell(self) -> None:
        """Something changed: every page gets a new view, one however much happened at once."""
        for reader in self._readers:
            reader.set()

    def close(self) -> None:
        """End all streams, because the server ends."""
        self._closed = True
        self.tell()

    async def views(self, view: Callable[[], Any]) -> AsyncIterator[dict[str, str]]:
        """Give the view now and after every change, as events named "view"."""
        news = asyncio.Event()
        self._readers.add(news)
        try:
            while not self._closed:
                news.clear()
                yield {"event": "view", "data": json.dumps(view(), ensure_ascii=False)}
                try:
                    await asyncio.wait_for(news.wait(), LONGEST_SILENCE)
                except TimeoutError:
                    continue
        finally:
            self._readers.discard(news)
