"""The product's main job as transcripts, around every corner; tests/journeys/test_whole_journey.py goes straight through."""

import re
from typing import Any

import pytest

from bot.callbacks import AskCancel, Cancel, unpack
from bot.throttle import GROUP_GAP
from tests.journeys.town import BRAGA, Chat, Town

pytestmark = pytest.mark.filterwarnings("error")


async def ticket_of(chat: Chat) -> dict[str, Any]:
    """The queue's truth about this person's newest ticket."""
    tickets = await chat.town.ask("tickets")
    shown = re.findall(r"\b([A-Z])\s?0*(\d+)\b", "\n".join(chat.bot_says()))
    mine = [t for t in tickets if any((t["tag"], str(t["number"])) == one for one in shown)]
    assert mine, f"no ticket of {tickets} is shown in\n{chat.transcript()}"
    return dict(mine[-1])


async def desk(town: Town, what: str, ticket: dict[str, Any], tag: str = "3", **more: Any) -> dict[str, Any]:
    """Staff do something with a ticket."""
    return await town.tell(f"desk/{what}", location_id=ticket["location"], ticket_id=ticket["id"], desk=tag, **more)


async def to_the_offer(chat: Chat, service: str, guest: str = "guest") -> None:
    """From nothing to what is about to be taken at Braga Central."""
    await chat.says("/start")
    await chat.presses(guest)
    await chat.shares(*BRAGA)
    await chat.presses("Braga Central")
    await chat.presses(service)


async def take(chat: Chat, guest: str = "guest", take_label: str = "Take ticket") -> dict[str, Any]:
    """From nothing to a ticket at Braga Central."""
    await to_the_offer(chat, "Customer Service", guest)
    await chat.presses(take_label)
    return await ticket_of(chat)


async def test_a_call_nobody_answers_is_repeated_once(town: Town) -> None:
    """Called, silent, and reminded after a minute, marked so; who answers is not reminded again."""
    ana, bob = town.chat(1001), town.chat(1002, "Bob")
    mine, his = await take(ana), await take(bob)
    for chat, ticket, tag in ((ana, mine, "3"), (bob, his, "4")):
        await desk(town, "call", ticket, tag)
        await town.passes(20)
        await chat.look()
        assert chat.count(rf"was just called\. Please head to desk {tag}\.") == 1, chat.transcript()
    await ana.presses("coming")
    await town.passes(300)
    for chat, copies in ((ana, 0), (bob, 1)):
        await chat.look()
        assert chat.count("Reminder: It's your turn") == copies, chat.transcript()


async def test_password_is_deleted_first_and_kept_nowhere(town: Town) -> None:
    """Signing in by typing: wrong once, right then; no message of the chat holds a password any more."""
    await town.play.post(
        "/vt/api/json/customer/register", json={"username": "maria", "password": "s3cret-Pass", "first_name": "Maria"}
    )
    eva = town.chat(1003, "Eva")
    await eva.says("/start")
    await eva.presses("Sign in")
    await eva.says("maria")
    eva.sees(r"your .* password")
    await eva.says("wrong-guess")
    eva.sees_not("wrong-guess")
    await eva.presses("again")
    await eva.says("maria")
    await eva.says("s3cret-Pass")
    eva.sees("signed in as Maria")
    eva.sees_not("s3cret-Pass")


async def test_a_password_that_stays_is_not_said_to_be_gone(town: Town) -> None:
    """Telegram does not delete it: said so, and not contradicted by what follows."""
    await town.play.post("/vt/api/json/customer/register", json={"username": "maria", "password": "s3cret-Pass"})
    eva = town.chat(1016, "Eva")
    await eva.says("/start")
    for password, answer in (("wrong-guess", "do not fit together"), ("s3cret-Pass", "You are signed in")):
        await eva.says("/login")
        await eva.presses("Sign in")
        await eva.says("maria")
        await town.tell("fault", target="telegram", operation="deleteMessage", kind="500", apply="before", count=1)
        await eva.says(password)
        eva.sees("I could not delete your password", answer)
        eva.sees_not("I have deleted")


