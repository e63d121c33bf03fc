"""The campaigns that end, stop and interrupt bots: each is judged by what people got."""

import signal
import time
from collections.abc import Awaitable, Callable, Iterator

from tests.soak.house import Dice
from tests.soak.stage import Lane, Stage, staged, whole
from tests.soak.verdict import Verdict, judge
from tickets.deliver import LEASE

Runs = Iterator[None]
Play = Callable[[Stage, Runs, Verdict], Awaitable[None]]
CAUGHT = 20.0
"""Seconds a bot may take until one of its sends is caught in the middle."""


async def killed(stage: Stage, runs: Runs, verdict: Verdict) -> None:
    """kill -9 at random moments; another bot begins at once."""
    pid = await stage.nursery.begin()
    for _ in runs:
        await stage.work()
        verdict.died += await stage.nursery.end(pid) != -signal.SIGKILL
        pid = await stage.nursery.begin()
        verdict.runs += 1


async def stopped(stage: Stage, runs: Runs, verdict: Verdict) -> None:
    """Two bots on one database: one of them sleeps for one and a half leases, and then goes on as if nothing had been."""
    pids = [await stage.nursery.begin(), await stage.nursery.begin()]
    for _ in runs:
        await stage.work()
        pid = stage.chance.choice(pids)
        stage.nursery.signal(pid, signal.SIGSTOP)
        over = time.monotonic() + 1.5 * LEASE / stage.house.clock.haste
        while time.monotonic() < over:
            await stage.pause(0.1)
            await stage.act()
        stage.nursery.signal(pid, signal.SIGCONT)
        verdict.runs += 1


async def told_to_end(stage: Stage, runs: Runs, verdict: Verdict) -> None:
    """SIGTERM while a push is being sent: the bot ends in time and leaves nothing SENDING. Another bot begins."""
    pid = await stage.nursery.begin()
    for _ in runs:
        over = time.monotonic() + CAUGHT
        while time.monotonic() < over:
            await stage.act()
            await stage.pause(stage.chance.uniform(0.02, 0.2))
            if stage.house.pushing:
                break
        # Nothing is awaited between this look and the signal, so a send that is seen open is open when it comes.
        caught, began = stage.house.pushing > 0, time.monotonic()
        verdict.died += await stage.nursery.end(pid, signal.SIGTERM) != 0
        verdict.slowest_end = max(verdict.slowest_end, time.monotonic() - began)
        verdict.left_sending += await stage.crowd.ledger.sending()
        pid = await stage.nursery.begin()
        verdict.runs += caught


PLAYS: dict[str, tuple[Play, Dice]] = {
    "kill -9": (killed, Dice(slow=0.2)),
    "SIGSTOP": (stopped, Dice(slow=0.2)),
    "SIGTERM": (told_to_end, Dice(flood=0, gateway=0, hang=0.1, reset=0, slow=0.9)),
}


async def run(lane: Lane) -> Verdict:
    """Play one campaign to its end."""
    began, verdict = time.monotonic(), Verdict(lane.name, lane.runs, lane.calls)
    play, dice = PLAYS[lane.kind]
    async with staged(lane) as stage:
        first = await stage.nursery.begin()
        await stage.crowd.sign_in(stage.until)
        await stage.nursery.end(first, signal.SIGTERM)
        stage.house.dice = dice
        await play(stage, _runs(lane, stage, verdict), verdict)
        await stage.rest()
        await judge(verdict, stage.house, stage.crowd)
        verdict.whole = await whole(stage.database)
        verdict.log = str(stage.log)
    verdict.seconds = time.monotonic() - began
    return verdict


def _runs(lane: Lane, stage: Stage, verdict: Verdict) -> Runs:
    """Until as many were made as were asked for, and so many calls with them; or the time is over."""
    over = time.monotonic() + 60 * lane.minutes
    while time.monotonic() < over and (verdict.runs < lane.runs or len(stage.crowd.called) < lane.calls):
        yield
