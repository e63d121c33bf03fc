"""A Virtual Ticket server in the test's own process, at a Monday noon in Lisbon that a test may move."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.virtual_ticket.app import Branches, create
from sandbox.virtual_ticket.office import Office
from sandbox.virtual_ticket.office_model import Location, Service
from sandbox.virtual_ticket.town import read_town

MONDAY_NOON = 1_768_219_200.0
"""2026-01-12 12:00:00 in Lisbon and London, 11:00 in the Azores, 13:00 in Vigo."""
HOUR = 3600.0


class Hands:
    """Moves the clock of the tests."""

    def __init__(self) -> None:
        self.now = MONDAY_NOON

    def __call__(self) -> float:
        return self.now

    def pass_time(self, seconds: float) -> None:
        """Let that much time pass."""
        self.now += seconds


class Caller:
    """Somebody who uses the API: a client with a vt_token."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.token = ""

    async def asks(self, operation: str, status: int = 200, form: str = "json", **query: str) -> Any:
        """GET an operation, which must answer with that status; JSON is read."""
        answer = await self.http.get(f"/vt/api/{form}/{operation}", params=query, headers=self._headers())
        assert answer.status_code == status, answer.text
        return answer.json() if form == "json" else answer.text

    async def sends(self, operation: str, body: Any = None, status: int = 200, form: str = "json") -> Any:
        """POST to an operation, which must answer with that status; JSON is read."""
        answer = await self.http.post(f"/vt/api/{form}/{operation}", json=body, headers=self._headers())
        assert answer.status_code == status, answer.text
        return answer.json() if form == "json" else answer.text

    async def registers(self, username: str = "ana", **details: Any) -> None:
        """Become a customer with the password "secret" and keep the token."""
        body = {"username": username, "password": "secret", **details}
        self.token = (await self.sends("customer/register", body))["vt_token"]

    async def takes(self, place: Location, service: Service) -> Any:
        """Take a ticket and return it."""
        body = {"tickets": [{"master_id": place.id, "service_id": service.id}]}
        return (await self.sends("ticket/create", body))["ticket"]

    async def refusal(self, operation: str, body: Any) -> int:
        """POST and return the errno of the refusal, which travels with status 200."""
        answer = await self.sends(operation, body)
        assert answer["success"] is False
        assert answer["message"]
        return int(answer["errno"])

    async def plays(self, act: str, status: int = 200, **order: Any) -> Any:
        """Work at a desk; the answer must have that status."""
        answer = await self.http.post(f"/play/desk/{act}", json=order)
        assert answer.status_code == status, answer.text
        return answer.json()

    def _headers(self) -> dict[str, str]:
        return {"vt_token": self.token} if self.token else {}


def place_named(office: Office, name: str) -> Location:
    """Return the demo town's location of that name."""
    return next(place for place in office.town.locations if place.name == name)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def office(hands: Hands) -> Office:
    """The demo town's office without any server around it."""
    return Office(read_town(), hands, seed=7)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def branches(hands: Hands, faults: Faults) -> Branches:
    """The whole server, in which nothing moves by itself."""
    return create(Clock(hands), faults, seed=7)


@pytest_asyncio.fixture
async def caller(branches: Branches) -> AsyncIterator[Caller]:
    """A client without a token."""
    transport = httpx.ASGITransport(Starlette(routes=branches.routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://queue.test") as http:
        yield Caller(http)


@pytest.fixture
def braga(branches: Branches) -> Location:
    """A location that never closes."""
    return place_named(branches.office, "Braga Central")
