"""A guest's live tickets are never lost unasked: whatever way in is taken, they come along or are left by a word of their own."""

from pathlib import Path

from bot.callbacks import TypeHere
from tests.bot.web.conftest import PUBLIC, Site
from tests.journeys.test_account import PASSWORD, maria, signs_in
from tests.journeys.test_main_job import desk, take, ticket_of
from tests.journeys.town import Chat, Town, opened
from tickets.acting import Actor
from tickets.watching import Intent


async def watched(town: Town, chat_id: int) -> list[str]:
    """The tickets that are watched for a chat."""
    async with town.parts.database.open_book() as book:
        return [watch.ticket.id for watch in await book.watches.of(chat_id)]


async def still_theirs(chat: Chat, ticket: dict[str, str]) -> None:
    """The ticket is shown, its call is told, and it can be cancelled."""
    town = chat.town
    assert await watched(town, chat.chat_id) == [ticket["id"]]
    await desk(town, "call", ticket, "5")
    await town.passes(20)
    await chat.look()
    chat.sees(r"Please head to desk 5\.")


async def test_signing_in_by_password_asks_first(town: Town) -> None:
    """The question comes before anything is typed; keeping the account is the first answer to it."""
    await maria(town)
    ana = town.chat(1201)
    mine = await take(ana)
    await ana.says("/login")
    await ana.presses("Sign in")
    ana.sees("You hold 1 live ticket as a guest", "can no longer show or cancel")
    await ana.presses("Keep my account")
    await ana.says("ana.silva")
    await ana.says("long-enough-1")
    ana.sees("yours now, ana.silva")
    await still_theirs(ana, mine)


async def test_signing_in_all_the_same_leaves_them(town: Town) -> None:
    await maria(town)
    ana = town.chat(1202)
    await take(ana)
    await ana.says("/login")
    await ana.presses("Sign in")
    await ana.presses("all the same")
    await ana.says("maria")
    await ana.says(PASSWORD)
    ana.sees("signed in as Maria")
    assert await watched(town, 1202) == []


async def test_a_ticket_taken_on_the_way_is_asked_about(town: Town) -> None:
    """The password is deleted, nothing is signed in, and what was agreed to before a ticket is not agreed to after it."""
    await maria(town)
    ana = town.chat(1203)
    await ana.says("/start")
    await ana.presses("guest")
    await ana.says("/login")
    await ana.presses("Sign in")
    await ana.says("maria")
    services, actor = town.parts.services, Actor(1203, 1203)
    here = next(one for one in await services.find.all() if one.name == "Braga Central")
    await services.take.take(actor, await services.take.offer(actor, here, here.services[0]), key="elsewhere")
    await ana.says(PASSWORD)
    ana.sees("You hold 1 live ticket as a guest")
    ana.sees_not(PASSWORD)
    assert len(await watched(town, 1203)) == 1
    assert (await services.session.account(actor)).guest


async def test_without_live_tickets_nobody_is_asked(town: Town) -> None:
    await maria(town)
    ana = town.chat(1204)
    await ana.says("/start")
    await ana.presses("guest")
    await ana.says("/login")
    await ana.presses("Sign in")
    await ana.says("maria")
    await ana.says(PASSWORD)
    ana.sees("signed in as Maria")


async def test_a_guest_is_told_what_signing_out_means(town: Town) -> None:
    """Nobody has the password of a guest's account; somebody signed in by name can come back."""
    ana = town.chat(1205)
    mine = await take(ana)
    await ana.says("/logout")
    ana.sees("1 live ticket stays in the queue", "nobody can come back to this account")
    ana.sees_not("stays as it is")
    await ana.presses("Keep my account")
    await ana.says("ana.silva")
    await ana.says("long-enough-1")
    await ana.says("/logout")
    ana.sees("your account itself stays as it is")
    await ana.presses("Stay signed in")
    await still_theirs(ana, mine)


