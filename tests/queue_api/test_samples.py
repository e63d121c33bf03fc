"""Every recorded answer reads into the model it stands for, or raises the one error that it deserves."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.queue_api.recorded import SAMPLES, Sample, recorded, sample
from tickets import errors
from tickets.model import (
    Coordinates,
    Customer,
    Desk,
    Holder,
    Location,
    Notice,
    Notices,
    Phase,
    Rules,
    ServerService,
    Service,
    Shift,
    Ticket,
)

BOTH = pytest.mark.parametrize("written", ["json", "xml"])
RULES = Rules(
    radius=50.0,
    min_customers=9000,
    min_waiting_time=0,
    allow_multi_ticket=False,
    notices=Notices(
        your_turn=Notice(
            "It's your turn!",
            "Your ticket %{ticket.tag}%{ticket.number} was just called. Please head to desk %{ticket.desk.tag}.",
        ),
        almost_your_turn=Notice(
            "Heads up! It's almost your turn!", "There are only %{ticket.customers_ahead} customers ahead of you."
        ),
    ),
)
TICKET = Ticket(
    id="f20fe43a-2341-11ea-8bdf-00ff8df7375b",
    tag="A",
    number=6,
    label="A 006",
    phase=Phase.WAITING,
    location=Location("dcbb6b02-c5c3-4330-994d-1183ab785e0c", "Location Teste", timezone="Europe/Lisbon"),
    service=Service("0bfe6b8e-a216-475c-bc6f-7ffc8168d464", "A", "Service A"),
    created=datetime.fromisoformat("2019-12-20 16:00:40"),
    ahead=0,
    expected_wait=timedelta(0),
    state=0,
    description="Service A",
)
LOCATIONS = (
    Location(
        id="81ddf0e9-9e21-4bc1-a400-f40411931fbf",
        name="Q-Better",
        city="Braga",
        region="Braga",
        country="Portugal",
        address="Rua Dr. Manuel José de Oliveira Machado, n.º 37",
        coordinates=Coordinates(41.572408, -8.426258),
        is_open=True,
        services=(
            Service("1547c9bd-ba1a-4348-8dee-d61f71bc635c", "A", "Service A", waiting=0, state=0),
            Service(
                "54f419e3-e38e-409b-8c61-ddaac01bd6c7",
                "B",
                "Service B",
                waiting=0,
                average_wait=timedelta(0),
                state=0,
            ),
        ),
        rules=RULES,
    ),
    Location(
        id="eef1c6b5-6362-462f-a1eb-b23ad0a4b043",
        name="Company",
        city="Some City",
        region="Braga",
        country="Some Country",
        address="Main Road",
        rules=RULES,
        created=datetime.fromisoformat("2016-04-07 14:33:39"),
        updated=datetime.fromisoformat("2016-04-07 14:33:39"),
    ),
)


def day(hours: str) -> datetime:
    """A moment of the day of the seed's examples; hours from 24 on are the next day's."""
    hour, minute, second = (int(part) for part in hours.split(":"))
    return datetime.fromisoformat("2019-12-23") + timedelta(hours=hour, minutes=minute, seconds=second)


SERVER_SERVICE = ServerService(
    id="0ab57e35-0a55-4b1b-bae8-bb9021936746",
    name="Service A",
    is_open=True,
    shift=Shift(day("0:0:0"), day("23:59:59")),
    locations=(
        Location(
            id="dcbb6b02-c5c3-4330-994d-1183ab785e0c",
            name="Location Teste",
            timezone="Europe/Lisbon",
            is_open=False,
            shifts=(Shift(day("0:0:0"), day("12:0:0")), Shift(day("13:0:0"), day("23:59:0"))),
            services=(
                Service(
                    id="0bfe6b8e-a216-475c-bc6f-7ffc8168d464",
                    tag="A",
                    name="Service A",
                    waiting=0,
                    average_wait=timedelta(0),
                    is_open=True,
                    shift=Shift(day("0:0:0"), day("23:59:59")),
                    issued=0,
                    server_service_id="0ab57e35-0a55-4b1b-bae8-bb9021936746",
                    color="#f9ae3b",
                    location_id="dcbb6b02-c5c3-4330-994d-1183ab785e0c",
                ),
            ),
            rules=RULES,
        ),
    ),
)
CREATED = Ticket(
    id="e3041214-25a6-11ea-b711-00ff8df7375b",
    tag="A",
    number=7,
    label="A 007",
    phase=Phase.WAITING,
    location=TICKET.location,
    service=TICKET.service,
    created=datetime.fromisoformat("2019-12-23 17:08:46"),
    ahead=0,
    expected_wait=timedelta(0),
    state=0,
    description="Service A",
)
SEED: dict[str, Any] = {
    "seed_register": "frewjng4",
    "seed_login": "frewjng4",
    "seed_details": Customer(id="uuid", username="username", display_name="Name"),
    "seed_reset_password": True,
    "seed_new_password": "frewjng4",
    "seed_locations": LOCATIONS,
    "seed_server_services": (SERVER_SERVICE,),
    "seed_tickets": (TICKET,),
    "seed_create": CREATED,
    "seed_cancel": None,
    "seed_settings": {"vt_max_radius": "50"},
}
ALL = recorded()


def name(one: Sample) -> str:
    """The test's name."""
    return f"{one.case}-{one.format}"


