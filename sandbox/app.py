"""The sandbox as one application: its Bot API server and its Virtual Ticket server side by side, with one clock and one list of faults."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Message, Receive, Scope, Send

from sandbox.bot_api.app import Telegram
from sandbox.bot_api.app import create as create_telegram
from sandbox.clock import Clock
from sandbox.doorkeeper import refused
from sandbox.faults import Faults, note_connection, read_fault
from sandbox.places import offered_places
from sandbox.saved import DataFile
from sandbox.virtual_ticket.app import create as create_branches

LATEST = 2.0**31
"""Unix seconds up to which the clock may be set: the dates of both servers are 32 bits wide."""

_AT_THE_QUEUE = ("/vt/api/", "/play/desk/")


class Part(Protocol):
    """One of the two servers, as the composition sees it."""

    routes: list[BaseRoute]

    @property
    def revision(self) -> int:
        """A number that grows with every change worth keeping."""

    def dump(self) -> dict[str, Any]:
        """Return the state for the data file."""

    def load(self, tree: dict[str, Any], /) -> None:
        """Take the state of the data file."""

    def reset(self) -> None:
        """Begin anew."""

    def release(self) -> None:
        """Let go of everybody who waits for news."""

    async def run(self) -> None:
        """Do what happens by itself, until cancelled."""


class Companion(Protocol):
    """Somebody who runs beside the servers and ends with them: the bot."""

    def stop(self) -> None:
        """Begin to end."""

    async def run(self) -> None:
        """Run until stopped or cancelled."""


class Sandbox(Starlette):
    """The whole sandbox as an ASGI application. Its lifespan runs what happens by itself; without one nothing does."""

    def __init__(
        self,
        telegram: Telegram,
        queue: Part | None,
        clock: Clock,
        faults: Faults,
        bot: Companion | None,
        data: DataFile | None,
        places: Sequence[dict[str, Any]] = (),
        open_play: bool = True,
    ) -> None:
        self.clock = clock
        self.faults = faults
        self.telegram = telegram
        self.parts: dict[str, Part] = {"telegram": telegram} | ({"queue": queue} if queue else {})
        self._bot = bot
        self._companion: asyncio.Task[None] | None = None
        self._data = data
        self._open_play = open_play
        own: list[BaseRoute] = [
            Route("/play/clock", self._clock, methods=["GET", "POST"]),
            Route("/play/fault", self._fault, methods=["POST"]),
            Route("/play/reset", self._reset, methods=["POST"]),
            Route("/play/places", lambda _: JSONResponse({"places": list(places)})),
        ]
        routes = [*own, *(route for part in self.parts.values() for route in part.routes)]
        super().__init__(routes=routes, lifespan=lambda _: self.running())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, with the way to its socket noted for faults that need it."""
        note_connection(scope, send)
        if not self._open_play and (reason := refused(scope)):
            await JSONResponse({"error": reason}, 403)(scope, receive, send)
            return
        queue = self.parts.get("queue")
        if self._data and queue and scope["type"] == "http" and scope["path"].startswith(_AT_THE_QUEUE):
            send = _once_saved(self._data, queue, send)
        await super().__call__(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run desks, webhooks, the data file's keeper and the bot while this is open."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(part.run()) for part in self.parts.values()]
            if self._data is not None:
                tasks.append(group.create_task(self._data.keep(self.parts)))
            if self._bot is not None:
                self._companion = group.create_task(self._bot.run())
                tasks.append(self._companion)
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()

    async def release(self) -> None:
        """Let the bot end while there is somebody to answer it; then let go of those who wait, so that the server can end quickly."""
        if self._bot is not None and self._companion is not None:
            self._bot.stop()
            await asyncio.wait({self._companion})
        for part in self.parts.values():
            part.release()

    async def _clock(self, request: Request) -> Response:
        if request.method == "POST":
            now = (await _body(request)).get("now")
            if not isinstance(now, int | float) or isinstance(now, bool) or not 0 <= now <= LATEST:
                return JSONResponse({"error": "now must be a time in Unix seconds"}, 400)
            self.clock.set(float(now))
        return JSONResponse({"now": self.clock.now()})

    async def _fault(self, request: Request) -> Response:
        try:
            self.faults.plan(read_fault(await _body(request)))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({})

    async def _reset(self, _: Request) -> Response:
        self.clock.reset()
        self.faults.reset()
        for part in self.parts.values():
            part.reset()
        return JSONResponse({})


def create_app(
    *,
    speed: float = 0.0,
    seed: int = 1,
    town: Path | None = None,
    data: DataFile | None = None,
    clock: Clock | None = None,
    bot: Companion | Literal[False] = False,
    open_play: bool = True,
) -> Sandbox:
    """Build the sandbox. `speed` paces the desks (0: nothing moves unless told), `bot` runs beside it under its lifespan.

    Without `open_play` only this machine may play: what a server of real sockets should begin with.
    Raises DataError where the data file holds something else, and ValueError for a bad town.
    """
    clock, faults = clock or Clock(), Faults()
    queue = create_branches(clock=clock, faults=faults, seed=seed, town=town, speed=speed)
    telegram = create_telegram(clock, faults, seed)
    places = offered_places(queue.office.town.locations)
    app = Sandbox(telegram, queue, clock, faults, bot or None, data, places, open_play)
    if data is not None:
        data.restore(app.parts)
    return app


def _once_saved(data: DataFile, queue: Part, send: Send) -> Send:
    """Send an answer once what the request changed at the queue is on the disk: a ticket that was given out is never lost."""
    before = queue.revision

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start" and queue.revision != before:
            await data.saved()
        await send(message)

    return sending


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
