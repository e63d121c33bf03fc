"""A small HTTPS proxy before one neighbour of the bot, which spoils every exchange in one of many ways while it is told to."""

import asyncio
import contextlib
import gzip
import json
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from tests.soak.certificates import GOOD, SPOILT, Certificates

BULK = 200 << 20
"""Bytes of the answer that does not end, and of what the bomb becomes."""
PIECE = 1 << 16
DRIP = 1.0
"""Seconds between the bytes of the slow answer."""
JSON = "application/json"
Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter


def plain(status: int, body: bytes, kind: str = JSON, **headers: str) -> bytes:
    """An answer's bytes; underscores of header names become dashes."""
    told = {"content_type": kind, "content_length": str(len(body)), "connection": "close", **headers}
    lines = [f"HTTP/1.1 {status} Spoilt", *(f"{name.replace('_', '-')}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


PAGE = b"<html><body>Please sign in to this network.</body></html>"
CANNED: Mapping[str, Callable[[], bytes]] = {
    "500": lambda: plain(500, b"Internal Server Error", "text/plain"),
    "502": lambda: plain(502, PAGE, "text/html"),
    "503": lambda: plain(503, b"", retry_after="1"),
    "429": lambda: plain(429, b'{"ok":false,"error_code":429,"parameters":{"retry_after":1}}'),
    "html": lambda: plain(200, PAGE, "text/html"),
    "wrong content type": lambda: plain(200, b"\x89PNG\r\n", "image/png"),
    "truncated": lambda: plain(200, b'{"ok":true,"result":{"half', content_length="400"),
    "garbage": lambda: plain(200, b"\x00\xff{]\xfe"),
    "utf-16": lambda: plain(200, '{"ok":true,"success":true}'.encode("utf-16")),
    "bomb": lambda: plain(200, gzip.compress(bytes(BULK), 9), content_encoding="gzip"),
    "deep": lambda: plain(200, b'{"ok":true,"success":true,"result":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "long number": lambda: plain(200, b'{"ok":true,"success":true,"result":' + b"9" * 5000 + b"}"),
    "nan": lambda: plain(200, b'{"ok":true,"success":true,"result":NaN,"tickets":NaN}'),
    "twice": lambda: plain(200, b'{"ok":true,"ok":false,"success":true,"tickets":1,"tickets":null}'),
    "redirect": lambda: plain(302, b"", location="http://169.254.169.254/latest/meta-data/"),
}
"""Answers given in the neighbour's place, which gets nothing to see."""
CUT = ("reset", "closed")
"""The neighbour does what it is asked; its answer breaks off in the middle."""
ALL = ("refused", *CUT, "hang", "drip", *CANNED, "huge", *SPOILT)


class Proxy:
    """Before one neighbour."""

    def __init__(self, port: int, certificates: Certificates) -> None:
        """`port` of the neighbour on this machine."""
        self._port = port
        self._certificates = certificates
        self._server: asyncio.Server | None = None
        self._open: set[Writer] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._answers: dict[str, bytes] = {}
        self.here = 0
        self.fault = ""
        self.spared = b""
        """Requests whose address ends so are let through, where the fault is not one of the connection itself."""
        self.struck = 0

    async def open(self) -> None:
        """Listen, on the same port as before."""
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.sni_callback = self._show
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.here, ssl=tls)
        self.here = self._server.sockets[0].getsockname()[1]

    def _show(self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        """Which certificate a new connection is shown; a client that goes away because of it is struck, too."""
        del name, context
        shown = self.fault if self.fault in SPOILT else GOOD
        self.struck += shown != GOOD
        connection.context = self._certificates.contexts[shown]

    async def close(self) -> None:
        """Listen no more, and break off what is under way."""
        if self._server is not None:
            self._server.close()
        serving = [*self._serving]
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def spoil(self, fault: str) -> None:
        """From now on, one of ALL; empty: let everything through."""
        was, self.fault = self.fault, fault
        if fault in CANNED:
            # Made beforehand, because making some of them takes as long as a fault lasts.
            self._answers[fault] = await asyncio.to_thread(CANNED[fault])
        for writer in [*self._open]:
            writer.transport.abort()
        if fault == "refused":
            await self.close()
        elif was == "refused":
            await self.open()

    async def _serve(self, reader: Reader, writer: Writer) -> None:
        self._open.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            # A cancellation ends here, too: asyncio's streams complain of tasks that end by one.
            with contextlib.suppress(OSError, EOFError, asyncio.LimitOverrunError, ValueError, asyncio.CancelledError):
                request = await _request(reader)
                address = request.split(b" ", 2)[1]
                fault = "" if self.spared and address.endswith(self.spared) else self.fault
                self.struck += bool(fault)
                await self._exchange(fault, request, reader, writer)
        finally:
            self._open.discard(writer)
            self._serving.discard(task)
            writer.close()

    async def _exchange(self, fault: str, request: bytes, reader: Reader, writer: Writer) -> None:
        if fault in self._answers:
            writer.write(self._answers[fault])
            await writer.drain()
        elif fault in CUT:
            answer = await self._asked(request)
            writer.write(answer[: len(answer) // 2])
            await writer.drain()
            if fault == "reset":
                _reset(writer)
        elif fault == "hang":
            await asyncio.Event().wait()
        elif fault == "drip":
            await _drip(plain(200, b'{"ok":true}'), writer)
        elif fault == "huge":
            await _pour(writer)
        else:
            await self._through(request, reader, writer)

    async def _through(self, request: bytes, reader: Reader, writer: Writer) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        gone = asyncio.ensure_future(reader.read(1))
        try:
            back.write(request)
            while True:
                # Whoever hung up wants no answer: the neighbour is to see that, too.
                part = asyncio.ensure_future(there.read(PIECE))
                await asyncio.wait((part, gone), return_when=asyncio.FIRST_COMPLETED)
                if not part.done():
                    part.cancel()
                    return
                if not part.result():
                    return
                writer.write(part.result())
                await writer.drain()
        finally:
            gone.cancel()
            back.close()

    async def _asked(self, request: bytes) -> bytes:
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            back.write(request)
            return await there.read()
        finally:
            back.close()


async def _request(reader: Reader) -> bytes:
    """One whole request, with the connection to be closed after it."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    kept = [line for line in lines if line and not line.lower().startswith("connection:")]
    length = next((int(line.split(":")[1]) for line in kept if line.lower().startswith("content-length:")), 0)
    body = await reader.readexactly(length)
    return "\r\n".join([first, *kept, "Connection: close", "", ""]).encode("latin-1") + body


async def _drip(answer: bytes, writer: Writer) -> None:
    for place in range(len(answer)):
        if writer.is_closing():
            return
        writer.write(answer[place : place + 1])
        await writer.drain()
        await asyncio.sleep(DRIP)


async def _pour(writer: Writer) -> None:
    head = plain(200, b"", content_length=str(BULK))
    writer.write(head + json.dumps({"ok": True}).encode()[:-1])
    for _ in range(BULK // PIECE):
        # Whoever was poured at may have gone long before the end.
        if writer.is_closing():
            return
        writer.write(b" " * PIECE)
        await writer.drain()


def _reset(writer: Writer) -> None:
    """Closing without lingering sends a reset."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


@asynccontextmanager
async def proxy(port: int, certificates: Certificates) -> AsyncIterator[Proxy]:
    """A proxy that listens."""
    made = Proxy(port, certificates)
    await made.open()
    try:
        yield made
    finally:
        await made.close()
