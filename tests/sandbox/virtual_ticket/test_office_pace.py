"""How long somebody will wait: service times, desks at work, lines that share them, and what teaches nothing."""

import json

import pytest

from sandbox.virtual_ticket.office import Office
from sandbox.virtual_ticket.office_day import dump, load, turn_days
from sandbox.virtual_ticket.office_desks import Desks
from sandbox.virtual_ticket.office_line import FIRST_GUESS
from sandbox.virtual_ticket.office_model import Location, State
from sandbox.virtual_ticket.town import read_town
from sandbox.virtual_ticket.town_life import TownLife
from tests.sandbox.virtual_ticket.conftest import HOUR, MONDAY_NOON, Hands, place_named


@pytest.fixture
def porto(office: Office) -> Location:
    """A location with the services A and B and three desks."""
    return place_named(office, "Porto Baixa")


def turn(office: Office, place: Location, number: int = 0) -> float:
    return office.lines[place.services[number].id].turn


def serve(office: Office, hands: Hands, place: Location, desk: str, number: int = 0, seconds: float = 100.0) -> None:
    """Call the next of a service to a desk and serve them that long."""
    desks = Desks(office)
    ticket = desks.call_next(place.id, place.services[number].id, desk)
    hands.pass_time(seconds)
    desks.end(ticket)


def come(office: Office, place: Location, number: int = 0, count: int = 1) -> None:
    for _ in range(count):
        office.arrive(place.id, place.services[number].id)


def test_service_times_are_learned_by_each_service(office: Office, hands: Hands, porto: Location) -> None:
    come(office, porto, 0, 30)
    come(office, porto, 1, 30)
    for _ in range(29):
        serve(office, hands, porto, "1", 0, 60.0)
        serve(office, hands, porto, "2", 1, 300.0)
    # Desk 1 stands still while desk 2 serves, and people wait: that is a part of what a customer costs.
    assert turn(office, porto, 0) == pytest.approx(360.0, rel=0.05)
    assert turn(office, porto, 1) == pytest.approx(360.0, rel=0.05)


def test_an_hour_in_which_nobody_waits_teaches_nothing(office: Office, hands: Hands, porto: Location) -> None:
    come(office, porto)
    serve(office, hands, porto, "1", seconds=FIRST_GUESS)
    hands.pass_time(HOUR)
    come(office, porto)
    serve(office, hands, porto, "1")
    assert turn(office, porto) == FIRST_GUESS


@pytest.mark.parametrize("act", ["cancel", "transfer"])
def test_an_hour_after_the_last_one_left_the_line_teaches_nothing(
    office: Office, hands: Hands, porto: Location, act: str
) -> None:
    desks = Desks(office)
    come(office, porto)
    last = office.arrive(porto.id, porto.services[0].id)
    serve(office, hands, porto, "1", seconds=FIRST_GUESS)
    if act == "cancel":
        desks.cancel(last)
    else:
        desks.transfer(last, porto.services[1].id, None)
        desks.call(last, "3")
    hands.pass_time(HOUR)
    come(office, porto)
    serve(office, hands, porto, "1")
    assert turn(office, porto) == FIRST_GUESS


def test_a_customer_whom_nobody_ended_teaches_only_what_is_certain(
    office: Office, hands: Hands, porto: Location
) -> None:
    desks = Desks(office)
    come(office, porto, count=2)
    desks.call_next(porto.id, None, "1")
    hands.pass_time(220)
    desks.call_next(porto.id, None, "1")
    assert turn(office, porto) == pytest.approx(FIRST_GUESS + 0.2 * (220 - FIRST_GUESS))
    hands.pass_time(HOUR)
    come(office, porto)
    desks.call_next(porto.id, None, "1")
    assert turn(office, porto) == pytest.approx(FIRST_GUESS + 0.2 * (220 - FIRST_GUESS))


def test_nobody_waits_where_a_desk_is_free(office: Office, hands: Hands, porto: Location) -> None:
    service = porto.services[0].id
    assert office.wait(service) == 0
    come(office, porto, count=2)
    serve(office, hands, porto, "1")
    Desks(office).call_next(porto.id, None, "1")
    assert office.wait(service) == pytest.approx(turn(office, porto) / 2)
    come(office, porto)
    Desks(office).call_next(porto.id, None, "2")
    Desks(office).end(Desks(office).ticket(porto.id, None, "2"))
    assert office.wait(service) == 0


