"""`python -m tests.soak.chaos`: every fault of each neighbour, and a clock that jumps, one after the other, while tickets are called.

It prints a table. The bot must not end or grow, its loop must stay quick, nobody may be told anything false, each call must be told, and
whoever types when the fault is over is answered (docs/reliability.md).
"""

import argparse
import asyncio
import contextlib
import json
import logging
import re
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sandbox.virtual_ticket.office_model import State
from storage.crypto import KeyRing
from storage.database import Database
from tests.databases import fresh_key
from tests.soak import house as houses
from tests.soak import proxy as proxies
from tests.soak.bot import LAGS
from tests.soak.certificates import Certificates
from tests.soak.crowd import Crowd
from tests.soak.haste import Place, hasty
from tests.soak.house import House
from tests.soak.nursery import Nursery, nursery
from tests.soak.proxy import Proxy, proxy
from tests.soak.talkers import Talkers
from tickets.delivery import REMIND_AFTER
from tickets.pushes import PushKind

HASTE = 5.0
SECONDS, TICKETS = 6.0, 60
GROWTH, LAG = 50.0, 0.25
"""Megabytes and seconds that the bot may grow and its loop may be late."""
RECOVERY = 60.0
CALM = 2 * REMIND_AFTER
"""Seconds of the bot's clock between two faults: time enough for the reminder of what the first one left unsure."""
FALSE = re.compile(r"no longer in the queue|cancelled by|missed it|sign in again|was called at")
"""None of this ever happens in this campaign."""
BOTH = ("queue", "telegram")
UPDATES = b"/getUpdates"
CLOCK = "clock"
JUMPS = {"an hour on": 3600.0, "an hour back": -3600.0, "a day on": 86_400.0, "a day back": -86_400.0}
"""Seconds by which the bot's clock is wrong while one such fault lasts; then it is set right, which is a jump, too."""


@dataclass(slots=True)
class Weathered:
    """What the campaign has shown."""

    phases: int = 0
    spoilt: int = 0
    calls: int = 0
    lost: int = 0
    losses: list[str] = field(default_factory=list)
    """What was the matter while each lost call was made, and what became of its push."""
    unsure_final: int = 0
    """Calls of which the bot says, and alarms, that nobody knows whether they arrived; counted apart from the lost."""
    doubled: int = 0
    """Told more than once, though Telegram was well when the call was seen."""
    unmarked_twice: int = 0
    false: int = 0
    unanswered: int = 0
    """People who got no answer to what they said when a fault was over."""
    died: bool = False
    growth: float = 0.0
    grown: dict[str, float] = field(default_factory=dict)
    lag: float = 0.0
    """The bot's p99 in seconds, of the time while something was spoilt."""
    spans: list[tuple[float, float]] = field(default_factory=list)
    """From when to when something was spoilt, on the machine's monotonic clock."""

    def broken(self, *, judge_lag: bool) -> list[str]:
        """The promises that were not kept."""
        held = {
            "lost": not self.lost,
            "told twice": not self.doubled,
            "unmarked duplicates": not self.unmarked_twice,
            "false notices": not self.false,
            "unanswered": not self.unanswered,
            "died": not self.died,
            "memory": self.growth < GROWTH,
            "lag": self.lag < LAG or not judge_lag,
        }
        return [name for name, kept in held.items() if not kept]


