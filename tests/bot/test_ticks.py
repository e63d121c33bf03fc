"""The ticks: late runs run, nothing runs beside itself, faults stop nothing, and the way out waits for what is in work."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.jobs.ticks import Ticks
from tickets.errors import DatabaseUnavailable

OFTEN = 0.01


@pytest.fixture
async def ticks() -> AsyncIterator[Ticks]:
    one = Ticks()
    yield one
    one.stop()


async def test_a_tick_runs_again_and_again_and_never_beside_itself(ticks: Ticks) -> None:
    runs, at_once, most = 0, 0, 0
    enough, let_go = asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        nonlocal runs, at_once, most
        runs, at_once = runs + 1, at_once + 1
        most = max(most, at_once)
        if runs == 1:
            await let_go.wait()
        if runs >= 4:
            enough.set()
        at_once -= 1

    others = 0

    async def other() -> None:
        nonlocal others
        others += 1
        if others == 5:
            let_go.set()

    ticks.every(OFTEN, "slow", tick)
    ticks.every(OFTEN, "other", other)
    ticks.start()
    await enough.wait()
    assert most == 1
    assert others >= 5, "a slow tick holds up nobody else"


@pytest.mark.parametrize("fault", [DatabaseUnavailable("locked"), RuntimeError("a mistake of ours")])
async def test_a_fault_stops_no_later_run(ticks: Ticks, fault: Exception, caplog: pytest.LogCaptureFixture) -> None:
    runs, again = 0, asyncio.Event()

    async def tick() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise fault
        again.set()

    ticks.every(OFTEN, "watch", tick)
    ticks.start()
    await again.wait()
    assert ticks.errors == (0 if isinstance(fault, DatabaseUnavailable) else 1)


async def test_pause_begins_nothing_new_and_drain_waits_for_what_is_in_work(ticks: Ticks) -> None:
    begun, let_go, ended = asyncio.Event(), asyncio.Event(), 0

    async def tick() -> None:
        nonlocal ended
        begun.set()
        await let_go.wait()
        ended += 1

    ticks.every(OFTEN, "deliver", tick)
    ticks.start()
    await begun.wait()
    ticks.pause()
    draining = asyncio.ensure_future(ticks.drain())
    await asyncio.wait([draining], timeout=5 * OFTEN)
    assert not draining.done()
    let_go.set()
    await draining
    assert ended == 1


async def test_stopping_twice_is_stopping_once(ticks: Ticks) -> None:
    troubles: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: troubles.append(context))
    ticks.start()
    ticks.stop()
    ticks.stop()
    for _ in range(3):
        await asyncio.sleep(0)
    assert troubles == []


async def test_what_never_began_can_be_paused_drained_and_stopped() -> None:
    ticks = Ticks()
    ticks.pause()
    await ticks.drain()
    ticks.stop()
