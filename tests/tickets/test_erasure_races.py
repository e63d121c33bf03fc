"""/delete against everything that writes about a chat by itself, in two processes: watch, deliveries, open intents, announcements."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from storage.database import Database
from tests.tickets.fake_telegram import FakeTelegram
from tests.tickets.hand_clock import HandClock
from tests.tickets.house import House
from tests.tickets.neighbours import FakeServer
from tests.tickets.town import a_location, a_service, at
from tickets.acting import Actor
from tickets.announce import Announce
from tickets.errors import DatabaseUnavailable
from tickets.model import Phase
from tickets.pushes import Flooded, Gone, NotSent, Outcome, Push
from tickets.watch import SETTLE_AFTER
from tickets.watching import Intent, Person, Watch

ROUNDS, CHATS = 10, 10
TOWN = (a_location(services=(a_service(), a_service("11", "Post"))),)


@dataclass
class SlowTelegram(FakeTelegram):
    """Takes its time with every message, and notes what begins or arrives after the chat was erased."""

    chance: random.Random = field(default_factory=lambda: random.Random(6))
    erased: set[int] = field(default_factory=set)
    late: list[Push] = field(default_factory=list)

    async def send(self, push: Push, person: Person, watch: Watch | None) -> Outcome:
        """One attempt."""
        self._note(push)
        for _ in range(self.chance.randrange(30)):
            await asyncio.sleep(0)
        self._note(push)
        if self.chance.random() < 0.4:
            return self.chance.choice((Gone("blocked"), Flooded(30.0), NotSent("refused")))
        return await super().send(push, person, watch)

    def _note(self, push: Push) -> None:
        if push.chat_id in self.erased:
            self.late.append(push)


async def with_life(house: House, chat_id: int) -> None:
    """A guest with a ticket that is called just now, a message on its way, and another ticket whose answer was lost."""
    account = await house.guest(chat_id)
    await house.people.meet(Actor(chat_id, chat_id), "pt")
    await house.take.take(Actor(chat_id, chat_id), await house.offer(chat_id), key=f"{chat_id}:1")
    mine = [ticket.id for owner, ticket in house.server.queue.values() if owner == account.username]
    async with house.database.open_book() as book:
        long_ago = house.clock.now() - SETTLE_AFTER - 1
        await book.intents.open(Intent(f"{chat_id}:2", chat_id, "1", "11", long_ago, tuple(mine)))
        await book.commit()
    house.server.take(account.username, "1", "11")
    house.server.change(mine[0], phase=Phase.CALLED, called=at("09:00"), ahead=0)


async def race(chance: random.Random, acts: list[Callable[[], Awaitable[object]]]) -> None:
    """All at once, each a little later than it might. What the database broke off is tried again by its next tick."""

    async def begin(act: Callable[[], Awaitable[object]]) -> None:
        for _ in range(chance.randrange(60)):
            await asyncio.sleep(0)
        with contextlib.suppress(DatabaseUnavailable):
            await act()

    await asyncio.gather(*(begin(act) for act in acts))


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_nothing_is_sent_or_kept_of_whoever_was_erased(database: Database, seed: int) -> None:
    """Ten chats a round: whatever is under way, nothing arrives after /delete was done, and nothing comes back."""
    chance, clock = random.Random(seed), HandClock()
    telegram = SlowTelegram(chance=chance)
    one = House(database, clock, FakeServer(clock, TOWN), telegram)
    two = one.another()
    chats = range(seed * CHATS + 1, (seed + 1) * CHATS + 1)
    for chat_id in (*chats, 5000):
        await with_life(one, chat_id)

    async def erase(chat_id: int) -> None:
        await one.people.erase(Actor(chat_id, chat_id))
        telegram.erased.add(chat_id)

    async def announce() -> None:
        await Announce(database.open_book, clock)("closed", lambda *_: True)

    clock.advance(1)
    erasures = [lambda chat_id=chat_id: erase(chat_id) for chat_id in chats]
    ticks = [house.watch for house in (one, two)] + [house.deliver for house in (one, two) for _ in range(3)]
    await race(chance, [*erasures, *ticks, announce])
    assert telegram.erased == set(chats)
    for _ in range(8):
        clock.advance(20)
        await race(chance, [one.watch, two.watch, one.deliver, two.deliver])
    assert telegram.late == []
    async with database.open_book() as book:
        left = {
            chat_id: {name: rows for name, rows in (await book.privacy.export(chat_id)).items() if rows}
            for chat_id in chats
        }
        kept = await book.privacy.export(5000)
    assert {chat_id: rows for chat_id, rows in left.items() if rows} == {}
    assert len(kept["watches"]) == 2, "the others' tickets are watched, the lost one too"
