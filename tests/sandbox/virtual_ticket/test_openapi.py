"""The document, the guide's own examples, the server and the errno table say the same: operations, parameters, statuses, every field."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.virtual_ticket.app import Branches
from sandbox.virtual_ticket.asked import HIGHEST_COUNT, LONGEST_TEXT, LONGEST_TOKEN
from sandbox.virtual_ticket.coordinates import COORDINATES
from sandbox.virtual_ticket.office_model import Location
from sandbox.virtual_ticket.operations import Operation, operations
from sandbox.virtual_ticket.operations_customer import ATTRIBUTES, Reception
from sandbox.virtual_ticket.operations_queue import MOST_WISHES, WISH, Hall
from sandbox.virtual_ticket.outbox import Outbox
from sandbox.virtual_ticket.providers import refuse_all
from sandbox.virtual_ticket.refusals import MESSAGES, STATUSES, Errno
from tests.sandbox.virtual_ticket.conftest import Caller, place_named

yaml = pytest.importorskip("yaml", reason="PyYAML, which reads the document, is not installed")

DOCS = Path(__file__).parents[3] / "docs"
SAMPLES = Path(__file__).parents[2] / "samples" / "virtual_ticket"
DOCUMENT: dict[str, Any] = yaml.safe_load((DOCS / "virtual_ticket_openapi.yaml").read_text("utf-8"))
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}


def resolved(schema: Any) -> Any:
    """Follow references within the document."""
    while "$ref" in schema:
        found: Any = DOCUMENT
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def complaints(value: Any, schema: Any, where: str) -> list[str]:
    """Return what is wrong with a value; the document's objects are closed, so a field too many is wrong as well."""
    schema = resolved(schema)
    if "anyOf" in schema:
        found = [complaints(value, one, where) for one in schema["anyOf"]]
        return [] if [] in found else found[0]
    if "const" in schema:
        return [] if value == schema["const"] and type(value) is type(schema["const"]) else [f"{where}: {value!r}"]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, TYPES[kind]) and (kind != "integer" or value is not True) for kind in kinds):
        return [f"{where}: {value!r} is no {kinds}"]
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return [f"{where}: {value!r} does not match"]
    if isinstance(value, list):
        return [one for item in value for one in complaints(item, schema.get("items", {"const": None}), f"{where}[]")]
    if isinstance(value, dict):
        return members(value, schema, where)
    return []


def members(value: dict[str, Any], schema: Any, where: str) -> list[str]:
    """The same for an object's fields."""
    missing = [f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value]
    unknown = [f"{where}.{name} is not described" for name in value if name not in schema["properties"]]
    inner = [
        one
        for name, found in value.items()
        if name in schema["properties"]
        for one in complaints(found, schema["properties"][name], f"{where}.{name}")
    ]
    return missing + unknown + inner


def fields_met(value: Any, schema: Any) -> Iterator[tuple[int, str]]:
    """The fields of the document that a value which fits it has; each by the object of the document and its own name."""
    schema = resolved(schema)
    if "anyOf" in schema:
        schema = resolved(next(one for one in schema["anyOf"] if complaints(value, one, "") == []))
    for item in value if isinstance(value, list) else []:
        yield from fields_met(item, schema["items"])
    for name, inner in value.items() if isinstance(value, dict) else []:
        yield id(schema), name
        yield from fields_met(inner, schema["properties"][name])


def fields_described(schema: Any, where: str = "") -> Iterator[tuple[tuple[int, str], str]]:
    """Every field the document has there, as fields_met() names it and with the way to it: "tickets[].master.name"."""
    schema = resolved(schema)
    for one in schema.get("anyOf", []):
        yield from fields_described(one, where)
    for name, inner in schema.get("properties", {}).items():
        yield (id(schema), name), f"{where}{name}"
        yield from fields_described(inner, f"{where}{name}.")
    if "items" in schema:
        yield from fields_described(schema["items"], f"{where.removesuffix('.')}[].")


def ways(value: Any, where: str = "") -> set[str]:
    """The same ways in a value."""
    if isinstance(value, list):
        return {way for item in value for way in ways(item, f"{where.removesuffix('.')}[].")}
    if isinstance(value, dict):
        return {f"{where}{name}" for name in value}.union(
            *(ways(one, f"{where}{name}.") for name, one in value.items())
        )
    return set()


