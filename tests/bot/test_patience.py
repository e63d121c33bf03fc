"""A reply that meets a flood limit or a closed door is made again; one whose fate is unknown is not."""

import contextlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.holding import LOOK, Holds
from bot.patience import LONGEST, LONGEST_IN_GROUP, PAUSE, Patience, seconds_of
from bot.replying import may_have_arrived
from bot.throttle import BURST, Throttle
from tests.journeys.test_main_job import desk, take
from tests.journeys.town import HandClock, Town, opened
from tickets.deliver import refusal
from tickets.errors import DatabaseUnavailable


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


class Away:
    """A database that cannot be reached: replies are made all the same."""

    def __call__(self) -> Any:
        raise DatabaseUnavailable("gone")


def patience(clock: HandClock, throttle: Throttle | None = None) -> Patience:
    """With nothing held but what it is told itself."""
    return Patience(clock, throttle or Throttle(clock), Holds(Away(), Away(), clock))


async def made(call: Callable[..., Any], clock: HandClock, endpoint: str = "sendMessage") -> Any:
    """Through the limiter."""
    return await patience(clock).process_request(call, (), {}, endpoint, {}, None)


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
    assert await patience(clock).process_request(short, (), {}, "sendMessage", group, None) == "sent"
    assert clock.now() == LONGEST_IN_GROUP
    with pytest.raises(RetryAfter):
        await patience(clock).process_request(long, (), {}, "sendMessage", group, None)
    assert (long.calls, clock.now()) == (1, LONGEST_IN_GROUP)


async def test_the_operators_group_is_waited_for_as_a_person_is() -> None:
    clock, call = HandClock(0.0), Scripted(RetryAfter(int(LONGEST)))
    one = Patience(clock, Throttle(clock), Holds(Away(), Away(), clock), operator=-100)
    assert await one.process_request(call, (), {}, "sendMessage", {"chat_id": -100, "text": "x"}, None) == "sent"
    assert clock.now() == LONGEST


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


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (LOST, True),
        (TimedOut(), True),
        (TelegramError("Invalid server response"), True),
        (caused(TimedOut(), httpx.ConnectTimeout("x")), False),
        (caused(NetworkError("x"), httpx.ConnectError("x")), False),
        (BadRequest("x"), False),
        (InvalidToken("x"), False),
        (ChatMigrated(-1), False),
    ],
)
def test_only_what_nobody_knows_may_have_arrived(error: TelegramError, *, unknown: bool) -> None:
    assert may_have_arrived(error) == unknown


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
    one = patience(clock, throttle)
    for _ in range(BURST):
        assert throttle.exhausted() == []
        for endpoint in ("sendMessage", "editMessageText", "answerCallbackQuery"):
            await one.process_request(Scripted(), (), {}, endpoint, {"chat_id": 7}, None)
    assert throttle.exhausted() == [7]


async def test_a_hold_is_waited_for_or_the_reply_is_not_made() -> None:
    """The second call knows what the first one was told, and does not knock before."""
    clock = HandClock(0.0)
    one = patience(clock)
    message = {"chat_id": 7, "text": "x"}
    with pytest.raises(RetryAfter):
        await one.process_request(Scripted(RetryAfter(30)), (), {}, "sendMessage", message, None)
    for endpoint in ("sendMessage", "editMessageText"):
        with pytest.raises(RetryAfter) as refused:
            await one.process_request(call := Scripted(), (), {}, endpoint, message, None)
        assert (call.calls, seconds_of(refused.value)) == (0, 30)
    for endpoint, facts in (("deleteMessage", message), ("answerCallbackQuery", {}), ("sendMessage", {"chat_id": 8})):
        assert await one.process_request(Scripted(), (), {}, endpoint, facts, None) == "sent"
    assert clock.now() == 0.0
    clock.passes(15)
    assert await one.process_request(Scripted(), (), {}, "sendMessage", message, None) == "sent"
    assert clock.now() == 30.0


