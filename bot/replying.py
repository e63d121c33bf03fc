"""The requests of python-telegram-bot, bounded: replies, getMe and alarms may meet an answer that has no end, no sense, or a bomb in it.

The library's own request reads whatever comes, unpacks it, and puts all of it into its log and its exceptions. Its getUpdates and its
downloads of files are not used.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
from telegram.error import RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.transport import DEADLINE, bounded

MOST_BYTES = 1_000_000
"""Bytes of one answer; a message with all its buttons stays far below."""
CONNECTIONS = 64
READ_TIMEOUT = 15.0
Transport = Callable[[], httpx.AsyncBaseTransport | None]


class _Bounded(httpx.AsyncBaseTransport):
    """Reads no more of an answer than it may hold, and unpacks nothing: compressed answers are not asked for."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        try:
            body = await bounded(answer.aiter_raw(), MOST_BYTES)
        finally:
            await answer.aclose()
        if body is None:
            raise httpx.ReadError(f"more than {MOST_BYTES} bytes")
        # Without its headers: one that came compressed all the same stays what it is, and cannot be read.
        return httpx.Response(answer.status_code, content=body)

    async def aclose(self) -> None:
        await self._inner.aclose()


class BoundedRequest(HTTPXRequest):
    """The library's request with a total deadline; an answer that nobody can read is short in its exceptions, and in no log."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None, haste: float) -> None:
        """`transport`: None for the network; timeouts are as many times shorter as `haste` says."""
        limits = httpx.Limits(max_connections=CONNECTIONS)
        inner = transport or httpx.AsyncHTTPTransport(limits=limits, trust_env=False)
        kwargs: dict[str, Any] = {
            "transport": _Bounded(inner),
            "trust_env": False,
            "headers": {"Accept-Encoding": "identity"},
        }
        super().__init__(pool_timeout=10, read_timeout=READ_TIMEOUT / haste, connect_timeout=5, httpx_kwargs=kwargs)
        self._deadline = DEADLINE / haste

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """As the library's own; what takes longer than the deadline in all has an unknown outcome."""
        try:
            async with asyncio.timeout(self._deadline):
                status, body = await super().do_request(*args, **kwargs)
        except TimeoutError as error:
            raise TimedOut from error
        return status, body if 200 <= status <= 299 else _refusal(status, body)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """An answer of Telegram's is an object; `TelegramError` for anything else."""
        try:
            told = json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise TelegramError("Invalid server response") from error
        if not isinstance(told, dict):
            raise TelegramError("Invalid server response")
        return told


def _refusal(status: int, body: bytes) -> bytes:
    """The refusal as it came, where it can be read; a 429 without a number is a flood limit all the same."""
    try:
        told = BoundedRequest.parse_json_payload(body)
    except TelegramError:
        told, body = {}, b"{}"
    parameters = told.get("parameters")
    if status == 429 and not (isinstance(parameters, dict) and parameters):
        raise RetryAfter(0)
    return body