def kinds_of(schema: Any) -> dict[str, str]:
    """The fields of a request's body in the server's own terms, "text?" and the like."""
    return {
        name: kind_of(resolved(inner)) + ("" if name in schema.get("required", []) else "?")
        for name, inner in schema["properties"].items()
    }


def kind_of(schema: Any) -> str:
    kinds = {"string": "text", "boolean": "flag", "integer": "count", "object": "object", "array": "list"}
    kind = kinds[schema["type"][0] if isinstance(schema["type"], list) else schema["type"]]
    return "token" if schema.get("maxLength") == LONGEST_TOKEN else kind


def described(operation: str, method: str = "get", status: str = "200") -> Any:
    """The schema of an operation's answer."""
    answer = resolved(DOCUMENT["paths"][f"/{{response_format}}/{operation}"][method]["responses"][status])
    return answer["content"]["application/json"]["schema"]


@pytest.fixture
def table(branches: Branches) -> dict[str, Operation]:
    office = branches.office
    return operations(Reception(office, refuse_all, Outbox()), Hall(office))


def test_the_same_operations(table: dict[str, Operation]) -> None:
    paths = {
        (path.removeprefix("/{response_format}/"), method)
        for path, item in DOCUMENT["paths"].items()
        for method in item
        if method != "parameters"
    }
    served = {(operation.name, operation.method.lower()) for operation in table.values()}
    assert paths == served | {("customer/tickets/{ticket_id}", "get")}


def test_the_same_parameters_statuses_and_need_of_a_token(table: dict[str, Operation]) -> None:
    for operation in table.values():
        item = DOCUMENT["paths"][f"/{{response_format}}/{operation.name}"][operation.method.lower()]
        assert tuple(one["name"] for one in item.get("parameters", [])) == operation.query
        asks_for_token = operation.signed or operation.name == "customer/login"
        assert bool(item.get("security")) == asks_for_token
        statuses = {"200", "400", "404"} | ({"401"} if asks_for_token else set())
        assert set(item["responses"]) == statuses | ({"413", "415"} if operation.fields is not None else set())


def test_the_same_body_fields_of_the_same_types(table: dict[str, Operation]) -> None:
    for operation in table.values():
        item = DOCUMENT["paths"][f"/{{response_format}}/{operation.name}"][operation.method.lower()]
        if operation.fields is None:
            assert "requestBody" not in item
            continue
        schema = resolved(item["requestBody"]["content"]["application/json"]["schema"])
        assert kinds_of(schema) == dict(operation.fields)
        assert item["requestBody"]["required"] == bool(schema.get("required"))
        for name, inner in schema["properties"].items():
            # What may be left out may be null as well, and what is needed may not.
            assert ("null" in resolved(inner)["type"]) == (name not in schema.get("required", []))


def test_the_same_limits() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    attribute = schemas["Login"]["properties"]["customer_attribute"]
    assert kinds_of(attribute) == ATTRIBUTES
    assert attribute["properties"]["ticket_warning"]["maximum"] == HIGHEST_COUNT
    assert schemas["Text"]["maxLength"] == schemas["Words"]["maxLength"] == LONGEST_TEXT
    wishes = schemas["Wishes"]["properties"]["tickets"]
    assert wishes["maxItems"] == MOST_WISHES
    assert kinds_of(wishes["items"]) == WISH
    parameters = DOCUMENT["paths"]["/{response_format}/locations/get"]["get"]["parameters"]
    pattern = next(one["schema"]["pattern"] for one in parameters if one["name"] == "coordinates")
    plain = re.sub(r"\?P<\w+>|\?:", "", COORDINATES.pattern)
    assert plain.replace("(", "").replace(")", "") in pattern.replace("(", "").replace(")", "")


