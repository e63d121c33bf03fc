"""Locations with their coordinates, contacts, services and rules, and the server's settings."""

from typing import Any

import pytest

from queue_api.reading.customer import settings
from queue_api.reading.fields import Unreadable
from queue_api.reading.locations import locations, server_services
from queue_api.reading.places import coordinates, location
from queue_api.reading.rules import NO_RULES, rules
from queue_api.reading.services import service
from queue_api.reading.tickets import MOST_TICKETS
from tickets.model import Coordinates, Notice, Notices, Phase, Rules

FACTS = ("id", "name", "city", "region", "country", "address", "phone", "email", "website", "contacts", "timezone")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("41.572408,-8.426258", Coordinates(41.572408, -8.426258)),
        ("41.572408,-8.426258,868", Coordinates(41.572408, -8.426258)),
        (" 41.572408 , -8.426258 , ", Coordinates(41.572408, -8.426258)),
        ("-90,180", Coordinates(-90.0, 180.0)),
        ("90.1,0", None),
        ("0,180.1", None),
        ("41.572408", None),
        ("41.572408;-8.426258", None),
        ("nan,nan", None),
        ("1e999,0", None),
        (",", None),
        ("", None),
        (None, None),
        (41.5, None),
        ([41.5, -8.4], None),
        ("4" * 101, None),
    ],
)
def test_coordinates(told: Any, expected: Coordinates | None) -> None:
    assert coordinates({"coordinates": told}) == expected


def test_every_fact_of_a_location_arrives() -> None:
    facts = {name: f"the {name}" for name in FACTS}
    read = location({**facts, "isOpen": "false"})
    assert {name: getattr(read, name) for name in facts} == facts
    assert read.is_open is False


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("", ""),
        ("call us", "call us"),
        (["253 1", "", None, " 253 2 "], "253 1, 253 2"),
        ({"phone": "253 1", "fax": ""}, "253 1"),
        ([], ""),
    ],
)
def test_contacts_in_any_form(told: Any, expected: str) -> None:
    assert location({"id": "1", "contacts": told}).contacts == expected


@pytest.mark.parametrize(
    "told", ["closed", 5, {"monday": "9-18"}, ["9-18"], [{"open_today_from": "9", "open_today_to": 18}]]
)
def test_hours_that_nobody_can_read_hide_no_location(told: Any) -> None:
    assert location({"id": "1", "working_hours": told}).shifts == ()


def test_a_service_is_called_by_what_is_told_of_it() -> None:
    named = service({"id": "1", "tag": "A", "name": "Payments", "description": "Bills"})
    described = service({"id": "1", "tag": "A", "description": "Payments"})
    tagged = service({"id": "1", "tag": "A"})
    assert [(one.name, one.description) for one in (named, described, tagged)] == [
        ("Payments", "Bills"),
        ("Payments", ""),
        ("A", ""),
    ]


def test_rules_of_the_answer_hold_where_a_location_says_nothing_of_its_own() -> None:
    shared = Rules(radius=50.0, min_customers=3)
    own = ("", None, {"request_ticket_radius": 5}, {"request_ticket_min_customers": 0})
    tree = {"locations": [{"id": str(number), "settings": told} for number, told in enumerate(own)]}
    read = [(one.rules.radius, one.rules.min_customers) for one in locations(tree, shared)]
    assert read == [(50.0, 3), (50.0, 3), (5.0, 3), (50.0, 0)]


@pytest.mark.parametrize("told", [None, "", {}, [], [{}], [""]])
def test_no_rules(told: Any) -> None:
    assert rules({"settings": told}) is NO_RULES


def test_notices() -> None:
    told = {"your_turn": {"title": "", "message": "Go!"}, "almost_your_turn": {"title": None, "message": ""}}
    assert rules({"settings": {"notification_texts": told}}).notices == Notices(your_turn=Notice("", "Go!"))


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ("no", "settings"),
        ({"request_ticket_radius": "far"}, "settings.request_ticket_radius"),
        ({"request_ticket_min_customers": [1]}, "settings.request_ticket_min_customers"),
        ({"allow_multi_ticket": "perhaps"}, "settings.allow_multi_ticket"),
        ({"notification_texts": "hello"}, "settings.notification_texts"),
        ({"notification_texts": {"your_turn": "hello"}}, "settings.notification_texts.your_turn"),
        ({"notification_texts": {"your_turn": {"title": ["x"]}}}, "settings.notification_texts.your_turn.title"),
    ],
)
def test_what_makes_rules_unreadable(told: Any, field: str) -> None:
    with pytest.raises(Unreadable) as caught:
        rules({"settings": told})
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([{"id": "vt_max_radius", "value": "50"}], {"vt_max_radius": "50"}),
        ([{"id": "vt_max_radius", "value": 50}, {"id": "x", "value": True}], {"vt_max_radius": "50", "x": "true"}),
        ({"id": "vt_max_radius", "value": None}, {"vt_max_radius": ""}),
        ({"vt_max_radius": 50, "x": False}, {"vt_max_radius": "50", "x": "false"}),
        ({"setting": {"id": "a", "value": "b"}}, {"a": "b"}),
        ("", {}),
        (None, {}),
    ],
)
def test_settings(told: Any, expected: dict[str, str]) -> None:
    assert settings({"settings": told}) == expected


def test_a_setting_without_a_name() -> None:
    with pytest.raises(Unreadable) as caught:
        settings({"settings": [{"id": "a", "value": "b"}, {"value": "50"}]})
    assert caught.value.field == "settings[1].id"


TOLD = {"id": "7", "number": 6, "tag": "A", "service_id": "2", "state": 1, "startcall_date": "2019-12-20 16:00:40"}


def test_tickets_of_a_location() -> None:
    full = {**TOLD, "id": "8", "service": {"id": "3", "name": "Payments"}, "master": {"id": "1", "name": "Braga"}}
    (found,) = locations({"locations": [{"id": "1", "name": "Braga", "tickets": [TOLD, full]}]})
    one, other = found.tickets
    assert (one.id, one.label, one.phase, one.state, one.service.id, one.location.id) == (
        "7",
        "A 006",
        Phase.CALLED,
        1,
        "2",
        "1",
    )
    assert (other.service.name, other.location.name) == ("Payments", "Braga")
    assert "A 006" not in repr(found)


@pytest.mark.parametrize("told", [None, "", [], {}, "none", 3, True, ["x"], [[]], [{}], [{"id": "1"}]])
def test_tickets_that_cannot_be_read_hide_no_location(told: Any) -> None:
    (found,) = locations({"locations": [{"id": "1", "tickets": told}]})
    assert found.tickets == ()


def test_a_ticket_that_cannot_be_read_hides_no_other() -> None:
    (found,) = locations({"locations": [{"id": "1", "tickets": [{"number": "x"}, TOLD, {}]}]})
    assert [one.id for one in found.tickets] == ["7"]


def test_no_more_tickets_of_locations_are_read_than_of_a_customer() -> None:
    many = {"id": "1", "tickets": [TOLD] * (MOST_TICKETS - 1)}
    for found in (
        locations({"locations": [many, many]}),
        [
            place
            for one in server_services({"server_services": [{"id": "1", "locations": [many]}] * 2})
            for place in one.locations
        ],
    ):
        assert [len(one.tickets) for one in found] == [MOST_TICKETS - 1, 1]