async def flooded(one: Patience, *chats: int) -> None:
    """Each is answered 429, and waits longer than a reply may."""
    for chat_id in chats:
        with pytest.raises(RetryAfter):
            await one.process_request(Scripted(RetryAfter(30)), (), {}, "sendMessage", {"chat_id": chat_id}, None)


@pytest.mark.parametrize(
    ("chats", "whole"), [((1, 2, 3), True), ((1, 2), False), ((-1, -2, -3), False), ((-1, 2, 3), False)]
)
async def test_three_chats_in_a_row_are_the_bots_limit_and_groups_are_not(chats: tuple[int, ...], whole: bool) -> None:
    one, call = patience(HandClock(0.0)), Scripted()
    await flooded(one, *chats)
    if whole:
        await flooded(one, 9)
    else:
        assert await one.process_request(call, (), {}, "sendMessage", {"chat_id": 9}, None) == "sent"


@pytest.mark.parametrize("other", [None, BadRequest("x"), Forbidden("x")])
async def test_whatever_telegram_dealt_with_proves_that_the_bot_is_not_halted(other: Exception | None) -> None:
    one = patience(HandClock(0.0))
    await flooded(one, 1, 2)
    with contextlib.suppress(TelegramError):
        await one.process_request(Scripted(*([other] if other else [])), (), {}, "sendMessage", {"chat_id": 5}, None)
    await flooded(one, 3)
    assert await one.process_request(Scripted(), (), {}, "sendMessage", {"chat_id": 9}, None) == "sent"


@pytest.mark.parametrize("whose", [1402, None])
async def test_a_reply_obeys_what_the_outbox_was_told(whose: int | None, tmp_path: Any) -> None:
    async with opened(tmp_path) as town:
        ana = town.chat(1402)
        await ana.says("/start")
        async with town.parts.database.open_book() as book:
            await book.outbox.hold(whose, town.clock.now() + 600)
            await book.commit()
        town.clock.passes(LOOK)
        seen = len(ana.messages)
        await ana.says("/help")
        assert len(ana.messages) == seen + 1, "her own words alone"
        town.clock.passes(600 - LOOK)
        await ana.says("/help")
        assert len(ana.messages) == seen + 3


@pytest.mark.parametrize("flood", [False, True])
async def test_a_token_refused_once_silences_no_reply_and_a_flood_does(*, flood: bool, tmp_path: Any) -> None:
    async with opened(tmp_path) as town:
        ana, bea = town.chat(1405), town.chat(1406, "Bea")
        await bea.says("/start")
        await desk(town, "call", await take(ana))
        await town.tell("fault", target="telegram", operation="sendMessage", kind="unauthorized", count=1, chat_id=1405)
        await town.passes(8)
        async with town.parts.database.open_book() as book:
            assert await refusal(book, town.clock.now())
            assert None in await book.outbox.held(town.clock.now()), "the pushes rest"
            if flood:
                await book.outbox.hold(None, town.clock.now() + 600)
                await book.commit()
        town.clock.passes(LOOK)
        asked = town.clock.now()
        await bea.says("/help")
        assert bea.count("How it works") == (not flood)
        assert town.clock.now() == asked, "nobody waited"


async def test_what_a_reply_is_told_is_written_for_the_pushes(tmp_path: Any) -> None:
    async with opened(tmp_path) as town:
        ana, bea = town.chat(1403), town.chat(1404, "Bea")
        await take(ana)
        await bea.says("/start")
        for one in (ana, bea):
            await town.tell("flood", retry_after=30, count=1, chat_id=one.chat_id)
            await one.says("/help")
        async with town.parts.database.open_book() as book:
            held = await book.outbox.held(town.clock.now())
        # Bea has no ticket, so nothing is sent to her, and nothing is kept of her.
        assert held == {1403: town.clock.now() + 30}
