"""What is counted, by name: docs/operations.md explains every number, deploy/alerts.yaml and deploy/dashboard.json use them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from bot.checkup import DEADLINE
from bot.intake import Heard
from bot.jobs.ticks import Ticks
from bot.measures import Measures
from bot.worker import Done
from tickets.book import OpenBook
from tickets.errors import DatabaseUnavailable
from tickets.ports import Clock
from tickets.watch import WatchTickets


class Stored:
    """What the database held when it was last looked at; nothing where it could not be read, since an old number would be a lie."""

    def __init__(self, open_book: OpenBook) -> None:
        """`open_book` opens books that only read."""
        self._open_book = open_book
        self.pushes: Mapping[str, float] = {}
        self.inbox: Mapping[str, float] = {}
        self.watches: Mapping[str, float] = {}
        self.readable: Mapping[str, float] = {}

    async def look(self) -> None:
        """Count anew."""
        try:
            # Whoever collects the page gives up on it after some ten seconds, and then it says nothing at all.
            async with asyncio.timeout(DEADLINE), self._open_book() as book:
                pushes, inbox, live = await book.outbox.counts(), await book.inbox.counts(), await book.watches.count()
        except (DatabaseUnavailable, TimeoutError):
            self.pushes, self.inbox, self.watches, self.readable = {}, {}, {}, {"": 0}
        else:
            self.pushes, self.inbox, self.watches, self.readable = pushes, inbox, {"": live}, {"": 1}


def measure(
    measures: Measures,
    heard: Heard,
    done: Done,
    stored: Stored,
    unreadable: Callable[[], Mapping[str, int]],
) -> None:
    """The numbers of whatever is built, running or not."""
    measures.first(stored.look)
    measures.add("database_readable", "1 where the database could be read for this page.", lambda: stored.readable)
    measures.add("pushes", "Pushes kept in the outbox, by state.", lambda: stored.pushes, label="state")
    measures.add("inbox", "Updates kept in the inbox, by state.", lambda: stored.inbox, label="state")
    measures.add("unreadable", "Stored rows that were met and cannot be read.", unreadable, label="what")
    measures.add("watches_live", "Tickets being watched.", lambda: stored.watches)
    measures.add(
        "updates",
        "Updates since the start, by what became of them.",
        lambda: {
            "accepted": heard.accepted,
            "repeated": heard.repeated,
            "dropped": heard.dropped,
            "handled": done.handled,
            "poisoned": done.poisoned,
        },
        label="what",
    )


class Usable:
    """What readiness last said of the database: a full disk and a missing key leave it readable."""

    def __init__(self, trouble: Callable[[], Awaitable[str]]) -> None:
        """`trouble` is readiness' own check, of which only one is under way however many ask."""
        self._trouble = trouble
        self.now: Mapping[str, float] = {}

    async def look(self) -> None:
        """Ask anew."""
        self.now = {"": 0 if await self._trouble() else 1}


def measure_running(measures: Measures, ticks: Ticks, database: Callable[[], Awaitable[str]]) -> None:
    """The numbers of every process that runs. `database`: what readiness says of it."""
    usable = Usable(database)
    measures.first(usable.look)
    measures.add("database_usable", "1 where readiness says nothing against the database.", lambda: usable.now)
    measures.add("tick_errors", "Ticks that failed.", _alone(lambda: ticks.errors))


def measure_polling(measures: Measures, heard: Heard, clock: Clock, *, polls: bool) -> None:
    """A process that does not ask for updates has not been waiting for any."""
    silent = _alone(lambda: clock.monotonic() - heard.last_healthy)
    measures.add("polling_silent_seconds", "Since the last healthy getUpdates.", silent if polls else _nothing)


def measure_webhook(measures: Measures, taken: Callable[[], bool], *, delivered: bool) -> None:
    """A process that has no updates delivered to it has no webhook to set."""
    measures.add("webhook_set", "1 where Telegram took our webhook.", _alone(taken) if delivered else _nothing)


def measure_watch(measures: Measures, watch: WatchTickets, *, watches: bool) -> None:
    """A process that does not watch says nothing of its asking: 0 would say that nobody asks."""
    asked, failed = _alone(lambda: watch.asked), _alone(lambda: watch.failed)
    measures.add("queue_asks", "Requests of the watch to the queue server.", asked if watches else _nothing)
    measures.add("queue_asks_failed", "Those without a healthy answer.", failed if watches else _nothing)


def _nothing() -> Mapping[str, float]:
    return {}


def _alone(read: Callable[[], float]) -> Callable[[], Mapping[str, float]]:
    return lambda: {"": read()}
