"""The worker in trouble: poison put aside, a database that fails in the middle, processes that die; no update lost, none for ever."""

import asyncio
import re
import time
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import worker as worker_module
from bot.worker import AGAIN, LEASE, MOST_ATTEMPTS, MOST_TIMEOUTS, Worker
from storage.database import Database
from tests.bot.conftest import HandClock
from tests.bot.received import counts, put
from tickets.errors import DatabaseUnavailable
from tickets.turn import MARGIN, still_ours


@pytest.mark.parametrize(
    "fault", [ValueError("poison"), KeyError("x"), RecursionError(), ExceptionGroup("g", [OSError()])]
)
async def test_poison_is_put_aside_and_the_next_one_handled(
    fault: Exception, database: Database, clock: HandClock
) -> None:
    seen: list[int] = []

    async def handle(raw: dict[str, Any]) -> None:
        if raw["update_id"] == 1:
            raise fault
        seen.append(raw["update_id"])

    await put(database, (1, 1), (2, 1))
    worker = Worker(database.open_book, clock, handle, "one")
    assert await worker.drain() == 2
    assert seen == [2]
    assert (worker.done.handled, worker.done.poisoned) == (1, 1)
    assert await counts(database) == {"waiting": 0, "done": 1, "poison": 1}


async def test_a_body_that_is_no_json_is_poison(database: Database, clock: HandClock) -> None:
    async def handle(raw: dict[str, Any]) -> None:
        raise AssertionError("nothing readable came")

    await put(database, (1, 1), body=b"\xff{")
    worker = Worker(database.open_book, clock, handle, "one")
    await worker.drain()
    assert (await counts(database))["poison"] == 1


async def test_a_hanging_handler_is_bounded(database: Database, clock: HandClock) -> None:
    seen: list[int] = []

    async def handle(raw: dict[str, Any]) -> None:
        if raw["update_id"] == 1:
            await asyncio.Event().wait()
        seen.append(raw["update_id"])

    await put(database, (1, 1), (2, 1))
    worker = Worker(database.open_book, clock, handle, "one", longest=0.3)
    with capture_logs() as logs:
        await worker.drain()
    assert (seen, worker.done.poisoned) == ([], 0), (
        "what it waited for may only have been slow, so its lease runs out first"
    )
    (said,) = logs
    assert re.fullmatch(r"asyncio\.locks:\d+:wait", said["at"]), "the operator is told what it waited for"
    clock.passes(LEASE)
    await worker.drain()
    assert seen == [2]
    assert worker.done.poisoned == 1


async def test_the_trouble_of_others_does_not_count_as_taking_too_long(database: Database, clock: HandClock) -> None:
    tries: list[int] = []

    async def handle(raw: dict[str, Any]) -> None:
        tries.append(raw["update_id"])
        if len(tries) == 1:
            raise DatabaseUnavailable("locked")
        await asyncio.Event().wait()

    await put(database, (1, 1))
    worker = Worker(database.open_book, clock, handle, "one", longest=0.1)
    await worker.drain()
    for poisoned in (0, 1):
        clock.passes(LEASE)
        await worker.drain()
        assert worker.done.poisoned == poisoned
    assert len(tries) == 1 + MOST_TIMEOUTS


def sleep_of_the_process(seconds: float) -> None:
    """As a stop of the whole process: the loop does not turn meanwhile."""
    over = time.monotonic() + seconds
    while time.monotonic() < over:
        pass


async def test_a_process_that_slept_blames_no_update(database: Database, clock: HandClock) -> None:
    async def handle(raw: dict[str, Any]) -> None:
        sleep_of_the_process(0.25)
        await asyncio.sleep(0)

    await put(database, (1, 1))
    worker = Worker(database.open_book, clock, handle, "one", longest=0.2)
    await worker.drain()
    assert await counts(database) == {"waiting": 0, "done": 1, "poison": 0}


async def test_a_process_that_slept_until_the_lease_was_over_lets_go(database: Database, clock: HandClock) -> None:
    cut: list[bool] = []

    async def handle(raw: dict[str, Any]) -> None:
        try:
            sleep_of_the_process(0.05)
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cut.append(True)
            raise

    await put(database, (1, 1))
    worker = Worker(database.open_book, clock, handle, "one", longest=0.03)
    for _ in range(MOST_TIMEOUTS + 1):
        await worker.drain()
        clock.passes(LEASE)
    assert cut == [True] * (MOST_TIMEOUTS + 1)
    assert (await counts(database))["poison"] == 0


async def test_what_another_process_may_have_begun_since_is_not_asked_for(database: Database, clock: HandClock) -> None:
    """The first try sleeps to the very end of its lease, and its next step would take or cancel a ticket once more."""
    begun: list[float] = []
    asked: list[float] = []

    async def handle(raw: dict[str, Any]) -> None:
        begun.append(clock.monotonic())
        if len(begun) == 1:
            clock.passes(LEASE - MARGIN + 1)
        await still_ours(clock)
        asked.append(clock.monotonic())

    await put(database, (1, 1))
    worker = Worker(database.open_book, clock, handle, "one", longest=0.05)
    await worker.drain()
    assert (len(begun), asked) == (1, [])
    clock.passes(LEASE)
    await worker.drain()
    assert len(asked) == 1


