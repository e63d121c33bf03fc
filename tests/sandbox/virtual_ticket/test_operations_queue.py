"""The seed's sections "Locations / Masters", "Services", "Tickets" and "Settings", with their shapes and mixed types."""

import re
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from sandbox.virtual_ticket.app import Branches
from sandbox.virtual_ticket.office_model import Location
from sandbox.virtual_ticket.refusals import Errno
from tests.sandbox.virtual_ticket.conftest import Caller, Hands, place_named


async def listed(caller: Caller, **query: Any) -> list[Any]:
    found: list[Any] = (await caller.asks("locations/get", **query))["locations"]
    return found


async def test_a_location_as_the_seed_lists_it(caller: Caller, braga: Location) -> None:
    for _ in range(2):
        await caller.plays("arrive", location_id=braga.id, service_id=braga.services[0].id)
    answer = await caller.asks("locations/get")
    assert answer["status"] == {"success": "true"}
    place = answer["locations"][0]
    assert set(place) == {
        *("id", "name", "city", "region", "country", "coordinates", "address", "isOpen", "working_hours", "services"),
    }
    assert place["coordinates"].count(",") == 2
    assert place["working_hours"] == [
        {"open_today_from": "2026-01-12 00:00:00", "open_today_to": "2026-01-12 23:59:59"}
    ]
    busy, idle = place["services"][:2]
    assert busy == {
        "id": braga.services[0].id,
        "tag": "A",
        "description": "Customer Service",
        "waiting_tickets": "2",
        "waiting_avg": "00:02",
        "state": 0,
    }
    # Whoever comes for another service waits for the same desks; at the next location nobody waits at all.
    assert (idle["waiting_tickets"], idle["waiting_avg"]) == ("0", "00:02")
    elsewhere = answer["locations"][1]["services"][0]
    assert (elsewhere["waiting_tickets"], elsewhere["waiting_avg"]) == ("0", "0")
    assert answer["settings"]["allow_multi_ticket"] is False
    assert "%{ticket.desk.tag}" in answer["settings"]["notification_texts"]["your_turn"]["message"]


async def test_a_location_without_services_has_the_other_shape(caller: Caller) -> None:
    [place] = [one for one in await listed(caller) if one["name"] == "Porto Warehouse"]
    assert "isOpen" not in place
    assert (place["working_hours"], place["contacts"], place["options"], place["coordinates"]) == ("", "", "", "")
    assert (place["services"], place["tickets"]) == ([], [])
    assert place["created_at"] == place["updated_at"] == "2026-01-12 12:00:00"


async def test_closed_doors_two_shifts_and_a_service_switched_off(caller: Caller) -> None:
    places = {one["name"]: one for one in await listed(caller)}
    closed = places["Ponta Delgada Airport"]
    assert (closed["isOpen"], closed["working_hours"]) == (False, [])
    assert len(places["Porto Asprela"]["working_hours"]) == 2
    assert [service["state"] for service in places["Braga Lamaçães"]["services"]] == [0, 0, 1]
    late = places["Lisboa Night Desk"]["working_hours"][0]
    assert late == {"open_today_from": "2026-01-12 18:00:00", "open_today_to": "2026-01-13 02:00:00"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"city": "PORTO"}, {"Porto Boavista", "Porto Baixa", "Porto Asprela", "Porto Warehouse"}),
        ({"region": "açores"}, {"Ponta Delgada Marina", "Ponta Delgada Airport"}),
        ({"region": "Galicia", "city": "Vigo"}, {"Vigo Príncipe"}),
        ({"region": "Galicia", "city": "Porto"}, set()),
    ],
)
async def test_some_locations(caller: Caller, query: dict[str, str], expected: set[str]) -> None:
    assert {place["name"] for place in await listed(caller, **query)} == expected


async def test_one_location(caller: Caller, braga: Location) -> None:
    assert [place["name"] for place in await listed(caller, location_id=braga.id)] == ["Braga Central"]


async def test_the_nearest_come_first(caller: Caller) -> None:
    names = [place["name"] for place in await listed(caller, coordinates="41.5725702999,-8.4263883")]
    assert names[0] == "Braga Central"
    assert {names[-1], names[-2]} == {"London Mobile Counter", "Porto Warehouse"}
    assert names.index("Porto Baixa") < names.index("Lisboa Saldanha") < names.index("London Holborn")


