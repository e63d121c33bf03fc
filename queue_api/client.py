"""The client of a Virtual Ticket server: `tickets.ports.QueueServer` over an httpx client that its owner closes.

One total deadline a call, a size cap an operation, no redirects; repeated only where repeating is harmless.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import httpx

from queue_api.settings import QueueSettings
from queue_api.transport import USER_AGENT, keep_queries_out_of_logs, timeouts
from queue_api.wire import answers, requests
from queue_api.wire.addressing import addressed
from queue_api.wire.requests import Request
from queue_api.wire.verdict import Answer, passing
from tickets.errors import ServerNonsense, ServerUnavailable, TokenRefused
from tickets.model import Credentials, Customer, Location, Registration, ServerService, Ticket

T = TypeVar("T")

__all__ = ["QueueSettings", "VirtualTicket"]

ATTEMPTS = 3
"""For what may be repeated."""
FIRST_PAUSE = 0.2
"""Seconds before the second attempt, doubled before each further one and jittered down to half."""
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
"""What httpx raises before anything of the request is written; every other fault leaves open what happened."""
LARGE = 64_000
"""Bytes from which an answer is read in a thread: one of a megabyte takes long enough to make everybody else wait."""


class VirtualTicket:
    """The Virtual Ticket API. Every call raises `QueueServerError`s only, and none of them holds a secret."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        settings: QueueSettings,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`client` stays the caller's, best one of `transport.open_client`; `pause` waits between two attempts."""
        self._client = client
        self._settings = settings
        self._pause = pause
        keep_queries_out_of_logs()

    async def register(self, registration: Registration) -> str:
        """Register: answers the vt_token."""
        request = requests.register(registration)
        return answers.vt_token(request, await self.exchange(request))

    async def login(self, credentials: Credentials, attributes: Mapping[str, str | int] | None = None) -> str:
        """Login / Update customer: answers the vt_token; `attributes` is customer_attribute."""
        request = requests.login(credentials, attributes)
        return answers.vt_token(request, await self.exchange(request))

    async def update(self, vt_token: str, attributes: Mapping[str, str | int]) -> str:
        """Login / Update customer by vt_token alone: answers the vt_token to use from now on."""
        request = requests.update(vt_token, attributes)
        return answers.optional_token(request, await self.exchange(request)) or vt_token

    async def details(self, vt_token: str) -> Customer:
        """Customer details."""
        request = requests.details(vt_token)
        return answers.details(request, await self.exchange(request))

    async def reset_password(self, email: str) -> bool:
        """Customer reset password."""
        request = requests.reset_password(email)
        return answers.yes(request, await self.exchange(request))

    async def new_password(self, token: str, password: str, *, vt: bool) -> str | None:
        """Customer new password: answers a vt_token where `vt` asked for one."""
        request = requests.new_password(token, password, vt=vt)
        return answers.optional_token(request, await self.exchange(request))

    async def locations(
        self, *, region: str = "", city: str = "", coordinates: str = "", location_id: str = ""
    ) -> tuple[Location, ...]:
        """List locations, or the one specific location, which is looked for here too where the server tells more."""
        request = requests.locations(region, city, coordinates, location_id)
        found = await self._read(request, answers.all_locations)
        return tuple(one for one in found if one.id == location_id) if location_id else found

    async def services(self, *, server_service_id: str = "", location_id: str = "") -> tuple[ServerService, ...]:
        """Services."""
        return await self._read(requests.services(server_service_id, location_id), answers.all_services)

    async def tickets(self, vt_token: str) -> tuple[Ticket, ...]:
        """List all tickets of the customer."""
        states = self._settings.states
        return await self._read(
            requests.tickets(vt_token), lambda request, answer: answers.all_tickets(request, answer, states)
        )

    async def ticket(self, vt_token: str, ticket_id: str) -> Ticket | None:
        """A specific ticket; None where the server does not know it."""
        if ticket_id.strip(".") == "":
            # Such a path would ask for something else: the whole list, or what lies above it.
            return None
        request = requests.ticket(vt_token, ticket_id)
        return answers.one_ticket(request, await self.exchange(request), self._settings.states, ticket_id)

    async def create(self, vt_token: str, location_id: str, service_id: str) -> Ticket:
        """Create ticket. Never repeated."""
        request = requests.create(vt_token, location_id, service_id)
        return answers.created(request, await self.exchange(request), self._settings.states)

    async def cancel(self, vt_token: str, ticket_id: str) -> None:
        """Cancel ticket. Never repeated."""
        request = requests.cancel(vt_token, ticket_id)
        answers.done(request, await self.exchange(request))

    async def settings(self) -> Mapping[str, str]:
        """Settings: id -> value."""
        request = requests.server_settings()
        return answers.server_settings(request, await self.exchange(request))

    async def exchange(self, request: Request) -> Answer:
        """Send a request and take its whole answer, whatever that says, within one deadline.

        Raises `ServerUnavailable` where no complete answer came, `ServerNonsense` where it is too large, and `TokenRefused`
        for a vt_token that cannot travel.
        """
        token = request.vt_token
        if token is not None and not (token and token.isascii() and token.isprintable()):
            raise TokenRefused(request.operation, "not a token")
        try:
            async with asyncio.timeout(self._settings.timeout):
                return await self._attempts(request)
        except TimeoutError:
            raise ServerUnavailable(request.operation, "no answer in time", may_have_happened=True) from None

    async def _attempts(self, request: Request) -> Answer:
        """One attempt, or several where the request is repeatable and what went wrong may pass."""
        begun = False
        for attempt in range(ATTEMPTS if request.repeatable else 1):
            if attempt:
                await self._pause(FIRST_PAUSE * 2 ** (attempt - 1) * random.uniform(0.5, 1.0))
            answer, fault = None, ""
            try:
                answer = await self._attempt(request)
            except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
                # The error itself is left behind: its request knows the vt_token.
                begun, fault = begun or not isinstance(error, NEVER_SENT), type(error).__name__
            if answer is not None and not passing(answer):
                return answer
        if answer is not None:
            return answer
        raise ServerUnavailable(request.operation, fault, may_have_happened=begun)

    async def _attempt(self, request: Request) -> Answer:
        """One attempt. The request is built by hand, so that no cookie of an earlier answer goes with it."""
        wire = addressed(request, self._settings)
        sent = httpx.Request(
            wire.method,
            wire.url,
            headers={"User-Agent": USER_AGENT, **wire.headers},
            content=wire.content,
            extensions={"timeout": timeouts(self._settings.timeout).as_dict()},
        )
        response = await self._client.send(sent, stream=True, follow_redirects=False, auth=None)
        try:
            body = await _body(response, request, self._settings.max_bytes)
        finally:
            await response.aclose()
        return Answer(response.status_code, dict(response.headers), body)

    async def _read(self, request: Request, reader: Callable[[Request, Answer], T]) -> T:
        """Exchange and read; a large answer is read beside the event loop."""
        answer = await self.exchange(request)
        if len(answer.body) < LARGE:
            return reader(request, answer)
        return await asyncio.to_thread(reader, request, answer)


async def _body(response: httpx.Response, request: Request, most: int) -> bytes:
    """The body as it came over the wire, given up at the first byte too many."""
    allowed = min(most, request.most_bytes or most)
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > allowed:
            raise ServerNonsense(request.operation, "body", f"larger than {allowed} bytes")
    return bytes(body)
