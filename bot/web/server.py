"""Runs a web application inside the program's own event loop, and leaves signals to the program."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from bot.web.prompt import PromptProtocol


class _Quiet(uvicorn.Server):
    """uvicorn without signal handlers of its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class WebServer:
    """One listening address."""

    def __init__(self, application: ASGIApp, listen: str) -> None:
        """`listen` is host:port; port 0 picks a free one."""
        host, _, port = listen.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        config = uvicorn.Config(
            application,
            http=PromptProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            lifespan="off",
            timeout_keep_alive=20,
            timeout_graceful_shutdown=5,
            limit_concurrency=600,
            h11_max_incomplete_event_size=16_384,
        )
        self._server = _Quiet(config)
        self._socket: socket.socket | None = None
        self._serving: asyncio.Task[None] | None = None

    def bind(self) -> None:
        """Take the address; `OSError` when it is not to be had."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        # With the protocol named, asyncio turns Nagle's algorithm off; otherwise answers wait for 40 ms.
        taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind((self._host, self._port))
            # Two sockets may be bound to one address until the first of them listens.
            taken.listen(128)
        except (OSError, OverflowError):
            taken.close()
            raise
        self._socket, self._port = taken, int(taken.getsockname()[1])

    @property
    def port(self) -> int:
        """The port taken."""
        return self._port

    async def start(self, tasks: asyncio.TaskGroup) -> None:
        """Serve until stopped, as one of the owner's tasks."""
        if self._socket is None:
            self.bind()
        sockets = [self._socket] if self._socket is not None else []
        self._serving = tasks.create_task(self._server.serve(sockets=sockets))

    def stop_soon(self) -> asyncio.Task[None]:
        """Take no new request; the task answered is over when those in work are, after at most five seconds."""
        self._server.should_exit = True
        if self._serving is None:
            raise RuntimeError("this server was never started")
        return self._serving

    async def stop(self) -> None:
        """Finish the requests in work, for at most five seconds."""
        await asyncio.wait([self.stop_soon()])
        self.release()

    def release(self) -> None:
        """Let go of the address, also where serving never began."""
        if self._socket is not None:
            self._socket.close()