def test_lines_that_share_desks_share_the_wait(office: Office, hands: Hands, porto: Location) -> None:
    come(office, porto, 0, 3)
    come(office, porto, 1, 3)
    serve(office, hands, porto, "1", 0, FIRST_GUESS)
    serve(office, hands, porto, "1", 1, FIRST_GUESS)
    ticket = office.arrive(porto.id, porto.services[0].id)
    assert office.wait(ticket.service_id, ticket) == pytest.approx(4.5 * FIRST_GUESS, rel=0.2)
    assert office.ahead(ticket) == 2


def test_lines_with_desks_of_their_own_do_not(office: Office, hands: Hands, porto: Location) -> None:
    come(office, porto, 0, 4)
    come(office, porto, 1, 4)
    for desk in ("1", "2"):
        Desks(office).call_next(porto.id, porto.services[0].id, desk)
    Desks(office).call_next(porto.id, porto.services[1].id, "3")
    # Two wait for A at two desks, three wait for B at one; half a service is left at each desk.
    assert office.wait(porto.services[0].id) == pytest.approx(2.5 * FIRST_GUESS / 2)
    assert office.wait(porto.services[1].id) == pytest.approx(3.5 * FIRST_GUESS)


def test_a_desk_that_has_closed_is_not_counted(office: Office, hands: Hands, porto: Location) -> None:
    come(office, porto, 0, 12)
    for desk in ("1", "2"):
        serve(office, hands, porto, desk, 0, FIRST_GUESS)
    for _ in range(6):
        serve(office, hands, porto, "1", 0, FIRST_GUESS)
    Desks(office).call_next(porto.id, None, "1")
    assert office.wait(porto.services[0].id) == pytest.approx(3.5 * turn(office, porto))


def test_a_night_behind_closed_doors_forgets_who_worked(office: Office, hands: Hands) -> None:
    university = place_named(office, "Braga University")
    come(office, university, 0, 2)
    Desks(office).call_next(university.id, None, "Front")
    hands.pass_time(21.5 * HOUR)
    turn_days(office)
    come(office, university)
    Desks(office).call_next(university.id, None, "Front")
    assert turn(office, university) == FIRST_GUESS


def test_who_works_where_is_known_after_a_restart(office: Office, hands: Hands, porto: Location) -> None:
    come(office, porto, 0, 4)
    Desks(office).call_next(porto.id, porto.services[0].id, "1")
    other = Office(read_town(), hands)
    load(other, json.loads(json.dumps(dump(office))))
    assert other.wait(porto.services[0].id) == office.wait(porto.services[0].id) == pytest.approx(3.5 * FIRST_GUESS)


@pytest.mark.parametrize("hour", [3, 11, 19])
def test_the_expected_wait_is_near_the_real_one(hands: Hands, hour: int) -> None:
    hands.now = MONDAY_NOON + (hour - 13) * HOUR
    office = Office(read_town(), hands, seed=hour)
    life = TownLife(office, 1.0)
    taken = []
    for minute in range(4 * 60):
        for _ in range(6):
            hands.pass_time(10)
            life.step()
        if 60 <= minute < 210 and minute % 10 == 0:
            for place, service in office.services.values():
                if office.takes_tickets(place, service):
                    ticket = office.arrive(place.id, service.id)
                    taken.append((ticket, office.wait(service.id, ticket)))
    told = [(wait, ticket.called_at - ticket.created) for ticket, wait in taken if ticket.called_at is not None]
    real = sum(wait for _, wait in told) / len(told)
    assert len(told) > 0.95 * len(taken)
    assert sum(abs(said - wait) for said, wait in told) / len(told) < 0.4 * real


def test_a_ticket_that_is_called_waits_no_more(office: Office, porto: Location) -> None:
    come(office, porto, count=2)
    called = Desks(office).call_next(porto.id, None, "1")
    assert called.state is State.CALLED
    assert office.ahead(called) == 0