def resident(pid: int) -> float:
    """Megabytes a process has in memory."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found is not None else 0.0


@dataclass(slots=True)
class Storm:
    """One campaign under way."""

    house: House
    crowd: Crowd
    talkers: Talkers
    bots: Nursery
    doors: dict[str, Proxy]
    jumps: Path
    seen: Weathered
    base: float = 0.0

    async def pause(self, seconds: float) -> None:
        """Real seconds."""
        await self.house.clock.sleep(seconds * self.house.clock.haste)

    async def until(self, true: object) -> None:
        """Wait for something to become true."""
        async with asyncio.timeout(RECOVERY):
            while not (callable(true) and true()):
                await self.pause(0.05)

    async def everybody_waits(self) -> None:
        """Everybody has a ticket."""
        async with asyncio.timeout(RECOVERY):
            while not await self.crowd.all_hold():
                await self.pause(0.1)

    async def spoil(self, door: str, fault: str) -> None:
        """A fault of one neighbour, or of the clock; empty: of none any more."""
        if door == CLOCK:
            self.jumps.write_text(str(JUMPS.get(fault, 0.0)), "ascii")
        else:
            await self.doors[door].spoil(fault)

    async def phase(self, door: str, fault: str, seconds: float) -> None:
        """One fault of one neighbour, and one call that happens meanwhile.

        What people say reaches the bot, whose replies are spoilt; in the second half what they say is spoilt, too.
        """
        pid = self.bots.living[0]
        self.base = self.base or resident(pid)
        self.doors["telegram"].spared = UPDATES
        await self.spoil(door, fault)
        await self.crowd.call_one(f"{door}: {fault}")
        began, most = time.monotonic(), 0.0
        for half in (1, 2):
            await self.talkers.speak()
            while time.monotonic() < began + seconds * half / 2:
                await self.pause(0.1)
                most = max(most, resident(pid) - self.base)
            self.doors["telegram"].spared = b""
        await self.spoil(door, "")
        self.seen.spans.append((began, time.monotonic()))
        await self.pause(CALM / self.house.clock.haste)
        self.seen.grown[f"{door}: {fault}"] = round(most, 1)
        self.seen.growth = max(self.seen.growth, most)
        self.seen.phases += 1


async def run(
    seed: int,
    seconds: float = SECONDS,
    tickets: int = TICKETS,
    faults: Sequence[str] = proxies.ALL,
    clock_faults: Sequence[str] = tuple(JUMPS),
    haste: float = HASTE,
) -> Weathered:
    """Play it to its end."""
    folder, clock, key, seen = Path(tempfile.mkdtemp(prefix="soak-")), hasty(haste), fresh_key(), Weathered()
    certificates, jumps = Certificates(folder), folder / "jumps"
    jumps.write_text("0", "ascii")
    async with houses.opened(clock, seed) as house:
        port = int(house.address.rpartition(":")[2])
        async with proxy(port, certificates) as telegram, proxy(port, certificates) as queue:
            here = {"telegram": telegram, "queue": queue}
            place = Place(
                f"https://127.0.0.1:{telegram.here}", f"sqlite+aiosqlite:///{folder / 'bot.db'}", key, replace(clock, jumps=jumps),
                folder, queue=f"https://127.0.0.1:{queue.here}", authority=certificates.authority,
            )  # fmt: skip
            database = Database(place.database_url, KeyRing.parse(key))
            await database.upgrade()
            with (folder / "bots.log").open("wb") as log:
                async with nursery(place, log) as bots:
                    crowd = Crowd(house, database, tickets)
                    storm = Storm(house, crowd, Talkers(house, crowd.ledger), bots, here, jumps, seen)
                    await _play(storm, seconds, faults, clock_faults)
            await database.dispose()
            seen.spoilt = telegram.struck + queue.struck
    seen.lag = _lag(json.loads((folder / LAGS).read_text()), seen.spans)
    return seen


def _lag(late: Sequence[tuple[float, float]], spans: Sequence[tuple[float, float]]) -> float:
    """The p99 within these spans, so that calm times do not make the others look better."""
    within = sorted(lag for moment, lag in late if any(began <= moment <= ended for began, ended in spans))
    return within[int(len(within) * 0.99)]


async def _play(storm: Storm, seconds: float, faults: Sequence[str], jumps: Sequence[str]) -> None:
    pid = await storm.bots.begin()
    await storm.crowd.sign_in(storm.until)
    await storm.everybody_waits()
    # Everybody has something to press.
    storm.seen.unanswered += await storm.talkers.unanswered(RECOVERY)
    for door in BOTH:
        for fault in faults:
            await storm.phase(door, fault, seconds)
        await _recovered(storm)
    for jump in jumps:
        await storm.phase(CLOCK, jump, seconds)
        await _recovered(storm)
    await _judge(storm)
    storm.seen.died = await storm.bots.end(pid, signal.SIGTERM) != 0


async def _recovered(storm: Storm) -> None:
    """Wait until every call was told, and for whatever might come too much."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(RECOVERY):
            while not storm.crowd.all_told():
                await storm.pause(0.2)
    storm.seen.unanswered += await storm.talkers.unanswered(RECOVERY)
    await storm.pause(4)
    storm.crowd.all_told()


async def _judge(storm: Storm) -> None:
    seen, crowd = storm.seen, storm.crowd
    seen.calls = len(crowd.called)
    rows, repetitions = [await crowd.ledger.calls(kind) for kind in (PushKind.YOUR_TURN, PushKind.STILL_YOUR_TURN)]
    for call in crowd.called:
        copies, row, again = crowd.told.calls[call], rows.get(call), repetitions.get(call)
        unsure = row is not None and row.unsure
        seen.unsure_final += unsure
        if not copies.all and not unsure:
            seen.lost += 1
            seen.losses.append(f"{crowd.during[call]}: {row}")
        seen.unmarked_twice += copies.unmarked > 1
        # Nobody of this crowd says that they come, so each call is repeated once: that is a push of its own.
        own = copies.all - min(copies.marked, again.attempt if again is not None else 0)
        # A clock that jumps past the end of a lease makes a send unsure, and then it is told once more, marked.
        seen.doubled += own > 1 and crowd.during[call].startswith("queue")
    for chat_id in (*(one.chat_id for one in crowd.customers), *storm.talkers.chats):
        seen.false += sum(bool(FALSE.search(text)) for text in storm.house.texts(chat_id).values())
    assert all(ticket.state in (State.WAITING, State.CALLED) for ticket in storm.house.office.tickets.values())


def table(seen: Weathered, seed: int) -> str:
    """The result as a Markdown table."""
    names = (
        "seed", "faults", "answers spoilt", "calls", "lost", "unsure_final", "told twice", "unmarked twice",
        "false notices", "unanswered", "growth MB", "lag p99 ms",
    )  # fmt: skip
    values = (
        seed, seen.phases, seen.spoilt, seen.calls, seen.lost, seen.unsure_final, seen.doubled, seen.unmarked_twice, seen.false,
        seen.unanswered, f"{seen.growth:.0f}", f"{seen.lag * 1000:.0f}",
    )  # fmt: skip
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in (names, ["---"] * len(names), values))


def main(arguments: list[str] | None = None) -> int:
    """Play it, print it; the exit code."""
    # What the faults do to connections on purpose is not worth a line each.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(prog="python -m tests.soak.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long each fault lasts")
    told = parser.parse_args(arguments)
    print(f"seed {told.seed}", flush=True)
    seen = asyncio.run(run(told.seed, told.seconds))
    broken = seen.broken(judge_lag=True)
    print("most grown:", sorted(seen.grown.items(), key=lambda one: -one[1])[:5])
    print(f"broken: {broken or 'nothing'}", *seen.losses, sep="\n")
    print(table(seen, told.seed))
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
