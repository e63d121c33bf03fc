"""Two processes on one database: nothing is lost and nothing is claimed twice."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from pathlib import Path

from storage.crypto import KeyRing
from storage.database import Database
from tests.databases import fresh_key
from tests.storage.records import NOW, push, watch

PROCESS = """
import asyncio, sys
from dataclasses import replace
from storage.crypto import KeyRing
from storage.database import Database
from tickets.pushes import PushState

url, keys, owner = sys.argv[1:4]
NOW = 1_800_000_000.0

async def count(database):
    for _ in range(40):
        async with database.open_book() as book:
            assert await book.leases.take("count", owner, NOW, 60)
            value = int(await book.notes.get("count") or "0")
            await book.notes.put("count", str(value + 1))
            await book.leases.drop("count", owner)
            await book.commit()

async def send(database):
    for step in range(400):
        async with database.open_book() as book:
            taken = await book.outbox.claim(owner, NOW + step, lease=100, limit=3, rate=1e6, chat_gap=0)
            await book.commit()
        if not taken:
            return
        for push in taken:
            print("push", push.id, flush=True)
            async with database.open_book() as book:
                assert await book.outbox.settle(replace(push, state=PushState.SENT))
                await book.commit()

async def ask(database):
    for _ in range(400):
        async with database.open_book() as book:
            taken = await book.watches.claim(owner, NOW, lease=100, limit=3)
            await book.commit()
        if not taken:
            return
        for watch in taken:
            print("watch", watch.id, flush=True)

async def main():
    database = Database(url, KeyRing.parse(keys))
    sys.stdin.readline()
    await asyncio.gather(count(database), send(database), ask(database))
    await database.dispose()

asyncio.run(main())
"""


async def test_two_processes_lose_nothing_and_share_nothing(database_url: str) -> None:
    keys = fresh_key()
    database = Database(database_url, KeyRing.parse(keys))
    await database.upgrade()
    async with database.open_book() as book:
        for chat_id in range(1, 61):
            await book.watches.add(watch(chat_id))
            await book.outbox.add(push(chat_id=chat_id))
        await book.commit()
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROCESS, database_url, keys, f"process {number}",
            stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=Path.cwd(),
        )
        for number in range(2)
    ]  # fmt: skip
    told = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert [process.returncode for process in processes] == [0, 0], [errors.decode()[-1500:] for _, errors in told]
    seen = Counter(line for output, _ in told for line in output.decode().splitlines())
    assert set(seen.values()) == {1}
    async with database.open_book() as book:
        assert await book.notes.get("count") == "80"
        assert (await book.outbox.counts())["sent"] == sum(line.startswith("push") for line in seen)
        left = await book.outbox.claim("last", NOW + 1e4, lease=1, limit=99, rate=99, chat_gap=0)
        asked = await book.watches.claim("last", NOW, lease=1, limit=99)
    assert len(seen) + len(left) + len(asked) == 120
    await database.dispose()
