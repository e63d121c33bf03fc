"""The location's rules as people meet them: explained in advance, refused here or by the server, and always with a way on."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.callbacks import TicketMap, ref
from bot.handlers.start import payload_for
from tests.journeys.test_main_job import take, ticket_of
from tests.journeys.town import BRAGA, Chat, Town, opened

LONDON = (51.5074, -0.1278)
BRANCHES = Path(__file__).with_name("branches.toml")


async def guest(town: Town, chat_id: int = 1201, where: tuple[float, float] | None = None) -> Chat:
    """Somebody signed in, perhaps somewhere."""
    ana = town.chat(chat_id)
    await ana.says("/start")
    await ana.presses("guest")
    if where is not None:
        await ana.shares(*where)
    return ana


async def chooses(ana: Chat, location: str, service: str) -> None:
    """A location by name, then a service."""
    await ana.says(location)
    await ana.presses(location)
    await ana.presses(service)


async def test_a_closed_location_is_explained_and_the_server_decides(town: Town) -> None:
    """advise: open hours are told before; asking all the same gets the server's refusal in plain words and other ways."""
    ana = await guest(town)
    await chooses(ana, "Lisboa Night Desk", "Technical Support")
    ana.sees(r"[Cc]losed", r"18:00")
    await ana.presses("Take ticket")
    assert (await town.ask("tickets")) == []
    assert re.search(r"[Cc]losed|not give", ana.last()), ana.transcript()
    assert ana.buttons(), "there is a way on"


async def test_enforced_hours_are_refused_here(tmp_path: Path) -> None:
    """enforce: the server is not even asked."""
    async with opened(tmp_path, rules="enforce") as town:
        ana = await guest(town)
        await chooses(ana, "Lisboa Night Desk", "Technical Support")
        ana.sees(r"[Cc]losed")
        assert not any("Take ticket" in label for label in ana.buttons()[-4:]), ana.buttons()
        assert "ticket/create" not in (await town.ask("requests"))


@pytest.mark.parametrize(("rules", "offered"), [("advise", True), ("enforce", False)])
async def test_too_far_away(tmp_path: Path, rules: str, offered: bool) -> None:
    """request_ticket_radius (50 km here) is the bot's own rule: told with both distances, refused only where enforced."""
    async with opened(tmp_path, rules=rules) as town:
        ana = await guest(town, where=LONDON)
        await chooses(ana, "Braga Central", "Payments")
        ana.sees(r"50 km")
        assert any("Take ticket" in label for label in ana.buttons()[-4:]) is offered, ana.buttons()
        assert ana.buttons()


async def test_a_switched_off_service_is_not_offered(town: Town) -> None:
    """A service that is off is named as closed, and cannot be taken by a forged or old button either."""
    ana = await guest(town)
    await ana.says("Braga Lamaçães")
    await ana.presses("Braga Lamaçães")
    labels = [label for label in ana.buttons() if "Technical Support" in label]
    assert len(labels) == 1
    assert "closed" in labels[0].casefold(), ana.buttons()
    ana.sees("Technical Support: switched off at the moment")
    await ana.presses("Technical Support")
    assert "switched off at the moment; choose another" in ana.last(), ana.transcript()
    await ana.presses("Take ticket")
    assert "switched off at the moment" in ana.last(), ana.transcript()
    assert await town.ask("tickets") == []


async def test_no_second_ticket_of_a_service(town: Town) -> None:
    """allow_multi_ticket false: whoever holds one is shown the one they hold."""
    ana = town.chat(1202)
    mine = await take(ana)
    await chooses(ana, "Braga Central", "Payments")
    ana.sees("already|You hold")
    assert len(await town.ask("tickets")) == 1
    assert (await ticket_of(ana))["id"] == mine["id"]


async def test_a_double_tap_takes_one_ticket(town: Town) -> None:
    """Two presses of the same button, both in the inbox before either is handled."""
    ana = await guest(town, 1203, BRAGA)
    await ana.presses("Braga Central")
    await ana.presses("Customer Service")
    message = ana.messages[-1]
    button = next(b for row in message["reply_markup"]["inline_keyboard"] for b in row if "Take ticket" in b["text"])
    for _ in range(2):
        await town.tell("press", chat_id=1203, message_id=message["message_id"], data=button["callback_data"])
    await town.settle()
    assert len(await town.ask("tickets")) == 1


