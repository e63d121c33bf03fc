"""Tickets in every phase, and with less told than the seed shows."""

from datetime import datetime
from typing import Any

import pytest

from queue_api.reading.fields import Unreadable
from queue_api.reading.tickets import phase, ticket
from queue_api.settings import KNOWN_STATES
from tickets.model import Desk, Phase

CALLED = datetime.fromisoformat("2026-11-23 10:00:00")
ENDED = datetime.fromisoformat("2026-11-23 10:05:00")
BARE: dict[str, Any] = {"id": "1", "number": 6, "master": {"id": "m"}, "service": {"id": "s", "tag": "A"}}

PHASES = [
    # state, startcall_date, endcall_date -> phase
    (0, None, None, Phase.WAITING),
    (1, None, None, Phase.CALLED),
    (2, None, None, Phase.ENDED),
    (3, None, None, Phase.CANCELLED),
    (4, None, None, Phase.MISSED),
    (None, None, None, Phase.UNKNOWN),
    (17, None, None, Phase.UNKNOWN),
    # A date says more than a code that may mean something else here.
    (0, CALLED, None, Phase.CALLED),
    (2, CALLED, None, Phase.CALLED),
    (17, CALLED, None, Phase.CALLED),
    (None, CALLED, None, Phase.CALLED),
    (0, CALLED, ENDED, Phase.ENDED),
    (1, CALLED, ENDED, Phase.ENDED),
    (17, CALLED, ENDED, Phase.ENDED),
    (None, None, ENDED, Phase.ENDED),
    # Except for cancelled and missed, which no date tells apart from ended or called.
    (3, CALLED, None, Phase.CANCELLED),
    (3, None, ENDED, Phase.CANCELLED),
    (3, CALLED, ENDED, Phase.CANCELLED),
    (4, CALLED, None, Phase.MISSED),
    (4, None, ENDED, Phase.MISSED),
    (4, CALLED, ENDED, Phase.MISSED),
]


@pytest.mark.parametrize(("state", "called", "ended", "expected"), PHASES)
def test_the_phase(state: int | None, called: datetime | None, ended: datetime | None, expected: Phase) -> None:
    assert phase(state, called, ended, KNOWN_STATES) is expected


@pytest.mark.parametrize(("zone", "called"), [("Europe/Madrid", "2026-11-23 11:00:00"), ("", None)])
def test_a_call_told_in_utc_is_a_call_whatever_the_clock_there_shows(zone: str, called: str | None) -> None:
    told = {**BARE, "master": {"id": "m", "timezone": zone}, "startcall_date": "2026-11-23T10:00:00Z"}
    read = ticket(told, KNOWN_STATES)
    assert read.phase is Phase.CALLED
    assert read.called == (called and datetime.fromisoformat(called))


def test_codes_are_the_operator_s_to_explain() -> None:
    assert ticket({**BARE, "state": "17"}, {17: Phase.WAITING}).phase is Phase.WAITING
    assert ticket({**BARE, "state": "waiting"}, KNOWN_STATES).phase is Phase.UNKNOWN
    assert ticket({**BARE, "state": 0}, {}).phase is Phase.UNKNOWN


def test_a_ticket_of_which_little_is_told() -> None:
    read = ticket(BARE, KNOWN_STATES)
    assert (read.tag, read.label, read.ahead, read.expected_wait, read.desk) == ("A", "A 006", None, None, None)


@pytest.mark.parametrize(
    ("label", "number"), [("A 006", 6), ("B-0123", 123), ("007", 7), ("C1-042", 42), ("A" + "9" * 30, 999999)]
)
def test_the_number_may_stand_in_the_label(label: str, number: int) -> None:
    told = {**BARE, "number": None, "ticket_number": label}
    assert ticket(told, {}).number == number


def test_master_and_service_by_their_ids_alone() -> None:
    told = {"id": "1", "number": 6, "tag": "A", "description": "Payments", "master_id": "m", "service_id": "s"}
    read = ticket(told, {})
    assert (read.location.id, read.service.id, read.service.tag, read.service.name) == ("m", "s", "A", "Payments")
    assert ticket({**BARE, "master": None, "location": {"id": "l", "name": "L"}}, {}).location.name == "L"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("4", Desk(tag="4")),
        (4, Desk(tag="4")),
        ({"id": "d", "tag": "4", "name": "Desk 4"}, Desk("d", "4", "Desk 4")),
        ([{"name": "Desk 4"}], Desk(name="Desk 4")),
        ({"id": ""}, None),
        ({}, None),
        ("", None),
        (None, None),
    ],
)
def test_the_desk(told: Any, expected: Desk | None) -> None:
    assert ticket({**BARE, "desk": told}, {}).desk == expected


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": None}, "id"),
        ({"id": ["1"]}, "id"),
        ({"number": "six"}, "number"),
        ({"number": -6}, "number"),
        ({"number": 10**30}, "number"),
        ({"number": True}, "number"),
        ({"number": None}, "number"),
        ({"number": 6.5}, "number"),
        ({"master": None}, "master_id"),
        ({"master": "m"}, "master"),
        ({"master": {"name": "M"}}, "master.id"),
        ({"service": {"tag": "A"}}, "service.id"),
        ({"service": None}, "service_id"),
        ({"desk": {"tag": {"a": 1}}}, "desk.tag"),
        ({"desk": True}, "desk"),
        ({"waiting_tickets": "a few"}, "waiting_tickets"),
        ({"hours": "ten"}, "hours"),
        ({"hours": 10**9}, "hours"),
        ({"create_date": 1576857640}, "create_date"),
        ({"endcall_date": "2019-02-30 10:00:00"}, "endcall_date"),
        ({"endcall_date": "1066-10-14 10:00:00"}, "endcall_date"),
        ({"endcall_date": "2019-02-03 10:00:00" * 9}, "endcall_date"),
    ],
)
def test_what_makes_a_ticket_unreadable(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Unreadable) as caught:
        ticket({**BARE, **change}, {})
    assert caught.value.field == field
