"""Every text of a ticket, a service and a customer reaches its model, told by its value and not by its name in the source."""

from collections.abc import Iterator
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from datetime import datetime
from typing import Any

from queue_api.reading.customer import customer
from queue_api.reading.services import service
from queue_api.reading.tickets import ticket

SERVICE = {"id": "S1", "name": "S2", "tag": "S3", "description": "S4", "color": "S5", "server_service_id": "S6"}
MASTER = {"id": "M1", "name": "M2", "address": "M3", "phone": "M4", "email": "M5", "website": "M6", "contacts": "M7"}
HELD = {"id": "C1", "display_name": "C2", "phone": "C3", "email": "C4"}


def test_every_text_of_a_ticket_reaches_its_model() -> None:
    """By its value, not by its name in the source."""
    told = {
        "id": "T1",
        "number": 6,
        "tag": "T2",
        "ticket_number": "T3",
        "description": "T4",
        "customer": HELD,
        "master": MASTER,
        "service": {**SERVICE, "master_id": "S7"},
        "desk": {"id": "D1", "tag": "D2", "name": "D3"},
    }
    kept = set(texts_of(ticket(told, {})))
    assert set(texts_of(told)) - kept == set()


def test_a_service_says_whose_it_is() -> None:
    assert service({**SERVICE, "location_id": "L"}).location_id == "L"
    assert service({**SERVICE, "master_id": "M"}).location_id == "M"
    assert service({**SERVICE, "master_id": None}).location_id == ""


def test_a_customer_says_when_a_letter_was_asked_for_and_no_secret() -> None:
    secrets = {"reset_token": "secret", "oauth_token": "secret", "vt_token": "secret"}
    read = customer({"id": "1", "reset_token_date": "2026-11-23 10:00:00", **secrets})
    assert read.reset_token_date == datetime.fromisoformat("2026-11-23 10:00:00")
    assert "secret" not in set(texts_of(read))


def texts_of(thing: Any) -> Iterator[str]:
    """Every text in a tree or a record."""
    if is_dataclass(thing):
        thing = {field.name: getattr(thing, field.name) for field in fields_of(thing)}
    if isinstance(thing, dict):
        thing = list(thing.values())
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, list | tuple):
        for one in thing:
            yield from texts_of(one)
