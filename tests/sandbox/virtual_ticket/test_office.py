"""Taking tickets, the rules of a location, giving up, and repeating a run by its seed."""

from dataclasses import replace

import pytest

from sandbox.virtual_ticket.office import PAPER_TICKETS_KEPT, Office
from sandbox.virtual_ticket.office_desks import Desks
from sandbox.virtual_ticket.office_model import Location, Rules, State, Town
from sandbox.virtual_ticket.refusals import Errno, Refusal
from sandbox.virtual_ticket.town import read_town
from tests.sandbox.virtual_ticket.conftest import HOUR, Hands, place_named


def ruled(hands: Hands, **rules: object) -> tuple[Office, Location]:
    """An office whose first location has these rules."""
    town = read_town()
    first = replace(town.locations[0], rules=replace(Rules(), **rules))  # type: ignore[arg-type]  # names are the test's.
    return Office(Town("Demo", (first, *town.locations[1:])), hands), first


def refused(office: Office, customer: str, place: Location, tag: str = "A") -> Errno:
    service = next(one for one in place.services if one.tag == tag)
    with pytest.raises(Refusal) as caught:
        office.take(customer, [(place.id, service.id)])
    return caught.value.errno


def test_first_come_first_served(office: Office) -> None:
    place = place_named(office, "Braga Central")
    wish = (place.id, place.services[0].id)
    tickets = [office.take(f"customer {number}", [wish])[0] for number in range(3)]
    assert [ticket.printed for ticket in tickets] == ["A 001", "A 002", "A 003"]
    assert [office.ahead(ticket) for ticket in tickets] == [0, 1, 2]
    desks = Desks(office)
    assert [desks.call_next(place.id, None, "1").id for _ in range(3)] == [ticket.id for ticket in tickets]


def test_every_service_numbers_its_own_tickets(office: Office) -> None:
    place = place_named(office, "Porto Baixa")
    tickets = office.take("ana", [(place.id, service.id) for service in place.services])
    assert [ticket.printed for ticket in tickets] == ["A 001", "B 001"]


def test_one_live_ticket_a_location_where_several_are_not_allowed(office: Office) -> None:
    braga, porto = place_named(office, "Braga Central"), place_named(office, "Porto Boavista")
    [first] = office.take("ana", [(braga.id, braga.services[0].id)])
    assert refused(office, "ana", braga, "B") is Errno.HAS_TICKET
    office.take("ana", [(porto.id, porto.services[0].id)])
    office.give_up("ana", first.id)
    office.take("ana", [(braga.id, braga.services[1].id)])


def test_all_or_nothing(office: Office) -> None:
    braga, porto = place_named(office, "Braga Central"), place_named(office, "Porto Boavista")
    wishes = [(porto.id, porto.services[0].id), (braga.id, braga.services[0].id), (braga.id, braga.services[1].id)]
    with pytest.raises(Refusal) as caught:
        office.take("ana", wishes)
    assert caught.value.errno is Errno.HAS_TICKET
    assert office.tickets == {}
    assert office.lines[porto.services[0].id].counter == 0


@pytest.mark.parametrize(
    ("name", "tag", "errno"),
    [
        ("Ponta Delgada Airport", "E", Errno.LOCATION_CLOSED),
        ("Lisboa Night Desk", "D", Errno.LOCATION_CLOSED),
        ("Braga Lamaçães", "D", Errno.SERVICE_OFF),
    ],
)
def test_closed_doors_and_a_service_switched_off(office: Office, name: str, tag: str, errno: Errno) -> None:
    assert refused(office, "ana", place_named(office, name), tag) is errno


def test_hours_are_those_of_the_location(office: Office, hands: Hands) -> None:
    place = place_named(office, "Braga University")
    assert office.is_open(place)
    hands.pass_time(7 * HOUR)
    assert not office.is_open(place)


def test_a_service_of_another_location(office: Office) -> None:
    braga, porto = place_named(office, "Braga Central"), place_named(office, "Porto Boavista")
    with pytest.raises(Refusal) as caught:
        office.take("ana", [(braga.id, porto.services[0].id)])
    assert caught.value.errno is Errno.NOT_FOUND


def test_refused_while_fewer_customers_wait(hands: Hands) -> None:
    office, place = ruled(hands, request_ticket_min_customers=2)
    office.arrive(place.id, place.services[0].id)
    assert refused(office, "ana", place) is Errno.TOO_FEW_WAITING
    office.arrive(place.id, place.services[0].id)
    office.take("ana", [(place.id, place.services[0].id)])


def test_refused_while_the_wait_is_shorter(hands: Hands) -> None:
    office, place = ruled(hands, request_ticket_min_waiting_time=1)
    office.arrive(place.id, place.services[0].id)
    assert refused(office, "ana", place) is Errno.WAIT_TOO_SHORT
    office.arrive(place.id, place.services[0].id)
    office.take("ana", [(place.id, place.services[0].id)])


def test_giving_up(office: Office) -> None:
    place = place_named(office, "Braga Central")
    [ticket] = office.take("ana", [(place.id, place.services[0].id)])
    with pytest.raises(Refusal):
        office.give_up("rui", ticket.id)
    office.give_up("ana", ticket.id)
    assert ticket.state is State.CANCELLED
    assert ticket.ended_at == office.now()
    with pytest.raises(Refusal) as caught:
        office.give_up("ana", ticket.id)
    assert caught.value.errno is Errno.FINISHED


def test_the_same_seed_gives_the_same_ids(hands: Hands) -> None:
    def story(seed: int) -> list[str]:
        office = Office(read_town(), hands, seed)
        place = place_named(office, "Braga Central")
        tickets = [office.arrive(place.id, service.id) for service in place.services]
        return [ticket.id for ticket in tickets]

    assert story(3) == story(3)
    assert not set(story(3)) & set(story(4))


def test_only_the_latest_paper_tickets_are_kept(office: Office) -> None:
    place = place_named(office, "Braga Central")
    desks = Desks(office)
    for _ in range(PAPER_TICKETS_KEPT + 5):
        office.arrive(place.id, place.services[0].id)
        desks.end(desks.call_next(place.id, None, "1"))
    assert len(office.tickets) == PAPER_TICKETS_KEPT
    assert min(ticket.number for ticket in office.tickets.values()) == 6
