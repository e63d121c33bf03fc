"""The client against a server that was written from the seed alone: every operation, in JSON and XML, with every token transport."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette

from queue_api.client import VirtualTicket
from queue_api.settings import QueueSettings
from queue_api.transport import open_client
from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.virtual_ticket.app import create
from tickets.errors import Refused, ServerNonsense, ServerUnavailable, TokenRefused
from tickets.model import Credentials, Location, Phase, Registration, Service

NOON = 1_766_404_800.0
"""A Monday, in Unix seconds."""
ANA = Credentials("ana", "a long password")
SETTINGS = QueueSettings("http://queue.test/vt/api")


class Queue:
    """A server in this process, and a client for it in any settings."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.branches = create(Clock(lambda: NOON), self.faults, seed=1)
        self.pauses: list[float] = []
        app = Starlette(routes=self.branches.routes)
        self.http = open_client(SETTINGS, transport=httpx.ASGITransport(app=app))

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def client(self, settings: QueueSettings = SETTINGS) -> VirtualTicket:
        """A client that does not really pause."""
        return VirtualTicket(self.http, settings, pause=self._pause)

    async def play(self, what: str, **order: object) -> None:
        """Do something at the desk."""
        (await self.http.post(f"http://queue.test/play/desk/{what}", json=order)).raise_for_status()

    async def reset_token(self) -> str:
        """The token of the last e-mail."""
        email = (await self.http.get("http://queue.test/play/outbox")).json()[-1]
        return str(email["token"])


@pytest.fixture
async def queue() -> AsyncIterator[Queue]:
    """A fresh server."""
    made = Queue()
    yield made
    await made.http.aclose()


@pytest.fixture(params=["json", "xml"])
def client(queue: Queue, request: pytest.FixtureRequest) -> VirtualTicket:
    """A client in both formats."""
    return queue.client(replace(SETTINGS, format=request.param))


async def open_service(client: VirtualTicket) -> tuple[Location, Service]:
    """A service that gives tickets now."""
    for location in await client.locations():
        for service in location.services:
            if location.is_open and service.is_open is not False:
                return location, service
    raise AssertionError("the whole town is closed")


async def test_register_login_and_details(client: VirtualTicket) -> None:
    told = Registration(ANA, "ana@example.org", "+351 900", "Ana", "Árvore", "telegram:1")
    token = await client.register(told)
    assert token
    again = await client.login(ANA)
    customer = await client.details(again)
    assert (customer.username, customer.email, customer.phone) == ("ana", "ana@example.org", "+351 900")
    assert (customer.first_name, customer.last_name) == ("Ana", "Árvore")
    assert customer.push_notification_key == "telegram:1"
    assert customer.created is not None


async def test_login_as_update_with_and_without_credentials(client: VirtualTicket) -> None:
    token = await client.register(Registration(ANA))
    await client.login(ANA, {"preferred_language": "pt", "ticket_warning": 2})
    assert (await client.details(token)).preferred_language == "pt"
    kept = await client.update(token, {"ticket_warning": 5})
    assert (await client.details(kept)).ticket_warning == 5


async def test_wrong_password_and_wrong_token(client: VirtualTicket) -> None:
    await client.register(Registration(ANA))
    with pytest.raises(Refused) as refused:
        await client.login(Credentials("ana", "another password"))
    assert refused.value.errno
    with pytest.raises(TokenRefused):
        await client.details("no-such-token")
    with pytest.raises(TokenRefused):
        await client.tickets("no-such-token")


async def test_a_forgotten_password(queue: Queue, client: VirtualTicket) -> None:
    await client.register(Registration(ANA, "ana@example.org"))
    assert await client.reset_password("ana@example.org") is True
    mailed = await queue.reset_token()
    token = await client.new_password(mailed, "another password", vt=True)
    assert token
    assert (await client.details(token)).username == "ana"
    with pytest.raises(Refused):
        await client.new_password(mailed, "a third password", vt=False)


async def test_a_new_password_without_signing_in(queue: Queue, client: VirtualTicket) -> None:
    await client.register(Registration(ANA, "ana@example.org"))
    await client.reset_password("ana@example.org")
    assert await client.new_password(await queue.reset_token(), "another password", vt=False) is None
    assert await client.login(Credentials("ana", "another password"))


async def test_locations_all_filtered_and_one(client: VirtualTicket) -> None:
    everywhere = await client.locations()
    assert len(everywhere) >= 12
    assert all(one.rules.radius is not None and one.rules.notices.your_turn for one in everywhere)
    first = next(one for one in everywhere if one.coordinates and one.services)
    assert {one.city for one in await client.locations(city=first.city)} == {first.city}
    assert {one.region for one in await client.locations(region=first.region)} == {first.region}
    assert first.coordinates
    here = f"{first.coordinates.latitude},{first.coordinates.longitude}"
    assert (await client.locations(coordinates=here))[0].id == first.id
    assert await client.locations(location_id=first.id) == (first,)
    assert await client.locations(location_id="nowhere") == ()


