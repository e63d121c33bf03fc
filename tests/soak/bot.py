"""`python -m tests.soak.bot`: a process that has imported the bot, and forks one bot for each line `begin` it is told.

Starting an interpreter takes longer than a bot lives in a campaign. No event loop, thread or connection exists before the fork.
Lines in: `begin`, or `end PID`, which waits for that bot. Lines out: the new bot's number, or how the ended one ended (as
`subprocess` counts: below zero the signal).
"""

import asyncio
import gc
import json
import os
import signal
import ssl
import sys
import time
import traceback
from pathlib import Path

import anyio._backends._asyncio  # noqa: F401 -- imported by a bot's first request otherwise, again and again
import httpx

from bot import logs, worker
from bot.app import Neighbours, build
from bot.running import Running
from tests.soak.haste import HastyClock, Place

MANY = 200
"""A campaign ends bots faster than they handle an update, again and again: a harmless one is begun more often than MOST_ATTEMPTS."""
LOOK = 0.05
LAGS = "lags.json"
"""Written into the bot's folder when it ends in order: the machine's monotonic moments, and how late the event loop was at each."""
ROLES = ("chat", "watch", "deliver")
"""And `web` where updates are delivered to it."""
TOLD = ("neighbour", "database_url", "key", "queue", "rate", "listen", "public")


def describe(place: Place) -> str:
    """The one argument of this program."""
    told = {name: getattr(place, name) for name in TOLD}
    paths = {"folder": place.folder, "jumps": place.clock.jumps, "authority": place.authority}
    clock = [place.clock.began, place.clock.first, place.clock.haste]
    return json.dumps({**told, "clock": clock, **{name: str(path or "") for name, path in paths.items()}})


def described(text: str) -> Place:
    """Read `describe` back."""
    told = json.loads(text)
    jumps, authority = (Path(path) if (path := told.pop(name)) else None for name in ("jumps", "authority"))
    (began, first, haste), folder = told.pop("clock"), Path(told.pop("folder"))
    clock = HastyClock(began, first, haste, jumps)
    return Place(clock=clock, folder=folder, authority=authority, **told)


def neighbours(place: Place) -> Neighbours:
    """What lies outside of the bot there: its clock and, where Telegram has a certificate of its own, whom to believe."""
    if place.authority is None:
        return Neighbours(place.clock, haste=place.clock.haste)
    believed = ssl.create_default_context(cafile=str(place.authority))
    unkept = httpx.Limits(max_connections=40, max_keepalive_connections=0)
    return Neighbours(
        place.clock,
        telegram=lambda: httpx.AsyncHTTPTransport(verify=believed, limits=unkept, trust_env=False),
        haste=place.clock.haste,
    )


def live(place: Place) -> None:
    """One bot, from its beginning to its end; it never returns, for the forked process must not read its parent's orders."""
    code = 1
    try:
        settings = place.settings()
        logs.configure(settings.log_level, settings.log_format, settings.secrets())
        roles = ("web", *ROLES) if settings.by_webhook else ROLES
        asyncio.run(_life(Running(build(settings, neighbours(place)), roles), place))
        code = 0
    except BaseException:  # noqa: BLE001 -- this process ends here, and what ended it must stand in its log
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


async def _life(running: Running, place: Place) -> None:
    late: list[tuple[float, float]] = []
    watching = asyncio.ensure_future(_watch_loop(late))
    try:
        await running.run()
    finally:
        watching.cancel()
        (place.folder / LAGS).write_text(json.dumps(late))


async def _watch_loop(late: list[tuple[float, float]]) -> None:
    """How late the event loop comes back to one who waits, in seconds, many times a second."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LOOK
        await asyncio.sleep(LOOK)
        late.append((time.monotonic(), loop.time() - due))


def main() -> None:
    """Until standard input ends."""
    place = described(sys.argv[1])
    worker.MOST_ATTEMPTS = MANY
    # For what it imports and keeps; the bots build their own.
    build(place.settings(), neighbours(place))
    # What was imported stays, so that no bot need look through it for garbage, or copy it by doing so.
    gc.freeze()
    living: set[int] = set()
    while line := sys.stdin.readline():
        word, *rest = line.split()
        if word == "begin":
            answer = os.fork()
            if not answer:
                live(place)
            living.add(answer)
        else:
            _, status = os.waitpid(int(rest[0]), 0)
            living.discard(int(rest[0]))
            answer = os.waitstatus_to_exitcode(status)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    # A campaign that was broken off leaves nothing behind.
    for pid in living:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
