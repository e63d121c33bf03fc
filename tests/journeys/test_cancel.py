"""Giving a ticket up: the question is a message of its own, so that neither the live card nor a push is lost to it."""

import asyncio
import re

import pytest

from bot.holding import LOOK
from tests.journeys.test_main_job import desk, take
from tests.journeys.town import Chat, Town


def with_button(chat: Chat, label: str) -> list[str]:
    """The texts of the messages that offer such a button."""
    return [m.get("text", "") for m in chat.messages if label in str(m.get("reply_markup"))]


async def test_the_question_outlives_news_on_the_card(town: Town) -> None:
    """The card is edited when somebody is called before; the question stays until it is answered."""
    bob, ana = town.chat(1, "Bob"), town.chat(2)
    before, mine = await take(bob), await take(ana)
    await ana.presses("Cancel ticket")
    await desk(town, "call", before, "1")
    await town.passes(90)
    await ana.look()
    ana.sees("Nobody ahead|next|0 people|You are next")
    await ana.presses("Yes, cancel")
    ana.sees(r"is cancelled")
    assert [t["state"] for t in await town.ask("tickets") if t["id"] == mine["id"]] == [3]
    assert not with_button(ana, "Yes, cancel"), ana.transcript()
    assert not with_button(ana, "Refresh"), ana.transcript()


async def test_a_call_stays_as_it_was_told(town: Town) -> None:
    """Asked from the call itself and answered with "Keep": the call is still there, the question is not, and one card is live."""
    ana = town.chat(3)
    mine = await take(ana)
    await desk(town, "call", mine, "2")
    await town.passes(5)
    await ana.look()
    told = next(text for text in ana.bot_says() if "Please head to desk 2" in text)
    await ana.presses("Cancel ticket")
    assert told in ana.bot_says(), ana.transcript()
    await ana.presses("Keep ticket")
    assert told in ana.bot_says(), ana.transcript()
    assert not with_button(ana, "Yes, cancel"), ana.transcript()
    assert len(with_button(ana, "Refresh")) == 1, ana.transcript()
    assert await ticket_states(town) == [1]
    await ana.presses("Cancel ticket")
    await ana.presses("Yes, cancel")
    assert told in ana.bot_says(), ana.transcript()
    assert await ticket_states(town) == [3]


async def test_a_call_of_a_ticket_that_is_over_stays_too(town: Town) -> None:
    """Its buttons lead to the receipt, below it."""
    ana = town.chat(4)
    mine = await take(ana)
    await desk(town, "call", mine, "2")
    await town.passes(5)
    await desk(town, "end", mine, "2")
    await town.passes(60)
    await ana.look()
    told = next(text for text in ana.bot_says() if "Please head to desk 2" in text)
    await ana.presses("Cancel ticket")
    assert told in ana.bot_says(), ana.transcript()
    assert re.search("finished", ana.last()), ana.transcript()


async def test_an_answer_that_comes_too_late_tells_no_lie(town: Town) -> None:
    """The ticket was served before "Yes" was pressed: it was not cancelled, and is not said to be."""
    ana = town.chat(5)
    mine = await take(ana)
    await ana.presses("Cancel ticket")
    await desk(town, "call", mine, "2")
    await town.passes(5)
    await desk(town, "end", mine, "2")
    await town.passes(60)
    await ana.look()
    await ana.presses("Yes, cancel")
    assert ana.count("is cancelled") == 0, ana.transcript()
    ana.sees("finished")
    assert not with_button(ana, "Yes, cancel"), ana.transcript()


async def test_two_questions_have_one_answer(town: Town) -> None:
    ana = town.chat(6)
    await take(ana)
    await ana.presses("Cancel ticket")
    await ana.says("/cancel")
    await ana.presses("Yes, cancel")
    await ana.presses("Yes, cancel")
    assert ana.count("is cancelled") == 2, ana.transcript()
    assert not with_button(ana, "Yes, cancel"), ana.transcript()


async def test_news_of_an_ended_ticket_is_not_lost_to_the_next_one(town: Town) -> None:
    """A push about a missed call stays readable while the person takes another ticket."""
    ana = town.chat(7)
    mine = await take(ana)
    await desk(town, "call", mine, "2")
    await town.passes(5)
    await desk(town, "no_show", mine, "2")
    await town.passes(60)
    await ana.look()
    told = next(text for text in ana.bot_says() if "missed it" in text)
    await ana.presses("My tickets")
    await ana.presses("Take another ticket")
    assert told in ana.bot_says(), ana.transcript()
    await ana.presses("Take ticket")
    assert told in ana.bot_says(), ana.transcript()


