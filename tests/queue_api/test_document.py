"""The client and the document name the same operations, parameters and fields; tests/sandbox holds the server to the same document."""

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import asdict, is_dataclass
from typing import Any

import pytest

from queue_api.settings import KNOWN_STATES
from queue_api.wire import answers, requests
from queue_api.wire.requests import Request
from queue_api.wire.verdict import Answer
from tests.sandbox.virtual_ticket.test_openapi import DOCUMENT, complaints, resolved
from tickets.errors import Refused, ServerNonsense
from tickets.model import Credentials, Registration

PERSON = Registration(Credentials("ana", "secret-1"), "a@example.org", "91", "Ana", "Silva", "telegram:1")
ATTRIBUTES: dict[str, str | int] = {"preferred_language": "pt", "ticket_warning": 3}
REQUESTS = {
    "register": requests.register(PERSON),
    "login": requests.login(Credentials("ana", "secret-1")),
    "login with a provider": requests.login(Credentials(oauth_provider="google", oauth_token="t")),
    "login as update": requests.login(Credentials("ana", "secret-1"), ATTRIBUTES),
    "update": requests.update("token", ATTRIBUTES),
    "details": requests.details("token"),
    "reset": requests.reset_password("a@example.org"),
    "new password": requests.new_password("token", "secret-2", vt=True),
    "locations": requests.locations(region="Braga", city="Braga", coordinates="41.5,-8.4"),
    "services": requests.services(server_service_id="1", location_id="2"),
    "tickets": requests.tickets("token"),
    "ticket": requests.ticket("token", "1"),
    "create": requests.create("token", "1", "2"),
    "cancel": requests.cancel("token", "1"),
    "settings": requests.server_settings(),
}
NOT_READ: dict[str, dict[str, str]] = {
    "details": {
        "user.vt_token": "it came with the question",
        "user.oauth_token": "a secret that is not ours to hold",
        "user.reset_token": "a secret that is not ours to hold",
    },
}


def template(request: Request) -> str:
    """The document's path of a request."""
    path = request.path.replace("customer/tickets/1", "customer/tickets/{ticket_id}")
    return f"/{{response_format}}/{path}"


@pytest.mark.parametrize("name", REQUESTS)
def test_every_request_is_one_of_the_document(name: str) -> None:
    request = REQUESTS[name]
    operation = DOCUMENT["paths"][template(request)][request.method.lower()]
    shared = DOCUMENT["paths"][template(request)].get("parameters", [])
    told = [resolved(one) for one in [*shared, *operation.get("parameters", [])]]
    assert {key for key, _ in request.query} <= {one["name"] for one in told if one["in"] == "query"}
    if request.body is not None:
        schema = resolved(operation["requestBody"])["content"]["application/json"]["schema"]
        assert complaints(dict(request.body), schema, name) == []


def test_every_operation_of_the_document_is_asked_for() -> None:
    described = {
        (path, method) for path, item in DOCUMENT["paths"].items() for method in item if method in ("get", "post")
    }
    assert {(template(one), one.method.lower()) for one in REQUESTS.values()} == described


READERS: dict[str, Callable[[Request, Answer], Any]] = {
    "register": answers.vt_token,
    "login": answers.vt_token,
    "details": answers.details,
    "reset": answers.yes,
    "new password": answers.optional_token,
    "locations": answers.all_locations,
    "services": answers.all_services,
    "tickets": lambda request, answer: answers.all_tickets(request, answer, KNOWN_STATES),
    "ticket": lambda request, answer: answers.one_ticket(request, answer, KNOWN_STATES, "text 0"),
    "create": lambda request, answer: answers.created(request, answer, KNOWN_STATES),
    "cancel": answers.done,
    "settings": answers.server_settings,
}
Way = tuple[str | int, ...]


