"""The worker on a real inbox: each chat in order, chats side by side, and nobody waits for a noisy one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.intake import Intake
from bot.throttle import BURST, GAP, GROUP_GAP, Seldom, Throttle
from bot.worker import SIDE_BY_SIDE, Handle, Worker
from storage.database import Database
from tests.bot.conftest import HandClock
from tests.bot.received import counts, put


@asynccontextmanager
async def working(database: Database, clock: HandClock, handle: Handle) -> AsyncIterator[Worker]:
    """A worker that runs; stopped and awaited afterwards."""
    worker = Worker(database.open_book, clock, handle, "one")
    running = asyncio.ensure_future(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await running


async def test_each_chat_in_order_and_chats_side_by_side(database: Database, clock: HandClock) -> None:
    seen: list[int] = []
    in_work: set[int] = set()
    most, together = 0, asyncio.Event()

    async def handle(raw: dict[str, Any]) -> None:
        nonlocal most
        chat = raw["chat"]
        assert chat not in in_work, "two updates of one chat at once"
        in_work.add(chat)
        most = max(most, len(in_work))
        if len(in_work) == 3:
            together.set()
        await together.wait()
        seen.append(raw["update_id"])
        in_work.discard(chat)

    await put(database, *((number, number % 3) for number in range(30)))
    async with working(database, clock, handle):
        await _until(lambda: len(seen) == 30)
    assert most == 3
    for chat in range(3):
        assert [number for number in seen if number % 3 == chat] == list(range(chat, 30, 3))
    assert (await counts(database))["done"] == 30


async def _until(holds: Any) -> None:
    """Let the loop turn until it holds; the test's own time limit bounds it."""
    ticked = asyncio.Event()
    loop = asyncio.get_running_loop()
    while not holds():
        ticked.clear()
        loop.call_later(0.002, ticked.set)
        await ticked.wait()


async def test_no_more_are_in_work_than_may_be(database: Database, clock: HandClock) -> None:
    in_work, most, let_go = 0, 0, asyncio.Event()

    async def handle(raw: dict[str, Any]) -> None:
        nonlocal in_work, most
        in_work += 1
        most = max(most, in_work)
        if in_work == SIDE_BY_SIDE:
            let_go.set()
        await let_go.wait()
        in_work -= 1

    await put(database, *((number, number) for number in range(SIDE_BY_SIDE + 20)))
    async with working(database, clock, handle) as worker:
        await _until(lambda: worker.done.handled == SIDE_BY_SIDE + 20)
    assert most == SIDE_BY_SIDE


async def test_a_slow_chat_holds_up_nobody_else(database: Database, clock: HandClock) -> None:
    let_go, seen = asyncio.Event(), []

    async def handle(raw: dict[str, Any]) -> None:
        if raw["chat"] == 1:
            await let_go.wait()
        seen.append(raw["update_id"])

    await put(database, (1, 1), (2, 1), (3, 2), (4, 2))
    async with working(database, clock, handle):
        await _until(lambda: seen == [3, 4])
        let_go.set()
        await _until(lambda: seen == [3, 4, 1, 2])


async def test_stop_finishes_what_is_in_work_and_begins_nothing_new(database: Database, clock: HandClock) -> None:
    begun, let_go, seen = asyncio.Event(), asyncio.Event(), []

    async def handle(raw: dict[str, Any]) -> None:
        begun.set()
        await let_go.wait()
        seen.append(raw["update_id"])

    await put(database, (1, 1), (2, 1))
    worker = Worker(database.open_book, clock, handle, "one")
    running = asyncio.ensure_future(worker.run())
    await begun.wait()
    worker.stop()
    await put(database, (3, 3))
    worker.wake()
    assert not running.done()
    let_go.set()
    await running
    assert seen == [1]
    assert (await counts(database))["waiting"] == 2


async def test_two_workers_share_and_never_double(database: Database, clock: HandClock) -> None:
    seen: list[int] = []

    async def handle(raw: dict[str, Any]) -> None:
        seen.append(raw["update_id"])

    await put(database, *((number, number % 7) for number in range(40)))
    workers = [Worker(database.open_book, clock, handle, name) for name in ("one", "two")]
    await asyncio.gather(*(worker.drain() for worker in workers))
    await workers[0].drain()
    assert sorted(seen) == list(range(40))


def test_a_noisy_chat_has_a_burst_and_then_one_a_gap(clock: HandClock) -> None:
    throttle = Throttle(clock)
    for number in range(BURST):
        assert throttle.exhausted() == [], number
        throttle.spend(7)
    throttle.spend(8)
    assert throttle.exhausted() == [7]
    clock.passes(GAP)
    assert throttle.exhausted() == []
    throttle.spend(7)
    assert throttle.exhausted() == [7]
    clock.passes(BURST * GAP)
    assert throttle.exhausted() == []


def test_each_message_counts_and_an_update_pays_for_one(clock: HandClock) -> None:
    throttle = Throttle(clock)
    for number in range(BURST // 2):
        assert throttle.exhausted() == [], number
        throttle.spend(7)
        throttle.sent(7)
        throttle.sent(7)
        throttle.over(7)
    assert throttle.exhausted() == [7]
    clock.passes(BURST * GAP)
    for number in range(BURST):
        # One that was not answered pays for none of the next one's messages.
        assert throttle.exhausted() == [], number
        throttle.spend(7)
        throttle.over(7)
    throttle.sent(7)
    clock.passes(GAP)
    assert throttle.exhausted() == [7]


async def test_others_are_handled_while_a_noisy_chat_waits(database: Database, clock: HandClock) -> None:
    noisy: list[int] = []
    enough, quiet = asyncio.Event(), asyncio.Event()

    async def handle(raw: dict[str, Any]) -> None:
        if raw["chat"] == 1:
            noisy.append(raw["update_id"])
            if len(noisy) == BURST:
                enough.set()
        else:
            quiet.set()

    await put(database, *((number, 1) for number in range(1, BURST + 6)), (99, 2))
    async with working(database, clock, handle):
        await quiet.wait()
        await enough.wait()
    assert noisy == [*range(1, BURST + 1)]
    assert (await counts(database))["waiting"] == 5


def test_a_group_is_answered_once_in_a_while(clock: HandClock) -> None:
    seldom = Seldom(clock)
    assert [seldom.answer(chat_id) for chat_id in (-1, -1, -2, -1)] == [True, False, True, False]
    clock.passes(GROUP_GAP)
    assert [seldom.answer(-1), seldom.answer(-1)] == [True, False]


async def test_one_person_in_many_groups_holds_one_slot(database: Database, clock: HandClock) -> None:
    """Whatever a reply in a group waits for, somebody else is served meanwhile, and what the person did keeps its order."""
    let_go, seen = asyncio.Event(), list[int]()

    async def handle(raw: dict[str, Any]) -> None:
        if raw["message"]["from"]["id"] == 5:
            await let_go.wait()
        seen.append(raw["update_id"])

    async with working(database, clock, handle) as worker:
        intake = Intake(database.open_book, clock, worker.wake)
        noise = [_said(number, -number, 5) for number in range(1, BURST + 1)]
        await intake.accept([*noise, *(_said(number, -number, 5) for number in range(100, 100 + SIDE_BY_SIDE))])
        await intake.accept([_said(200, 6, 6)])
        await _until(lambda: seen == [200])
        let_go.set()
        await _until(lambda: len(seen) == BURST + 1)
    assert seen == [200, *range(1, BURST + 1)]


def _said(number: int, chat_id: int, person: int) -> dict[str, Any]:
    return {"update_id": number, "message": {"chat": {"id": chat_id}, "from": {"id": person}}}
