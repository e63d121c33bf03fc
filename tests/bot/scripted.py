"""A tiny scripted server on a real socket: each connection reads one request and is answered, or mistreated, as told."""

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Act = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What happens on one connection; it is closed afterwards."""


class Server:
    """Counts what came in."""

    def __init__(self, act: Act) -> None:
        """`act` may be exchanged while the server runs."""
        self.act = act
        self.requests: list[bytes] = []
        self.connections = 0
        self.open = 0
        self.port = 0
        self.heard = asyncio.Event()
        self.left = asyncio.Event()
        """Nobody is connected any more."""

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        self.open += 1
        self.left.clear()
        with contextlib.suppress(ConnectionError):
            await self.act(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        self.open -= 1
        if not self.open:
            self.left.set()

    async def request(self, reader: asyncio.StreamReader) -> bytes:
        """Read one whole request."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
        )
        whole = head + await reader.readexactly(length)
        self.requests.append(whole)
        self.heard.set()
        return whole


@asynccontextmanager
async def scripted(make: Callable[[Server], Act]) -> AsyncIterator[Server]:
    """A running server whose connections do what `make(server)` says."""

    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Exchanged at once."""

    server = Server(nothing)
    server.act = make(server)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


def answering(
    status: int, body: object, *, headers: tuple[str, ...] = (), short: int = 0, hangs: str = "nothing"
) -> Callable[[Server], Act]:
    """Answer every request the same; a body that is no bytes goes as JSON; `short` bytes of it are kept back.

    `hangs` is a method that is taken and never answered.
    """
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def make(server: Server) -> Act:
        async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked = await server.request(reader)
            if f"/{hangs} ".encode() in asked.split(b"\r\n")[0]:
                await reader.read()
                return
            lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(content)}", "Connection: close", *headers]
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content[: len(content) - short])
            await writer.drain()

        return act

    return make


def reset(*, after: bool) -> Callable[[Server], Act]:
    """RST: before anything was read, or after the whole request was."""

    def make(server: Server) -> Act:
        async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if after:
                await server.request(reader)
            sock: socket.socket = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

        return act

    return make


def finishing() -> Callable[[Server], Act]:
    """FIN after the whole request, and not a byte of answer."""

    def make(server: Server) -> Act:
        async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await server.request(reader)

        return act

    return make


def hanging() -> Callable[[Server], Act]:
    """Take the whole request and say nothing until the other side gives up."""

    def make(server: Server) -> Act:
        async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await server.request(reader)
            await reader.read()

        return act

    return make


def dripping() -> Callable[[Server], Act]:
    """A good answer whose bytes never end: each read succeeds, so only a total deadline helps."""

    def make(server: Server) -> Act:
        async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await server.request(reader)
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while not reader.at_eof():
                writer.write(b"1\r\n \r\n")
                await writer.drain()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.02):
                        await reader.read(1)

        return act

    return make


def flooding() -> Callable[[Server], Act]:
    """A body without end, as fast as it is taken."""

    def make(server: Server) -> Act:
        async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await server.request(reader)
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(1000):
                writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                await writer.drain()

        return act

    return make