def test_the_bounds_fit_into_each_other() -> None:
    assert worker_module.LONGEST < LEASE, "nobody else may begin an update that is still in work"
    assert worker_module.LONGEST <= LEASE - MARGIN, "who is awake is never kept from asking"


async def test_database_trouble_leaves_the_update_to_be_handled_again(database: Database, clock: HandClock) -> None:
    tries: list[int] = []

    async def handle(raw: dict[str, Any]) -> None:
        tries.append(raw["update_id"])
        if len(tries) == 1:
            raise DatabaseUnavailable("locked")

    await put(database, (1, 1))
    worker = Worker(database.open_book, clock, handle, "one", longest=0.3)
    await worker.drain()
    assert await worker.drain() == 0, "not at once, for the trouble lasts as a rule"
    clock.passes(AGAIN)
    await worker.drain()
    assert tries == [1, 1]
    assert await counts(database) == {"waiting": 0, "done": 1, "poison": 0}


async def test_trouble_that_lasts_is_tried_more_and_more_rarely(database: Database, clock: HandClock) -> None:
    """What meets the same trouble every time must not use up its tries in a moment, nor be tried for ever."""
    begun = clock.now()
    tried: list[float] = []

    async def handle(raw: dict[str, Any]) -> None:
        tried.append(clock.now() - begun)
        raise DatabaseUnavailable("too slow")

    await put(database, (1, 1))
    worker = Worker(database.open_book, clock, handle, "one")
    for _ in range(600):
        await worker.drain()
        clock.passes(1)
    assert tried == [0, 3, 12, 39, 120, 210, 300, 390]
    assert await counts(database) == {"waiting": 0, "done": 0, "poison": 1}


async def test_a_stop_does_not_leave_the_next_process_waiting(database: Database, clock: HandClock) -> None:
    async def handle(raw: dict[str, Any]) -> None:
        worker.stop()
        raise DatabaseUnavailable("locked")

    await put(database, (1, 1))
    worker = Worker(database.open_book, clock, handle, "one")
    await worker.run()
    clock.passes(AGAIN)
    async with database.open_book() as book:
        assert len(await book.inbox.claim("next", clock.now(), lease=LEASE, limit=1)) == 1


async def test_an_update_that_ends_the_process_is_given_up(database: Database, clock: HandClock) -> None:
    begun = 0

    async def handle(raw: dict[str, Any]) -> None:
        nonlocal begun
        begun += 1
        raise asyncio.CancelledError

    await put(database, (1, 1), (2, 2))
    for _ in range(MOST_ATTEMPTS):
        # Each of these processes dies with the updates in its hands.
        async with database.open_book() as book:
            await book.inbox.claim("dead", clock.now(), lease=LEASE, limit=1)
            await book.commit()
        clock.passes(LEASE + 1)
    async with database.open_book() as book:
        await book.inbox.done(2)
        await book.commit()
    worker = Worker(database.open_book, clock, handle, "one")
    await worker.drain()
    assert begun == 0
    assert worker.done.poisoned == 1


class Full:
    """The database, until its disk is full and once it is emptied again."""

    def __init__(self, database: Database) -> None:
        """Not full yet."""
        self._database = database
        self.full = False

    def open_book(self) -> Any:
        """A book, while there is room."""
        if self.full:
            raise DatabaseUnavailable("full")
        return self._database.open_book()


async def test_what_cannot_be_marked_done_is_marked_later(database: Database, clock: HandClock) -> None:
    """The chat goes on as soon as the database does, and nobody is answered twice."""
    disk, seen = Full(database), list[int]()

    async def handle(raw: dict[str, Any]) -> None:
        seen.append(raw["update_id"])
        disk.full = raw["update_id"] == 1

    await put(database, (1, 1), (2, 1))
    worker = Worker(disk.open_book, clock, handle, "one")
    await worker.drain()
    assert (await counts(database))["done"] == 0
    disk.full = False
    await worker.drain()
    assert seen == [1, 2]
    assert (await counts(database))["done"] == 2


async def test_what_a_dying_process_could_not_mark_done_is_handled_again(database: Database, clock: HandClock) -> None:
    """A reply may be seen twice; an update is never lost."""
    disk, seen = Full(database), list[int]()

    async def handle(raw: dict[str, Any]) -> None:
        seen.append(raw["update_id"])
        disk.full = True

    await put(database, (1, 1))
    await Worker(disk.open_book, clock, handle, "dead").drain()
    disk.full = False
    clock.passes(LEASE)
    await Worker(disk.open_book, clock, handle, "next").drain()
    assert seen == [1, 1]


async def test_an_inbox_that_cannot_be_read_is_tried_again(database: Database, clock: HandClock) -> None:
    opened, seen = 0, asyncio.Event()

    def open_book() -> Any:
        nonlocal opened
        opened += 1
        if opened <= 2:
            raise DatabaseUnavailable("locked")
        return database.open_book()

    async def handle(raw: dict[str, Any]) -> None:
        seen.set()

    await put(database, (1, 1))
    worker = Worker(open_book, clock, handle, "one")
    running = asyncio.ensure_future(worker.run())
    await seen.wait()
    worker.stop()
    await running
    assert clock.slept == [1, 1]
