"""The library's requests over a real socket: bounded in bytes, in time and in what of an answer gets into exceptions and logs."""

import gzip
import tracemalloc
from collections.abc import Callable

import pytest
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.patience import seconds_of
from bot.replying import LONGEST, MOST_BYTES, BoundedRequest
from bot.transport import DEADLINE
from tests.bot import scripted
from tests.bot.scripted import Act, Server
from tickets.delivery import FLOOD_MOST

TOKEN = "123456789:" + "A" * 35
ME = {"id": 1, "is_bot": True, "first_name": "Brand"}
HASTE = DEADLINE / 0.3
MEMORY = 20 << 20
"""Bytes; the bomb alone would be ten times as many."""


@pytest.fixture(scope="module")
def bomb() -> bytes:
    return gzip.compress(bytes(200 << 20), 9)


async def asked(server: Server, haste: float = 1.0) -> bool:
    """Make the smallest call as a reply is made."""
    async with BoundedRequest(None, haste) as request:
        bot = Bot(TOKEN, f"{server.url}/bot", request=request, get_updates_request=BoundedRequest(None, haste))
        return await bot.set_chat_title(1, "x")


async def test_an_answer_comes_through_and_none_is_asked_for_compressed() -> None:
    async with scripted.scripted(scripted.answering(200, {"ok": True, "result": True})) as server:
        assert await asked(server)
    assert b"accept-encoding: identity" in server.requests[0].lower()


@pytest.mark.parametrize("status", [200, 429, 502])
async def test_a_bomb_is_not_unpacked(status: int, bomb: bytes, caplog: pytest.LogCaptureFixture) -> None:
    act = scripted.answering(status, bomb, headers=("Content-Encoding: gzip", "Content-Type: application/json"))
    error, memory = await _failed(act)
    assert isinstance(error, RetryAfter if status == 429 else TelegramError)
    assert memory < MEMORY
    assert len(str(error)) < 200
    assert not caplog.records


async def test_an_answer_without_end_is_read_no_further_than_the_bound() -> None:
    error, memory = await _failed(scripted.flooding())
    assert isinstance(error, NetworkError)
    assert str(MOST_BYTES) in str(error)
    assert memory < MEMORY


@pytest.mark.parametrize("act", [scripted.dripping(), scripted.hanging()], ids=["drips", "hangs"])
async def test_a_call_has_one_deadline_in_all(act: Callable[[Server], Act]) -> None:
    error, _ = await _failed(act, HASTE)
    assert isinstance(error, TimedOut)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"[" * 100_000, TelegramError),
        (200, b"[1, 2]", TelegramError),
        (200, b"\x00\xffgarbage{" * 1000, TelegramError),
        (502, b"<html>" * 1000, NetworkError),
        (400, b'{"ok":false,"description":"Bad Request: chat not found"}', BadRequest),
        (429, b'{"ok":false,"parameters":{"retry_after":17}}', RetryAfter),
        (429, b'{"ok":false,"description":"Too Many Requests"}', RetryAfter),
        (429, b'{"ok":false,"parameters":[]}', RetryAfter),
        (429, b"<html>", RetryAfter),
        (429, b'{"ok":false,"parameters":{"retry_after":0}}', RetryAfter),
        (429, b'{"ok":false,"parameters":{"retry_after":-1}}', RetryAfter),
        (429, b'{"ok":false,"parameters":{"retry_after":NaN}}', RetryAfter),
        (429, b'{"ok":false,"parameters":{"retry_after":[]}}', RetryAfter),
        (429, b'{"ok":false,"parameters":{"migrate_to_chat_id":-100}}', RetryAfter),
        (502, b'{"ok":false,"parameters":{"retry_after":17}}', NetworkError),
        (429, b'{"ok":false,"parameters":{"retry_after":1e308}}', RetryAfter),
        (200, b"{}", TelegramError),
        (200, b'{"ok":false,"description":"Bad Request"}', TelegramError),
        (200, b'{"ok":false,"result":true}', TelegramError),
        (200, b'{"ok":true}', TelegramError),
        (400, b'{"ok":false,"description":{"a":1}}', BadRequest),
        (403, b'{"ok":false,"description":["x"],"parameters":["y"]}', Forbidden),
        (400, b'{"ok":false,"description":"' + b"x" * 100_000 + b'"}', BadRequest),
        (400, b'{"ok":false,"parameters":"migrate_to_chat_id"}', BadRequest),
        (400, b'{"ok":false,"parameters":{"migrate_to_chat_id":"x","retry_after":"abc"}}', BadRequest),
        (400, b'{"ok":false,"parameters":{"migrate_to_chat_id":-100}}', ChatMigrated),
    ],
)
async def test_what_an_answer_means(
    status: int, body: bytes, kind: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    error, _ = await _failed(scripted.answering(status, body))
    assert type(error) is kind
    assert len(str(error)) <= LONGEST
    assert not caplog.records
    if isinstance(error, RetryAfter):
        assert 0 <= seconds_of(error) <= FLOOD_MOST


SHAPES = ["{}", "[]", "true", "null", "7", '"x"', '{"message_id":1}', '{"message_id":1,"date":"x","chat":{"id":1,"type":"private"}}',
          '{"message_id":1,"date":1,"chat":[]}']  # fmt: skip


@pytest.mark.parametrize("result", SHAPES)
async def test_a_message_of_another_shape_is_an_answer_without_sense(result: str) -> None:
    async with (
        scripted.scripted(scripted.answering(200, f'{{"ok":true,"result":{result}}}'.encode())) as server,
        BoundedRequest(None, 1.0) as request,
    ):
        bot = Bot(TOKEN, f"{server.url}/bot", request=request, get_updates_request=BoundedRequest(None, 1.0))
        with pytest.raises(TelegramError) as failed:
            await bot.send_message(1, "x")
        assert type(failed.value) is TelegramError
        if result != "true":
            with pytest.raises(TelegramError):
                await bot.edit_message_text("x", 1, 1)
            return
        assert await bot.edit_message_text("x", 1, 1) is True


async def _failed(act: Callable[[Server], Act], haste: float = 1.0) -> tuple[Exception, int]:
    """How a call failed, and the most memory that it took."""
    async with scripted.scripted(act) as server:
        tracemalloc.start()
        try:
            with pytest.raises(TelegramError) as failed:
                await asked(server, haste)
            await server.left.wait()
            return failed.value, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
