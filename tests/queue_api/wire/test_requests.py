"""The requests as the seed's examples have them, put to servers that want the token in different places."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_api.settings import QueueSettings
from queue_api.wire import requests
from queue_api.wire.addressing import addressed
from queue_api.wire.requests import Request
from tests.queue_api.recorded import SAMPLES
from tickets.model import Credentials, Registration

SECRET = "frewjng4-secret"
SETTINGS = QueueSettings("https://queue.test/vt/api/")
GOOGLE = Credentials(oauth_provider="google", oauth_token="rgfeojn")
NOBODY = {"oauth_provider": None, "oauth_token": None, "username": None, "password": None}
MASTER, SERVICE = "dcbb6b02-c5c3-4330-994d-1183ab785e0c", "0bfe6b8e-a216-475c-bc6f-7ffc8168d464"

PROVIDER = {**NOBODY, "oauth_provider": "google", "oauth_token": "rgfeojn"}
NEARBY = {"region": "Minho", "city": "São Tomás", "coordinates": "41.57,-8.42"}
WISH = {"tickets": [{"master_id": MASTER, "service_id": SERVICE}]}
CHOSEN = {"vt": True, "password": "pässword ", "repeat_password": "pässword ", "token": "t"}
CHANGED = {**NOBODY, "customer_attribute": {"ticket_warning": 3}}
TABLE: list[tuple[Request, str, str, dict[str, str], Any]] = [
    (requests.register(Registration(GOOGLE)), "POST", "customer/register", {}, PROVIDER),
    (requests.login(Credentials("u", "p")), "POST", "customer/login", {}, {**NOBODY, "username": "u", "password": "p"}),
    (requests.update(SECRET, {"ticket_warning": 3}), "POST", "customer/login", {}, CHANGED),
    (requests.details(SECRET), "POST", "customer/details", {}, {}),
    (requests.reset_password("a+b@c d"), "GET", "customer/resetpassword", {"email": "a+b@c d"}, None),
    (requests.new_password("t", "pässword ", vt=True), "POST", "customer/newpassword", {}, CHOSEN),
    (requests.locations(), "GET", "locations/get", {}, None),
    (requests.locations(**NEARBY), "GET", "locations/get", NEARBY, None),
    (requests.locations(location_id="x&y"), "GET", "locations/get", {"location_id": "x&y"}, None),
    (requests.services("k", "l"), "GET", "server_services/get", {"server_service_id": "k", "location_id": "l"}, None),
    (requests.tickets(SECRET), "GET", "customer/tickets", {}, None),
    (requests.ticket(SECRET, "a/../b"), "GET", "customer/tickets/a%2F..%2Fb", {}, None),
    (requests.create(SECRET, MASTER, SERVICE), "POST", "ticket/create", {}, WISH),
    (requests.cancel(SECRET, "TICKET_ID"), "POST", "ticket/cancel", {}, {"ticket": "TICKET_ID"}),
    (requests.server_settings(), "GET", "settings/get", {}, None),
]
SAFE = {"customer/details", "locations/get", "server_services/get", "customer/tickets", "settings/get"}


@pytest.mark.parametrize(
    ("request_", "method", "path", "query", "body"), TABLE, ids=lambda value: getattr(value, "operation", "")
)
def test_every_operation(request_: Request, method: str, path: str, query: dict[str, str], body: Any) -> None:
    wire = addressed(request_, SETTINGS)
    url = urlsplit(wire.url)
    assert (wire.method, f"{url.scheme}://{url.netloc}{url.path}") == (method, f"https://queue.test/vt/api/json/{path}")
    assert dict(parse_qsl(url.query, strict_parsing=bool(query))) == query
    assert json.loads(wire.content or b"null") == body
    assert wire.headers.get("vt_token") == request_.vt_token
    assert request_.repeatable == (request_.operation in SAFE)


@pytest.mark.parametrize(
    ("case", "request_"),
    [
        (
            "seed_register_request",
            requests.register(
                Registration(
                    replace(GOOGLE, username="customer1", password="aksjdhf879234"),
                    email="qbetter@qbetter.com",
                    phone="91626592",
                    first_name="Joaquim",
                    last_name="Gomes",
                )
            ),
        ),
        ("seed_login_request", requests.login(GOOGLE, {"name": "Joaquim"})),
        ("seed_new_password_request", requests.new_password("frewjng4", "frewjng4", vt=True)),
        ("seed_create_request", requests.create(SECRET, MASTER, SERVICE)),
        ("seed_cancel_request", requests.cancel(SECRET, "TICKET_ID")),
    ],
)
def test_the_seed_s_request_examples(case: str, request_: Request) -> None:
    assert request_.body == json.loads((SAMPLES / case / "body.json").read_bytes())


def test_the_token_goes_where_the_server_wants_it() -> None:
    post, get = requests.cancel(SECRET, "t"), requests.tickets(SECRET)
    at = {place: replace(SETTINGS, token_in=place) for place in ("header", "query", "body", "bearer")}
    assert addressed(post, at["header"]).headers["vt_token"] == SECRET
    assert addressed(get, at["bearer"]).headers["Authorization"] == f"Bearer {SECRET}"
    assert addressed(get, at["query"]).url.endswith(f"customer/tickets?vt_token={SECRET}")
    assert addressed(get, at["body"]).url.endswith(f"customer/tickets?vt_token={SECRET}")
    assert json.loads(addressed(post, at["body"]).content or b"") == {"ticket": "t", "vt_token": SECRET}
    assert SECRET not in addressed(post, at["body"]).url
    named = replace(SETTINGS, token_name="X-Token")
    assert addressed(get, named).headers["X-Token"] == SECRET
    for request in (requests.locations(), requests.login(Credentials("u", "p"))):
        assert "vt_token" not in addressed(request, SETTINGS).headers


@pytest.mark.parametrize("written", ["xml", "XML", "json", "JSON"])
def test_the_format_is_a_segment_of_the_path(written: str) -> None:
    wire = addressed(requests.cancel(SECRET, "t"), replace(SETTINGS, format=written))
    assert wire.url == f"https://queue.test/vt/api/{written}/ticket/cancel"
    assert written.lower() in wire.headers["Accept"]
    assert wire.headers["Content-Type"] == "application/json"


def test_nothing_secret_is_shown() -> None:
    private = [request for request, *_ in TABLE]
    for place in ("header", "query", "body", "bearer"):
        settings = replace(SETTINGS, token_in=place)
        for request in private:
            shown = f"{request!r} {addressed(request, settings)!r} {settings!r}"
            assert SECRET not in shown
            assert "pässword" not in shown
            assert "a+b@c" not in shown


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1))
def test_an_id_is_one_segment_whatever_it_holds(ticket_id: str) -> None:
    path = requests.ticket(SECRET, ticket_id).path
    assert path.count("/") == 2
    assert not set(path) & set("?# \r\n\\")