async def test_a_ticket_that_nobody_knows_of_yet_is_asked_about(town: Town) -> None:
    """Its answer was lost: it may wait in line, and whoever leaves now would lose it."""
    await maria(town)
    ana = town.chat(1208)
    await ana.says("/start")
    await ana.presses("guest")
    async with town.parts.database.open_book() as book:
        await book.intents.open(Intent("1208:1", 1208, "1", "1", town.clock.now(), ()))
        await book.commit()
    await ana.says("/logout")
    ana.sees("I do not know yet whether you have the ticket", "nothing here will tell you when it is called")
    await ana.says("/delete")
    ana.sees("Tickets you hold stay in the queue")
    await ana.says("/login")
    await ana.presses("Sign in")
    ana.sees("You have asked for a ticket as a guest", "I do not know yet whether you have", "can no longer show")
    ana.sees_not("You hold")
    await ana.presses("all the same")
    await ana.says("maria")
    await ana.says(PASSWORD)
    ana.sees("signed in as Maria")


async def test_the_page_asks_too(tmp_path: Path) -> None:
    """Its own sign-in is refused while nothing was agreed to in the chat."""
    async with opened(tmp_path, public_url=PUBLIC) as town:
        await page_asks(town)


async def page_asks(town: Town) -> None:
    """The page's side of it."""
    await maria(town)
    ana = town.chat(1206)
    mine = await take(ana)
    await ana.says("/login")
    ana.sees("You hold 1 live ticket as a guest")
    site = Site(town)
    token = await town.parts.services.passes.issue(Actor(1206, 1206), "page", 600)
    told = {"pass": token, "username": "maria", "password": PASSWORD}
    refused = await site.post("sign_in", **told)
    assert (refused.status_code, refused.json()) == (409, {"error": "tickets"})
    assert await watched(town, 1206) == [mine["id"]]
    await ana.presses("all the same")
    token = await site.enter(ana)
    assert (await site.post("sign_in", **{**told, "pass": token})).json() == {"done": True}
    assert await watched(town, 1206) == []
    await site.browser.aclose()


async def test_a_letters_code_leaves_a_guest_where_they_are(town: Town) -> None:
    await maria(town)
    ana = town.chat(1207)
    mine = await take(ana)
    await ana.says("/reset")
    await ana.says("maria@example.org")
    code = (await town.ask("outbox"))[-1]["token"]
    await ana.says(f"/start r_{code}")
    await ana.says("brand-new-1")
    ana.sees("new password is set", "You can sign in with it now")
    assert (await ticket_of(ana))["id"] == mine["id"]
    await still_theirs(ana, mine)


async def test_an_old_card_keeps_nothing_of_a_named_account(town: Town) -> None:
    """Who has an account by name already is shown it, and is asked for no user name that nothing would come of."""
    await maria(town)
    ana = town.chat(1208)
    await signs_in(ana)
    await ana.forges(TypeHere("register").pack())
    assert "signed in as Maria" in ana.last(), ana.transcript()
    await ana.says("braga central")
    assert "Locations found" in ana.last(), "whatever is typed next is no user name"


async def asked_for_a_password(town: Town, chat_id: int) -> Chat:
    """A guest who has chosen the user name ana.silva."""
    ana = town.chat(chat_id)
    await ana.says("/start")
    await ana.presses("guest")
    await ana.says("/settings")
    await ana.presses("Keep my account")
    await ana.says("ana.silva")
    return ana


async def test_what_was_not_kept_is_not_said_to_be(town: Town) -> None:
    """Signed in under another name while the password was typed: it goes from the chat, nothing is set, and the settings say who one is."""
    await maria(town)
    ana = await asked_for_a_password(town, 1209)
    await town.parts.services.session.with_password(Actor(1209, 1209), "maria", PASSWORD)
    await ana.says("long-enough-1")
    assert "signed in as Maria" in ana.last(), ana.transcript()
    ana.sees_not("yours now|long-enough-1")
    told = {"username": "ana.silva", "password": "long-enough-1"}
    assert (await town.play.post("/vt/api/json/customer/login", json=told)).json()["success"] is False


async def test_what_was_kept_before_a_crash_is_said_after_it(town: Town) -> None:
    """The password is handled again: by then the account is no guest's, and bears the name that was chosen."""
    ana = await asked_for_a_password(town, 1210)
    await town.parts.services.profile.keep(Actor(1210, 1210), "ana.silva", "long-enough-1")
    await ana.says("long-enough-1")
    assert "yours now, ana.silva" in ana.last(), ana.transcript()
