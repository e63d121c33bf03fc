"""The wire to Telegram for everything whose outcome must be known exactly: pushes and getUpdates.

python-telegram-bot's own request classes hide what really happened (docs/reliability.md), so this one keeps the HTTP status,
whether the request was ever begun, one total deadline and a size cap, and never repeats anything by itself.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from tickets.deliver import IN_FLIGHT

DEADLINE = 20.0
"""Seconds one call may take in all."""
MOST_BYTES = 4_000_000
"""A getUpdates answer of a hundred long messages stays far below."""
MOST_CONNECTIONS = IN_FLIGHT + 20
"""More than there are sends under way, so that none waits for a connection while its lease runs."""
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one call. `status` None: no complete answer; then `begun` says whether Telegram may have acted."""

    status: int | None
    begun: bool
    result: Any = field(default=None, repr=False)
    description: str = ""
    retry_after: float = 0.0
    migrate_to: int | None = None
    fault: str = ""
    unmade: bool = False
    """The request itself could not be made: a mistake of ours, and nothing left."""

    @property
    def ok(self) -> bool:
        """Whether Telegram said it did what was asked."""
        return self.status == 200 and not self.fault


class TelegramWire:
    """Calls of one bot's methods over an httpx client that its owner closes."""

    def __init__(self, client: httpx.AsyncClient, api_url: str, token: str, deadline: float = DEADLINE) -> None:
        """`api_url` without /bot; the token is kept here and printed nowhere; `deadline` in seconds, where a call names none."""
        self._client = client
        self._deadline = deadline
        self._base = f"{api_url}/bot{token}/"

    async def call(self, method: str, fields: Mapping[str, Any], *, deadline: float | None = None) -> Answer:
        """One call with one total deadline in seconds. Raises nothing but cancellation; values that are not text go as JSON."""
        begun, deadline = _Begun(), deadline or self._deadline
        try:
            request = self._request(method, fields, begun, deadline)
        except Exception as error:  # noqa: BLE001 -- text that no encoding takes, a value that is no JSON: whatever it is, nothing left
            return Answer(None, begun=False, unmade=True, fault=type(error).__name__)
        try:
            async with asyncio.timeout(deadline):
                response = await self._client.send(request, stream=True)
                try:
                    body = await bounded(response.aiter_raw(), MOST_BYTES)
                finally:
                    await response.aclose()
        except UNSENT as error:
            return Answer(None, begun=False, fault=type(error).__name__)
        except TimeoutError:
            return Answer(None, begun=begun.maybe, fault="deadline")
        except httpx.HTTPError as error:
            return Answer(None, begun=begun.maybe, fault=type(error).__name__)
        except Exception as error:  # noqa: BLE001 -- an unknown fault is an unknown outcome, which is an answer too
            return Answer(None, begun=begun.maybe, fault=type(error).__name__)
        return read(response.status_code, response.headers.get("retry-after", ""), body)

    def _request(self, method: str, fields: Mapping[str, Any], begun: "_Begun", deadline: float) -> httpx.Request:
        form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
        extensions = {"trace": begun}
        return self._client.build_request(
            "POST", self._base + method, data=form, extensions=extensions, timeout=_timeout(deadline)
        )


class _Begun:
    """httpcore's trace of one request: whether its headers were ever begun to be written."""

    def __init__(self) -> None:
        self.traced = False
        self.headers = False

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        del info
        self.traced = True
        self.headers = self.headers or event.endswith("send_request_headers.started")

    @property
    def maybe(self) -> bool:
        """A transport that does not trace proves nothing, so the request may have gone."""
        return self.headers or not self.traced


def _timeout(deadline: float) -> httpx.Timeout:
    return httpx.Timeout(deadline, connect=min(3.0, deadline), pool=min(2.0, deadline), write=min(5.0, deadline))


async def bounded(stream: AsyncIterable[bytes], most: int) -> bytes | None:
    """Everything a stream gives, or None where that is longer than `most` bytes; it is never read further than that."""
    parts, size = [], 0
    async for part in stream:
        size += len(part)
        if size > most:
            return None
        parts.append(part)
    return b"".join(parts)


def read(status: int, retry_after: str, body: bytes | None) -> Answer:
    """Make an answer of status and body; one that cannot be read keeps its status and carries a fault."""
    try:
        told = json.loads(body) if body is not None else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        return Answer(status, begun=True, fault="unreadable", retry_after=seconds(retry_after))
    parameters: Any = told.get("parameters")
    if not isinstance(parameters, dict):
        parameters = {}
    migrate = parameters.get("migrate_to_chat_id")
    return Answer(
        status,
        begun=True,
        result=told.get("result"),
        description=str(told.get("description") or ""),
        retry_after=seconds(parameters.get("retry_after") or retry_after),
        migrate_to=migrate if isinstance(migrate, int) else None,
        fault="" if told.get("ok") is (status == 200) else "inconsistent",
    )


def seconds(value: Any) -> float:
    """A retry_after as told; 0 where it is no number."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0


@cache
def trust() -> ssl.SSLContext:
    """Whose certificates the bot believes, for all its clients: reading them takes longer than anything else at its start."""
    return httpx.create_ssl_context(trust_env=False)


def open_client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """The client for pushes: no kept connections (a stale one makes an outcome unknown), no proxies of the environment."""
    limits = httpx.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=0)
    headers = {"Accept-Encoding": "identity"}
    return httpx.AsyncClient(
        transport=transport, verify=trust(), limits=limits, trust_env=False, headers=headers, follow_redirects=False
    )
