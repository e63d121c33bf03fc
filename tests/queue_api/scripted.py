"""A server on a real socket that does what it is told, well or badly, and remembers what it was asked."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Scripted:
    """What the server was asked, and where it is."""

    url: str
    asked: list[bytes] = field(default_factory=list)
    """Head and body of every request that came in whole."""


@asynccontextmanager
async def scripted(*behaviours: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[Scripted]:
    """Serve on a free port: the first request gets the first behaviour, and the last one is for all that follow."""
    served = Scripted("")
    open_now: dict[asyncio.Task[None] | None, asyncio.StreamWriter] = {}

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_now[asyncio.current_task()] = writer
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                served.asked.append(await _request(reader))
                await behaviours[min(len(served.asked), len(behaviours)) - 1](writer)
                if writer.is_closing():
                    break
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    served.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}/vt/api"
    try:
        yield served
    finally:
        server.close()
        for writer in open_now.values():
            writer.transport.abort()
        await asyncio.gather(*(task for task in open_now if task), return_exceptions=True)


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
    return head + await reader.readexactly(int(length.partition(b":")[2]))


def answering(body: bytes, status: str = "200 OK", *headers: str, kind: str = "application/json") -> Behaviour:
    """A complete answer; the connection stays open."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, "", ""]
    return saying("\r\n".join(lines).encode() + body)


def saying(raw: bytes) -> Behaviour:
    """These bytes, whatever they are."""

    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    return say


def saying_and_closing(raw: bytes) -> Behaviour:
    """These bytes, and no more."""

    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        writer.close()

    return say


async def resetting(writer: asyncio.StreamWriter) -> None:
    """Break the connection off with a reset."""
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def holding(writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await writer.wait_closed()


async def dripping(writer: asyncio.StreamWriter) -> None:
    """A byte every few milliseconds, for ever: each comes in time, the whole never does."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
    loop = asyncio.get_running_loop()

    def drip() -> None:
        if not writer.is_closing():
            writer.write(b" ")
            loop.call_later(0.005, drip)

    drip()
    await writer.wait_closed()


async def flooding(writer: asyncio.StreamWriter) -> None:
    """Bytes without end."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" " * 65536)
        await writer.drain()
