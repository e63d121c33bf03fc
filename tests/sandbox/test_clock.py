"""The sandbox's clock: an offset on real time that wakes those who wait."""

import asyncio

from sandbox.clock import Clock


def test_it_shows_its_source_until_it_is_set_and_goes_on_from_there() -> None:
    source = [100.0]
    clock = Clock(source=lambda: source[0])
    assert clock.now() == 100.0
    clock.set(5000.0)
    source[0] = 103.5
    assert clock.now() == 5003.5
    clock.reset()
    assert clock.now() == 103.5


def test_real_time_is_its_source_otherwise() -> None:
    before = Clock().now()
    assert before > 1_700_000_000
    assert Clock().now() >= before


async def test_setting_it_wakes_only_those_whose_moment_has_come() -> None:
    clock = Clock(source=lambda: 100.0)
    woken: list[str] = []

    async def wait(name: str, moment: float) -> None:
        await clock.sleep_until(moment)
        woken.append(name)

    async with asyncio.TaskGroup() as group:
        early = group.create_task(wait("early", 200.0))
        late = group.create_task(wait("late", 300.0))
        await asyncio.sleep(0)
        clock.set(250.0)
        await early
        assert woken == ["early"]
        assert not late.done()
        clock.set(300.0)
    assert woken == ["early", "late"]


async def test_a_moment_that_is_past_needs_no_waiting() -> None:
    clock = Clock(source=lambda: 100.0)
    await clock.sleep_until(99.0)
    await clock.sleep(0.0)


async def test_time_passes_by_itself() -> None:
    clock = Clock()
    moment = clock.now() + 0.01
    await clock.sleep_until(moment)
    assert clock.now() >= moment
