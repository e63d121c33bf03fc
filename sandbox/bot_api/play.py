"""The playful side of the Bot API server: HTTP routes by which a page or a test plays the people, and sees what they see."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from typing import Any

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.bot_api.acts import Impossible, NotShown
from sandbox.bot_api.orders import ACTS, Act, Order
from sandbox.bot_api.trees import TreeError, read_tree
from sandbox.bot_api.world import World
from sandbox.bot_api.world_feed import END, Reader
from sandbox.bot_api.world_people import Chat

Json = dict[str, Any]
_PING_SECONDS = 15


class PlayRoutes:
    """The /play routes of the Telegram side."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[BaseRoute]:
        """Return the routes, one a thing that people do and one a thing that they see."""
        return [
            *(Route(f"/play/{name}", self._acting(act), methods=["POST"]) for name, act in ACTS.items()),
            Route("/play/messages", self._messages),
            Route("/play/calls", self._calls),
            Route("/play/events", self._events),
            Route("/play/people", self._people),
            Route("/play/file/{file_id}", self._file),
        ]

    def _acting(self, act: Act) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            try:
                answer = act(self._world, Order(read_tree(await request.body() or b"{}")))
            except NotShown as error:
                return JSONResponse({"error": str(error)}, 409)
            except Impossible as error:
                return JSONResponse({"error": str(error)}, 400)
            except TreeError:
                return JSONResponse({"error": "the body must be JSON"}, 400)
            self._world.touch()
            return JSONResponse(answer)

        return endpoint

    async def _messages(self, request: Request) -> Response:
        chat_id = _number(request, "chat_id")
        if chat_id is None:
            return JSONResponse({"error": "chat_id must be an integer"}, 400)
        chat = self._world.chats.get(chat_id)
        empty: Json = {"messages": [], "keyboard": None, "pinned": []}
        return JSONResponse(self._world.messages_view(chat) if chat else empty)

    async def _calls(self, request: Request) -> Response:
        """Tell the calls since a moment; with `answers=1` also what was answered to each."""
        since = _number(request, "since", float) or 0.0
        told = _with_answer if request.query_params.get("answers") == "1" else _without_answer
        return JSONResponse({"calls": [told(call) for call in self._world.calls if call["at"] > since]})

    async def _events(self, request: Request) -> Response:
        chat_id = _number(request, "chat_id")
        if chat_id is None:
            return JSONResponse({"error": "chat_id must be an integer"}, 400)
        viewer = _number(request, "as") or 0
        return EventSourceResponse(_stream(self._world, chat_id, viewer), ping=_PING_SECONDS)

    async def _people(self, _: Request) -> Response:
        private = [chat for chat in self._world.chats.values() if chat.private]
        groups = [chat for chat in self._world.chats.values() if not chat.private]
        listed = [
            {
                **asdict(self._world.person(chat.id)),
                "blocked": chat.bot_status == "kicked",
                "last_message": _last(chat),
            }
            for chat in private
        ]
        shown = [
            {**self._world.chat_object(chat), "members": chat.members, "last_message": _last(chat)}
            for chat in groups
            if not chat.migrated_to
        ]
        return JSONResponse({"people": listed, "groups": shown})

    async def _file(self, request: Request) -> Response:
        found = self._world.files.get(request.path_params["file_id"])
        if found is None:
            return JSONResponse({"error": "no such file"}, 404)
        # Only pictures are shown in place: a page somebody sends must not run beside the chat.
        shown = "inline" if found.width else "attachment"
        return Response(found.content, media_type=found.mime, headers={"Content-Disposition": shown})


def _number(request: Request, name: str, kind: Callable[[str], Any] = int) -> Any:
    try:
        return kind(request.query_params[name])
    except (KeyError, ValueError):
        return None


def _without_answer(call: Json) -> Json:
    return {name: value for name, value in call.items() if name != "answer"}


def _with_answer(call: Json) -> Json:
    return {**call, "answer": json.loads(call["answer"]) if "answer" in call else None}


def _last(chat: Chat) -> Json | None:
    return next(reversed(chat.messages.values()), None)


async def _stream(world: World, chat_id: int, viewer: int) -> AsyncIterator[Json]:
    """Yield a snapshot and then every event of a chat; a reader that fell behind gets a fresh snapshot."""
    reader: Reader = world.feed.watch(chat_id)
    try:
        yield {"event": "snapshot", "data": _snapshot(world, chat_id, viewer)}
        while (event := await reader.next()) != END:
            name, data = event
            yield {"event": name, "data": data or _snapshot(world, chat_id, viewer)}
    finally:
        world.feed.leave(chat_id, reader)


def _snapshot(world: World, chat_id: int, viewer: int) -> str:
    chat = world.chats.get(chat_id) or (world.private_chat(chat_id) if chat_id > 0 else None)
    return json.dumps(world.snapshot(chat, viewer) if chat else {"messages": []}, ensure_ascii=False)