async def test_a_location_without_services_or_position(town: Town) -> None:
    """Honest words where there is nothing to take, and where nobody knows the place on the map."""
    ana = await guest(town)
    await ana.says("Porto Warehouse")
    await ana.presses("Porto Warehouse")
    ana.sees("No tickets are given here")
    await ana.says("London Mobile Counter")
    await ana.presses("London Mobile Counter")
    assert not any("Map" in label for label in ana.buttons()[-6:]), ana.buttons()
    await ana.presses("Customer Service")
    await ana.presses("Take ticket")
    mine = await ticket_of(ana)
    await ana.forges(TicketMap(ref(mine["id"])).pack())
    ana.sees("do not know where London Mobile Counter is on the map")


async def test_a_link_to_a_closed_service_says_so(town: Town) -> None:
    """A poster's link opens the service past every menu, and still tells the truth."""
    night = next(one for one in await town.parts.services.find.all() if one.name == "Lisboa Night Desk")
    ana = town.chat(1204)
    await ana.says(f"/start {payload_for(night.id, night.services[0].id)}")
    ana.sees("Lisboa Night Desk", "[Cc]losed")
    await ana.says("/start bnonsense00")
    ana.sees("Hello")


async def test_a_link_leads_a_stranger_to_a_ticket_without_typing(town: Town) -> None:
    """From the poster to a ticket: the link, one tap to take, one to carry on as a guest, one to confirm."""
    place = next(one for one in await town.parts.services.find.all() if one.name == "Braga Central")
    ana = town.chat(1205)
    await ana.says(f"/start {payload_for(place.id, place.services[0].id)}")
    await ana.presses("Take ticket")
    await ana.presses("guest")
    await ana.presses("Take ticket")
    assert (await ticket_of(ana))["location"] == place.id


async def test_two_live_tickets_side_by_side(town: Town) -> None:
    """Different locations: a card each, and each is called by itself."""
    ana = town.chat(1206)
    first = await take(ana)
    await chooses(ana, "Porto Boavista", "Payments")
    await ana.presses("Take ticket")
    tickets: list[dict[str, Any]] = await town.ask("tickets")
    second = next(t for t in tickets if t["id"] != first["id"])
    for ticket, tag in ((second, "4"), (first, "2")):
        await town.tell("desk/call", location_id=ticket["location"], ticket_id=ticket["id"], desk=tag)
        await town.passes(25)
        await ana.look()
        ana.sees(rf"head to desk {tag}\.")


@pytest.mark.parametrize("number", range(12))
async def test_a_lost_answer_never_makes_two_tickets(town: Town, number: int) -> None:
    """Every kind of fault, before and after the ticket was made, and a press repeated by an impatient person."""
    kinds = ("500", "502", "truncated", "garbage", "reset", "html")
    kind, apply = kinds[number % 6], ("before", "after")[number // 6]
    ana = await guest(town, 1300 + number, BRAGA)
    await ana.presses("Braga Central")
    await ana.presses("Customer Service")
    await town.tell("fault", target="queue", operation="ticket/create", kind=kind, apply=apply, count=1)
    await ana.presses("Take ticket")
    tickets = await town.ask("tickets")
    if apply == "after":
        assert len(tickets) == 1
        ana.sees(r"Customer Service, Braga Central")
    else:
        assert tickets == []
        ana.sees("I do not know yet whether you have the ticket")
        await town.passes(60)
        await ana.look()
        ana.sees("No ticket was taken", "Customer Service, Braga Central")
        await ana.presses("Try again")
        await ana.presses("Take ticket")
        assert len(await town.ask("tickets")) == 1


async def test_a_location_that_allows_several_tickets(town: Town) -> None:
    """Porto Baixa says so itself (server_services/get), against the brand: a second service gives a second ticket."""
    ana = await guest(town, 1207)
    for service in ("Customer Service", "Payments"):
        await chooses(ana, "Porto Baixa", service)
        await ana.presses("Take ticket")
    tickets = await town.ask("tickets")
    assert sorted(one["tag"] for one in tickets) == ["A", "B"], ana.transcript()
    await chooses(ana, "Porto Baixa", "Payments")
    ana.sees("already hold")


async def test_a_location_calls_in_its_own_words(tmp_path: Path) -> None:
    """notification_texts of a location (server_services/get) win over the brand's, and the brand's hold elsewhere."""
    async with opened(tmp_path, branches=BRANCHES) as town:
        for chat_id, location, words in ((1208, "Harbour", "Come aboard at gate 1"), (1209, "Market", "go to desk 1")):
            ana = await guest(town, chat_id)
            await chooses(ana, location, "Advice")
            await ana.presses("Take ticket")
            mine = (await town.ask("tickets"))[-1]
            await town.tell("desk/call", location_id=mine["location"], ticket_id=mine["id"], desk="1")
            await town.passes(25)
            await ana.look()
            ana.sees(words)
