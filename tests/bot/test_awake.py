"""What cuts a piece of work short says where it waited, in names alone."""

import asyncio
import re

import pytest

from bot.awake import Overslept, TookTooLong, within
from storage.transaction import Gate


async def test_work_in_time_is_let_alone() -> None:
    done: list[bool] = []

    async def work() -> None:
        await asyncio.sleep(0)
        done.append(True)

    await within(5, 10, work())
    assert done == [True]


async def test_what_fails_fails_as_itself() -> None:
    async def work() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await within(5, 10, work())


async def test_it_names_the_function_that_waited_and_ours_that_led_there() -> None:
    gate = Gate(60)

    async def work() -> None:
        await gate.enter()
        await gate.enter()

    with pytest.raises(TookTooLong) as caught:
        await within(0.05, 5, work())
    assert re.fullmatch(r"asyncio\.\w+:\d+:\w+, from storage\.transaction:\d+:\w+", caught.value.at)


async def test_work_that_will_not_be_cut_short_is_named_nowhere() -> None:
    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return

    with pytest.raises(TookTooLong) as caught:
        await within(0.05, 5, work())
    assert not caught.value.at


async def test_who_slept_past_the_end_is_not_blamed() -> None:
    with pytest.raises(Overslept):
        await within(0.05, 0, asyncio.sleep(60))
