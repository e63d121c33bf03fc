"""The town of the demo, and one clear sentence for every mistake in a town file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.virtual_ticket.town import TownError, read_town

SMALL: dict[str, Any] = {
    "brand": "Padaria",
    "services": [{"tag": "P", "name": "Bread"}],
    "locations": [{"name": "Corner", "timezone": "Europe/Lisbon", "services": ["P"]}],
}


def written(folder: Path, town: Any) -> Path:
    file = folder / "town.json"
    file.write_text(town if isinstance(town, str) else json.dumps(town), "utf-8")
    return file


def test_the_demo_has_what_a_client_must_cope_with() -> None:
    town = read_town()
    places = town.locations
    assert len(places) >= 12
    assert len({place.city for place in places}) >= 4
    assert len({place.timezone for place in places}) >= 3
    assert sum(len(place.services) > 1 for place in places) >= 8
    assert any(not place.coordinates and place.services for place in places)
    assert any(not place.services for place in places)
    assert any(place.coordinates.count(",") == 2 for place in places)
    assert any(service.state == 1 for place in places for service in place.services)
    assert any(not any(place.week) for place in places)
    assert any(len(day) == 2 for place in places for day in place.week)
    assert set(places[0].notices) == {"your_turn", "almost_your_turn"}


def test_ids_stay_when_a_file_is_read_again_or_grows(tmp_path: Path) -> None:
    before = read_town(written(tmp_path, SMALL)).locations[0]
    grown = {**SMALL, "locations": [{"name": "New", "timezone": "Europe/Paris"}, *SMALL["locations"]]}
    after = read_town(written(tmp_path, grown)).locations[1]
    assert (after.id, after.services[0].id) == (before.id, before.services[0].id)


def test_toml_and_what_a_location_says_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "town.toml"
    file.write_text(
        """
        brand = "Padaria"
        services = [{ tag = "P", name = "Bread" }, { tag = "Q", name = "Cake" }]
        rules = { request_ticket_radius = 5 }
        [[locations]]
        id = "corner"
        name = "Corner"
        timezone = "Europe/Lisbon"
        services = ["Q"]
        services_off = ["P"]
        desks = ["Till"]
        hours = { mon = ["09:00-12:00"] }
        rules = { allow_multi_ticket = true }
        notices = { your_turn = { title = "Já!", message = "Venha" } }
        """,
        "utf-8",
    )
    place = read_town(file).locations[0]
    assert (place.id, place.desks) == ("corner", ("Till",))
    assert [(service.tag, service.state) for service in place.services] == [("P", 1), ("Q", 0)]
    assert (place.rules.request_ticket_radius, place.rules.allow_multi_ticket) == (5, True)
    assert place.notices["your_turn"]["title"] == "Já!"
    assert [len(day) for day in place.week] == [1, 0, 0, 0, 0, 0, 0]


def change(**location: Any) -> Callable[[dict[str, Any]], None]:
    return lambda town: town["locations"][0].update(location)


def top(**keys: Any) -> Callable[[dict[str, Any]], None]:
    return lambda town: town.update(keys)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (top(brand=""), "the town needs a brand"),
        (top(colour="red"), 'the town has an unknown key "colour"'),
        (top(locations=[]), "the town needs a list of locations"),
        (top(locations=["Corner"]), "a location must be a table"),
        (top(max_radius=-1), "the town: max_radius must be a whole number, 0 or more"),
        (top(services=[{"tag": "P", "name": "a"}, {"tag": "P", "name": "b"}]), 'service tag "P" is given twice'),
        (top(locations=SMALL["locations"] * 2), 'location "Corner": another location has the same name or id'),
        (change(timezone="Europe/Brag"), 'location "Corner": timezone "Europe/Brag" is unknown'),
        (change(name=3), 'location "3": name must be a text'),
        (change(services=["X"]), 'location "Corner": service "X" is not among the town\'s services'),
        (change(services_off=["P"]), 'location "Corner": a service is named twice'),
        (change(coordinates="41.5"), 'coordinates "41.5" must be latitude,longitude in degrees'),
        (change(coordinates="91,0"), "must be latitude,longitude in degrees"),
        (change(coordinates="north,0"), "must be latitude,longitude in degrees"),
        (change(hours="sometimes"), 'hours must be "always", a list of shifts, or shifts by weekday'),
        (change(hours=["9-12"]), '"9-12" is no opening time'),
        (change(hours={"monday": []}), 'hours has an unknown key "monday"'),
        (change(desks="1"), "desks must be a list of texts"),
        (change(rules={"allow_multi_ticket": 1}), "allow_multi_ticket must be true or false"),
        (change(rules={"request_ticket_min_customers": True}), "request_ticket_min_customers must be a whole number"),
        (change(notices={"your_turn": {"title": "x"}}), "your_turn needs a message"),
    ],
)
def test_one_sentence_says_what_is_wrong(
    tmp_path: Path, spoil: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    town = json.loads(json.dumps(SMALL))
    spoil(town)
    with pytest.raises(TownError) as caught:
        read_town(written(tmp_path, town))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", '"town"'])
def test_what_is_no_town_at_all(tmp_path: Path, text: str) -> None:
    with pytest.raises(TownError):
        read_town(written(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TownError, match="cannot be read"):
        read_town(tmp_path / "nowhere.toml")
