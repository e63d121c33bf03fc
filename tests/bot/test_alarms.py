"""Alarms: each in the log, what is alike once in the chat, and no fault of an alarm reaches the work it was raised in."""

import pytest
from structlog.testing import capture_logs
from telegram.error import NetworkError, RetryAfter, TimedOut

from bot.alarms import KINDS, QUIET, SOON, TRIES, Alarms
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


class Deaf:
    """The operator's chat, which takes nothing so many times."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.tries = 0
        self.told: list[str] = []

    async def __call__(self, words: str) -> None:
        self.tries += 1
        if self.tries <= self.times:
            raise RetryAfter(30)
        self.told.append(words)


async def test_what_could_not_be_told_is_told_later_with_whatever_came_meanwhile(clock: HandClock) -> None:
    chat = Deaf(2)
    alarms = Alarms(chat, clock)
    await alarms("one")
    await alarms("one")
    for _ in range(20):
        clock.passes(10.0)
        await alarms.catch_up()
    assert (chat.tries, chat.told) == (3, ["one (1 more like this in between)"])
    clock.passes(QUIET)
    await alarms.catch_up()
    assert chat.tries == 3, "what was told is over"


async def test_a_chat_that_takes_nothing_is_not_tried_for_ever(clock: HandClock) -> None:
    chat = Deaf(1000)
    alarms = Alarms(chat, clock)
    await alarms("one")
    for _ in range(TRIES):
        clock.passes(SOON * 2**TRIES)
        await alarms.catch_up()
    assert chat.tries == TRIES


async def test_what_may_have_been_told_is_repeated_no_sooner_than_anything_alike(clock: HandClock) -> None:
    tried: list[float] = []

    async def say(words: str) -> None:
        tried.append(clock.monotonic())
        raise TimedOut

    alarms, began = Alarms(say, clock), clock.monotonic()
    await alarms("one")
    for _ in range(130):
        clock.passes(10.0)
        await alarms.catch_up()
    assert [moment - began for moment in tried] == [0, QUIET, 2 * QUIET]
