"""The use cases on a real database, between two neighbours in memory: what a process of ours is, without Telegram's library."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from storage.database import Database
from tests.tickets.fake_telegram import FakeTelegram
from tests.tickets.hand_clock import HandClock
from tests.tickets.neighbours import FakeServer
from tickets.acting import Actor
from tickets.book import Book
from tickets.conversation import Conversation
from tickets.deliver import Budget, Deliver
from tickets.errors import DatabaseUnavailable
from tickets.find import Find
from tickets.mine import MyTickets
from tickets.pace import Limits
from tickets.people import People
from tickets.preferences import Preferences
from tickets.profile import Profile
from tickets.reading import Asking
from tickets.session import Session
from tickets.take import Offer, Policy, Take
from tickets.watch import WatchTickets
from tickets.watching import Account

ME = Actor(7, 7)


class Killed(BaseException):
    """The process ends here: nothing of ours may catch it."""


@dataclass
class House:
    """One process. `another()` is a second one, or the same after a crash: new objects, same database, same neighbours."""

    database: Database
    clock: HandClock
    server: FakeServer
    telegram: FakeTelegram
    owner: str = "one"
    policy: Policy = field(default_factory=Policy)
    broken_commits: int = 0
    """How many of the next commits find the database unavailable."""
    alarms: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Compose the use cases as the bot does."""
        asking = Asking(3, Limits(2, 60), 20, lambda: 1.0)
        secrets = (f"{number:05}-{self.owner}-secret-of-a-guest" for number in range(10_000))
        self.session = Session(self.server, self.open_book, self.clock, lambda: next(secrets))
        self.people = People(self.open_book, self.clock)
        self.preferences = Preferences(self.server, self.open_book, self.clock, self.session)
        self.profile = Profile(self.server, self.open_book, self.session)
        self.conversation = Conversation(self.open_book, self.clock)
        self.find = Find(self.server, self.clock)
        self.take = Take(self.server, self.open_book, self.clock, self.session, self.policy)
        self.mine = MyTickets(self.server, self.open_book, self.clock, self.session, self.find, asking)
        self.watch = WatchTickets(
            self.server, self.open_book, self.clock, self.session, self.take, asking, f"watch-{self.owner}"
        )
        self.deliver = Deliver(
            self.telegram,
            self.open_book,
            self.clock,
            Budget(30, 1),
            f"send-{self.owner}",
            jitter=lambda: 1.0,
            alarm=self._alarm,
        )

    def another(self, owner: str = "two") -> "House":
        """A second process."""
        return House(self.database, self.clock, self.server, self.telegram, owner, self.policy, alarms=self.alarms)

    @asynccontextmanager
    async def open_book(self) -> AsyncIterator[Book]:
        """The real one, whose commits fail as planned."""
        async with self.database.open_book() as book:
            if self.broken_commits:
                self.broken_commits -= 1
                book.commit = _unavailable  # type: ignore[method-assign]  # a planned fault of this one commit
            yield book

    async def guest(self, chat_id: int = 7) -> Account:
        """Somebody who carries on as a guest."""
        return await self.session.as_guest(Actor(chat_id, chat_id))

    async def offer(self, chat_id: int = 7, place: int = 0, service: int = 0) -> Offer:
        """What the town offers that person."""
        location = self.server.town[place]
        return await self.take.offer(Actor(chat_id, chat_id), location, location.services[service])

    async def tick(self, seconds: float = 10.0) -> None:
        """Time passes, the watch asks what is due, and everything that waits is delivered."""
        self.clock.advance(seconds)
        await self.watch()
        for _ in range(6):
            self.clock.advance(1)
            await self.deliver()

    async def counts(self) -> dict[str, int]:
        """Outbox states that are not empty."""
        async with self.database.open_book() as book:
            return {state: many for state, many in (await book.outbox.counts()).items() if many}

    async def _alarm(self, text: str) -> None:
        self.alarms.append(text)


async def _unavailable() -> None:
    raise DatabaseUnavailable("planned")
