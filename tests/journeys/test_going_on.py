"""A sign-in that has run out, wherever a person was: they sign in again and go on there, and nothing is done that they were not asked."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.journeys.test_account import PASSWORD, maria, signs_in
from tests.journeys.test_main_job import ticket_of
from tests.journeys.town import Chat, Town


async def eva_with_a_ticket(town: Town) -> tuple[Chat, dict[str, Any]]:
    """A named customer with a ticket."""
    await maria(town)
    eva = town.chat(1501, "Eva")
    await signs_in(eva)
    await eva.says("braga central")
    await eva.presses("Braga Central")
    await eva.presses("Payments")
    await eva.presses("Take ticket")
    return eva, await ticket_of(eva)


async def revokes(town: Town) -> None:
    """Signing in elsewhere more often than the server keeps tokens revokes the oldest one, which is ours."""
    for _ in range(12):
        await town.play.post("/vt/api/json/customer/login", json={"username": "maria", "password": PASSWORD})


async def signs_in_again(eva: Chat) -> None:
    """By the button of the very message that asks for it."""
    assert "sign in again" in eva.last(), eva.transcript()
    await eva.presses("Sign in")
    await eva.says("maria")
    await eva.says(PASSWORD)
    eva.sees("signed in as Maria")


async def states(town: Town) -> list[int]:
    return [one["state"] for one in await town.ask("tickets")]


async def asks_for_tickets(eva: Chat) -> None:
    await eva.says("/tickets")


async def asks_by_a_word(eva: Chat) -> None:
    await eva.says("How long?")


async def gives_up_by_a_word(eva: Chat) -> None:
    await eva.says("cancel")


async def refreshes(eva: Chat) -> None:
    await eva.presses("Refresh")


async def gives_up_by_command(eva: Chat) -> None:
    await eva.says("/cancel")


@pytest.mark.parametrize("act", [asks_for_tickets, refreshes, gives_up_by_command, asks_by_a_word, gives_up_by_a_word])
async def test_back_to_the_card(town: Town, act: Callable[[Chat], Awaitable[None]]) -> None:
    eva, mine = await eva_with_a_ticket(town)
    await revokes(town)
    await act(eva)
    await signs_in_again(eva)
    assert re.search(rf"{mine['tag']}\s?0*{mine['number']}\n.*Payments, Braga Central", eva.last()), eva.transcript()
    assert await states(town) == [0]


async def test_back_to_the_question_before_cancelling(town: Town) -> None:
    """The press that would have cancelled asks again; only the new answer cancels."""
    eva, _ = await eva_with_a_ticket(town)
    await eva.presses("Cancel ticket")
    await revokes(town)
    await eva.presses("Yes, cancel")
    await signs_in_again(eva)
    assert "You would lose your place" in eva.last(), eva.transcript()
    assert await states(town) == [0]
    await eva.presses("Yes, cancel")
    assert await states(town) == [3]


async def test_back_to_the_details(town: Town) -> None:
    await maria(town)
    eva = town.chat(1502, "Eva")
    await signs_in(eva)
    await eva.says("/settings")
    await revokes(town)
    await eva.presses("My details")
    await signs_in_again(eva)
    assert "First name: Maria" in eva.last(), eva.transcript()


async def test_back_to_the_field_that_was_typed(town: Town) -> None:
    """The value is asked for again; it is not kept meanwhile."""
    await maria(town)
    eva = town.chat(1503, "Eva")
    await signs_in(eva)
    await eva.says("/settings")
    await eva.presses("My details")
    await eva.presses("Last name")
    await revokes(town)
    await eva.says("Santos")
    await signs_in_again(eva)
    assert "Send me the new one" in eva.last(), eva.transcript()
    await eva.says("Santos")
    eva.sees("Last name is changed")
    await eva.presses("My details")
    eva.sees("Last name: Santos")


async def test_the_place_survives_a_restart_and_is_sealed(town: Town, tmp_path: Any) -> None:
    eva, _ = await eva_with_a_ticket(town)
    await eva.presses("Cancel ticket")
    await revokes(town)
    await eva.presses("Yes, cancel")
    await town.restart()
    assert b"drop?" not in b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("bot.db"))
    await signs_in_again(eva)
    assert "You would lose your place" in eva.last(), eva.transcript()


async def test_whoever_goes_elsewhere_is_not_brought_back(town: Town) -> None:
    eva, _ = await eva_with_a_ticket(town)
    await revokes(town)
    await eva.presses("Refresh")
    await eva.presses("Start menu")
    await signs_in(eva)
    assert "signed in as Maria" in eva.last(), eva.transcript()


async def test_a_guest_who_is_known_no_more_keeps_what_they_were_at(town: Town) -> None:
    """A guest's own credentials no longer work while they choose a name: they go on as somebody else, or as a new guest."""
    ana = town.chat(1504)
    await ana.says("/start")
    await ana.presses("guest")
    async with town.parts.database.open_book() as book:
        account = await book.accounts.get(1504)
    assert account is not None
    await ana.says("/settings")
    await ana.presses("Keep my account")
    await ana.says("ana.silva")
    known = {"username": account.username, "password": account.password}
    for _ in range(12):
        await town.play.post("/vt/api/json/customer/login", json=known)
    await town.play.post("/vt/api/json/customer/login", json={**known, "customer_attribute": {"password": "another-1"}})
    await ana.says("long-enough-1")
    assert "sign in again" in ana.last(), ana.transcript()
    ana.sees_not("long-enough-1")
    await ana.presses("guest")
    assert "Choose a user name" in ana.last(), ana.transcript()
    await ana.says("ana.silva")
    await ana.says("long-enough-1")
    ana.sees("yours now, ana.silva")


async def test_whoever_signs_in_as_somebody_with_a_name_has_nothing_to_keep(town: Town) -> None:
    await maria(town)
    ana = town.chat(1505)
    await ana.says("/settings")
    await signs_in(ana)
    await ana.forges("1|keep")
    assert "You are signed in as Maria" in ana.last(), ana.transcript()
