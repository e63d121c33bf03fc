"""Recorded answers of a Virtual Ticket server, as bytes, and the reader each operation has."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from queue_api.settings import KNOWN_STATES
from queue_api.wire import answers, requests
from queue_api.wire.requests import Request
from queue_api.wire.verdict import Answer
from tickets.model import Credentials, Registration

SAMPLES = Path(__file__).parents[1] / "samples" / "virtual_ticket"
TICKET = "f20fe43a-2341-11ea-8bdf-00ff8df7375b"

Reader = Callable[[Request, Answer], Any]
OPERATIONS: dict[str, tuple[Request, Reader]] = {
    "customer/register": (requests.register(Registration(Credentials("u", "p"))), answers.vt_token),
    "customer/login": (requests.login(Credentials("u", "p")), answers.vt_token),
    "customer/details": (requests.details("t"), answers.details),
    "customer/resetpassword": (requests.reset_password("a@b"), answers.yes),
    "customer/newpassword": (requests.new_password("t", "p", vt=True), answers.optional_token),
    "locations/get": (requests.locations(), answers.all_locations),
    "server_services/get": (requests.services(), answers.all_services),
    "customer/tickets": (requests.tickets("t"), lambda r, a: answers.all_tickets(r, a, KNOWN_STATES)),
    "customer/tickets/<id>": (
        requests.ticket("t", TICKET),
        lambda r, a: answers.one_ticket(r, a, KNOWN_STATES, TICKET),
    ),
    "ticket/create": (requests.create("t", "l", "s"), lambda r, a: answers.created(r, a, KNOWN_STATES)),
    "ticket/cancel": (requests.cancel("t", TICKET), answers.done),
    "settings/get": (requests.server_settings(), answers.server_settings),
}


@dataclass(frozen=True)
class Sample:
    """One recorded body with what is known of it."""

    case: str
    format: str
    meta: dict[str, Any]
    answer: Answer

    @property
    def request(self) -> Request:
        """The request it answers."""
        return OPERATIONS[self.meta["operation"]][0]

    def read(self) -> Any:
        """What the client makes of it; raises what the client raises."""
        return OPERATIONS[self.meta["operation"]][1](self.request, self.answer)


def sample(case: str, written: str = "json") -> Sample:
    """One case in one format."""
    meta = json.loads((SAMPLES / case / "meta.json").read_text("utf-8"))
    body = (SAMPLES / case / f"body.{written}").read_bytes()
    headers = meta.get("headers", {}).get(written, {"content-type": f"application/{written}"})
    return Sample(case, written, meta, Answer(meta["status"], headers, body))


def recorded() -> list[Sample]:
    """Every recorded answer; requests are recorded too, but read by nobody."""
    bodies = sorted(SAMPLES.glob("*/body.*"))
    return [sample(body.parent.name, body.suffix[1:]) for body in bodies if not body.parent.name.endswith("_request")]
