"""The web side as a Starlette application: Telegram's webhook, /healthz and /readyz; metrics stand apart, on their own address."""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.intake import Intake
from bot.transport import bounded
from bot.web.headers import Guarded, bare_headers
from tickets.errors import DatabaseUnavailable

HOOK = "/telegram"
"""The webhook's path; what guards it is the secret header, not the path."""
MOST_BYTES = 1_000_000
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 -- the header's name
log = structlog.get_logger(__name__)

Health = Callable[[], Awaitable[Mapping[str, str]]]
"""Name of a fault -> what is wrong; empty when all is well."""


class Hook:
    """Takes updates from Telegram: secret first, size next, then the inbox, then 200."""

    def __init__(self, intake: Intake, secret: str) -> None:
        """`secret`: what we told setWebhook."""
        self._intake = intake
        self._secret = secret.encode()

    async def __call__(self, request: Request) -> Response:
        """200 only after the commit; anything else makes Telegram try again."""
        told = request.headers.getlist(SECRET_HEADER)
        if len(told) != 1 or not hmac.compare_digest(told[0].encode(), self._secret):
            return _say(403, "forbidden")
        body = await bounded(request.stream(), MOST_BYTES)
        if body is None:
            return _say(413, "too large")
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return _say(400, "not JSON")
        if not isinstance(update, dict):
            return _say(400, "not an update")
        try:
            await self._intake.accept([update])
        except DatabaseUnavailable:
            return _say(503, "try again")
        return _say(200, "ok")


def _say(status: int, words: str) -> Response:
    return PlainTextResponse(words, status)


def pages(
    hook: Hook | None, health: Health, extra: list[Route] | None = None, guards: Mapping[str, str] | None = None
) -> Starlette:
    """The application; without a hook there is no webhook route. `guards`: headers of answers that bring none of their own."""

    async def healthz(_: Request) -> Response:
        """The process lives."""
        return _say(200, "ok")

    async def readyz(_: Request) -> Response:
        """200 when it can do its work; 503 with what is wrong."""
        wrong = await health()
        return JSONResponse({"ready": not wrong, "wrong": dict(wrong)}, 503 if wrong else 200)

    routes = [Route("/healthz", healthz, methods=["GET"]), Route("/readyz", readyz, methods=["GET"]), *(extra or [])]
    if hook is not None:
        routes.append(Route(HOOK, hook.__call__, methods=["POST"]))
    return Guarded(routes, guards or bare_headers())


def metrics_page(render: Callable[[], Awaitable[bytes]]) -> Starlette:
    """/metrics in Prometheus' text format."""

    async def metrics(_: Request) -> Response:
        return Response(await render(), media_type="text/plain; version=0.0.4")

    return Guarded([Route("/metrics", metrics, methods=["GET"])], bare_headers())


def describe(application: Starlette) -> list[tuple[str, Any]]:
    """Path and methods of every route, for the test that knows them all."""
    return [(route.path, route.methods) for route in application.routes if isinstance(route, Route)]
