"""Alarms: each in the log, what is alike once in the chat, and no fault of an alarm reaches the work it was raised in."""

import pytest
from structlog.testing import capture_logs
from telegram.error import NetworkError

from bot.alarms import KINDS, QUIET, Alarms
from tests.bot.conftest import HandClock


async def test_each_is_logged_and_what_is_alike_is_told_once_for_a_while(clock: HandClock) -> None:
    told: list[str] = []

    async def say(words: str) -> None:
        told.append(words)

    alarms = Alarms(say, clock)
    with capture_logs() as logged:
        for words in ("one", "one", "two", "one"):
            await alarms(words)
        clock.passes(QUIET)
        await alarms("one")
        await alarms("two")
    assert [entry["reason"] for entry in logged] == ["one", "one", "two", "one", "one", "two"]
    assert told == ["one", "two", "one (2 more like this in between)", "two"]


async def test_without_a_chat_it_is_only_logged(clock: HandClock) -> None:
    with capture_logs() as logged:
        await Alarms(None, clock)("words")
    assert [entry["event"] for entry in logged] == ["alarm"]


@pytest.mark.parametrize("fault", [NetworkError("down"), KeyError("date"), TypeError("list")])
async def test_what_goes_wrong_with_it_stays_in_it(clock: HandClock, fault: Exception) -> None:
    async def say(words: str) -> None:
        raise fault

    with capture_logs() as logged:
        await Alarms(say, clock)("words")
    assert logged[-1]["reason"] == type(fault).__name__


async def test_it_remembers_only_so_many(clock: HandClock) -> None:
    told: list[str] = []

    async def say(words: str) -> None:
        told.append(words)

    alarms = Alarms(say, clock)
    for number in range(KINDS + 1):
        await alarms(str(number))
    await alarms("0")
    await alarms(str(KINDS))
    assert told.count("0") == 2
    assert told.count(str(KINDS)) == 1