def filled(schema: Any, turn: int, name: str = "") -> list[Any]:
    """Values that the document allows, every field in them; those of one turn differ from another's in each of them."""
    schema = resolved(schema)
    if "anyOf" in schema:
        return [value for one in schema["anyOf"] if one != {"type": "null"} for value in filled(one, turn)]
    if "const" in schema:
        return [schema["const"]]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if kinds[0] == "object":
        members = {name: filled(inner, turn, name) for name, inner in schema["properties"].items()}
        width = max(len(values) for values in members.values())
        return [{name: values[min(one, len(values) - 1)] for name, values in members.items()} for one in range(width)]
    if kinds[0] == "array":
        return [filled(schema["items"], turn) if schema.get("maxItems") != 0 else []]
    if kinds[0] != "string":
        return [turn + 1 if kinds[0] == "integer" else turn % 2 == 0]
    if name in ("coordinates", "state"):
        return [f"41.5,-8.{turn}" if name == "coordinates" else str(turn)]
    shapes = (f"2026-01-12 0{turn}:30:00", f"0{turn + 1}:15", f"0{turn + 1}", str(turn + 3), f"A 00{turn + 1}")
    fitting = [one for one in shapes if re.search(schema["pattern"], one)] if "pattern" in schema else []
    if name == "reset_token_date":
        # The document gives it no form: no server is known to tell it.
        fitting = list(shapes)
    return [fitting[0] if fitting else f"text {turn}"]


def leaves(value: Any, way: Way = ()) -> Iterator[Way]:
    """The ways to everything in it that is no object and no list."""
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*way, name))
    else:
        yield way


def at(value: Any, way: Way) -> Any:
    for step in way:
        value = value[step]
    return value


def with_other(value: Any, way: Way, other: Any, *, alone: bool) -> Any:
    """The value with another leaf; `alone` without the leaves beside it that may stand in for it, its id excepted."""
    changed = deepcopy(value)
    holder = at(changed, way[:-1])
    holder[way[-1]] = other
    if alone and isinstance(holder, dict):
        for name in [
            one for one, kept in holder.items() if one not in (way[-1], "id") and not isinstance(kept, dict | list)
        ]:
            del holder[name]
    return changed


def plainly(model: Any) -> Any:
    """The model with everything in it, what is left out of comparisons included."""
    if isinstance(model, tuple):
        return [plainly(one) for one in model]
    return asdict(model) if is_dataclass(model) and not isinstance(model, type) else model


def model_of(name: str, body: Any) -> Any:
    """What the client makes of an answer; an error is told apart by what it could not read."""
    answer = Answer(200, {"content-type": "application/json"}, json.dumps(body).encode())
    try:
        return plainly(READERS[name](REQUESTS[name], answer))
    except (ServerNonsense, Refused) as error:
        return repr(error)


@pytest.mark.parametrize("name", READERS)
def test_every_field_of_every_answer_changes_the_model_or_is_left_for_a_reason(name: str) -> None:
    request = REQUESTS[name]
    operation = DOCUMENT["paths"][template(request)][request.method.lower()]
    schema = resolved(operation["responses"]["200"])["content"]["application/json"]["schema"]
    yes = ([value for value in filled(schema, turn) if "errno" not in value] for turn in (0, 1))
    one, other = (max(values, key=lambda value: len(list(leaves(value)))) for values in yes)
    if name == "create":
        # Several tickets are only asked for by others: the client reads the first, under `ticket`.
        one.pop("tickets")
    told = {way for way in leaves(one) if at(one, way) != at(other, way)}
    unread = {way for way in told if not any(differs(name, one, other, way, alone=alone) for alone in (False, True))}
    assert {".".join(step for step in way if isinstance(step, str)) for way in unread} == set(NOT_READ.get(name, {}))


def differs(name: str, one: Any, other: Any, way: Way, *, alone: bool) -> bool:
    """Whether the client sees this leaf change."""
    before, after = (with_other(one, way, at(source, way), alone=alone) for source in (one, other))
    return bool(model_of(name, before) != model_of(name, after))
