"""The staff's acts: what each does to the ticket, and when it makes no sense."""

import pytest

from sandbox.virtual_ticket.office import PAPER_TICKETS_KEPT, Office
from sandbox.virtual_ticket.office_desks import Desks, NotPossible
from sandbox.virtual_ticket.office_model import Location, State, Ticket
from tests.sandbox.virtual_ticket.conftest import Hands, place_named


@pytest.fixture
def place(office: Office) -> Location:
    return place_named(office, "Braga Central")


@pytest.fixture
def desks(office: Office) -> Desks:
    return Desks(office)


def waiting(office: Office, place: Location, service: int = 0) -> Ticket:
    return office.arrive(place.id, place.services[service].id)


def test_a_call_ends_what_the_desk_was_serving(office: Office, desks: Desks, place: Location, hands: Hands) -> None:
    first, second = waiting(office, place), waiting(office, place)
    desks.call_next(place.id, None, "1")
    hands.pass_time(30)
    assert desks.call_next(place.id, None, "1") is second
    assert (first.state, first.ended_at) == (State.ENDED, hands.now)
    assert (second.state, second.called_at, second.desk) == (State.CALLED, hands.now, "1")


def test_call_next_of_all_services_takes_who_came_first(
    office: Office, desks: Desks, place: Location, hands: Hands
) -> None:
    second_service = waiting(office, place, 1)
    hands.pass_time(1)
    waiting(office, place, 0)
    assert desks.call_next(place.id, None, "1") is second_service


def test_nobody_waits(desks: Desks, place: Location) -> None:
    with pytest.raises(NotPossible, match="nobody is waiting") as caught:
        desks.call_next(place.id, None, "1")
    assert caught.value.status == 409


@pytest.mark.parametrize("service", ["unknown", None])
def test_what_does_not_exist(desks: Desks, place: Location, service: str | None) -> None:
    with pytest.raises(NotPossible, match="there is no such") as caught:
        desks.call_next(place.id if service else "nowhere", service, "1")
    assert caught.value.status == 404


def test_call_again_moves_the_moment_and_may_move_the_desk(
    office: Office, desks: Desks, place: Location, hands: Hands
) -> None:
    ticket = waiting(office, place)
    desks.call_next(place.id, None, "1")
    hands.pass_time(60)
    desks.recall(ticket, "2")
    assert (ticket.desk, ticket.called_at) == ("2", hands.now)
    assert (place.id, "1") not in office.serving
    assert desks.ticket(place.id, None, "2") is ticket


def test_a_missed_ticket_may_be_called_again(office: Office, desks: Desks, place: Location) -> None:
    ticket = waiting(office, place)
    desks.no_show(desks.call_next(place.id, None, "1"))
    assert ticket.state is State.MISSED
    assert desks.recall(ticket, None).state is State.CALLED
    assert ticket.ended_at is None
    desks.end(ticket)
    assert [one.id for one in office.tickets.values()] == [ticket.id]


def test_a_paper_ticket_called_again_is_not_forgotten_with_the_finished_ones(
    office: Office, desks: Desks, place: Location
) -> None:
    ticket = waiting(office, place)
    desks.no_show(desks.call_next(place.id, None, "1"))
    desks.recall(ticket, "1")
    for _ in range(PAPER_TICKETS_KEPT + 1):
        waiting(office, place)
        desks.end(desks.call_next(place.id, None, "2"))
    assert desks.ticket(place.id, None, "1") is office.tickets[ticket.id]


def test_sent_to_another_service(office: Office, desks: Desks, place: Location) -> None:
    before = waiting(office, place, 1)
    ticket = waiting(office, place, 0)
    desks.call_next(place.id, place.services[0].id, "1")
    desks.transfer(ticket, place.services[1].id, None)
    assert (ticket.state, ticket.called_at, ticket.desk) == (State.WAITING, None, None)
    assert (ticket.printed, office.ahead(ticket)) == ("A 001", 1)
    assert desks.call_next(place.id, place.services[1].id, "2") is before
    assert desks.call_next(place.id, place.services[1].id, "2") is ticket


def test_sent_to_another_desk(office: Office, desks: Desks, place: Location) -> None:
    ticket, other = waiting(office, place), waiting(office, place)
    desks.call_next(place.id, None, "1")
    desks.transfer(ticket, None, "4")
    with pytest.raises(NotPossible, match="waits for desk 4"):
        desks.call(ticket, "1")
    assert desks.call_next(place.id, None, "1") is other
    assert desks.call_next(place.id, None, "4") is ticket


def test_acts_that_make_no_sense(office: Office, desks: Desks, place: Location) -> None:
    ticket = waiting(office, place)
    for act in (desks.end, desks.no_show, lambda one: desks.recall(one, "1")):
        with pytest.raises(NotPossible):
            act(ticket)
    desks.cancel(ticket)
    for act in (desks.cancel, lambda one: desks.call(one, "1"), lambda one: desks.transfer(one, None, "2")):
        with pytest.raises(NotPossible):
            act(ticket)
    assert ticket.state is State.CANCELLED


def test_a_desk_that_serves_nobody(desks: Desks, place: Location) -> None:
    with pytest.raises(NotPossible, match="serving nobody"):
        desks.ticket(place.id, None, "1")
    with pytest.raises(NotPossible, match="no such ticket"):
        desks.ticket(place.id, "unknown", None)


def test_no_transfer_to_a_service_of_another_place(office: Office, desks: Desks, place: Location) -> None:
    elsewhere = place_named(office, "Porto Baixa").services[0]
    with pytest.raises(NotPossible, match="no such service"):
        desks.transfer(waiting(office, place), elsewhere.id, None)