async def test_services_all_of_one_kind_and_of_one_location(client: VirtualTicket) -> None:
    offered = await client.services()
    assert all(one.locations for one in offered)
    kind, place = offered[0], offered[0].locations[0]
    assert place.timezone
    assert [one.id for one in await client.services(server_service_id=kind.id)] == [kind.id]
    there = await client.services(location_id=place.id)
    assert {location.id for one in there for location in one.locations} == {place.id}
    assert all(service.issued is not None for one in offered for at in one.locations for service in at.services)


async def test_the_life_of_a_ticket(queue: Queue, client: VirtualTicket) -> None:
    token = await client.register(Registration(ANA))
    location, service = await open_service(client)
    taken = await client.create(token, location.id, service.id)
    assert (taken.phase, taken.location.id, taken.service.id) == (Phase.WAITING, location.id, service.id)
    assert taken.label
    assert taken.number > 0
    assert taken.created
    assert taken.ahead is not None
    assert [one.id for one in await client.tickets(token)] == [taken.id]
    await queue.play("call", location_id=location.id, service_id=service.id, ticket_id=taken.id, desk="3")
    called = await client.ticket(token, taken.id)
    assert called
    assert called.phase is Phase.CALLED
    assert called.called
    assert called.desk
    assert called.desk.tag == "3"
    await queue.play("end", location_id=location.id, ticket_id=taken.id)
    ended = await client.ticket(token, taken.id)
    assert ended
    assert ended.phase is Phase.ENDED
    assert ended.ended


async def test_cancelled_and_missed(queue: Queue, client: VirtualTicket) -> None:
    token = await client.register(Registration(ANA))
    location, service = await open_service(client)
    first = await client.create(token, location.id, service.id)
    await client.cancel(token, first.id)
    second = await client.create(token, location.id, service.id)
    await queue.play("call", location_id=location.id, service_id=service.id, ticket_id=second.id, desk="1")
    await queue.play("no_show", location_id=location.id, ticket_id=second.id)
    phases = {one.id: one.phase for one in await client.tickets(token)}
    assert phases == {first.id: Phase.CANCELLED, second.id: Phase.MISSED}
    with pytest.raises(Refused):
        await client.cancel(token, first.id)


async def test_refusals_and_strangers(client: VirtualTicket) -> None:
    token = await client.register(Registration(ANA))
    location, service = await open_service(client)
    await client.create(token, location.id, service.id)
    with pytest.raises(Refused) as refused:
        await client.create(token, location.id, service.id)
    assert refused.value.errno
    assert refused.value.message
    with pytest.raises(Refused):
        await client.create(token, location.id, "no-such-service")
    for stranger in ("no-such-ticket", "../../settings/get", "a/b?c#d", "%2f", "é", " "):
        assert await client.ticket(token, stranger) is None


async def test_settings(client: VirtualTicket) -> None:
    assert (await client.settings())["vt_max_radius"].isdigit()


@pytest.mark.parametrize("place", ["header", "query", "body", "bearer"])
async def test_every_way_a_token_travels(queue: Queue, place: str) -> None:
    client = queue.client(replace(SETTINGS, token_in=place))  # type: ignore[arg-type]  # a str of the four
    token = await client.register(Registration(ANA))
    assert (await client.details(token)).username == "ana"
    assert await client.tickets(token) == ()
    with pytest.raises(TokenRefused):
        await client.details("no-such-token")


@pytest.mark.parametrize("kind", ["timeout", "reset", "500", "502", "truncated", "garbage", "huge", "html"])
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_fault_around_create_leaves_open_what_happened(queue: Queue, kind: str, moment: str) -> None:
    client = queue.client()
    token = await client.register(Registration(ANA))
    location, service = await open_service(client)
    queue.faults.plan(Fault("queue", kind, moment, operation="ticket/create"))
    with pytest.raises((ServerUnavailable, ServerNonsense)) as caught:
        await client.create(token, location.id, service.id)
    assert caught.value.operation == "ticket/create"
    assert getattr(caught.value, "may_have_happened", True)
    assert len(await client.tickets(token)) == (moment == "after")


@pytest.mark.parametrize("kind", ["timeout", "reset", "502", "truncated"])
async def test_a_passing_fault_around_a_reading_is_not_noticed(queue: Queue, kind: str) -> None:
    client = queue.client()
    queue.faults.plan(Fault("queue", kind, "before", count=2))
    assert await client.locations()
    assert len(queue.pauses) == 2
