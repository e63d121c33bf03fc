"""Stored tickets: every one comes back as it went, and rows of older and newer versions can be read."""

import json
import string
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.snapshots import read_notices, read_ticket, write_notices, write_ticket
from tests.storage.records import NOTICES, ticket
from tickets.model import Coordinates, Desk, Location, Notices, Phase, Service, Shift, Ticket

for known in (
    (timedelta, st.none() | st.timedeltas(timedelta(0), timedelta(days=3650))),
    (Coordinates, st.builds(Coordinates, st.floats(-90, 90), st.floats(-180, 180))),
):
    st.register_type_strategy(known[0], known[1])

TIMES = st.datetimes(datetime.fromisoformat("1990-01-01T00:00"), datetime.fromisoformat("2100-01-01T00:00"))
SHIFTS = st.builds(Shift, TIMES, TIMES)
SERVICES = st.builds(
    Service, st.text(), st.text(), st.text(), average_wait=st.none() | st.timedeltas(timedelta(0), timedelta(days=999)),
    shift=st.none() | SHIFTS,
)  # fmt: skip
LOCATIONS = st.builds(
    Location, st.text(), st.text(), shifts=st.lists(SHIFTS, max_size=2).map(tuple),
    services=st.lists(SERVICES, max_size=2).map(tuple),
)  # fmt: skip
TICKETS = st.builds(
    Ticket, st.text(), st.text(), st.integers(), st.text(), st.sampled_from(Phase), LOCATIONS, SERVICES,
    expected_wait=st.none() | st.timedeltas(timedelta(0), timedelta(days=999)),
    created=st.none() | TIMES, called=st.none() | TIMES, ended=st.none() | TIMES,
)  # fmt: skip


@settings(max_examples=150)
@given(TICKETS)
def test_every_ticket_comes_back_as_it_went(kept: Ticket) -> None:
    stored = write_ticket(kept)
    assert read_ticket(stored) == kept
    assert stored.isascii()


@given(st.builds(Notices))
def test_every_notice_comes_back_as_it_went(kept: Notices) -> None:
    assert read_notices(write_notices(kept)) == kept


def test_the_format_of_version_1_is_still_read() -> None:
    """The sample was written by the first version; renaming a field or a phase breaks every stored row, and this test."""
    sample = Path(__file__).with_name("ticket_v1.json").read_text()
    assert read_ticket(sample) == ticket()
    assert json.loads(write_ticket(ticket())) == json.loads(sample)
    assert read_notices('{"v":1,"your_turn":{"title":"Your turn","message":"Go to %{ticket.desk.tag}"}}') == Notices(
        your_turn=NOTICES.your_turn
    )


def test_fields_at_their_default_are_left_out() -> None:
    assert write_notices(Notices()) == '{"v":1}'
    stored = json.loads(write_ticket(ticket(desk=None)))
    assert "desk" not in stored
    assert "phone" not in stored["location"]


def test_what_a_newer_version_wrote_is_read_as_far_as_it_is_known() -> None:
    stored = json.loads(write_ticket(ticket()))
    stored |= {"v": 2, "mood": {"deep": [1]}, "phase": "teleported"}
    stored["location"]["parking"] = True
    assert read_ticket(json.dumps(stored)) == ticket(phase=Phase.UNKNOWN)


def test_what_an_older_version_left_out_takes_its_default() -> None:
    stored = json.loads(write_ticket(ticket()))
    del stored["desk"], stored["ahead"]
    assert read_ticket(json.dumps(stored)) == ticket(desk=None, ahead=None)
    assert ticket().desk == Desk("d1", "3", "Desk 3")


def test_a_ticket_without_its_id_is_no_ticket() -> None:
    with pytest.raises(ValueError, match="a stored Ticket lacks id"):
        read_ticket(
            '{"v":1,"tag":"A","number":1,"label":"","phase":"waiting","location":{"id":"l","name":""},"service":{}}'
        )


def test_hostile_text_is_only_text() -> None:
    nasty = "\x00\ud800\u202e" + string.printable
    assert read_ticket(write_ticket(ticket(label=nasty))).label == nasty