@pytest.mark.parametrize("text", ["here", "1", "1,2,3,4", "91,0", "nan,0", "0,181"])
async def test_coordinates_that_are_none(caller: Caller, text: str) -> None:
    assert (await caller.asks("locations/get", 400, coordinates=text))["errno"] == Errno.PARAMETERS


async def test_services_as_the_seed_shows_them(caller: Caller, braga: Location) -> None:
    await caller.plays("arrive", location_id=braga.id, service_id=braga.services[1].id, count=3)
    answer = await caller.asks("server_services/get", location_id=braga.id, server_service_id="null")
    assert answer["success"] is True
    assert [one["name"] for one in answer["server_services"]] == ["Customer Service", "Payments", "New Contracts"]
    kind = answer["server_services"][1]
    assert {name: kind[name] for name in ("state", "isOpen", "open_today_from")} == {
        "state": "",
        "isOpen": True,
        "open_today_from": "2026-01-12 00:00:00",
    }
    [place] = kind["locations"]
    assert (place["timezone"], place["phone"]) == ("Europe/Lisbon", "+351 253 000 101")
    assert place["settings"]["request_ticket_radius"] == 50
    assert place["services"] == [
        {
            "id": braga.services[1].id,
            "server_service_id": kind["id"],
            "location_id": braga.id,
            "name": "Payments",
            "color": "#3f8efc",
            "ticket_counter": 3,
            "hours": "00",
            "minutes": "02",
            "tag": "B",
            "waiting_tickets": 3,
            "waiting_avg": "00:02",
            "isOpen": True,
            "open_today_from": "2026-01-12 00:00:00",
            "open_today_to": "2026-01-12 23:59:59",
        }
    ]


async def test_one_service_everywhere(caller: Caller, braga: Location) -> None:
    wanted = braga.services[2].server_service_id
    [kind] = (await caller.asks("server_services/get", server_service_id=wanted))["server_services"]
    assert len(kind["locations"]) == 5
    assert all(place["services"][0]["tag"] == "C" for place in kind["locations"])
    assert (await caller.asks("server_services/get", server_service_id="unknown"))["server_services"] == []


async def test_a_service_where_every_door_is_closed(caller: Caller, branches: Branches) -> None:
    airport = place_named(branches.office, "Ponta Delgada Airport")
    [kind] = (await caller.asks("server_services/get", location_id=airport.id))["server_services"]
    assert (kind["isOpen"], kind["open_today_from"], kind["open_today_to"]) == (False, "", "")


async def test_a_ticket_from_taking_it_to_the_end(caller: Caller, braga: Location, hands: Hands) -> None:
    await caller.registers(first_name="Ana", last_name="Reis")
    await caller.plays("arrive", location_id=braga.id, service_id=braga.services[0].id)
    ticket = await caller.takes(braga, braga.services[0])
    assert re.fullmatch(r"[0-9a-f-]{36}", ticket["id"])
    assert (ticket["ticket_number"], ticket["tag"], ticket["number"]) == ("A 002", "A", 2)
    assert (ticket["create_date"], ticket["startcall_date"], ticket["endcall_date"]) == (
        "2026-01-12 12:00:00",
        None,
        None,
    )
    assert (ticket["waiting_tickets"], ticket["hours"], ticket["minutes"], ticket["state"]) == ("1", "00", "01", 0)
    assert ticket["customer"]["display_name"] == "Ana Reis"
    assert ticket["master"]["timezone"] == "Europe/Lisbon"
    assert ticket["service"] == {
        "id": braga.services[0].id,
        "master_id": None,
        "tag": "A",
        "description": "Questions, complaints and changes to your contract",
        "name": "Customer Service",
        "color": "#f9ae3b",
    }
    assert "desk" not in ticket

    hands.pass_time(90)
    await caller.plays("call", location_id=braga.id, desk="1")
    await caller.plays("call", location_id=braga.id, desk="3")
    [called] = (await caller.asks("customer/tickets"))["tickets"]
    assert (called["state"], called["startcall_date"], called["waiting_tickets"]) == (1, "2026-01-12 12:01:30", "0")
    assert (called["desk"]["tag"], called["desk"]["name"]) == ("3", "Desk 3")
    hands.pass_time(60)
    await caller.plays("end", location_id=braga.id, ticket_id=ticket["id"])
    [ended] = (await caller.asks(f"customer/tickets/{ticket['id']}"))["tickets"]
    assert (ended["state"], ended["endcall_date"]) == (2, "2026-01-12 12:02:30")
    assert await caller.refusal("ticket/cancel", {"ticket": ticket["id"]}) == Errno.FINISHED


