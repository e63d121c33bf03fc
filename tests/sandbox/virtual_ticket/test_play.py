"""The player's side: desks over HTTP, arrivals, the truth, and the feed of the pages."""

import asyncio
import json
from typing import Any

import pytest

from sandbox.virtual_ticket.app import Branches
from sandbox.virtual_ticket.desk_feed import DeskFeed
from sandbox.virtual_ticket.desk_view import location_view
from sandbox.virtual_ticket.office_model import Location
from tests.sandbox.virtual_ticket.conftest import Caller, place_named


async def test_the_truth_about_a_ticket(caller: Caller, braga: Location, branches: Branches) -> None:
    await caller.registers()
    mine = await caller.takes(braga, braga.services[0])
    answer = await caller.plays("call", location_id=braga.id, service_id=braga.services[0].id, desk="12")
    [ticket] = (await caller.http.get("/play/tickets")).json()
    assert ticket == answer
    assert ticket == {
        "id": mine["id"],
        "customer": mine["customer"]["id"],
        "location": braga.id,
        "service": braga.services[0].id,
        "tag": "A",
        "number": 1,
        "state": 1,
        "created": branches.office.now(),
        "called_at": branches.office.now(),
        "ended_at": None,
        "desk": "12",
        "ahead": 0,
    }


async def test_every_act(caller: Caller, braga: Location) -> None:
    here: dict[str, Any] = {"location_id": braga.id}
    await caller.plays("arrive", **here, service_id=braga.services[0].id, count=4)
    first = await caller.plays("call", **here, desk="1")
    assert (await caller.plays("recall", **here, ticket_id=first["id"]))["state"] == 1
    assert (await caller.plays("end", **here, desk="1"))["state"] == 2
    second = await caller.plays("call", **here, desk="1", service_id=braga.services[0].id)
    assert (await caller.plays("no_show", **here, ticket_id=second["id"]))["state"] == 4
    third = (await caller.http.get("/play/tickets")).json()[2]
    assert (await caller.plays("cancel", **here, ticket_id=third["id"]))["state"] == 3
    fourth = (await caller.http.get("/play/tickets")).json()[3]
    called = await caller.plays("call", **here, ticket_id=fourth["id"], desk="2")
    assert (called["id"], called["desk"]) == (fourth["id"], "2")


@pytest.mark.parametrize(
    ("order", "service", "desk"),
    [
        ({"ticket_id": "it", "service_id": "B"}, "B", None),
        ({"ticket_id": "it", "desk": "9"}, "A", "9"),
        ({"desk": "1", "service_id": "B"}, "B", None),
        ({"desk": "1", "to_desk": "9"}, "A", "9"),
        ({"desk": "1", "to_service_id": "B", "to_desk": "9"}, "B", "9"),
    ],
)
async def test_transfers(
    caller: Caller, branches: Branches, braga: Location, order: dict[str, str], service: str, desk: str | None
) -> None:
    services = {one.tag: one.id for one in braga.services}
    await caller.plays("arrive", location_id=braga.id, service_id=services["A"])
    ticket = await caller.plays("call", location_id=braga.id, desk="1")
    named = {name: {"it": ticket["id"], **services}.get(value, value) for name, value in order.items()}
    answer = await caller.plays("transfer", location_id=braga.id, **named)
    assert (answer["service"], answer["state"], answer["desk"]) == (services[service], 0, None)
    assert branches.office.tickets[ticket["id"]].for_desk == desk


@pytest.mark.parametrize(
    ("act", "order", "status"),
    [
        ("call", {"desk": "1"}, 409),
        ("call", {}, 400),
        ("end", {"desk": "1"}, 409),
        ("end", {"ticket_id": "unknown"}, 404),
        ("dance", {"desk": "1"}, 404),
        ("arrive", {}, 400),
        ("arrive", {"service_id": "unknown"}, 409),
        ("arrive", {"service_id": "x", "count": 0}, 400),
        ("arrive", {"service_id": "x", "count": True}, 400),
        ("call", {"desk": 1}, 400),
        ("call", {"desk": "1", "location_id": "nowhere"}, 404),
        ("call", {"desk": "1", "location_id": None}, 400),
    ],
)
async def test_orders_that_cannot_be_carried_out(
    caller: Caller, braga: Location, act: str, order: dict[str, Any], status: int
) -> None:
    answer = await caller.plays(act, status, **{"location_id": braga.id, **order})
    assert answer["error"]


@pytest.mark.parametrize("body", [b"{", b"[]", b" " * 20_000, b"[" * 10_000])
async def test_orders_that_are_none(caller: Caller, body: bytes) -> None:
    answer = await caller.http.post("/play/desk/call", content=body)
    assert answer.status_code in (400, 413)


async def test_transfer_to_nowhere(caller: Caller, braga: Location) -> None:
    await caller.plays("arrive", location_id=braga.id, service_id=braga.services[0].id)
    await caller.plays("call", location_id=braga.id, desk="1")
    await caller.plays("transfer", 400, location_id=braga.id, desk="1")


@pytest.mark.parametrize("printed", ["A 002", "a2", "2", "A002"])
async def test_finding_a_ticket(caller: Caller, braga: Location, printed: str) -> None:
    await caller.plays("arrive", location_id=braga.id, service_id=braga.services[0].id, count=12)
    query = {"location_id": braga.id, "number": printed}
    found = (await caller.http.get("/play/desk/find", params=query)).json()
    assert [one["printed"] for one in found] == ["A 002"]


async def test_finding_nothing(caller: Caller, braga: Location) -> None:
    for number in ("", "B", "B 002", "999"):
        query = {"location_id": braga.id, "number": number}
        assert (await caller.http.get("/play/desk/find", params=query)).json() == []
    assert (await caller.http.get("/play/desk/find")).status_code == 404
    assert (await caller.http.get("/play/desk/events")).status_code == 404


async def test_the_pages_and_their_files(caller: Caller) -> None:
    for path in ("/desk", "/desk/", "/desk/board", "/desk/desk.js", "/desk/look.css", "/desk/icon.svg"):
        assert (await caller.http.get(path)).status_code == 200
    assert (await caller.http.get("/desk/nothing.js")).status_code == 404
    town = (await caller.http.get("/play/desk/town")).json()
    assert town["brand"] == "Demo"
    assert len(town["locations"]) == 13


async def test_the_feed_gives_a_whole_view_after_every_change(branches: Branches) -> None:
    office = branches.office
    place = place_named(office, "Braga Central")
    feed = DeskFeed()
    office.changed = feed.tell
    views = feed.views(lambda: location_view(office, place))
    assert json.loads((await anext(views))["data"])["services"][0]["waiting"] == 0
    upcoming = asyncio.ensure_future(anext(views))
    for _ in range(3):
        office.arrive(place.id, place.services[0].id)
    view = json.loads((await asyncio.wait_for(upcoming, 5))["data"])
    assert view["services"][0]["waiting"] == 3
    assert [one["printed"] for one in view["services"][0]["line"]] == ["A 001", "A 002", "A 003"]
    feed.close()
    with pytest.raises(StopAsyncIteration):
        await anext(views)
