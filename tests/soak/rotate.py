"""`python -m tests.soak.rotate`: keys are rotated while the process that does it is killed, again and again; everything stays readable.

Each time a rotation comes to its end another one begins, so that every kill meets one at work. Exit code 1 where something could not be
read.
"""

import argparse
import asyncio
import random
import secrets
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from pathlib import Path

from storage.crypto import KeyRing
from storage.database import Database
from tests.databases import empty_database, fresh_key
from tests.storage.filled import account, body, canary, fill
from tests.storage.records import NOW

KILLS, CHATS = 50, 334
"""Three encrypted rows a chat: an account, a step of the conversation and an update in the inbox."""
BATCH = 5
LONGEST = 0.5
"""Seconds until the latest kill."""
PROCESS = """
import asyncio, sys
from storage.crypto import KeyRing
from storage.database import Database

async def main():
    database = Database(sys.argv[1], KeyRing.parse(sys.argv[2]))
    print("begun", flush=True)
    await database.rotate_keys(batch=int(sys.argv[3]))
    await database.dispose()

asyncio.run(main())
"""


@dataclass(slots=True)
class Rotated:
    """What became of it."""

    kills: int = 0
    whole: int = 0
    """Rotations that came to their end."""


async def encrypted(url: str, keys: str, chats: int) -> None:
    """Fill a new database."""
    database = Database(url, KeyRing.parse(keys))
    await database.upgrade()
    await database.check()
    # Not in the order of their numbers, as people come.
    await fill(database, range(chats, 0, -1))
    await database.dispose()


async def assert_all_readable(url: str, keys: str, chats: int) -> None:
    """Every row of every chat is what it was."""
    database = Database(url, KeyRing.parse(keys))
    async with database.open_book() as book:
        for chat_id in range(1, chats + 1):
            assert await book.accounts.get(chat_id) == account(chat_id)
            step = await book.steps.get(chat_id, NOW)
            assert step is not None
            assert step.data == {"query": canary("canarystep", chat_id)}
        received = await book.inbox.claim("me", NOW, lease=1, limit=chats)
        assert [one.body for one in received] == [body(chat_id) for chat_id in range(1, chats + 1)]
    await database.dispose()


async def run(url: str, kills: int, chats: int, dice: random.Random, longest: float = LONGEST) -> Rotated:
    """Kill so often, and let the last rotation end; `AssertionError` where a row cannot be read at any moment."""
    seen, old, new = Rotated(), fresh_key(), fresh_key()
    await encrypted(url, old, chats)
    while seen.kills < kills:
        if await _killed(url, f"{new},{old}", dice.uniform(0.01, longest)):
            seen.kills += 1
        else:
            seen.whole += 1
            old, new = new, fresh_key()
        await assert_all_readable(url, f"{new},{old}", chats)
    last = Database(url, KeyRing.parse(f"{new},{old}"))
    await last.rotate_keys()
    await last.dispose()
    seen.whole += 1
    await assert_all_readable(url, new, chats)
    return seen


async def _killed(url: str, keys: str, seconds: float) -> bool:
    """Begin to rotate and kill it after so many seconds; False where it had ended by then, and well."""
    command = (sys.executable, "-c", PROCESS, url, keys, str(BATCH))
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    assert process.stdout is not None
    await process.stdout.readline()
    try:
        async with asyncio.timeout(seconds):
            assert await process.wait() == 0
    except TimeoutError:
        process.kill()
        await process.communicate()
        return True
    return False


async def campaign(database: str, kills: int, chats: int, seed: int) -> str:
    """Play it on one database; a row of the table."""
    began = time.monotonic()
    async with empty_database(database, Path(tempfile.mkdtemp(prefix="soak-"))) as url:
        seen = await run(url, kills, chats, random.Random(seed))
    return f"| {database} | {3 * chats} | {seen.kills} | {seen.whole} | 0 | {time.monotonic() - began:.0f} |"


def main(arguments: list[str] | None = None) -> int:
    """Play it on both, print the table; a row that cannot be read ends it with its traceback and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.rotate", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--chats", type=int, default=CHATS)
    told = parser.parse_args(arguments)
    print(
        f"seed {told.seed}\n| database | rows | kills | rotations | not readable | s |\n| --- | --- | --- | --- | --- | --- |",
        flush=True,
    )
    for database in ("sqlite", "postgresql"):
        print(asyncio.run(campaign(database, told.kills, told.chats, told.seed)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
