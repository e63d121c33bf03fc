"""The API as HTTP: formats, methods, tokens in four places, limits, faults, and counts."""

from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from sandbox.faults import Fault, Faults
from sandbox.virtual_ticket.asked import LONGEST_TEXT, MOST_BYTES
from sandbox.virtual_ticket.office_model import Location
from tests.sandbox.virtual_ticket.conftest import Caller

DETAILS = "/vt/api/json/customer/details"


async def refusal(caller: Caller, method: str, path: str, **options: Any) -> tuple[int, int]:
    """Return status and errno of a request that fails."""
    answer = await caller.http.request(method, path, **options)
    body = answer.json()
    assert (body["success"], set(body)) == (False, {"success", "errno", "message"})
    return answer.status_code, body["errno"]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/vt/api/yaml/locations/get", (404, 4)),
        ("GET", "/vt/api/", (404, 4)),
        ("GET", "/vt/api/js%0Aon/locations/get", (404, 4)),
        ("GET", "/vt/api/json/", (404, 3)),
        ("GET", "/vt/api/json/locations/all", (404, 3)),
        ("GET", "/vt/api/json/locations/get/1", (404, 3)),
        ("GET", "/vt/api/json/customer/tickets/1/2", (404, 3)),
        ("POST", "/vt/api/json/locations/get", (405, 2)),
        ("GET", "/vt/api/json/ticket/create", (405, 2)),
        ("DELETE", "/vt/api/json/ticket/cancel", (405, 2)),
    ],
)
async def test_paths_and_methods(caller: Caller, method: str, path: str, expected: tuple[int, int]) -> None:
    assert await refusal(caller, method, path) == expected


async def test_a_wrong_method_is_told_the_right_one(caller: Caller) -> None:
    answer = await caller.http.put("/vt/api/json/settings/get")
    assert answer.headers["allow"] == "GET, HEAD"
    assert (await caller.http.head("/vt/api/json/settings/get")).status_code == 200


async def test_asking_for_the_head_sends_no_letter(caller: Caller) -> None:
    await caller.registers(email="ana@example.org")
    answer = await caller.http.head("/vt/api/json/customer/resetpassword?email=ana@example.org")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert (await caller.http.get("/play/outbox")).json() == []


@pytest.mark.parametrize(
    ("content", "content_type", "expected"),
    [
        (b"{", "application/json", (400, 5)),
        (b"[]", "application/json", (400, 5)),
        (b'"x"', "application/json", (400, 5)),
        (b'{"username": NaN}', "application/json", (400, 5)),
        (b'{"username": ' + b"[" * 30_000, "application/json", (400, 5)),
        (b'{"username": "\\ud800"}', "application/json", (400, 5)),
        (b'{"username": "\xff"}', "application/json", (400, 5)),
        (b'{"username": 7}', "application/json", (400, 5)),
        (b'{"username": "%s"}' % (b"x" * (LONGEST_TEXT + 1)), "application/json", (400, 5)),
        (b"username=ana", "application/x-www-form-urlencoded", (415, 8)),
        (b" " * (MOST_BYTES + 1), "application/json", (413, 7)),
    ],
)
async def test_bodies(caller: Caller, content: bytes, content_type: str, expected: tuple[int, int]) -> None:
    options = {"content": content, "headers": {"content-type": content_type}}
    assert await refusal(caller, "POST", "/vt/api/json/customer/register", **options) == expected


async def test_what_no_operation_reads_is_let_pass(caller: Caller) -> None:
    answer = await caller.http.get("/vt/api/json/settings/get", params={"unknown": "x" * (LONGEST_TEXT + 1)})
    assert answer.status_code == 200
    body = {"username": "ana", "password": "secret", "vt_token": 7, "unknown": [1]}
    assert (await caller.sends("customer/register", body))["success"] is True


async def test_a_whole_number_may_be_written_with_a_point(caller: Caller) -> None:
    await caller.registers()
    attribute = b'{"customer_attribute": {"ticket_warning": %s}}'
    for written, expected in ((b"4.0", 200), (b"4.5", 400), (b"1e400", 400), (b"1e300", 400)):
        headers = {"vt_token": caller.token, "content-type": "application/json"}
        answer = await caller.http.post("/vt/api/json/customer/login", content=attribute % written, headers=headers)
        assert answer.status_code == expected, written
    assert '"ticket_warning": 4,' in (await caller.http.post(DETAILS, headers=headers)).text


async def test_the_answer_has_the_format_of_the_path(caller: Caller) -> None:
    answer = await caller.http.post("/vt/api/XML/customer/details")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/xml")
    assert fromstring(answer.content).findtext("errno") == "20"
    answer = await caller.http.get("/vt/api/JSON/settings/get")
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "carry",
    [
        lambda token: {"headers": {"vt_token": token}},
        lambda token: {"headers": {"Authorization": f"Bearer {token}"}},
        lambda token: {"params": {"vt_token": token}},
        lambda token: {"json": {"vt_token": token}},
    ],
    ids=["header", "bearer", "query", "body"],
)
async def test_the_token_is_accepted_in_four_places(caller: Caller, carry: Any) -> None:
    await caller.registers()
    answer = await caller.http.post(DETAILS, **carry(caller.token))
    assert answer.json()["user"]["username"] == "ana"
    answer = await caller.http.post(DETAILS, **carry("stolen"))
    assert (answer.status_code, answer.json()["errno"]) == (401, 21)
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("operation", ["customer/details", "customer/tickets", "ticket/create", "ticket/cancel"])
async def test_a_token_is_needed(caller: Caller, operation: str) -> None:
    body = {"customer/details": {}, "ticket/create": {"tickets": [{}]}, "ticket/cancel": {"ticket": "x"}}.get(operation)
    ask = caller.asks(operation, 401) if body is None else caller.sends(operation, body, 401)
    assert (await ask)["errno"] == 20


async def test_planned_faults_strike(caller: Caller, faults: Faults, braga: Location) -> None:
    await caller.registers()
    faults.plan(Fault("queue", "500", "after", operation="ticket/create"))
    body = {"tickets": [{"master_id": braga.id, "service_id": braga.services[0].id}]}
    answer = await caller.http.post("/vt/api/json/ticket/create", json=body, headers={"vt_token": caller.token})
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert len((await caller.asks("customer/tickets"))["tickets"]) == 1


async def test_requests_are_counted_by_operation(caller: Caller) -> None:
    await caller.asks("locations/get")
    await caller.asks("locations/get", form="xml")
    await caller.asks("customer/tickets/7", 401)
    await caller.sends("ticket/cancel", {"ticket": "7"}, 401)
    for number in range(3):
        await caller.asks(f"no/such{number}", 404)
    counts = (await caller.http.get("/play/requests")).json()
    assert counts == {"locations/get": 2, "customer/tickets": 1, "ticket/cancel": 1, "": 3}
