"""QUEUE_FORMAT changes nothing a person can see: signing in, the account, taking, being refused, being called, cancelling."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.test_account import PASSWORD, maria, signs_in
from tests.journeys.test_main_job import desk, ticket_of
from tests.journeys.town import Chat, Town, opened


@pytest.fixture(params=["json", "xml"])
async def town(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """The same town, spoken to in either format."""
    async with opened(tmp_path, queue_format=request.param) as one:
        yield one


async def chooses(chat: Chat, location: str, service: str) -> None:
    """A location by name, then a service."""
    await chat.says(location)
    await chat.presses(location)
    await chat.presses(service)


async def test_a_named_customer_from_sign_in_to_cancelling(town: Town) -> None:
    await maria(town)
    eva = town.chat(1701, "Eva")
    await signs_in(eva, password="wrong-guess")
    eva.sees("do not fit together")
    await signs_in(eva)
    eva.sees("signed in as Maria")
    await chooses(eva, "Braga Central", "Payments")
    await eva.presses("Take ticket")
    mine = await ticket_of(eva)
    await eva.presses("Refresh")
    await eva.says("/cancel")
    await eva.presses("Yes, cancel")
    eva.sees("is cancelled", "no longer in the queue")
    assert [one["state"] for one in await town.ask("tickets") if one["id"] == mine["id"]] == [3]


async def test_the_account_is_read_changed_and_refused(town: Town) -> None:
    await maria(town)
    await maria(town, username="joana", email="joana@example.org", first_name="Joana")
    eva = town.chat(1702, "Eva")
    await signs_in(eva)
    await eva.says("/settings")
    await eva.presses("My details")
    eva.sees("First name: Maria", "maria@example.org")
    await eva.presses("Last name")
    await eva.says("Santos & Filhos <Braga>")
    await eva.presses("My details")
    eva.sees("Last name: Santos & Filhos <Braga>")
    await eva.presses("E-mail")
    await eva.says("joana@example.org")
    assert "account with this e-mail address already" in eva.last(), eva.transcript()


async def test_a_forgotten_password(town: Town) -> None:
    await maria(town)
    eva = town.chat(1703, "Eva")
    await eva.says("/reset")
    await eva.says("maria@example.org")
    letters = await town.ask("outbox")
    token = (letters["emails"] if isinstance(letters, dict) else letters)[-1]["token"]
    await eva.presses("I have the code")
    await eva.says(token)
    await eva.says("brand-new-1")
    eva.sees("new password is set")


async def test_a_guest_is_refused_called_and_keeps_the_account(town: Town) -> None:
    ana = town.chat(1704)
    await ana.says("/start")
    await ana.presses("guest")
    await chooses(ana, "Lisboa Night Desk", "Technical Support")
    ana.sees("opens at 18:00")
    await ana.presses("Take ticket")
    assert await town.ask("tickets") == []
    await chooses(ana, "Porto Boavista", "Payments")
    await ana.presses("Take ticket")
    mine = await ticket_of(ana)
    await desk(town, "call", mine, "4")
    await town.passes(25)
    await ana.look()
    ana.sees(r"head to desk 4\.")
    await ana.says("/settings")
    await ana.presses("Keep my account")
    await ana.says("ana.silva")
    await ana.says("long-enough-1")
    ana.sees("yours now, ana.silva")


async def test_a_sign_in_that_ran_out(town: Town) -> None:
    await maria(town)
    eva = town.chat(1705, "Eva")
    await signs_in(eva)
    await chooses(eva, "Braga Central", "Payments")
    for _ in range(12):
        await town.play.post("/vt/api/json/customer/login", json={"username": "maria", "password": PASSWORD})
    await eva.presses("Take ticket")
    eva.sees("sign in again")
    await eva.presses("Sign in")
    await eva.says("maria")
    await eva.says(PASSWORD)
    await eva.presses("Take ticket")
    assert (await ticket_of(eva))["tag"] == "B"
