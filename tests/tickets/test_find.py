"""Finding a location: distances against known pairs, words without accents, two answers made one, and how often the server is asked."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tickets.hand_clock import HandClock
from tests.tickets.neighbours import FakeServer, Trouble
from tests.tickets.town import MONDAY, a_location, a_service, at
from tickets.errors import ServerUnavailable, Unknown
from tickets.find import (
    Find,
    distance,
    found,
    matches,
    merged,
    most_radius,
    nearest_first,
    plain,
    service_of,
)
from tickets.model import Coordinates, Location, Notice, Notices, Rules, ServerService, Shift

LISBON, PORTO, LONDON = Coordinates(38.7223, -9.1393), Coordinates(41.1579, -8.6291), Coordinates(51.5074, -0.1278)
PARIS, SYDNEY, POLE = Coordinates(48.8566, 2.3522), Coordinates(-33.8688, 151.2093), Coordinates(90, 0)
points = st.builds(Coordinates, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        (LONDON, PARIS, 343.6),
        (LISBON, PORTO, 274.3),
        (LONDON, SYDNEY, 16_994),
        (Coordinates(0, 0), Coordinates(0, 1), 111.2),
        (Coordinates(0, 179.5), Coordinates(0, -179.5), 111.2),
        (POLE, Coordinates(-90, 77), 20_015),
        (LISBON, LISBON, 0),
    ],
)
def test_known_distances(one: Coordinates, other: Coordinates, kilometres: float) -> None:
    assert distance(one, other) / 1000 == pytest.approx(kilometres, rel=0.005)


@given(points, points, points)
def test_a_distance_is_a_distance(one: Coordinates, other: Coordinates, third: Coordinates) -> None:
    assert 0 <= distance(one, other) <= 20_015_100
    assert distance(one, other) == pytest.approx(distance(other, one), abs=1e-3)
    assert distance(one, third) <= distance(one, other) + distance(other, third) + 1


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("sao tome", True),
        ("SÃO TOMÉ", True),
        ("tome sao", True),
        ("lisboa", True),
        ("rua da prata 5", True),
        ("são joão", False),
        ("tom", True),
        ("   ", False),
        ("", False),
    ],
)
def test_words_are_found_without_accents(text: str, *, there: bool) -> None:
    assert matches(a_location(name="Loja São Tomé", city="Lisboa", address="Rua da Prata, 5"), text) is there


def test_plain_folds_case_beyond_lower() -> None:
    assert (plain("STRASSE"), plain("Straße"), plain("Ç")) == ("strasse", "strasse", "c")


def test_the_nearest_come_first_and_those_without_a_place_last_by_name() -> None:
    near, far = a_location("1", "Zeta", coordinates=LISBON), a_location("2", "Alfa", coordinates=PORTO)
    lost = [a_location("4", "Évora"), a_location("3", "Beja")]
    order = nearest_first(found(one, MONDAY, LISBON) for one in (*lost, far, near))
    assert [one.location.id for one in order] == ["1", "2", "3", "4"]
    assert [one.distance is None for one in order] == [False, False, True, True]


def test_what_is_known_of_one_location() -> None:
    services = (a_service("1", waiting=3), a_service("2", waiting=None), a_service("3", waiting=0))
    shifts = (Shift(at("09:00"), at("18:00")),)
    one = found(a_location(services=services, shifts=shifts), MONDAY)
    assert (one.waiting, one.open, one.closes, one.distance) == (3, True, at("18:00"), None)
    assert found(a_location(services=(a_service(waiting=None),)), MONDAY).waiting is None
    assert found(a_location(coordinates=PORTO), MONDAY).distance is None


def test_the_two_answers_are_made_one() -> None:
    bare = a_location("1", timezone=None, is_open=None, services=(replace(a_service("10", ""), is_open=None),))
    told = replace(a_service("10", "Payments", waiting=99), issued=41, average_wait=timedelta(minutes=4), color="#fff")
    rich = a_location("1", "Other name", address="Pier 4", coordinates=LISBON, services=(told,))
    (one,) = merged([bare], [ServerService("s", "Payments", locations=(rich,))])
    assert (one.name, one.timezone, one.is_open, one.address) == ("Riverside", "Europe/Lisbon", True, "Pier 4")
    (service,) = one.services
    assert (service.name, service.issued, service.waiting, service.color) == ("Payments", 41, 4, "#fff")
    assert (service.is_open, service.average_wait) == (True, timedelta(minutes=4))


def test_the_brand_s_state_of_a_service_stands_in() -> None:
    silent, told = a_service("10"), replace(a_service("11"), state=0)
    town = [a_location("1", services=(silent, told))]
    (one,) = merged(town, [ServerService("s", "P", state=1, locations=(a_location("1", services=(silent, told)),))])
    assert [service.state for service in one.services] == [1, 0]


def test_the_brand_s_description_of_a_service_stands_in() -> None:
    silent, told = a_service("10"), replace(a_service("11"), description="Own words")
    offered = ServerService("s", "P", "Bills and refunds", locations=(a_location("1", services=(silent, told)),))
    (one,) = merged([a_location("1", services=(a_service("10"), a_service("11")))], [offered])
    assert [service.description for service in one.services] == ["Bills and refunds", "Own words"]


def test_what_locations_says_itself_is_kept() -> None:
    own = a_location("1", timezone="Atlantic/Azores", is_open=False, services=(a_service("10", is_open=False),))
    (one,) = merged([own], [ServerService("s", "P", locations=(a_location("1"),))])
    assert (one.timezone, one.is_open, one.services[0].is_open) == ("Atlantic/Azores", False, False)


def test_a_location_s_own_rules_win_over_the_brand_s_field_by_field() -> None:
    call, hint, own_call = Notice("Your turn", "Go"), Notice("Soon", "Come"), Notice("Now", "Desk %{ticket.desk.tag}")
    brand = Rules(50.0, 5, 10, allow_multi_ticket=False, notices=Notices(call, hint))
    own = Rules(0.0, None, 0, allow_multi_ticket=True, notices=Notices(your_turn=own_call))
    two = [a_location("1", rules=brand), a_location("2", rules=brand)]
    one, other = merged(two, [ServerService("s", "P", locations=(a_location("1", rules=own),))])
    assert one.rules == Rules(0.0, 5, 0, allow_multi_ticket=True, notices=Notices(own_call, hint))
    assert other.rules == brand


def test_services_of_two_branches_that_share_an_id_are_not_mixed_up() -> None:
    one, two = (a_location(i, services=(replace(a_service("10"), issued=n),)) for i, n in (("1", 5), ("2", 80)))
    offered = [ServerService("s", "P", locations=(one, two))]
    bare = [a_location("1"), a_location("2"), a_location("3")]
    assert [location.services[0].issued for location in merged(bare, offered)] == [5, 80, None]


TOWN = (
    a_location("1", "Beja", city="Évora", coordinates=LISBON),
    a_location("2", "Alfa", city="Braga", coordinates=PORTO),
    a_location("3", "Gama", city=""),
)


@pytest.fixture
def server() -> FakeServer:
    return FakeServer(HandClock(), TOWN)


async def test_finding_by_place_name_and_town(server: FakeServer) -> None:
    find = Find(server, server.clock)
    assert [one.location.id for one in await find.near(PORTO)] == ["2", "1", "3"]
    assert [one.location.id for one in await find.named("evora")] == ["1"]
    assert await find.named("nowhere") == ()
    assert await find.towns() == ("Braga", "Évora", "")
    assert [one.location.id for one in await find.in_town("")] == ["3"]
    assert server.asked["locations"] == 1


async def test_everybody_shares_one_reading_for_a_while(server: FakeServer) -> None:
    find = Find(server, server.clock, keep=10)
    for seconds, asked in ((0, 1), (10, 1), (0.5, 2), (3, 2)):
        server.clock.advance(seconds)
        await find.all()
        assert server.asked["locations"] == asked
    server.clock.advance(1)
    await find.all(fresh=True)
    assert server.asked["locations"] == 3


async def test_a_place_that_is_not_in_the_list_is_looked_up_once_more(server: FakeServer) -> None:
    find = Find(server, server.clock)
    await find.all()
    server.clock.advance(1)
    server.town = (*TOWN, a_location("4", "New"))
    assert (await find.place("4".__eq__)).location.name == "New"
    assert server.asked["locations"] == 2
    server.clock.advance(1)
    with pytest.raises(Unknown):
        await find.place("5".__eq__)


async def test_without_the_services_the_list_still_stands(server: FakeServer) -> None:
    server.trouble.append(Trouble("services", after=False))
    assert len(await Find(server, server.clock).all()) == 3


async def test_the_server_s_radius_holds_where_a_location_says_none(server: FakeServer) -> None:
    server.town = (a_location("1"), a_location("2", rules=Rules(radius=5)), a_location("3", rules=Rules(radius=0)))
    server.configured = {"vt_max_radius": "30"}
    find = Find(server, server.clock)
    assert [one.rules.radius for one in await find.all()] == [30.0, 5, 0]


async def test_settings_are_read_seldom_and_their_failure_hides_nothing(server: FakeServer) -> None:
    server.configured = {"vt_max_radius": "30"}
    server.trouble.append(Trouble("settings", after=False))
    find = Find(server, server.clock, keep=10)
    radii, asked = [], []
    for seconds in (0, 11, 50, 300, 301):
        server.clock.advance(seconds)
        radii.append((await find.all())[0].rules.radius)
        asked.append(server.asked["settings"])
    assert radii == [None, None, 30.0, 30.0, 30.0]
    assert asked == [1, 1, 2, 2, 3]


@pytest.mark.parametrize(
    ("told", "radius"),
    [("50", 50.0), ("2.5", 2.5), ("0", None), ("-1", None), ("", None), ("far", None), ("nan", None), ("inf", None)],
)
def test_the_server_s_radius_in_every_form(told: str, radius: float | None) -> None:
    assert most_radius({"vt_max_radius": told}) == radius
    assert most_radius({}) is None


async def test_a_server_away_is_said_so(server: FakeServer) -> None:
    server.trouble.append(Trouble("locations", after=False))
    find = Find(server, server.clock)
    with pytest.raises(ServerUnavailable):
        await find.all()
    assert len(await find.all()) == 3


async def test_those_who_wait_share_a_failure_too(server: FakeServer) -> None:
    find = Find(server, server.clock)
    server.trouble.append(Trouble("locations", after=True, count=9))
    inner = server.locations

    async def slow(**told: str) -> tuple[Location, ...]:
        await server.clock.sleep(10)
        return await inner(**told)

    server.locations = slow  # type: ignore[method-assign]  # the same server, ten seconds away
    told = await asyncio.gather(*(find.all() for _ in range(20)), return_exceptions=True)
    assert [type(one) for one in told] == [ServerUnavailable] * 20
    assert server.asked["locations"] == 1
    with pytest.raises(ServerUnavailable):
        await find.all()
    assert server.asked["locations"] == 2


def test_a_service_by_id() -> None:
    location: Location = a_location(
        services=(a_service("1"), a_service("2", is_open=False), a_service("3", is_open=None))
    )
    assert service_of(location, "2".__eq__).id == "2"
    with pytest.raises(Unknown):
        service_of(location, "9".__eq__)
