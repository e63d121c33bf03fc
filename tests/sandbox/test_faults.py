"""Planned faults, as clients meet them in-process and over a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sandbox.faults import Fault, Faults, note_connection, read_fault


class Counter:
    """A little server that counts what was really executed."""

    def __init__(self) -> None:
        self.executed = 0
        self.faults = Faults(hold=0.05, drip=0.001, bulk=1 << 18)
        app = Starlette(routes=[Route("/{operation:path}", self._execute, methods=["GET", "POST"])])
        self._app = self.faults.wrap(app, "queue", lambda scope: str(scope["path"]).strip("/"))

    async def _execute(self, request: Request) -> Response:
        self.executed += 1
        return JSONResponse({"ticket": (await request.body()).decode()}, 201, headers={"X-Answer": "whole"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        note_connection(scope, send)
        await self._app(scope, receive, send)

    def plan(self, kind: str, apply: str = "before", **more: Any) -> None:
        self.faults.plan(Fault("queue", kind, apply, **more))


@pytest.fixture
def counter() -> Counter:
    return Counter()


@asynccontextmanager
async def _inside(counter: Counter) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=counter), base_url="http://queue") as client:
        yield client


@asynccontextmanager
async def _outside(counter: Counter) -> AsyncIterator[httpx.AsyncClient]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(counter, log_level="error", timeout_graceful_shutdown=1, lifespan="off"))
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve(sockets=[listener]))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=5) as client:
            yield client
        server.should_exit = True
        await serving
    listener.close()


@pytest.fixture(params=[_inside, _outside], ids=["inside", "outside"])
async def client(counter: Counter, request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the counter, in this process and over a real socket."""
    async with request.param(counter) as client:
        yield client


BROKEN = {
    "timeout": (httpx.ReadTimeout, httpx.RemoteProtocolError),
    "reset": (httpx.ReadError,),
    "truncated": (httpx.RemoteProtocolError,),
}


@pytest.mark.parametrize("kind", list(BROKEN))
@pytest.mark.parametrize(("apply", "executed"), [("before", 0), ("after", 1)])
async def test_a_broken_connection(
    kind: str, apply: str, executed: int, counter: Counter, client: httpx.AsyncClient
) -> None:
    counter.plan(kind, apply)
    with pytest.raises(BROKEN[kind]):
        await client.post("/ticket/create", content=b"A042")
    assert counter.executed == executed
    assert (await client.post("/ticket/create")).status_code == 201


ANSWERS = [
    ("500", 500, "text/plain", b"Internal Server Error"),
    ("502", 502, "text/html", b"502 Bad Gateway"),
    ("html", 200, "text/html", b"<!DOCTYPE html>"),
    ("garbage", 200, "application/json", b"not what you asked for"),
]


@pytest.mark.parametrize(("kind", "status", "media", "body"), ANSWERS)
async def test_an_answer_that_is_wrong(
    kind: str, status: int, media: str, body: bytes, counter: Counter, client: httpx.AsyncClient
) -> None:
    counter.plan(kind, "after")
    answer = await client.get("/settings/get")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(media)
    assert body in answer.content
    assert counter.executed == 1


@pytest.mark.parametrize("apply", ["before", "after"])
async def test_a_slow_answer_comes_whole(apply: str, counter: Counter, client: httpx.AsyncClient) -> None:
    counter.plan("slow", apply)
    answer = await client.post("/x", content=b"A042")
    assert answer.status_code == 201
    assert answer.json() == {"ticket": "A042"}
    assert answer.headers["X-Answer"] == "whole"


async def test_a_huge_answer_is_as_big_as_it_is_told_to_be(counter: Counter, client: httpx.AsyncClient) -> None:
    counter.plan("huge")
    assert len((await client.get("/x")).content) > 1 << 18
    assert counter.executed == 0


async def test_a_fault_strikes_its_operation_as_often_as_ordered(counter: Counter, client: httpx.AsyncClient) -> None:
    counter.plan("500", operation="ticket/create", count=2)
    answers = [
        (await client.get(path)).status_code for path in ("/x", "/ticket/create", "/Ticket/Create", "/ticket/create")
    ]
    assert answers == [201, 500, 500, 201]


def test_a_fault_of_a_chat_leaves_the_others_alone() -> None:
    faults = Faults()
    faults.plan(Fault("telegram", "500", chat_id=7))
    assert faults.take("telegram", "sendMessage", 8) is None
    assert faults.take("queue", "sendMessage", 7) is None
    assert faults.take("telegram", "sendMessage", 7) is not None
    assert faults.take("telegram", "sendMessage", 7) is None


def test_a_reset_forgets_them() -> None:
    faults = Faults()
    faults.plan(Fault("telegram", "500"))
    faults.reset()
    assert faults.take("telegram", "getMe") is None


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({}, "target must be one of telegram, queue"),
        ({"target": "queue", "kind": "fire"}, "kind must be one of"),
        ({"target": "queue", "kind": "500", "apply": "never"}, "apply must be one of before, after"),
        ({"target": "queue", "kind": "500", "count": 0}, "count must be a positive integer"),
        ({"target": "queue", "kind": "500", "operation": 3}, "operation must be a string"),
        ({"target": "queue", "kind": "500", "chat_id": "3"}, "chat_id must be an integer"),
    ],
)
def test_an_order_that_is_wrong_is_named(order: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_fault(order)


def test_an_order_is_read() -> None:
    order = {"target": "telegram", "kind": 500, "apply": "after", "count": 3, "operation": "sendMessage", "chat_id": 5}
    assert read_fault(order) == Fault("telegram", "500", "after", 3, "sendMessage", 5)