@pytest.mark.parametrize("tick_first", [False, True])
async def test_a_death_between_the_cancelling_and_our_commit(town: Town, *, tick_first: bool) -> None:
    """Whatever the next process does first: the ticket is cancelled once, by the person, and nobody hears anything else."""
    ana = town.chat(8)
    await take(ana)
    await ana.presses("Cancel ticket")
    office = town.sandbox.parts["queue"].office  # type: ignore[attr-defined]  # the queue's truth
    give_up = office.give_up

    def dies_then(customer_id: str, ticket_id: str) -> None:
        give_up(customer_id, ticket_id)
        pressing.cancel()

    office.give_up = dies_then
    pressing = asyncio.ensure_future(ana.presses("Yes, cancel"))
    await asyncio.gather(pressing, return_exceptions=True)
    office.give_up = give_up
    assert (pressing.cancelled(), await ticket_states(town)) == (True, [3])
    await town.restart()
    if tick_first:
        town.clock.passes(60)
        assert await town.parts.watch() == 1
        await town.parts.deliver()
    await town.passes(200)
    await ana.look()
    ana.sees("is cancelled", "You are no longer in the queue")
    ana.sees_not("by the location|did not cancel|still valid|as you asked")
    assert not with_button(ana, "Refresh"), ana.transcript()
    assert (await town.ask("requests"))["ticket/cancel"] == 1


async def test_a_refusal_is_looked_up(town: Town) -> None:
    """The location was sooner than the press, and the watch has not seen it yet: nobody says that the ticket is still valid."""
    ana = town.chat(9)
    mine = await take(ana)
    await ana.presses("Cancel ticket")
    await desk(town, "cancel", mine, "2")
    await ana.presses("Yes, cancel")
    ana.sees("is cancelled")
    ana.sees_not("did not cancel|still valid")


async def test_news_that_come_while_an_edit_is_repeated_stay_on_the_card(town: Town) -> None:
    """The old words are edited once more after the receipt; the outbox puts it back."""
    ana = town.chat(10)
    mine = await take(ana)
    await town.passes(60)
    sleep, shown = town.clock.sleep, list[list[str]]()

    async def meanwhile(seconds: float) -> None:
        patch.undo()
        await sleep(seconds)
        for act in ("call", "end"):
            await desk(town, act, mine, "2")
        for _ in range(20):
            town.clock.passes(1)
            await town.parts.watch()
            await town.parts.deliver()
        await ana.look()
        shown.append(with_button(ana, "Refresh"))

    await town.tell("fault", target="telegram", operation="editMessageText", kind="500", apply="after", count=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(town.clock, "sleep", meanwhile)
        await ana.presses("Refresh")
    assert shown == [[]], "the receipt stood there"
    await town.passes(10)
    await ana.look()
    ana.sees("finished")
    assert not with_button(ana, "Refresh"), ana.transcript()


@pytest.mark.parametrize("kind", ["held", "502", "truncated"])
async def test_a_cancellation_that_could_not_be_said_is_seen_on_the_card(kind: str, town: Town) -> None:
    """The chat is held for longer than a reply waits, or its answer is lost: the ticket is given up, and the card says so in the end."""
    ana = town.chat(11)
    await take(ana)
    await town.passes(10)
    await ana.look()
    await ana.presses("Cancel ticket")
    if kind == "held":
        async with town.parts.database.open_book() as book:
            await book.outbox.hold(11, town.clock.now() + 60)
            await book.commit()
        town.clock.passes(LOOK)
    else:
        await town.tell("fault", target="telegram", operation="editMessageText", kind=kind, apply="before", count=2)
    await ana.presses("Yes, cancel")
    assert await ticket_states(town) == [3]
    assert ana.count("is cancelled") == 0, ana.transcript()
    await town.passes(90)
    await ana.look()
    ana.sees("A 001 – cancelled")
    assert not with_button(ana, "Refresh"), ana.transcript()
    # A spoilt answer is none that Telegram gives.
    town.errors.clear()


async def ticket_states(town: Town) -> list[int]:
    """The queue's truth."""
    return [ticket["state"] for ticket in await town.ask("tickets")]
