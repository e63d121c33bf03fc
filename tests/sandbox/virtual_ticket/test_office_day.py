"""Midnight at each location's own clock, and a state that survives a restart."""

import json
from dataclasses import replace
from datetime import time

import pytest

from sandbox.virtual_ticket.office import Office
from sandbox.virtual_ticket.office_day import dump, load, turn_days
from sandbox.virtual_ticket.office_desks import Desks
from sandbox.virtual_ticket.office_hours import Shift
from sandbox.virtual_ticket.office_model import State, Town
from sandbox.virtual_ticket.refusals import Refusal
from sandbox.virtual_ticket.town import read_town
from tests.sandbox.virtual_ticket.conftest import HOUR, Hands, place_named


def test_numbers_begin_anew_at_the_midnight_of_the_location(office: Office, hands: Hands) -> None:
    braga, azores = place_named(office, "Braga Central"), place_named(office, "Ponta Delgada Marina")
    for place in (braga, azores):
        office.arrive(place.id, place.services[0].id)
    hands.pass_time(12.5 * HOUR)
    turn_days(office)
    assert office.arrive(braga.id, braga.services[0].id).number == 1
    assert office.arrive(azores.id, azores.services[0].id).number == 2
    hands.pass_time(HOUR)
    turn_days(office)
    assert office.arrive(azores.id, azores.services[0].id).number == 1


def test_finished_tickets_are_forgotten_and_live_ones_stay_where_doors_are_open(office: Office, hands: Hands) -> None:
    braga, university = place_named(office, "Braga Central"), place_named(office, "Braga University")
    [waits] = office.take("ana", [(braga.id, braga.services[0].id)])
    [left] = office.take("rui", [(university.id, university.services[0].id)])
    [done] = office.take("eva", [(braga.id, braga.services[0].id)])
    office.give_up("eva", done.id)
    hands.pass_time(24 * HOUR)
    turn_days(office)
    assert office.ticket_of("ana", waits.id).state is State.WAITING
    assert left.state is State.CANCELLED
    with pytest.raises(Refusal):
        office.ticket_of("eva", done.id)
    assert office.tickets_of("eva") == []


def test_nothing_turns_twice_on_one_day(office: Office, hands: Hands) -> None:
    place = place_named(office, "Braga Central")
    office.arrive(place.id, place.services[0].id)
    hands.pass_time(HOUR)
    turn_days(office)
    assert office.arrive(place.id, place.services[0].id).number == 2


def test_everything_is_there_after_a_restart(office: Office, hands: Hands) -> None:
    place = place_named(office, "Braga Central")
    ana = office.people.register({"username": "ana", "first_name": "Ana"}, "hash")
    token = office.people.sign_in(ana)
    office.take(ana.id, [(place.id, place.services[0].id)])
    for _ in range(3):
        office.arrive(place.id, place.services[1].id)
    Desks(office).call_next(place.id, place.services[1].id, "9")
    kept = json.loads(json.dumps(dump(office)))

    other = Office(read_town(), hands, seed=1)
    load(other, kept)

    assert dump(other) == kept
    known = other.people.by_token(token)
    assert known is not None
    assert known.display_name == "Ana"
    assert [one.printed for one in other.tickets_of(ana.id)] == ["A 001"]
    assert Desks(other).ticket(place.id, None, "9").printed == "B 001"
    assert other.arrive(place.id, place.services[1].id).printed == "B 004"
    assert other.desk_id(place.id, "9") == office.desk_id(place.id, "9")


def test_a_server_that_slept_through_the_night_begins_the_day_at_once(office: Office, hands: Hands) -> None:
    university, service = place_named(office, "Braga University"), place_named(office, "Braga University").services[0]
    hands.pass_time(4 * HOUR)
    for _ in range(5):
        office.arrive(university.id, service.id)
    kept = json.loads(json.dumps(dump(office)))
    hands.pass_time(17.5 * HOUR)

    other = Office(read_town(), hands)
    load(other, kept)
    [ticket] = other.take("ana", [(university.id, service.id)])
    assert (ticket.number, other.ahead(ticket)) == (1, 0)
    hands.pass_time(HOUR)
    turn_days(other)
    assert ticket.state is State.WAITING


@pytest.mark.parametrize("days", [1, 3, 30])
def test_one_night_behind_closed_doors_is_enough(days: int, hands: Hands) -> None:
    # Closed on Tuesdays only: the midnights after it tell nothing about the night in which everybody left.
    open_day = (Shift(time(0), time(23, 59, 59)),)
    place = replace(read_town().locations[0], week=(open_day, (), *(open_day,) * 5))
    office = Office(Town("Demo", (place,)), hands)
    [ticket] = office.take("ana", [(place.id, place.services[0].id)])
    hands.pass_time(days * 24 * HOUR)
    turn_days(office)
    assert ticket.state is State.CANCELLED


def test_what_left_the_town_is_left_out(office: Office, hands: Hands) -> None:
    place = place_named(office, "Braga Central")
    office.arrive(place.id, place.services[0].id)
    kept = dump(office)
    town = read_town()
    smaller = Office(type(town)("Demo", town.locations[1:]), hands)
    load(smaller, kept)
    assert smaller.tickets == {}
    assert place.id not in smaller.days
