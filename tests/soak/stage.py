"""What a campaign plays on: one house, one database, its people, and the nursery of its bots."""

import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from storage.crypto import KeyRing
from storage.database import Database
from tests.databases import empty_database, fresh_key
from tests.soak import house as houses
from tests.soak.crowd import ROUNDS, Crowd
from tests.soak.haste import Place, hasty
from tests.soak.house import House
from tests.soak.nursery import Nursery, nursery
from tickets.deliver import LEASE
from tickets.delivery import REMIND_AFTER

PATIENCE = 60.0
"""Seconds something that is waited for may take."""
RESTING = 240.0
"""Seconds everything may take to come to rest when nothing is spoilt any more.

What dead bots had begun is handled one by one, of each person one perhaps, and each takes a second on a slow machine.
"""
STEP = 0.15
"""Seconds between two acts of people and desks, while a bot is watched."""
MOMENTS = (0.4, 0.4, 0.02)
"""A bot is struck at most this many seconds after it was last seen at work; the shorter a third of the time, to meet what is under way."""
SIGNS = (1, 1, 5, 15, 40)
"""After so many signs of work: some bots are struck at their very first, others when they have got into their stride."""
BEGINNING, IDLE = 4.0, 0.6
"""Seconds after which a bot that shows no work, none yet or none any more, is struck all the same."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One campaign on one database."""

    kind: str
    database: str
    runs: int
    seed: int
    calls: int = 0
    """Calls to be made at least, if need be in more runs."""
    people: int = 80
    minutes: float = 60.0
    """After these no run is begun any more."""
    rounds: int = ROUNDS
    """How often each ticket is called."""
    haste: float = 10.0
    """At ten the lease of 30 s becomes 3 s, the 15 s before a reminder 1.5 s, a tick of the delivery 25 ms, an update's time 6 s."""

    part: int = 0
    """Of several campaigns of the same kind on databases of the same kind."""

    @property
    def name(self) -> str:
        """As the table has it."""
        return f"{self.kind}, {self.database}" + (f", {self.part}" if self.part else "")


@dataclass(slots=True)
class Stage:
    """What a campaign plays on."""

    house: House
    database: Database
    crowd: Crowd
    nursery: Nursery
    chance: random.Random
    log: Path
    stepped: float = field(default=0.0)

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something to become true; `TimeoutError` after the patience."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                await self.pause(0.02)

    async def pause(self, seconds: float) -> None:
        """Let real time pass."""
        await self.house.clock.sleep(seconds * self.house.clock.haste)

    async def work(self) -> None:
        """People and desks act while a bot is watched at work for a while; then a random moment more."""
        await self.crowd.step()
        patience = BEGINNING
        for _ in range(self.chance.choice(SIGNS)):
            if not await self._sign(patience):
                break
            patience = IDLE
        await self.pause(self.chance.uniform(0, self.chance.choice(MOMENTS)))

    async def _sign(self, patience: float) -> bool:
        """Wait for the next sign of work; whether there was one."""
        self.house.busy.clear()
        over = time.monotonic() + patience
        while time.monotonic() < over:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STEP):
                    await self.house.busy.wait()
            await self.act()
            if self.house.busy.is_set():
                return True
        return False

    async def act(self) -> None:
        """People and desks do what there is to do, if they have not just done so."""
        if time.monotonic() - self.stepped > STEP:
            await self.crowd.step()
            self.stepped = time.monotonic()

    async def rest(self) -> None:
        """No faults, calls or wishes any more, until everything has come to its end."""
        self.house.dice = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RESTING):
                await self.crowd.step(more=False)
                while not await self.crowd.idle():
                    await self.pause(0.1)
                    await self.crowd.step(more=False)
        # Whatever may come too much, a late copy for example, has its time, too.
        await self.pause((LEASE + REMIND_AFTER) / self.house.clock.haste)
        self.crowd.count()


@asynccontextmanager
async def staged(lane: Lane) -> AsyncIterator[Stage]:
    """Set it up and take it down."""
    folder, clock, key = Path(tempfile.mkdtemp(prefix="soak-")), hasty(lane.haste), fresh_key()
    log = folder / "bots.log"
    async with empty_database(lane.database, folder) as url, houses.opened(clock, lane.seed) as house:
        place = Place(house.address, url, key, clock, folder)
        database = Database(url, KeyRing.parse(key))
        await database.upgrade()
        try:
            with log.open("wb") as lines:
                async with nursery(place, lines) as bots:
                    crowd = Crowd(house, database, lane.people, lane.rounds)
                    yield Stage(house, database, crowd, bots, random.Random(lane.seed), log)
        finally:
            await database.dispose()


async def whole(database: Database) -> bool:
    """Whether the database is undamaged; of PostgreSQL, whether everything in it can be read."""
    transaction = database.transaction(reading=True)
    try:
        if transaction.on_sqlite:
            row = await transaction.row(text("PRAGMA integrity_check"))
            return row is not None and next(iter(row.values())) == "ok"
        tables = await transaction.rows(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        for table in tables:
            await transaction.row(text(f'SELECT count(*) FROM "{table["tablename"]}"'))  # noqa: S608 -- names of our own tables
        return True
    finally:
        await transaction.close()
