"""A reply that meets a flood limit or a closed door is made again; one whose fate is unknown is not."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.patience import LONGEST, LONGEST_IN_GROUP, PAUSE, Patience
from bot.throttle import BURST, Throttle
from tests.journeys.town import HandClock, Town, opened


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    """As the library raises it."""
    error.__cause__ = cause
    return error


class Scripted:
    """A call that raises what the script says, then answers."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.faults:
            raise self.faults.pop(0)
        return "sent"


async def made(call: Callable[..., Any], clock: HandClock, endpoint: str = "sendMessage") -> Any:
    """Through the limiter."""
    return await Patience(clock).process_request(call, (), {}, endpoint, {}, None)


@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        (RetryAfter(3), 3.0),
        (RetryAfter(0), 5.0),
        (caused(NetworkError("x"), httpx.ConnectError("refused")), PAUSE),
    ],
)
async def test_what_never_arrived_is_made_again(fault: Exception, waited: float) -> None:
    clock, call = HandClock(0.0), Scripted(fault)
    assert await made(call, clock) == "sent"
    assert (call.calls, clock.now()) == (2, waited)


@pytest.mark.parametrize(
    "fault",
    [
        RetryAfter(int(LONGEST) + 1),
        caused(NetworkError("x"), httpx.ReadError("reset")),
        caused(NetworkError("Bad Gateway"), ValueError()),
        BadRequest("Chat not found"),
    ],
)
async def test_what_may_have_arrived_is_not(fault: Exception) -> None:
    clock, call = HandClock(0.0), Scripted(fault)
    with pytest.raises(type(fault)):
        await made(call, clock)
    assert (call.calls, clock.now()) == (1, 0.0)


LOST = caused(NetworkError("Bad Gateway"), ValueError())


async def test_an_edit_is_made_once_more_though_it_may_have_arrived() -> None:
    clock, call = HandClock(0.0), Scripted(LOST)
    assert await made(call, clock, "editMessageText") == "sent"
    assert (call.calls, clock.now()) == (2, PAUSE)
    once, refused = Scripted(LOST, LOST), Scripted(BadRequest("message is not modified"))
    for call, calls in ((once, 2), (refused, 1)):
        with pytest.raises(NetworkError):
            await made(call, clock, "editMessageText")
        assert call.calls == calls


async def test_a_group_is_waited_for_a_little_only() -> None:
    clock, short, long = HandClock(0.0), Scripted(RetryAfter(int(LONGEST_IN_GROUP))), Scripted(RetryAfter(20))
    group = {"chat_id": -100, "text": "x"}
    assert await Patience(clock).process_request(short, (), {}, "sendMessage", group, None) == "sent"
    assert clock.now() == LONGEST_IN_GROUP
    with pytest.raises(RetryAfter):
        await Patience(clock).process_request(long, (), {}, "sendMessage", group, None)
    assert (long.calls, clock.now()) == (1, LONGEST_IN_GROUP)


async def test_a_reply_waits_no_longer_in_all_than_once() -> None:
    clock, call = HandClock(0.0), Scripted(RetryAfter(12), RetryAfter(12))
    with pytest.raises(RetryAfter):
        await made(call, clock)
    assert (call.calls, clock.now()) == (2, 12.0)


async def test_it_gives_up_in_the_end() -> None:
    call = Scripted(*(RetryAfter(1) for _ in range(9)))
    with pytest.raises(RetryAfter):
        await made(call, HandClock(0.0))
    assert call.calls == 3


async def test_a_flooded_reply_arrives_all_the_same(tmp_path: Any) -> None:
    """The whole bot: two refusals of a flood limit, then the welcome."""
    async with opened(tmp_path) as town:
        assert isinstance(town, Town)
        ana = town.chat(1401)
        await town.tell("flood", retry_after=2, count=2)
        await ana.says("/start")
        ana.sees("Hello")


async def test_each_message_of_an_answer_is_told_to_the_throttle() -> None:
    clock = HandClock(0.0)
    throttle = Throttle(clock)
    patience = Patience(clock, throttle)
    for _ in range(BURST):
        assert throttle.exhausted() == []
        for endpoint in ("sendMessage", "editMessageText", "answerCallbackQuery"):
            await patience.process_request(Scripted(), (), {}, endpoint, {"chat_id": 7}, None)
    assert throttle.exhausted() == [7]
