"""The document promises, a stranger asks: schemathesis tries what virtual_ticket_openapi.yaml allows and what it forbids, in both formats.

Each operation by itself first, then customers who follow the document's links from one answer to the next request.
"""

import re
from collections import Counter
from typing import Any, ClassVar
from xml.etree.ElementTree import Element

import pytest
import schemathesis
from defusedxml.ElementTree import fromstring
from hypothesis import HealthCheck, seed, settings
from schemathesis import Case, DeserializationContext, Response
from schemathesis.config import SchemathesisConfig
from starlette.applications import Starlette

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.virtual_ticket.app import create
from sandbox.virtual_ticket.office_model import State
from tests.sandbox.virtual_ticket.conftest import MONDAY_NOON
from tests.sandbox.virtual_ticket.test_openapi import DOCS, DOCUMENT, complaints, described, resolved

BRANCHES = create(Clock(lambda: MONDAY_NOON), Faults())
# A body over the server's limit is refused as too large before anybody looks at its fields, and the document says so.
CHECKS = {"negative_data_rejection": {"expected-statuses": [400, 401, 404, 405, 413, 415]}}
SCHEMA = schemathesis.openapi.from_path(
    DOCS / "virtual_ticket_openapi.yaml", config=SchemathesisConfig.from_dict({"checks": CHECKS})
)
SCHEMA.app = Starlette(routes=BRANCHES.routes)
# The same questions at every run, and a slow machine is no finding.
BOUNDED = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FORMATS = {"application/json", "application/xml"}
ROUNDS = 8
"""Random play may miss an operation: one round in four does."""
SUCCESS = (b'"success": true', b'"success": "true"', b"<success>true</success>")


@schemathesis.deserializer("application/xml")
def from_xml(context: DeserializationContext, response: Response) -> Any:
    """Read an answer in XML by the document, so that it is held to the same schema as one in JSON."""
    operation = context.operation
    schema = described(operation.path.removeprefix("/{response_format}/"), operation.method, str(response.status_code))
    return read(fromstring(response.content), schema)


def read(element: Element, schema: Any) -> Any:
    """Read an element; what the document does not know is read as something that will not fit it."""
    schema = resolved(schema)
    if "anyOf" in schema:
        found = [(read(element, one), one) for one in schema["anyOf"]]
        return next((value for value, one in found if complaints(value, one, "") == []), found[0][0])
    if "properties" in schema:
        return {child.tag: read(child, schema["properties"].get(child.tag, {})) for child in element}
    if schema.get("type") == "array":
        item = schema.get("items", {"xml": {}})
        return [read(child, item) if child.tag == item["xml"].get("name") else child.tag for child in element]
    return plain("".join(element.itertext()), schema)


def plain(text: str, schema: Any) -> Any:
    """Read what is no object and no list."""
    kinds = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", [])
    if isinstance(schema.get("const"), bool) or kinds == ["boolean"]:
        return {"true": True, "false": False}.get(text, text)
    if kinds == ["integer"]:
        return int(text) if text.isdecimal() else text
    return None if text == "" and "null" in kinds else text


def token_of_somebody() -> str:
    """Begin anew with one customer; every example finds the same office, however many there were before."""
    BRANCHES.reset()
    people = BRANCHES.office.people
    return people.sign_in(people.register({"username": "ana", "email": "ana@example.org"}, None))


@SCHEMA.parametrize()
@settings(BOUNDED, max_examples=25)
def test_each_operation(case: Case[Any]) -> None:
    case.call_and_validate(headers={"vt_token": token_of_somebody()})


def operation_id(case: Case[Any]) -> str:
    return str(case.operation.definition.raw["operationId"])


class Customer(SCHEMA.as_state_machine()):  # type: ignore[misc]  # made at run time, of the document's links
    """Somebody who goes where the links lead, with the vt_token and the letter that came last."""

    met: ClassVar[Counter[tuple[str, str]]] = Counter()
    """How often an operation succeeded in a format."""

    def setup(self) -> None:
        BRANCHES.reset()
        self.token = ""

    def before_call(self, case: Case[Any]) -> None:
        """Random words make no account, no letter's code and no place: a well-meant request has what a person would know."""
        if case.meta is None or not case.meta.generation.mode.is_positive:
            return
        name, letters, body = operation_id(case), BRANCHES.outbox.emails, case.body
        if name in ("locations", "serverServices"):
            case.query = {key: value for key, value in case.query.items() if value in BRANCHES.office.places}
        elif name == "resetPassword":
            case.query = {"email": "ana@example.org"}
        elif name == "register":
            case.body = {"username": "ana", "password": "secret", "email": "ana@example.org"}
        elif name == "newPassword" and letters:
            case.body = {"vt": True, "token": letters[-1]["token"], "password": "other", "repeat_password": "other"}
        elif name == "cancelTicket":
            # Of those that a link may name one that still waits, or most would be over by then.
            waits = [
                one.id for one in BRANCHES.office.tickets.values() if one.customer_id and one.state is State.WAITING
            ]
            case.body = {"ticket": waits[-1]} if waits else body
        elif name == "createTicket" and isinstance(body, dict) and isinstance(body["tickets"], list):
            # The link names the first; what is added to it at random exists nowhere, and it is all or nothing.
            case.body = {"tickets": body["tickets"][:1]}

    def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:
        return {"headers": {"vt_token": self.token}} if self.token else {}

    def after_call(self, response: Response, case: Case[Any]) -> None:
        super().after_call(response, case)
        if any(one in response.content for one in SUCCESS):
            self.met[operation_id(case), response.headers["content-type"][0]] += 1
        given = re.search(rb'vt_token(?:>|": ")([\w-]+)', response.content)
        self.token = given[1].decode() if given else self.token


@pytest.mark.slow
def test_the_links() -> None:
    Customer.met.clear()
    everything = {
        item[method]["operationId"] for item in DOCUMENT["paths"].values() for method in {"get", "post"} & set(item)
    }
    for number in range(ROUNDS):
        play(number)
        # A customer who only collects refusals has proven little.
        if {name for name, _ in Customer.met} == everything and {form for _, form in Customer.met} == FORMATS:
            return
    raise AssertionError(f"in {ROUNDS} rounds of play only these succeeded: {sorted(Customer.met)}")


def play(number: int) -> None:
    """Let ten customers follow the links; the number chooses their ways, apart from what hypothesis finds in loaded code."""
    seed(number)(Customer)
    Customer.run(settings=settings(BOUNDED, derandomize=False, database=None, max_examples=10, stateful_step_count=60))