async def test_dates_are_on_the_clock_of_the_location(caller: Caller, branches: Branches) -> None:
    await caller.registers()
    dates = []
    for name in ("Ponta Delgada Marina", "Vigo Príncipe"):
        place = place_named(branches.office, name)
        dates.append((await caller.takes(place, place.services[0]))["create_date"])
    assert dates == ["2026-01-12 11:00:00", "2026-01-12 13:00:00"]


async def test_cancelling(caller: Caller, braga: Location) -> None:
    await caller.registers()
    ticket = await caller.takes(braga, braga.services[0])
    assert await caller.sends("ticket/cancel", {"ticket": ticket["id"]}) == {"success": True}
    [cancelled] = (await caller.asks("customer/tickets"))["tickets"]
    assert cancelled["state"] == 3
    assert await caller.refusal("ticket/cancel", {"ticket": "unknown"}) == Errno.NOT_FOUND


async def test_another_customers_ticket_is_nobody_elses(caller: Caller, braga: Location) -> None:
    await caller.registers()
    ticket = await caller.takes(braga, braga.services[0])
    await caller.registers("rui")
    assert (await caller.asks("customer/tickets"))["tickets"] == []
    assert (await caller.asks(f"customer/tickets/{ticket['id']}"))["errno"] == Errno.NOT_FOUND
    assert await caller.refusal("ticket/cancel", {"ticket": ticket["id"]}) == Errno.NOT_FOUND


async def test_several_tickets_or_none(caller: Caller, branches: Branches, braga: Location) -> None:
    await caller.registers()
    porto = place_named(branches.office, "Porto Baixa")
    wishes = [{"master_id": porto.id, "service_id": service.id} for service in porto.services]
    one_too_many = {"master_id": braga.id, "service_id": "unknown"}
    assert await caller.refusal("ticket/create", {"tickets": [*wishes, one_too_many]}) == Errno.NOT_FOUND
    assert (await caller.asks("customer/tickets"))["tickets"] == []
    answer = await caller.sends("ticket/create", {"tickets": wishes})
    assert [ticket["ticket_number"] for ticket in answer["tickets"]] == ["A 001", "B 001"]
    assert answer["ticket"] == answer["tickets"][0]


@pytest.mark.parametrize(
    "tickets", [[], [1], [{}], [{"master_id": "x"}], [{"master_id": 1, "service_id": "x"}], [{}] * 21, None, "x"]
)
async def test_wishes_that_are_none(caller: Caller, tickets: Any) -> None:
    await caller.registers()
    assert (await caller.sends("ticket/create", {"tickets": tickets}, 400))["errno"] == Errno.PARAMETERS


async def test_settings(caller: Caller) -> None:
    assert await caller.asks("settings/get") == {"success": True, "settings": [{"id": "vt_max_radius", "value": "50"}]}


async def test_the_journey_in_xml(caller: Caller, braga: Location) -> None:
    root = fromstring(await caller.sends("customer/register", {"username": "ana", "password": "x"}, form="xml"))
    caller.token = root.findtext("vt_token", "")
    places = fromstring(await caller.asks("locations/get", form="xml"))
    assert places.findtext("status/success") == "true"
    assert places.findtext("locations/location/services/service/waiting_tickets") == "0"
    assert len(places.findall("locations/location")) == 14
    body = {"tickets": [{"master_id": braga.id, "service_id": braga.services[0].id}]}
    taken = fromstring(await caller.sends("ticket/create", body, form="xml"))
    assert (taken.findtext("ticket/ticket_number"), taken.findtext("ticket/startcall_date")) == ("A 001", "")
    again = fromstring(await caller.sends("ticket/create", body, form="xml"))
    assert (again.findtext("success"), again.findtext("errno")) == ("false", str(int(Errno.HAS_TICKET)))
    mine = fromstring(await caller.asks("customer/tickets", form="xml"))
    assert mine.findtext("tickets/ticket/master/name") == "Braga Central"
