"""The sign-in page's way to us: initData buys a pass, once, and the pass lets the page sign in, register or renew a password.

Answers are JSON: `{"error": code}` with a fitting status, where the page has a sentence for each code. No password is logged or kept.
"""

import asyncio
import contextlib
import ipaddress
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.context import Services
from bot.transport import bounded
from bot.views import page, refusals
from bot.web.init_data import Invalid, validate
from bot.web.page import PAGE
from tickets.acting import Actor
from tickets.conversation import LEAVING, Passed, digest
from tickets.errors import (
    DatabaseUnavailable,
    QueueServerError,
    Refused,
    TicketError,
    TicketsAtStake,
    TokenRefused,
    TooManyTries,
)
from tickets.model import Credentials, Registration

MOST_BYTES = 64 * 1024
SLOWEST = 10.0
"""Seconds a body may take to arrive."""
PASS = "page"  # noqa: S105 -- what the pass is for
LIFETIME = 1800.0
"""Seconds in which a form wants to be filled in."""
SHORTEST, LONGEST = 8, 200
"""Characters of a new password, and of any field."""
log = structlog.get_logger(__name__)

SignedIn = Callable[[Actor], Awaitable[None]]
"""Tells the chat that its person is signed in now."""


class Wrong(Exception):
    """What was posted cannot be done: a status and the page's code for it."""

    def __init__(self, status: int, code: str) -> None:
        """`code` is a key of the page's errors."""
        super().__init__(code)
        self.status = status
        self.code = code


class Posted(dict[str, str]):
    """The fields of one post, and the network it came from; empty where a proxy hides that."""

    network: str = ""


@dataclass(frozen=True, slots=True)
class SignIn:
    """The routes that the page posts to."""

    services: Services
    bot_token: str
    signed_in: SignedIn
    headers: Mapping[str, str]

    def routes(self) -> list[Route]:
        """One for each intention."""
        posts = {
            "open": self._open,
            "sign_in": self._sign_in,
            "register": self._register,
            "forgot": self._forgot,
            "renew": self._renew,
        }
        return [Route(f"{PAGE}/{name}", self._door(take), methods=["POST"]) for name, take in posts.items()]

    def _door(self, take: Callable[[Posted], Awaitable[Mapping[str, Any]]]) -> Any:
        async def door(request: Request) -> Response:
            try:
                answer = await take(await _told(request))
            except (Wrong, TicketError) as error:
                wrong = error if isinstance(error, Wrong) else _wrong(error)
                log.info("page", path=request.url.path, status=wrong.status, code=wrong.code)
                return JSONResponse({"error": wrong.code}, wrong.status, headers=self.headers)
            except Exception as error:
                # The last resort: what nobody foresaw says nothing of itself, and carries the same headers.
                log.exception("incident", path=request.url.path, reason=type(error).__name__)
                return JSONResponse({"error": "unknown"}, 500, headers=self.headers)
            return JSONResponse(dict(answer), headers=self.headers)

        return door

    async def _open(self, told: Mapping[str, str]) -> Mapping[str, Any]:
        """initData, good once, for a pass that lasts as long as people need for a form."""
        try:
            data = validate(told.get("initData", ""), self.bot_token, self.services.now())
        except Invalid as error:
            log.info("initData refused", reason=str(error))
            raise Wrong(403, "expired") from None
        if not await self.services.passes.first(f"init_data:{digest(data.hash)}"):
            raise Wrong(403, "expired")
        actor = Actor(data.user_id, data.user_id)
        await self.services.people.meet(actor, data.language_code)
        token = await self.services.passes.issue(actor, PASS, LIFETIME)
        # What a letter's link brought to the chat, so that the page need not be told by its address.
        code = (await self.services.conversation.step(actor)).data.get("code", "")
        return {"pass": token, "code": code}

    async def _sign_in(self, told: Mapping[str, str]) -> Mapping[str, Any]:
        passed = await self._passed(told)
        username, password = _required(told, "username", "password")
        try:
            leave = LEAVING in (await self.services.conversation.step(passed.actor)).data
            await self.services.session.with_password(passed.actor, username, password, leave=leave)
        except (Refused, TokenRefused):
            raise Wrong(403, "credentials") from None
        return await self._done(told, passed.actor)

    async def _register(self, told: Mapping[str, str]) -> Mapping[str, Any]:
        passed = await self._passed(told)
        username, password = _required(told, "username", "password")
        _strong(password)
        registration = Registration(
            Credentials(username, password),
            email=told.get("email", "").strip(),
            phone=told.get("phone", "").strip(),
            first_name=told.get("first_name", "").strip(),
            last_name=told.get("last_name", "").strip(),
        )
        await self.services.profile.register(passed.actor, registration)
        return await self._done(told, passed.actor)

    async def _forgot(self, told: Mapping[str, str]) -> Mapping[str, Any]:
        passed = await self._passed(told)
        (email,) = _required(told, "email")
        await self.services.profile.forgot(passed.actor, email)
        # The code that a link brought is of an earlier letter: the page does not fill it in again.
        step = await self.services.conversation.step(passed.actor)
        if "code" in step.data:
            await self.services.conversation.go(passed.actor, "", {"code": ""})
        return {"done": False}

    async def _renew(self, told: Posted) -> Mapping[str, Any]:
        """With a pass the chat is signed in too; without one, as from a letter in a browser, only the password is set."""
        token, password = _required(told, "token", "password")
        _strong(password)
        passed = await self._passed(told) if told.get("pass") else None
        try:
            if passed is None:
                # Where the network is not known, one code in 256 shares its limit: flooding all of them takes that much more.
                await self.services.profile.renew_elsewhere(token, password, told.network or digest(token)[:2])
                return {"done": False}
            account = await self.services.profile.renew(passed.actor, token, password)
        except (Refused, TokenRefused) as error:
            lapsed = isinstance(error, Refused) and error.errno == refusals.CODE_LAPSED
            raise Wrong(409, "lapsed" if lapsed else "code") from None
        return await self._done(told, passed.actor) if account is not None else {"done": False}

    async def _passed(self, told: Mapping[str, str]) -> Passed:
        passed = await self.services.passes.look(PASS, told.get("pass", ""))
        if passed is None:
            raise Wrong(403, "expired")
        return passed

    async def _done(self, told: Mapping[str, str], actor: Actor) -> Mapping[str, Any]:
        """Use the pass up and tell the chat. Of two that got here at one moment only the first is told of."""
        if await self.services.passes.redeem(PASS, told.get("pass", "")) is not None:
            await self.signed_in(actor)
        elif not await self.services.people.known(actor):
            # Everything was deleted while the queue server was asked, the pass too: what came of it is not kept either.
            await self.services.session.sign_out(actor)
            raise Wrong(403, "expired")
        return {"done": True}


