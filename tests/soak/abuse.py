"""`python -m tests.soak.abuse`: one person sends two hundred updates a second; everybody else is served as if nothing were.

They are commands, positions, which are answered by two messages each, and presses. The others' slowest hundredth waits less than a second;
after a burst the noisy one gets one message a second.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from bot.callbacks import Where
from bot.throttle import BURST, GAP
from storage.crypto import KeyRing
from storage.database import Database
from tests.databases import fresh_key
from tests.soak import house as houses
from tests.soak.haste import Place, hasty
from tests.soak.house import House
from tests.soak.nursery import nursery

NOISY, QUIET = 6000, 7000
RATE, SECONDS, OTHERS = 200, 60.0, 20
STEP = 0.05
AT_ONCE = 2
"""Messages that answer one update of these."""
MOST = 1.0
PATIENCE = 20.0


@dataclass(slots=True)
class Endured:
    """What the others felt, and what the noisy one got."""

    sent: int = 0
    waits: list[float] = field(default_factory=list)
    answers: int = 0
    seconds: float = 0.0

    @property
    def slowest(self) -> float:
        """The others' p99, in seconds."""
        return sorted(self.waits)[int(len(self.waits) * 0.99)] if self.waits else 0.0

    @property
    def allowed(self) -> float:
        """Messages the noisy one may have got; the last update within a limit is answered whole."""
        return BURST + self.seconds / GAP + AT_ONCE


async def run(seconds: float = SECONDS) -> Endured:
    """Play it."""
    folder, clock, key, seen = Path(tempfile.mkdtemp(prefix="soak-")), hasty(1.0), fresh_key(), Endured()
    async with houses.opened(clock, 1) as house:
        place = Place(house.address, f"sqlite+aiosqlite:///{folder / 'bot.db'}", key, clock, folder)
        database = Database(place.database_url, KeyRing.parse(key))
        await database.upgrade()
        await database.dispose()
        with (folder / "bots.log").open("wb") as log:
            async with nursery(place, log) as bots:
                await bots.begin()
                await _served(house, QUIET)
                before, began = len(house.texts(NOISY)), time.monotonic()
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(_noise(house, seconds, seen))
                    tasks.create_task(_others(house, seconds, seen))
                seen.seconds = time.monotonic() - began
                seen.answers = len(house.texts(NOISY)) - before
    return seen


async def _noise(house: House, seconds: float, seen: Endured) -> None:
    over, due = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < over:
        for _ in range(int(RATE * STEP)):
            await _noisily(house, seen.sent)
            seen.sent += 1
        due += STEP
        await house.clock.sleep(max(0.0, due - time.monotonic()))


async def _noisily(house: House, turn: int) -> None:
    newest = house.newest(NOISY)
    if turn % 3 == 1:
        await house.play("location", chat_id=NOISY, latitude=41.55, longitude=-8.42)
    elif turn % 3 and newest:
        await house.play("press", chat_id=NOISY, message_id=newest, data=Where().pack(), force=True)
    else:
        await house.play("text", chat_id=NOISY, text="/start")


async def _others(house: House, seconds: float, seen: Endured) -> None:
    over, turn = time.monotonic() + seconds, 0
    while time.monotonic() < over:
        began = time.monotonic()
        await _served(house, QUIET + turn % OTHERS)
        seen.waits.append(time.monotonic() - began)
        turn += 1
        await house.clock.sleep(0.1)


async def _served(house: House, chat_id: int) -> None:
    """Say something, and wait for the answer."""
    before = len(house.texts(chat_id))
    await house.play("text", chat_id=chat_id, text="/start")
    async with asyncio.timeout(PATIENCE):
        while len(house.texts(chat_id)) == before:
            await house.clock.sleep(0.005)


def main(arguments: list[str] | None = None) -> int:
    """Play it, print it; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.abuse", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    seen = asyncio.run(run(parser.parse_args(arguments).seconds))
    print(
        f"{seen.sent} updates of one person in {seen.seconds:.0f} s; {seen.answers} answers of {seen.allowed:.0f} allowed; "
        f"others' p99 {seen.slowest * 1000:.0f} ms of {len(seen.waits)}"
    )
    return int(seen.slowest > MOST or seen.answers > seen.allowed)


if __name__ == "__main__":
    sys.exit(main())
