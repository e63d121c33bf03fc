"""With a page no password need go through a message: the cards open it at the right view, and typing is a choice of one's own."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.bot.web.conftest import ANA, PASSWORD, PUBLIC, Site
from tests.journeys.town import Chat, Town
from tickets.acting import Actor


def view_of(chat: Chat) -> str:
    """The view that the newest card opens, whose address holds nothing else but the language."""
    addresses: list[str] = [
        button["web_app"]["url"]
        for message in reversed(chat.messages)
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
        if "web_app" in button
    ]
    told = parse_qs(urlsplit(addresses[0]).query)
    assert addresses[0].startswith(f"{PUBLIC}/app?")
    assert set(told) <= {"lang", "view"}
    return told.get("view", ["sign_in"])[0]


async def step_of(town: Town) -> str:
    """What Ana is asked for in the chat."""
    return (await town.parts.services.conversation.step(Actor(ANA, ANA))).name


async def code_of_a_letter(site: Site) -> str:
    """From the newest letter to Ana."""
    services = site.town.parts.services
    await services.profile.forgot(Actor(ANA, ANA), "ana@example.org")
    return str((await site.town.ask("outbox"))[-1]["token"])


async def test_what_is_typed_after_the_card_is_a_location(ana: Chat, town: Town) -> None:
    assert view_of(ana) == "sign_in"
    assert await step_of(town) == ""
    await ana.says("braga central")
    ana.sees("Locations for “braga central”")


@pytest.mark.parametrize(
    ("begin", "view"),
    [("/reset", "forgot"), ("Forgot", "forgot"), ("/start r_abc", "renew")],
)
async def test_each_intention_opens_its_view(begin: str, view: str, ana: Chat, town: Town) -> None:
    if begin == "Forgot":
        await ana.forges("1|lost")
    else:
        await ana.says(begin)
    assert view_of(ana) == view
    assert await step_of(town) == "", "nothing is asked for in the chat"
    await ana.presses("Type it here")
    assert await step_of(town) == {"forgot": "email", "renew": "new_password"}[view]


async def test_the_code_button_opens_the_page_too(ana: Chat, town: Town) -> None:
    await ana.says("/start r_of-another-letter")
    await ana.forges("1|code")
    assert view_of(ana) == "renew"
    await ana.presses("Type it here")
    assert await step_of(town) == "code", "a code that was brought before is not the one meant now"


async def test_a_guest_keeps_the_account_on_the_page(site: Site, town: Town) -> None:
    """The card itself says who one is in the end, and the customer is the same."""
    rui = town.chat(2002, "Rui")
    await rui.says("/start")
    await rui.presses("guest")
    before = await town.parts.services.session.account(Actor(2002, 2002))
    await rui.says("/settings")
    await rui.presses("Keep my account")
    assert view_of(rui) == "register"
    token = await site.enter(rui, "Keep my account")
    assert (await site.post("register", **{"pass": token, "username": "rui", "password": PASSWORD})).json() == {
        "done": True
    }
    after = await town.parts.services.session.account(Actor(2002, 2002))
    assert (after.guest, after.username, after.customer_id) == (False, "rui", before.customer_id)
    await rui.look()
    rui.sees("You are signed in as rui")
    rui.sees_not("on our page")


async def test_nobody_keeps_an_account_they_do_not_have(ana: Chat, town: Town) -> None:
    await ana.forges("1|keep")
    ana.sees("How would you like to go on")
    await ana.forges("1|type|register")
    assert await step_of(town) == ""


async def test_the_link_of_a_letter_brings_its_code_to_the_page(site: Site, ana: Chat) -> None:
    """/start r_<code>: the code stands in no address; the page that is opened from the card is told it, and the chat is signed in."""
    code = await code_of_a_letter(site)
    await ana.says(f"/start r_{code}")
    assert view_of(ana) == "renew"
    assert code not in str([message.get("reply_markup") for message in ana.messages])
    opened = (await site.post("open", initData=await site.init_data(ana, "Set the password"))).json()
    assert opened["code"] == code
    told = {"pass": opened["pass"], "token": opened["code"], "password": "another battery"}
    assert (await site.post("renew", **told)).json() == {"done": True}
    await ana.look()
    ana.sees("You are signed in as")
    await ana.says("/login")
    later = (await site.post("open", initData=await site.init_data(ana))).json()
    assert later["code"] == "", "it is forgotten once it was used"


async def test_a_new_letter_has_a_code_of_its_own(site: Site, ana: Chat, town: Town) -> None:
    """However it is asked for, the code that an earlier link brought is neither filled in again nor used."""
    for again in ("page", "card"):
        await ana.says("/start r_of-an-earlier-letter")
        renew = await site.init_data(ana, "Set the password")
        opened = (await site.post("open", initData=await site.init_data(ana, "Set the password"))).json()
        assert opened["code"] == "of-an-earlier-letter"
        if again == "page":
            await site.post("forgot", **{"pass": opened["pass"], "email": "ana@example.org"})
        else:
            await ana.says("/reset")
        assert (await site.post("open", initData=renew)).json()["code"] == ""
        await ana.forges("1|type|renew")
        assert await step_of(town) == "code", again


async def test_whoever_would_rather_type_types_the_password_alone(site: Site, ana: Chat, town: Town) -> None:
    """The link's code is known already."""
    code = await code_of_a_letter(site)
    await ana.says(f"/start r_{code}")
    await ana.presses("Type it here")
    await ana.says("another battery")
    ana.sees("Your new password is set", "You are signed in with it")
    ana.sees_not("another battery")
    answer = await town.play.post(
        "/vt/api/json/customer/login", json={"username": "ana.sa", "password": "another battery"}
    )
    assert answer.json()["success"] is True


async def test_a_letters_address_in_a_browser(site: Site, ana: Chat, town: Town) -> None:
    """{PUBLIC_URL}/app?token=<code>: outside of Telegram the password is set, and nobody is signed in."""
    code = await code_of_a_letter(site)
    page = await site.browser.get("/app", params={"token": code})
    assert page.status_code == 200
    assert code not in page.text
    assert (await site.post("renew", token=code, password="another battery")).json() == {"done": False}
    answer = await town.play.post(
        "/vt/api/json/customer/login", json={"username": "ana.sa", "password": "another battery"}
    )
    assert answer.json()["success"] is True
    await ana.look()
    ana.sees_not("signed in")