async def test_finding_by_words_and_by_browsing(town: Town) -> None:
    """A town without accents, part of a name, nothing at all, and the list."""
    ana = town.chat(1004)
    await ana.says("/start")
    await ana.presses("guest")
    await ana.says("lamacaes")
    await ana.presses("Braga Lamaçães")
    ana.sees("Avenida Dom João II")
    await ana.says("nowhere at all")
    ana.sees("No location fits")
    await ana.presses("Browse")
    await ana.presses("Porto")
    ana.sees("Porto")


async def test_cancel_asks_first(town: Town) -> None:
    """/cancel never gives a place away by itself."""
    ana = town.chat(1005)
    mine = await take(ana)
    await ana.says("/cancel")
    assert (await ticket_of(ana))["state"] == mine["state"]
    await ana.presses("Yes")
    truth = [t for t in (await town.ask("tickets")) if t["id"] == mine["id"]]
    assert truth[0]["state"] == 3, truth
    await town.passes(120)
    await ana.look()
    assert ana.count("cancelled by") == 0, ana.transcript()


async def test_stale_and_forged_buttons(town: Town) -> None:
    """A forged button of somebody else's ticket does nothing; an old one gets a fresh menu."""
    ana, bob = town.chat(1006), town.chat(1007, "Bob")
    mine = await take(ana)
    data = [b for m in ana.messages for row in m.get("reply_markup", {}).get("inline_keyboard", []) for b in row]
    asked = unpack(next(b["callback_data"] for b in data if "Cancel" in b["text"]))
    assert isinstance(asked, AskCancel)
    await bob.says("/start")
    await bob.forges(Cancel(asked.ticket).pack())
    bob.sees("I do not find that ticket among yours")
    await bob.forges("0|something|old")
    bob.sees("older menu")
    truth = [t for t in (await town.ask("tickets")) if t["id"] == mine["id"]]
    assert truth[0]["state"] == 0
    await ana.forges(Cancel(asked.ticket).pack())
    truth = [t for t in (await town.ask("tickets")) if t["id"] == mine["id"]]
    assert truth[0]["state"] == 3, "the same button, forged by the ticket's owner, would have worked"


@pytest.mark.parametrize("kind", ["500", "garbage", "html", "reset"])
async def test_a_troubled_queue_server_is_said_plainly(town: Town, kind: str) -> None:
    """Down, slow or talking nonsense: said so, and the ticket is not lost."""
    ana = town.chat(1008)
    mine = await take(ana)
    await town.tell("fault", target="queue", kind=kind, apply="before", count=4)
    await ana.presses("Refresh")
    ana.sees("has not answered|not answering", "not lost|still valid|stays valid")
    await desk(town, "call", mine, "2")
    await town.passes(130)
    await ana.look()
    ana.sees("was just called")


async def test_restart_at_any_point(town: Town) -> None:
    """The process dies between any two steps, and the person goes on."""
    ana = town.chat(1009)
    await ana.says("/start")
    await town.restart()
    await ana.presses("guest")
    await town.restart()
    await ana.shares(*BRAGA)
    await town.restart()
    await ana.presses("Braga Central")
    await town.restart()
    await ana.presses("Payments")
    await town.restart()
    await ana.presses("Take ticket")
    mine = await ticket_of(ana)
    await town.restart()
    await desk(town, "call", mine, "1")
    await town.restart()
    await town.passes(20)
    await ana.look()
    assert ana.count("was just called") == 1, ana.transcript()


async def test_created_though_the_answer_was_lost(town: Town) -> None:
    """ticket/create took effect and its answer was spoilt: one ticket, shown."""
    ana = town.chat(1010)
    await to_the_offer(ana, "Payments")
    await town.tell("fault", target="queue", operation="ticket/create", kind="truncated", apply="after", count=1)
    await ana.presses("Take ticket")
    tickets = await town.ask("tickets")
    assert len(tickets) == 1
    ana.sees(rf"{tickets[0]['tag']}\s?0*{tickets[0]['number']}\b")