@pytest.mark.parametrize("folder", sorted(SAMPLES.glob("seed_*")), ids=lambda folder: folder.name)
def test_every_field_of_the_guides_examples_is_described(folder: Path) -> None:
    name = json.loads((folder / "meta.json").read_text("utf-8"))["operation"]
    item = DOCUMENT["paths"][f"/{{response_format}}/{name}"]
    operation = item.get("post") or item["get"]
    side = operation["requestBody"] if folder.name.endswith("_request") else resolved(operation["responses"]["200"])
    shown = {way for _, way in fields_described(side["content"]["application/json"]["schema"])}
    assert ways(json.loads((folder / "body.json").read_text("utf-8"))) - shown == set()


def test_what_is_described_beyond_the_guides_examples() -> None:
    bodies = [json.loads((one / "body.json").read_text("utf-8")) for one in SAMPLES.glob("seed_*")]
    guide = {way for body in bodies for way in ways(body)}
    operations = [item.get("post") or item["get"] for item in DOCUMENT["paths"].values()]
    answers = [resolved(one["responses"]["200"])["content"]["application/json"]["schema"] for one in operations]
    described = {way for schema in answers for _, way in fields_described(schema)}
    # The guide shows a location's tickets empty; they are described as tickets are everywhere.
    shown = {way for way in described if way.startswith("locations[].tickets[]")}
    assert {way.removeprefix("locations[].") for way in shown} == {
        way for way in described if way.startswith("tickets[]")
    }
    beyond = described - guide - shown
    desk = {f"{ticket}.desk{field}" for ticket in ("ticket", "tickets[]") for field in ("", ".id", ".tag", ".name")}
    assert beyond == {"errno", "message", *desk}


async def test_every_field_of_every_answer(caller: Caller, branches: Branches, braga: Location) -> None:
    porto = place_named(branches.office, "Porto Baixa")
    wishes = [{"master_id": porto.id, "service_id": service.id} for service in porto.services]
    account = {"username": "ana", "password": "x", "email": "ana@example.org"}
    register = await caller.sends("customer/register", account)
    caller.token = register["vt_token"]
    answers: list[tuple[str, str, Any]] = [
        ("customer/register", "post", register),
        ("customer/login", "post", await caller.sends("customer/login", account)),
        ("customer/details", "post", await caller.sends("customer/details")),
        ("locations/get", "get", await caller.asks("locations/get")),
        ("server_services/get", "get", await caller.asks("server_services/get")),
        ("ticket/create", "post", await caller.sends("ticket/create", {"tickets": wishes})),
        ("settings/get", "get", await caller.asks("settings/get")),
    ]
    ticket = await caller.takes(braga, braga.services[0])
    await caller.plays("call", location_id=braga.id, desk="1")
    cancel = {"ticket": ticket["id"]}
    answers += [
        ("customer/tickets", "get", await caller.asks("customer/tickets")),
        ("customer/tickets/{ticket_id}", "get", await caller.asks(f"customer/tickets/{ticket['id']}")),
        ("customer/tickets/{ticket_id}", "get", await caller.asks("customer/tickets/unknown")),
        ("ticket/cancel", "post", await caller.sends("ticket/cancel", cancel)),
        ("ticket/cancel", "post", await caller.sends("ticket/cancel", cancel)),
        ("customer/resetpassword", "get", await caller.asks("customer/resetpassword", email="ana@example.org")),
    ]
    [letter] = (await caller.http.get("/play/outbox")).json()
    body = {"vt": True, "password": "y", "repeat_password": "y", "token": letter["token"]}
    answers.append(("customer/newpassword", "post", await caller.sends("customer/newpassword", body)))
    wrong = [one for name, method, answer in answers for one in complaints(answer, described(name, method), name)]
    assert wrong == []
    met = {one for name, method, answer in answers for one in fields_met(answer, described(name, method))}
    promised = {one for name, method, _ in answers for one in fields_described(described(name, method))}
    assert [way for field, way in promised if field not in met] == [], "the server never sends these"
    assert {(name, method) for name, method, _ in answers} == {
        (path.removeprefix("/{response_format}/"), method)
        for path, item in DOCUMENT["paths"].items()
        for method in item
        if method != "parameters"
    }


def test_the_table_of_refusals_is_the_documents() -> None:
    text = (DOCS / "virtual_ticket_api.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| (\d+) \| (.+?) \|", text, re.MULTILINE)
    assert rows == [(str(int(errno)), str(STATUSES.get(errno, 200)), MESSAGES[errno]) for errno in Errno]
