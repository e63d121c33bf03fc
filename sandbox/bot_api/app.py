"""The Bot API server: its routes, how a call is answered, and the object by which the sandbox composes it with its neighbour."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive

from sandbox.bot_api import errors
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.methods.intake import get_updates
from sandbox.bot_api.methods.table import carry_out
from sandbox.bot_api.parameters import Parameters
from sandbox.bot_api.play import PlayRoutes
from sandbox.bot_api.transport import failure, granted, read_parameters, refused, success
from sandbox.bot_api.webhook import Courier
from sandbox.bot_api.world import World
from sandbox.bot_api.world_updates import Updates
from sandbox.clock import Clock
from sandbox.faults import Faults

Json = dict[str, Any]
_SECRETS = ("secret_token",)
_PAGE = Path(__file__).parent / "page"
_TOKEN = re.compile(r"(\d+):[A-Za-z0-9_-]{30,}")
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


class Telegram:
    """The sandbox's Telegram: routes for the composition, state for the data file, and the courier that runs beside."""

    def __init__(self, clock: Clock, faults: Faults, seed: int) -> None:
        self.world = World(clock, seed)
        self._faults = faults
        self._courier = Courier(self.world, self.carry_out)
        api = "/bot{token}/{method:path}"
        self.routes: list[BaseRoute] = [
            *PlayRoutes(self.world).routes(),
            Route(api, self._call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download),
            Route("/", _page),
            Route("/page/{path:path}", _page),
        ]

    @property
    def revision(self) -> int:
        """Return a number that grows with every change worth keeping."""
        return self.world.revision

    def dump(self) -> Json:
        """Return the state for the data file."""
        return self.world.dump()

    def load(self, tree: Json) -> None:
        """Take the state of the data file; KeyError, TypeError or ValueError where it is none of ours."""
        self.world.load(tree)

    def reset(self) -> None:
        """Forget everything."""
        self.world.reset()

    def release(self) -> None:
        """Let go of everybody who waits for news, so that the server can end."""
        self.world.updates.close()
        self.world.feed.end()

    async def run(self) -> None:
        """Deliver updates to the webhook until cancelled, and hold back those who poll without a pause."""
        self.world.updates.patient = True
        try:
            await self._courier.run()
        finally:
            self.world.updates.patient = False

    async def _call(self, request: Request) -> Response:
        """Answer one call of a bot, spoilt where a fault was planned for it."""
        if not self._admit(request.path_params["token"]):
            return failure(Refusal(errors.BAD_TOKEN))
        method = request.path_params["method"].strip("/")
        try:
            parameters = await read_parameters(request)
        except Refusal as refusal:
            return failure(refusal)
        chat_id = parameters.integer("chat_id") or None
        # Faults are looked up here and not around the app, since only a read request names its chat.
        fault = self._faults.take("telegram", method, chat_id)
        if fault is None:
            return await self._answer(method, parameters, request.receive)
        if fault.apply == "before" and fault.kind != "slow":
            self._record(method, parameters, fault.kind)
        if fault.kind in errors.FAULTS:
            if fault.apply == "after":
                await self._answer(method, parameters, request.receive)
            return failure(Refusal(errors.FAULTS[fault.kind]))
        return self._faults.strike(fault, lambda: self._answer(method, parameters, request.receive))

    def _admit(self, token: str) -> bool:
        """Let any well-formed token in: the one world's bot is whoever asks."""
        match = _TOKEN.fullmatch(token)
        if match is None:
            return False
        bot = self.world.bot
        if bot.token != token:
            bot.token, bot.id = token, int(match.group(1))
            self.world.tell_bot()
        return True

    async def _answer(self, method: str, parameters: Parameters, receive: Receive) -> Response:
        """Carry a call out, record it, and frame its result or its refusal."""
        try:
            if method.lower() == "getupdates":
                result: Any = await _polled(self.world, parameters, receive)
            else:
                result = self.carry_out(method, parameters)
        except Refusal as refusal:
            if method.lower() == "getupdates":
                self._record(method, parameters, refusal.code, refused(refusal))
            return failure(refusal)
        if method.lower() == "getupdates":
            # What people wrote is gone once the bot deletes it, a password first of all, so no record keeps it.
            self._record(method, parameters, 200)
        return success(result)

    def carry_out(self, method: str, parameters: Parameters) -> Any:
        """Carry out and record a call, whether it came over HTTP or in a webhook's reply."""
        try:
            result = carry_out(self.world, method, parameters)
        except Refusal as refusal:
            self._record(method, parameters, refusal.code, refused(refusal))
            raise
        self._record(method, parameters, 200, granted(result))
        return result

    def _record(self, method: str, parameters: Parameters, status: int | str, answer: Json | None = None) -> None:
        """Keep a call for GET /play/calls, with the words of a refusal and the whole answer as JSON text.

        The status of one that was never executed is the name of its fault.
        """
        values = {name: _tree(parameters, name) for name in parameters.values if name not in _SECRETS}
        values |= {name: "(kept secret)" for name in parameters.values if name in _SECRETS}
        files = {name: {"file_name": file.name, "size": len(file.content)} for name, file in parameters.files.items()}
        call = {
            "at": self.world.clock.now(),
            "method": method,
            "chat_id": parameters.integer("chat_id") or None,
            "parameters": {**values, **files},
            "status": status,
            **({"description": answer["description"]} if answer and status != 200 else {}),
            # As text, because what is answered may change afterwards.
            **({"answer": json.dumps(answer, ensure_ascii=False)} if answer else {}),
        }
        self.world.calls.append(call)

    async def _download(self, request: Request) -> Response:
        """Serve a file to a bot."""
        file = self.world.files.at(request.path_params["path"])
        if not self._admit(request.path_params["token"]) or file is None:
            return failure(Refusal(errors.BAD_TOKEN))
        return Response(file.content, media_type="application/octet-stream")


def create(clock: Clock, faults: Faults, seed: int) -> Telegram:
    """Build the Bot API server."""
    return Telegram(clock, faults, seed)


def _tree(parameters: Parameters, name: str) -> Any:
    """Return a parameter as it was meant: objects and lists as trees, everything else as it was sent."""
    value = parameters.values[name]
    if not isinstance(value, str) or value[:1] not in ("{", "[") or name in ("text", "caption"):
        return value
    try:
        return parameters.tree(name)
    except Refusal:
        return value


async def _polled(world: World, parameters: Parameters, receive: Receive) -> Any:
    """Carry out getUpdates; a client that hangs up releases its held poll."""
    outcome: Any = None
    async with asyncio.TaskGroup() as group:
        watcher = group.create_task(_until_gone(world.updates, receive))
        try:
            outcome = await get_updates(world, parameters)
        except Refusal as refusal:
            # Inside the group it would come out wrapped, so it is handed over by hand.
            outcome = refusal
        watcher.cancel()
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


async def _until_gone(updates: Updates, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    updates.end_poll(None)


async def _page(request: Request) -> Response:
    """Serve the chat page's files, never from a cache: they belong to the running server."""
    # Resolved before it is compared, so that no dots lead out of the folder.
    path = (_PAGE / (request.path_params.get("path") or "index.html")).resolve()
    if not path.is_relative_to(_PAGE) or not path.is_file():
        return Response("Not Found", 404, media_type="text/plain")
    media = _TYPES.get(path.suffix, "application/octet-stream")
    return FileResponse(path, media_type=media, headers={"Cache-Control": "no-cache"})
