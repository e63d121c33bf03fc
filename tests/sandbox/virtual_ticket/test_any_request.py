"""Whatever is sent, the API answers in its own words: a documented status, its own format, never a fault of the server."""

import asyncio
import json
from typing import Any

import httpx
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.virtual_ticket.app import create
from tests.sandbox.virtual_ticket.conftest import MONDAY_NOON

STATUSES = {200, 400, 401, 404, 405, 413, 415}
BRANCHES = create(Clock(lambda: MONDAY_NOON), Faults())
PLACE = BRANCHES.office.town.locations[0]
TOKEN = BRANCHES.office.people.sign_in(BRANCHES.office.people.register({"username": "somebody"}, None))

operations = st.sampled_from(
    [
        *("customer/register", "customer/login", "customer/details", "customer/resetpassword", "customer/newpassword"),
        *("locations/get", "server_services/get", "customer/tickets", "customer/tickets/7", "ticket/create"),
        *("ticket/cancel", "settings/get", "nothing", "customer//", "ticket/create/1"),
    ]
)
names = st.sampled_from(
    [
        *("oauth_provider", "oauth_token", "username", "password", "customer_attribute", "email", "vt", "token"),
        *("repeat_password", "tickets", "ticket", "master_id", "service_id", "ticket_warning", "vt_token"),
    ]
)
known = st.sampled_from([PLACE.id, PLACE.services[0].id, TOKEN, "google", "null", ""])
values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | known,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | st.text(max_size=4), inner, max_size=5),
    max_leaves=12,
)
bodies = st.dictionaries(names, values, max_size=6) | values
contents = st.one_of(bodies.map(lambda body: json.dumps(body).encode()), st.binary(max_size=40))
queries = st.dictionaries(
    st.sampled_from(["region", "city", "coordinates", "location_id", "server_service_id", "email", "vt_token"]),
    known | st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.just("41.5,-8.4"),
    max_size=3,
)


async def ask(method: str, path: str, options: dict[str, Any]) -> httpx.Response:
    """Send one request; an exception of the server comes out here."""
    transport = httpx.ASGITransport(Starlette(routes=BRANCHES.routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://queue.test") as http:
        return await http.request(method, path, **options)


@settings(max_examples=250, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "POST", "PUT"]),
    form=st.sampled_from(["json", "xml", "JSON", "yaml", "%0A"]),
    operation=operations,
    query=queries,
    content=contents,
    media_type=st.sampled_from(["application/json", "application/json; charset=utf-8", "text/plain", ""]),
    signed=st.booleans(),
)
def test_any_request(
    method: str, form: str, operation: str, query: dict[str, str], content: bytes, media_type: str, signed: bool
) -> None:
    headers = {"content-type": media_type} | ({"vt_token": TOKEN} if signed else {})
    options = {"params": query, "content": content, "headers": headers}
    answer = asyncio.run(ask(method, f"/vt/api/{form}/{operation}", options))
    assert answer.status_code in STATUSES
    if form == "xml":
        assert answer.headers["content-type"] == "application/xml"
        assert fromstring(answer.content).tag == "response"
    else:
        assert answer.headers["content-type"] == "application/json"
        told = answer.json()
        assert answer.status_code == 200 or (told["success"] is False and told["errno"])