@BOTH
@pytest.mark.parametrize("case", SEED)
def test_an_example_of_the_seed(case: str, written: str) -> None:
    assert sample(case, written).read() == SEED[case]


@pytest.mark.parametrize("told", [one for one in ALL if "reads_as" in one.meta], ids=name)
def test_the_same_facts_said_otherwise(told: Sample) -> None:
    assert told.read() == SEED[told.meta["reads_as"]]


@pytest.mark.parametrize("told", [one for one in ALL if "error" in one.meta], ids=name)
def test_an_answer_that_is_an_error(told: Sample) -> None:
    expected = dict(told.meta["error"])
    with pytest.raises(errors.QueueServerError) as caught:
        told.read()
    assert type(caught.value).__name__ == expected.pop("type")
    assert caught.value.operation == told.meta["operation"]
    assert {field: getattr(caught.value, field) for field in expected} == expected


@BOTH
def test_hours_past_midnight(written: str) -> None:
    (location,) = sample("hours_past_midnight", written).read()
    assert location.shifts == (Shift(day("20:0:0"), day("26:0:0")),) * 3


@BOTH
def test_two_shifts_and_one_unreadable(written: str) -> None:
    (location,) = sample("hours_two_shifts", written).read()
    assert location.shifts == (Shift(day("9:0:0"), day("12:30:0")), Shift(day("13:30:0"), day("18:0:0")))


@BOTH
def test_average_waits(written: str) -> None:
    (location,) = sample("waits", written).read()
    minutes = [65, 0, 0, 12, 65, None, None, 7, 12]
    assert [service.average_wait for service in location.services] == [
        None if each is None else timedelta(minutes=each) for each in minutes
    ]


@BOTH
def test_an_unknown_state_is_neither_waiting_nor_finished(written: str) -> None:
    (ticket,) = sample("state_unknown", written).read()
    assert (ticket.phase, ticket.state, ticket.phase.live) == (Phase.UNKNOWN, 17, True)


@BOTH
def test_a_call_with_its_desk(written: str) -> None:
    (ticket,) = sample("called_at_a_desk", written).read()
    assert ticket.phase is Phase.CALLED
    assert ticket.called == datetime.fromisoformat("2019-12-20 16:20:00")
    assert ticket.desk == Desk("d4", "4", "Desk 4")


def test_what_was_mended_is_kept_as_it_stood() -> None:
    mended = {path.parent.name for path in SAMPLES.glob("*/raw.txt")}
    assert mended >= {"seed_locations", "seed_details", "seed_new_password", "seed_cancel", "seed_cancel_request"}


def test_every_recorded_answer_has_a_test() -> None:
    told_apart = {"hours_past_midnight", "hours_two_shifts", "waits", "state_unknown", "called_at_a_desk"}
    assert {one.case for one in ALL if not {"reads_as", "error"} & one.meta.keys()} == told_apart | SEED.keys()


@BOTH
def test_a_ticket_tells_whose_it_is(written: str) -> None:
    """The seed's `customer` of a ticket reaches the model; comparing and printing a ticket leaves it out."""
    (ticket,) = sample("seed_tickets", written).read()
    assert ticket.holder == Holder("a71e6c15-5c31-4631-947d-157c6b96711d", "André Araújo", "", "")
    assert "André" not in repr(ticket)
