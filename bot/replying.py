"""The requests of python-telegram-bot, bounded: replies, getMe and alarms may meet an answer that has no end, no sense, or a bomb in it.

The library's own request reads whatever comes, unpacks it, and puts all of it into its log and its exceptions. Its getUpdates and its
downloads of files are not used.
"""

import asyncio
import json
import math
from collections.abc import Callable
from typing import Any

import httpx
from telegram import Message
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.transport import DEADLINE, UNSENT, bounded, seconds, trust
from tickets.delivery import flood_wait

MOST_BYTES = 1_000_000
"""Bytes of one answer; a message with all its buttons stays far below."""
CONNECTIONS = 64
READ_TIMEOUT = 15.0
LONGEST = 200
"""Characters of a refusal's description; Telegram's own are shorter."""
_SHOWING = ("send", "edit")
"""How the methods begin that answer with a message."""
NONSENSE = (TelegramError, KeyError, TypeError, ValueError, AttributeError)
"""What an answer that is none of Telegram's makes the library raise: whatever it happens to trip over."""
_NONSENSE = "Invalid server response"
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
        inner = transport or httpx.AsyncHTTPTransport(verify=trust(), limits=limits, trust_env=False)
        kwargs: dict[str, Any] = {
            "transport": _Bounded(inner),
            "trust_env": False,
            "headers": {"Accept-Encoding": "identity"},
        }
        super().__init__(pool_timeout=10, read_timeout=READ_TIMEOUT / haste, connect_timeout=5, httpx_kwargs=kwargs)
        self._deadline = DEADLINE / haste

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """As the library's own; what takes longer than the deadline in all has an unknown outcome, and so has a yes that makes no sense."""
        try:
            async with asyncio.timeout(self._deadline):
                status, body = await super().do_request(url, *args, **kwargs)
        except TimeoutError as error:
            raise TimedOut from error
        if not 200 <= status <= 299:
            return status, _refusal(status, body)
        told = self.parse_json_payload(body)
        if told.get("ok") is not True or "result" not in told or not _sensible(url.rpartition("/")[2], told["result"]):
            raise TelegramError(_NONSENSE)
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """An answer of Telegram's is an object; `TelegramError` for anything else."""
        try:
            told = json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise TelegramError(_NONSENSE) from error
        if not isinstance(told, dict):
            raise TelegramError(_NONSENSE)
        return told


def _sensible(method: str, result: Any) -> bool:
    """Whether the library can read it: over a message of another shape it stumbles as over a mistake of ours."""
    if not method.startswith(_SHOWING) or (result is True and method.startswith("edit")):
        return True
    try:
        return Message.de_json(result, None) is not None
    except Exception:  # noqa: BLE001 -- whatever it happens to stumble over
        return False


def _refusal(status: int, body: bytes) -> bytes:
    """The refusal, of what the library reads of it and can bear; a 429 is a flood limit, whatever it says, and nothing else is one."""
    try:
        told = BoundedRequest.parse_json_payload(body)
    except TelegramError:
        told = {}
    parameters = told.get("parameters")
    known: dict[str, Any] = parameters if isinstance(parameters, dict) else {}
    if status == 429:
        wait = seconds(known.get("retry_after"))
        raise RetryAfter(math.ceil(flood_wait(wait)) if wait > 0 else 0)
    description, moved = told.get("description"), known.get("migrate_to_chat_id")
    checked: dict[str, Any] = {"description": description[:LONGEST] if isinstance(description, str) else ""}
    if type(moved) is int:
        checked["parameters"] = {"migrate_to_chat_id": moved}
    return json.dumps(checked).encode()


def may_have_arrived(error: TelegramError) -> bool:
    """Whether nobody knows what became of a call: no answer to it, one of a server in between, or one without sense."""
    if isinstance(error, NetworkError):
        return not isinstance(error, BadRequest) and not isinstance(error.__cause__, UNSENT)
    return type(error) is TelegramError
