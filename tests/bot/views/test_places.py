"""Choosing a location and a service: the facts of each, full names on buttons, pages, and honest words where nothing is there."""

from dataclasses import replace
from datetime import timedelta

import pytest
from telegram import ReplyKeyboardMarkup

from bot.brand import Brand
from bot.callbacks import Near, Pick, Place, Town, Towns, ref
from bot.i18n import Translator
from bot.views import facts, places
from tests.bot.views.gallery import EN, NOON, NOW, PT, found, location, service
from tests.bot.views.test_screen import inline_buttons
from tickets.find import Found
from tickets.model import Service


@pytest.mark.parametrize(
    ("t", "one", "told"),
    [
        (EN, found(), "350 m away, open until 18:00, 5 people waiting"),
        (EN, found(waiting=1), "350 m away, open until 18:00, 1 person waiting"),
        (EN, found(waiting=0, distance=1420.0, closes=None), "1.4 km away, open, nobody waiting"),
        (EN, found(open=False, next_opening=NOON.replace(hour=14, minute=0)), "350 m away, closed, opens at 14:00"),
        (EN, found(open=False, distance=None), "closed"),
        (EN, found(open=None, distance=None, waiting=None), ""),
        (PT, found(distance=1420.0), "a 1,4 km, aberto até às 18:00, 5 pessoas à espera"),
    ],
)
def test_the_facts_of_a_location(t: Translator, one: Found, told: str) -> None:
    assert str(facts.found_facts(t, one)) == told


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (service(), "5 people waiting, about 12 min wait"),
        (service(waiting=0, average_wait=timedelta(0)), "nobody waiting"),
        (service(waiting=None, average_wait=timedelta(hours=1, minutes=5)), "about 1 h 5 min wait"),
        (service(is_open=False), "closed now"),
        (service(waiting=None, average_wait=None), ""),
    ],
)
def test_the_facts_of_a_service(one: Service, told: str) -> None:
    assert str(facts.service_facts(EN, location(), one, NOW)) == told


@pytest.mark.parametrize(
    ("tag", "name", "description", "shown"),
    [
        ("A", "Payments", "", "A – Payments"),
        ("A", "", "Service A", "A – Service A"),
        ("A", "A", "", "A"),
        ("", "B", "", "B"),
        ("A", "", "", "A"),
    ],
)
def test_the_name_of_a_service(tag: str, name: str, description: str, shown: str) -> None:
    assert facts.service_name(service(name, tag=tag, description=description)) == shown


def test_asking_where_offers_the_position_and_the_list() -> None:
    keyboard = places.ask_where(EN, Brand()).keyboard
    assert isinstance(keyboard, ReplyKeyboardMarkup)
    position, browse = (row[0] for row in keyboard.keyboard)
    assert (position.text, position.request_location) == (places.share_label(EN), True)
    assert browse.text == places.browse_label(EN)
    assert keyboard.one_time_keyboard


def test_a_list_has_five_to_a_page_with_full_names() -> None:
    many = [found(location(f"Place {n}", id=f"l-{n}"), distance=100.0 * n) for n in range(1, 8)]
    first = inline_buttons(places.near(EN, many))
    assert first[:2] == [("Place 1 (100 m)", Place(ref("l-1")).pack()), ("Place 2 (200 m)", Place(ref("l-2")).pack())]
    assert first[5] == ("Next ▶", Near(1).pack())
    second = places.near(EN, many, page=1)
    assert [label for label, _ in inline_buttons(second)][:3] == ["Place 6 (600 m)", "Place 7 (700 m)", "◀ Previous"]
    assert "Page 2 of 2" in second.unformatted


def test_a_town_turns_its_own_pages() -> None:
    many = [found(location(f"Place {n}", id=f"l-{n}")) for n in range(6)]
    assert ("Next ▶", Town(ref("Braga"), 1).pack()) in inline_buttons(places.town(EN, "Braga", many))


def test_namesakes_are_told_apart() -> None:
    same = [
        found(location(id=f"l-{n}", city=city), distance=None) for n, city in enumerate(("Braga", "Porto", "Porto"))
    ]
    labels = [label for label, _ in inline_buttons(places.near(EN, same))]
    assert labels[:3] == ["Braga Central, Braga", "Braga Central, Porto", "Braga Central, Porto (2)"]


def test_towns_are_paged_and_those_without_a_town_have_a_door() -> None:
    towns = ["", *(f"Town {n}" for n in range(9))]
    buttons = inline_buttons(places.towns(EN, towns))
    assert buttons[0] == ("Other locations", Town(ref("")).pack())
    assert ("Next ▶", Towns(1).pack()) in buttons


def test_a_place_has_a_button_a_service() -> None:
    shut = service("Loans", id="s-2", tag="B", is_open=False)
    screen = places.place(EN, found(location(services=(service(), shut))), now=NOW)
    assert inline_buttons(screen)[:3] == [
        ("A – Payments", Pick(ref("l-1"), ref("s-1")).pack()),
        ("B – Loans (closed)", Pick(ref("l-1"), ref("s-2")).pack()),
        ("Map", "1|map|" + ref("l-1")),
    ]
    assert screen.unformatted.split("\n") == [
        "Braga Central", "350 m away, open until 18:00, 5 people waiting", "Rua Nova 1", "253 000 000, https://example.org",
        "A – Payments: 5 people waiting, about 12 min wait", "B – Loans: closed now", "Choose a service:",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("description", "shown"),
    [("Bills and refunds", "Bills and refunds"), ("payments", ""), ("A – Payments", ""), ("", ""), (" A\u202e ", "")],
)
def test_a_description_is_shown_where_it_says_more_than_the_name(description: str, shown: str) -> None:
    assert facts.service_description(service(description=description)) == shown


def test_every_way_to_reach_the_staff_is_shown() -> None:
    told = location(
        email="braga@example.org", contacts="Ring twice", services=(service(description="Bills and refunds"),)
    )
    screen = places.place(EN, found(told), now=NOW).unformatted.replace("\u2060", "").split("\n")
    assert screen[3:7] == [
        "253 000 000, braga@example.org, https://example.org",
        "Ring twice",
        "A – Payments: 5 people waiting, about 12 min wait",
        "Bills and refunds",
    ]
    closed = places.place(EN, found(replace(told, services=())), now=NOW).unformatted
    assert "253 000 000" in closed
    assert "Ring twice" in closed
    assert places.place(EN, found(location(contacts="253 000 000")), now=NOW).unformatted.count("253 000 000") == 1


def test_a_place_without_services_says_so() -> None:
    screen = places.place(EN, found(location(services=(), coordinates=None)), now=NOW)
    assert "No tickets are given here" in screen.unformatted
    assert [label for label, _ in inline_buttons(screen)] == ["Search elsewhere", "Start menu"]


def test_a_crowd_of_services_keeps_its_buttons() -> None:
    crowd = tuple(replace(service(f"Service {n}"), id=f"s-{n}") for n in range(40))
    screen = places.place(EN, found(location(services=crowd)), now=NOW)
    assert sum("1|pick|" in data for _, data in inline_buttons(screen)) == 40
    assert screen.unformatted.count("wait") < 30
