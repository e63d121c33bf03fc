"""The town by itself: people come, desks call, and a person who takes a ticket is called soon."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from sandbox.clock import Clock
from sandbox.virtual_ticket.office import Office
from sandbox.virtual_ticket.office_desks import Desks
from sandbox.virtual_ticket.office_model import State, Ticket
from sandbox.virtual_ticket.town import read_town
from sandbox.virtual_ticket.town_life import STAFF_STAYS_SECONDS, TICK_SECONDS, TownLife
from tests.sandbox.virtual_ticket.conftest import HOUR, MONDAY_NOON, Hands, place_named

DEMO_SPEED = 3.0


def live(life: TownLife, hands: Hands, seconds: float) -> None:
    """Let that much time pass in ticks."""
    for _ in range(int(seconds / TICK_SECONDS)):
        hands.pass_time(TICK_SECONDS)
        life.step()


def test_nothing_moves_unless_told(office: Office, hands: Hands) -> None:
    life = TownLife(office, 0.0)
    place = place_named(office, "Braga Central")
    ticket = office.arrive(place.id, place.services[0].id)
    live(life, hands, 600)
    assert ticket.state is State.WAITING
    assert len(office.tickets) == 1


@pytest.mark.parametrize("hour", [*range(24), 19.5])
def test_whoever_takes_a_ticket_is_called_within_five_minutes(hands: Hands, hour: float) -> None:
    hands.now = begin = MONDAY_NOON - 12 * HOUR + hour * HOUR
    office = Office(read_town(), hands, seed=int(begin))
    life = TownLife(office, DEMO_SPEED)
    live(life, hands, 30)
    taken = []
    for place, service in office.services.values():
        if office.takes_tickets(place, service):
            ticket = office.take(f"{place.id} {service.tag}", [(place.id, service.id)])[0]
            taken.append((ticket, hands.now, office.ahead(ticket)))
    live(life, hands, 300)
    waits = sorted((ticket.called_at or float("inf")) - since for ticket, since, _ in taken)
    assert waits[-1] <= 300
    assert waits[len(waits) // 2] >= 30
    assert sum(ahead for *_, ahead in taken) / len(taken) >= 1


def test_the_day_has_a_quiet_night_and_two_peaks_on_each_locations_own_clock(hands: Hands) -> None:
    town = read_town()
    places = tuple(
        one for one in town.locations if one.name in ("Braga Central", "Porto Baixa", "Ponta Delgada Marina")
    )
    hands.now = MONDAY_NOON - 12 * HOUR
    office = Office(replace(town, locations=places), hands, seed=1)
    came: Counter[tuple[str, int]] = Counter()
    arrive = office.arrive

    def counted(location_id: str, service_id: str) -> Ticket:
        place = office.places[location_id]
        came[place.name, office.local(place).hour] += 1
        return arrive(location_id, service_id)

    life = TownLife(office, 1.0)
    office.arrive = counted  # type: ignore[method-assign]  # how many come is seen by nobody but the door
    while hands.now < MONDAY_NOON + 13 * HOUR:
        hands.pass_time(10)
        life.step()
    for place in places:
        night, morning, lunch, afternoon = (
            sum(came[place.name, hour] for hour in hours) / len(hours)
            for hours in ((1, 2, 3, 4, 5), (10, 11), (12, 13), (14, 15))
        )
        assert min(morning, afternoon) > 2.5 * night
        assert lunch < 0.9 * min(morning, afternoon)
        by_hour = [came[place.name, hour] for hour in range(24)]
        assert max(by_hour) > 3 * min(by_hour)
        assert by_hour.index(max(by_hour)) in (9, 10, 11, 14, 15, 16)


def test_customers_of_the_api_are_served_and_some_others_do_not_come(office: Office, hands: Hands) -> None:
    life = TownLife(office, 30.0)
    place = place_named(office, "Porto Boavista")
    [ticket] = office.take("ana", [(place.id, place.services[0].id)])
    live(life, hands, 120)
    assert ticket.state is State.ENDED
    states = {one.state for one in office.tickets.values()}
    assert states >= {State.WAITING, State.CALLED, State.ENDED, State.MISSED}


def test_the_same_seed_lives_the_same_day(hands: Hands) -> None:
    def story() -> list[tuple[str, int, float | None]]:
        hands.now = MONDAY_NOON
        office = Office(read_town(), hands, seed=5)
        live(TownLife(office, 10.0), hands, 120)
        return [(one.id, one.state, one.called_at) for one in office.tickets.values()]

    assert story() == story()


def test_a_desk_where_a_person_works_is_left_to_them(office: Office, hands: Hands) -> None:
    life = TownLife(office, DEMO_SPEED)
    place = place_named(office, "London Mobile Counter")
    life.leave_desk(place.id, "Van")
    live(life, hands, 300)
    assert not any(one.called_at for one in office.tickets.values() if one.location_id == place.id)
    live(life, hands, STAFF_STAYS_SECONDS)
    assert any(one.called_at for one in office.tickets.values() if one.location_id == place.id)


def test_at_night_fewer_desks_work_and_nobody_is_left_to_one_that_does_not(hands: Hands) -> None:
    hands.now = MONDAY_NOON - 9 * HOUR
    office = Office(read_town(), hands, seed=3)
    place = place_named(office, "Porto Boavista")
    life = TownLife(office, DEMO_SPEED)
    [ticket] = office.take("ana", [(place.id, place.services[0].id)])
    Desks(office).transfer(ticket, None, place.desks[-1])
    live(life, hands, 120)
    assert (ticket.state, ticket.desk) == (State.ENDED, place.desks[-1])
    serving = [tag for location_id, tag in office.serving if location_id == place.id]
    assert len(serving) < len(place.desks)


def test_a_town_without_desks_lives_too(hands: Hands) -> None:
    town = read_town()
    office = Office(replace(town, locations=(replace(town.locations[0], desks=()),)), hands)
    live(TownLife(office, DEMO_SPEED), hands, 60)
    assert office.tickets
    assert not any(one.called_at for one in office.tickets.values())


def test_a_ticket_at_the_desk_after_a_restart_is_served_to_its_end(office: Office, hands: Hands) -> None:
    place = place_named(office, "Vigo Príncipe")
    [ticket] = office.take("ana", [(place.id, place.services[0].id)])
    Desks(office).call_next(place.id, None, "2")
    life = TownLife(office, DEMO_SPEED)
    live(life, hands, 1)
    assert office.serving[(place.id, "2")] is ticket
    live(life, hands, 120)
    assert ticket.state is State.ENDED


def test_a_ticket_that_is_taken_away_frees_the_desk(office: Office, hands: Hands) -> None:
    life = TownLife(office, DEMO_SPEED)
    live(life, hands, 2)
    place = place_named(office, "London Mobile Counter")
    first = office.serving[(place.id, "Van")]
    office.finish(first, State.CANCELLED)
    live(life, hands, 10)
    assert office.serving[(place.id, "Van")] is not first


async def test_it_runs_on_the_sandbox_clock_until_cancelled() -> None:
    clock = Clock()
    clock.set(MONDAY_NOON)
    office = Office(read_town(), clock.now)
    life = TownLife(office, DEMO_SPEED)
    moved = asyncio.Event()
    office.changed = moved.set
    async with asyncio.TaskGroup() as group:
        running = group.create_task(life.run(clock))
        await asyncio.wait_for(moved.wait(), 10)
        running.cancel()
    assert running.cancelled()
