"""Faults that a player plans for the next requests, and the spoilt answers that carry them out over sockets and in-process alike.

A fault applied "before" keeps the request from being executed; "after" lets it take effect and spoils only the answer.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

KINDS = ("timeout", "reset", "500", "502", "truncated", "garbage", "slow", "huge", "html")
# Refusals in Telegram's own words, which its server makes itself.
TELEGRAM_KINDS = ("restart", "unauthorized", "unavailable")
TARGETS = ("telegram", "queue")
MOMENTS = ("before", "after")
CONNECTION = "sandbox.connection"

_FAILURE = {
    "telegram": ("application/json", b'{"ok":false,"error_code":500,"description":"Internal Server Error"}'),
    "queue": ("text/plain", b"Internal Server Error"),
}
_BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_STRANGER = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body><p>Please sign in to this network.</p></body></html>"
_GARBAGE = b"\x00\xff{]not what you asked for\xfe"
_HALF_SAID = b'{"ok": true, "success": "true", "result": {"half of the answer'


@dataclass
class Fault:
    """One planned fault: what it hits, how, and how many times it is still to strike."""

    target: str
    kind: str
    apply: str = "before"
    count: int = 1
    operation: str | None = None
    chat_id: int | None = None

    def hits(self, target: str, operation: str, chat_id: int | None) -> bool:
        """Tell whether this fault is meant for such a request."""
        return (
            self.target == target
            and (self.operation is None or self.operation.lower() == operation.lower())
            and (self.chat_id is None or self.chat_id == chat_id)
        )


def read_fault(order: Mapping[str, Any]) -> Fault:
    """Read the body of `POST /play/fault`; ValueError names what is wrong with it."""
    kinds = (*KINDS, *TELEGRAM_KINDS) if order.get("target") == "telegram" else KINDS
    for name, allowed in (("target", TARGETS), ("kind", kinds)):
        if str(order.get(name)) not in allowed:
            raise ValueError(f"{name} must be one of {', '.join(allowed)}")
    apply = order.get("apply", "before")
    count = order.get("count", 1)
    operation, chat_id = order.get("operation"), order.get("chat_id")
    if apply not in MOMENTS:
        raise ValueError(f"apply must be one of {', '.join(MOMENTS)}")
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise ValueError("count must be a positive integer")
    if operation is not None and not isinstance(operation, str):
        raise ValueError("operation must be a string")
    if chat_id is not None and not isinstance(chat_id, int):
        raise ValueError("chat_id must be an integer")
    return Fault(order["target"], str(order["kind"]), apply, count, operation, chat_id)


class Faults:
    """The faults still to strike, oldest first, and the measures of the slow and the huge ones."""

    def __init__(self, *, hold: float = 60.0, drip: float = 0.25, bulk: int = 32 << 20) -> None:
        """Hold timeouts for `hold` s, drip slow answers a byte each `drip` s, make huge ones `bulk` bytes."""
        self.hold = hold
        self.drip = drip
        self.bulk = bulk
        self._planned: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        """Let this fault strike from now on, `count` times."""
        self._planned.append(fault)

    def reset(self) -> None:
        """Forget every planned fault."""
        self._planned.clear()

    def take(self, target: str, operation: str, chat_id: int | None = None) -> Fault | None:
        """Return the oldest fault meant for this request, counted down, or None where it goes unharmed."""
        for fault in self._planned:
            if fault.hits(target, operation, chat_id):
                fault.count -= 1
                if not fault.count:
                    self._planned.remove(fault)
                return fault
        return None

    def wrap(self, app: ASGIApp, target: str, operation_of: Callable[[Scope], str]) -> ASGIApp:
        """Put planned faults in front of an ASGI app; `operation_of(scope)` names the operation of a request."""

        async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
            fault = self.take(target, operation_of(scope)) if scope["type"] == "http" else None
            if fault is None:
                await app(scope, receive, send)
                return
            await self.strike(fault, lambda: _captured(app, scope, receive))(scope, receive, send)

        return faulty

    def strike(self, fault: Fault, genuine: Callable[[], Awaitable[Response]]) -> "SpoiltAnswer":
        """Return the answer that carries the fault out; `genuine` executes the request where the fault lets it happen."""
        return SpoiltAnswer(fault, genuine, self)


class SpoiltAnswer(Response):
    """An answer that goes wrong on purpose. It is a Response, so that an endpoint can return it."""

    def __init__(self, fault: Fault, genuine: Callable[[], Awaitable[Response]], measures: Faults) -> None:
        super().__init__()
        self._fault = fault
        self._genuine = genuine
        self._measures = measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Execute the request where the fault is applied after it, then answer badly."""
        kind = self._fault.kind
        if kind == "slow":
            await self._slow(scope, receive, send)
            return
        answer = await self._genuine() if self._fault.apply == "after" else None
        if kind == "timeout":
            await self._hold(scope, receive)
        elif kind == "reset":
            await _break_off(scope, receive, httpx.ReadError("connection reset by peer"))
        elif kind == "truncated":
            await self._truncated(answer, scope, receive, send)
        elif kind == "huge":
            await self._huge(send)
        else:
            await self._plain(kind, scope, receive, send)

    async def _hold(self, scope: Scope, receive: Receive) -> None:
        # httpx's in-process transport knows no timeouts: there the timeout is what the client gets to see, at once.
        if CONNECTION not in scope:
            raise httpx.ReadTimeout("the sandbox holds this request")
        try:
            async with asyncio.timeout(self._measures.hold):
                while (await receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            pass  # Nobody waits for ever: the connection is broken off at the end of the hold.
        await _break_off(scope, receive, httpx.ReadTimeout("the sandbox held this request"))

    async def _slow(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A slow answer is an answer: "before" delays the execution, "after" executes at once and drips.
        if self._fault.apply == "before":
            await asyncio.sleep(self._measures.drip * 20)
            await (await self._genuine())(scope, receive, send)
            return
        answer = await self._genuine()
        body = bytes(answer.body)
        await send({"type": "http.response.start", "status": answer.status_code, "headers": answer.raw_headers})
        for place in range(len(body)):
            await send({"type": "http.response.body", "body": body[place : place + 1], "more_body": True})
            await asyncio.sleep(self._measures.drip)
        await send({"type": "http.response.body", "body": b""})

    @staticmethod
    async def _truncated(answer: Response | None, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytes(answer.body) if answer else _HALF_SAID * 2
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": answer.status_code if answer else 200, "headers": headers})
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        cut = httpx.RemoteProtocolError("peer closed connection without sending complete message body")
        await _break_off(scope, receive, cut)

    async def _huge(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        chunk = b" " * (1 << 16)
        for _ in range(self._measures.bulk // len(chunk)):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"{}"})

    async def _plain(self, kind: str, scope: Scope, receive: Receive, send: Send) -> None:
        if kind == "500":
            media, body = _FAILURE[self._fault.target]
            response = Response(body, 500, media_type=media)
        elif kind == "502":
            response = Response(_BAD_GATEWAY, 502, media_type="text/html")
        elif kind == "html":
            response = Response(_STRANGER, 200, media_type="text/html")
        else:
            response = Response(_GARBAGE, 200, media_type="application/json")
        await response(scope, receive, send)


def note_connection(scope: Scope, send: Send) -> None:
    """Let faults reach the socket of uvicorn, which hands its own method as `send`: ASGI itself cannot reset a connection."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if isinstance(transport, asyncio.Transport):
        scope[CONNECTION] = transport


async def _break_off(scope: Scope, receive: Receive, error: httpx.TransportError) -> None:
    """Cut the socket; in-process, where there is none, raise what httpx raises for it."""
    connection: asyncio.Transport | None = scope.get(CONNECTION)
    if connection is None:
        raise error
    if isinstance(error, httpx.ReadError):
        # No lingering: closing then sends a reset, which is what a crashed server or a firewall looks like.
        connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.abort()
    connection.close()
    while (await receive())["type"] != "http.disconnect":
        pass  # The server must have seen the end, or it would log an answer that was never started.


async def _captured(app: ASGIApp, scope: Scope, receive: Receive) -> Response:
    """Run the app and keep its answer instead of sending it."""
    status, headers, body = 500, [], bytearray()

    async def keep(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message.get("headers", []))
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, keep)
    answer = Response(bytes(body), status)
    answer.raw_headers = headers
    return answer
