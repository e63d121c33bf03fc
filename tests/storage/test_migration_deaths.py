"""Migrations that are killed, and several that begin at once."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storage import migration
from tests.databases import fresh_key
from tests.storage.stairs import harvest, look, lost, revisions, shape, sow, write_later
from tests.storage.test_migration import REWRITTEN

FORKING = """
import asyncio, os, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from storage import migration
from storage.address import read_url

url, revision, scripts = sys.argv[1:]
migration.SCRIPTS = Path(scripts)

def step(most):
    done = 0

    def before(*_):
        nonlocal done
        done += 1
        if done > most:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "commit", before)
    asyncio.run(migration.upgrade(read_url(url), 5, revision))
    os._exit(0)

for line in sys.stdin:
    child = os.fork()
    if not child:
        step(int(line))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Migrates once a line, and kills itself before the statement after so many; the last one is the commit."""


@asynccontextmanager
async def migrating(url: str, revision: str) -> AsyncIterator[Callable[[int], Awaitable[int]]]:
    """What migrates, killed after so many statements; answers how that ended."""
    arguments = (sys.executable, "-c", FORKING, url, revision, str(migration.SCRIPTS))
    process = await asyncio.create_subprocess_exec(*arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    stdin, stdout = process.stdin, process.stdout
    assert stdin is not None
    assert stdout is not None

    async def migrate(statements: int) -> int:
        stdin.write(f"{statements}\n".encode())
        return int(await stdout.readline())

    try:
        yield migrate
    finally:
        stdin.close()
        _, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()[-800:]


async def test_killed_before_any_statement_a_migration_has_not_begun(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each revision, and one made up that has rows to rebuild: nothing has changed after each kill, and at last it migrates on."""
    write_later(tmp_path / "scripts")
    monkeypatch.setattr(migration, "SCRIPTS", tmp_path / "scripts")
    for place, revision in enumerate(revisions()):
        fresh = range(5 * place + 1, 5 * place + 6)
        await look(database_url, lambda connection, fresh=fresh: sow(connection, fresh))  # type: ignore[misc]  # a lambda's default
        before, schema, killed = await look(database_url, harvest), await look(database_url, shape), 0
        async with migrating(database_url, revision) as migrate:
            while await migrate(killed) == -signal.SIGKILL:
                killed += 1
                assert await look(database_url, shape) == schema
        assert killed > 5
        after = await look(database_url, harvest)
        assert await look(database_url, shape) != schema
        assert set(after) >= set(before)
        assert lost(before, after, REWRITTEN.get(revision, ())) == []


PROCESS = """
import asyncio, sys
from storage.crypto import KeyRing
from storage.database import Database

async def main():
    database = Database(sys.argv[1], KeyRing.parse(sys.argv[2]))
    await database.upgrade()
    await database.check()
    await database.dispose()

asyncio.run(main())
"""


async def test_several_processes_may_begin_at_once(database_url: str) -> None:
    arguments = (sys.executable, "-c", PROCESS, database_url, fresh_key())
    processes = [await asyncio.create_subprocess_exec(*arguments, stderr=PIPE) for _ in range(4)]
    outcomes = await asyncio.gather(*(process.communicate() for process in processes))
    assert [process.returncode for process in processes] == [0] * 4, [error.decode()[-800:] for _, error in outcomes]
