"""What people do that nobody told them to: an answer to a call that is over, /cancel in the middle of a search, plain words, no sign-in."""

import re

import pytest

from tests.journeys.test_main_job import desk, take
from tests.journeys.town import BRAGA, Town

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize(("act", "words"), [("end", "finished"), ("no_show", "did not come|missed")])
async def test_coming_to_a_call_that_is_over(act: str, words: str, town: Town) -> None:
    """Nobody is sent to a desk where they are expected no more."""
    ana = town.chat(1101)
    mine = await take(ana)
    await desk(town, "call", mine)
    await town.passes(20)
    await ana.look()
    await desk(town, act, mine)
    await town.passes(60)
    await ana.look()
    await ana.presses("coming")
    assert "on your way" not in ana.transcript(), ana.transcript()
    assert re.search(words, ana.last()), ana.transcript()


async def test_coming_to_an_earlier_call_promises_nothing_about_the_present_one(town: Town) -> None:
    """The reminder of the present call comes, so nobody reads that none will."""
    ana = town.chat(1106)
    mine = await take(ana)
    await desk(town, "call", mine, "3")
    await town.passes(20)
    await ana.look()
    earlier = next(one for one in ana.messages if "head to desk 3" in one.get("text", ""))
    coming = next(one for row in earlier["reply_markup"]["inline_keyboard"] for one in row if "coming" in one["text"])
    await desk(town, "recall", mine, "4")
    await town.passes(20)
    await ana.look()
    ana.sees("head to desk 4")
    await town.tell("press", chat_id=1106, message_id=earlier["message_id"], data=coming["callback_data"])
    await town.settle()
    await ana.look()
    ana.sees_not("on your way|I will not remind you")
    await town.passes(60)
    await ana.look()
    ana.sees("Reminder")
    await ana.presses("coming")
    ana.sees("on your way")


async def test_cancel_leaves_a_search_before_it_asks_about_a_ticket(town: Town) -> None:
    """The search first, the ticket when asked again, and with two of them which one."""
    ana = town.chat(1102)
    await take(ana)
    await ana.says("/new")
    await ana.says("/cancel")
    ana.sees("I have stopped that", "Your tickets are unchanged")
    await ana.says("/cancel")
    ana.sees("Cancel ticket")
    await ana.shares(*BRAGA)
    await ana.presses("Lamaçães")
    await ana.says("stop")
    ana.sees("I have stopped that")


async def test_plain_words_mean_the_commands(town: Town) -> None:
    """In any language the bot speaks, and without a location of that name."""
    ana = town.chat(1103)
    for said, seen in (
        ("Hello!", "Hello"),
        ("help", "How it works"),
        ("Ajuda", "How it works"),
        ("Take a ticket", "Where would you like to take a ticket"),
        ("cancel", "I have stopped that"),
        ("my tickets", "I know of no ticket of yours"),
        ("Porto", "Locations for"),
    ):
        await ana.says(said)
        ana.sees(seen)


async def test_signed_out_nobody_claims_that_there_is_no_ticket(town: Town) -> None:
    ana = town.chat(1104)
    await take(ana)
    await ana.says("/logout")
    await ana.presses("Sign out")
    await ana.says("/tickets")
    ana.sees("I know of no ticket of yours", "You are not signed in here")
    await ana.presses("Sign in")


@pytest.mark.parametrize(("kind", "apply"), [("502", "after"), ("truncated", "after"), ("reset", "before")])
async def test_an_answer_that_may_have_arrived_is_not_said_to_be_lost(kind: str, apply: str, town: Town) -> None:
    ana = town.chat(1105)
    await ana.says("/start")
    await town.tell("fault", target="telegram", operation="sendMessage", kind=kind, apply=apply, count=1)
    await ana.says("/help")
    assert ana.count("How it works") == (apply == "after")
    ana.sees("do not know whether my answer reached you", "look at your tickets before you try again")
    ana.sees_not("did not let my answer through")
    # A spoilt answer is none that Telegram gives.
    town.errors.clear()