@pytest.mark.parametrize("apply", ["before", "after"])
@pytest.mark.parametrize("lost", [1, 2])
async def test_taken_though_telegram_lost_the_answer(lost: int, apply: str, town: Town) -> None:
    """The card is shown once more; where that fails too, nobody is told that nothing happened, and the ticket is found."""
    ana = town.chat(1017)
    await to_the_offer(ana, "Payments")
    await town.tell("fault", target="telegram", operation="editMessageText", kind="500", apply=apply, count=lost)
    await ana.presses("Take ticket")
    if lost == 2:
        ana.sees("do not know whether my answer reached you", "look at your tickets before you try again")
        await ana.presses("My tickets")
    (ticket,) = await town.ask("tickets")
    ana.sees(rf"{ticket['tag']}\s?0*{ticket['number']}\b")
    await ana.presses("Refresh")
    ana.sees(rf"{ticket['tag']}\s?0*{ticket['number']}\b")


async def test_language_can_be_chosen(town: Town) -> None:
    """/language wins over the client's language."""
    ana = town.chat(1011)
    await ana.says("/language")
    await ana.presses("Português")
    await ana.says("/help")
    assert re.search(r"[Aa]juda|senha", ana.last()), ana.transcript()


async def test_a_new_language_reaches_what_stands_in_the_chat(town: Town) -> None:
    """The live card is told anew, and the keys of a keyboard in the old language still mean what they say."""
    ana = town.chat(1015)
    await ana.says("/start")
    await ana.presses("guest")
    assert ana.keyboard is not None
    old_keys = [key["text"] for row in ana.keyboard["keyboard"] for key in row]
    assert old_keys == ["Share my position", "Browse the list"]
    await ana.says("/language")
    await ana.presses("Português")
    for key, answer in (("Browse the list", "Escolha uma localidade"), ("Share my position", "posição")):
        await ana.says(key)
        assert re.search(answer, ana.last()), ana.transcript()
        ana.sees_not("Nenhum local corresponde")
    await ana.says("braga central")
    await ana.presses("Braga Central")
    await ana.presses("Payments")
    await ana.presses("Tirar senha")
    ana.sees("É o próximo|Atualizado:")
    await ana.says("/language")
    await ana.presses("English")
    await town.passes(5)
    await ana.look()
    ana.sees(r"B 001\nB – Payments, Braga Central\n[\s\S]*Updated:")
    ana.sees_not("Atualizado")


async def test_signing_out_keeps_the_tickets_at_the_server(town: Town) -> None:
    """/logout asks, says what happens to live tickets, and stops watching."""
    ana = town.chat(1012)
    mine = await take(ana)
    await ana.says("/logout")
    await ana.presses("Sign out")
    await desk(town, "call", mine, "1")
    await town.passes(60)
    await ana.look()
    assert ana.count("was just called") == 0
    await ana.says("/tickets")
    ana.sees("guest|Sign in|no tickets")


async def test_groups_are_pointed_to_the_private_chat(town: Town) -> None:
    """Nothing personal in a group."""
    await town.tell("group", chat_id=-500, title="Office", members=[1013])
    await town.tell("text", chat_id=-500, text="/start", from_id=1013)
    await town.settle()
    seen = await town.ask("messages", chat_id=-500)
    assert any("private" in m.get("text", "") for m in seen["messages"]), seen
    for said, answers in ((1, 1), (GROUP_GAP, 2)):
        await town.passes(said, step=said)
        await town.tell("text", chat_id=-500, text="/help", from_id=1013)
        await town.settle()
        seen = await town.ask("messages", chat_id=-500)
        assert sum("private" in m.get("text", "") for m in seen["messages"]) == answers


async def test_there_is_one_live_card(town: Town) -> None:
    """Asking for the tickets moves the card to the end of the chat; cancelling by command leaves none that still offers anything."""
    ana = town.chat(1014)
    await take(ana)
    first = next(m["message_id"] for m in ana.messages if "Refresh" in str(m.get("reply_markup")))
    await ana.says("/tickets")
    shown = [m["message_id"] for m in ana.messages if "Refresh" in str(m.get("reply_markup"))]
    assert len(shown) == 1, ana.transcript()
    assert shown != [first]
    await ana.says("/cancel")
    await ana.presses("Yes")
    assert not [m for m in ana.messages if "Refresh" in str(m.get("reply_markup"))], ana.transcript()
