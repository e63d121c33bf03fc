"""The Virtual Ticket API over HTTP: finds the operation, reads the request, and answers in the format of the path, refusals included."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.virtual_ticket.asked import read_request
from sandbox.virtual_ticket.formats import WRITERS
from sandbox.virtual_ticket.operations import Operation
from sandbox.virtual_ticket.refusals import Errno, Refusal


def operation_of(scope: Scope) -> str:
    """Name the operation a request is for, without format and id, as faults and counts know it; "" where the path has none."""
    return "/".join(_parts(scope)[1:3])


class Api:
    """An ASGI application to be mounted at BASE_URI."""

    def __init__(self, operations: Mapping[str, Operation], before: Callable[[], None]) -> None:
        """`before` runs ahead of every request, so that the office knows what time it is."""
        self._operations = operations
        self._before = before

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        await (await self._answer(request))(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        parts = _parts(request.scope)
        known = parts[0].lower() in WRITERS
        media_type, write = WRITERS[parts[0].lower() if known else "json"]
        headers = {"Cache-Control": "no-store"}
        try:
            operation, item = self._find(known, parts[1:])
            headers["Allow"] = ", ".join(operation.methods())
            answer, status = await self._carried_out(operation, item, request), 200
        except Refusal as refusal:
            answer, status = {"success": False, "errno": int(refusal.errno), "message": refusal.message}, refusal.status
            if status == 401:
                headers["WWW-Authenticate"] = "Bearer"
        return Response(write(answer), status, headers, media_type)

    async def _carried_out(self, operation: Operation, item: str | None, request: Request) -> dict[str, Any]:
        if request.method not in operation.methods():
            raise Refusal(Errno.METHOD)
        self._before()
        return await operation.answer(await read_request(request, item, operation.query, operation.fields))

    def _find(self, known_format: bool, parts: list[str]) -> tuple[Operation, str | None]:
        if not known_format:
            raise Refusal(Errno.FORMAT)
        operation = self._operations.get("/".join(parts[:2]))
        if operation is None or len(parts) > 2 + operation.takes_item:
            raise Refusal(Errno.OPERATION)
        return operation, parts[2] if len(parts) > 2 else None


def _parts(scope: Scope) -> list[str]:
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return path.strip("/").split("/")