async def _told(request: Request) -> Posted:
    """The body as an object of texts. `Wrong` for another kind, for too much of it, and for one that trickles in."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Wrong(415, "unknown")
    try:
        async with asyncio.timeout(SLOWEST):
            body = await bounded(request.stream(), MOST_BYTES)
    except TimeoutError:
        raise Wrong(408, "offline") from None
    if body is None:
        raise Wrong(413, "unknown")
    try:
        told = json.loads(body, object_pairs_hook=_once_each)
        # Half of a surrogate pair may stand in JSON, and in no text that can be hashed, kept or sent on.
        json.dumps(told, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Wrong(400, "unknown") from None
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise Wrong(400, "unknown")
    posted = Posted(told)
    posted.network = _network(request)
    return posted


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The fields; two of one name might be read one way here and another way elsewhere."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field stands twice")
    return fields


def _network(request: Request) -> str:
    """The caller's address, of the sixth version the half that a house has; one that only a proxy of ours can have says nothing."""
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(request.client.host if request.client is not None else "")
        if address.is_global:
            return str(ipaddress.ip_network((address, 64 if address.version == 6 else 32), strict=False))
    return ""


def _required(told: Mapping[str, str], *names: str) -> list[str]:
    """The fields, of which a password is taken as it is; `Wrong` where one is missing or too long."""
    values = [told.get(name, "") if name == "password" else told.get(name, "").strip() for name in names]
    if not all(values) or any(len(value) > LONGEST for value in told.values()):
        raise Wrong(422, "fields")
    return values


def _strong(password: str) -> None:
    if len(password) < SHORTEST:
        raise Wrong(422, "fields")


def _wrong(error: TicketError) -> Wrong:
    """What an error of the rules is to a browser."""
    if isinstance(error, TooManyTries):
        return Wrong(429, "too_many")
    if isinstance(error, TicketsAtStake):
        return Wrong(409, "tickets")
    if isinstance(error, Refused):
        return Wrong(409, page.REFUSED.get(error.errno or 0, "refused"))
    if isinstance(error, TokenRefused):
        return Wrong(409, "refused")
    if isinstance(error, QueueServerError | DatabaseUnavailable):
        return Wrong(503, "away")
    return Wrong(500, "unknown")
