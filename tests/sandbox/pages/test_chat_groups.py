"""Groups on the chat page: listed, switched to, spoken in as each member, made, left by the bot."""

import pytest
from playwright.async_api import expect

from tests.sandbox.pages.conftest import OpenPage
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]

ANA, BRUNO, GROUP = 1001, 1002, -55


async def _team(neighbour: Neighbour) -> None:
    await neighbour.play("person", chat_id=ANA, first_name="Ana", language_code="en")
    await neighbour.play("person", chat_id=BRUNO, first_name="Bruno", language_code="pt")
    await neighbour.play("group", chat_id=GROUP, title="Team", members=[ANA, BRUNO], administrator=True)
    await neighbour.updates()


async def test_a_group_is_switched_to_and_spoken_in_as_a_member(neighbour: Neighbour, open_page: OpenPage) -> None:
    await _team(neighbour)
    page = await open_page()
    await page.get_by_role("link", name="Team").click()
    await expect(page.get_by_role("heading", name="Team", level=1)).to_be_visible()
    await expect(page.locator("#status")).to_have_text("2 members")
    field = page.get_by_role("combobox", name="Message")
    await field.fill("from Ana")
    await field.press("Enter")
    assert (await neighbour.next_update("message"))["from"]["id"] == ANA
    await page.get_by_label("You are").select_option("Bruno")
    await expect(page).to_have_url(f"{neighbour.url}/?chat={GROUP}&as={BRUNO}")
    # What Ana said is another's now, under her name.
    await expect(page.locator(".message.in .speaker")).to_have_text("Ana: ")
    await field.fill("from Bruno")
    await field.press("Enter")
    said = await neighbour.next_update("message")
    assert (said["from"]["id"], said["chat"]["id"], said["text"]) == (BRUNO, GROUP, "from Bruno")
    await page.reload()
    await expect(page.get_by_label("You are")).to_have_value(str(BRUNO))
    await expect(page.locator(".message.out .words")).to_have_text("from Bruno")


async def test_a_button_in_a_group_is_pressed_by_the_member(neighbour: Neighbour, open_page: OpenPage) -> None:
    await _team(neighbour)
    keys = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    await neighbour.bot("sendMessage", chat_id=GROUP, text="?", reply_markup=keys)
    page = await open_page(f"/?chat={GROUP}&as={BRUNO}")
    await page.get_by_role("button", name="Go").click()
    query = await neighbour.next_update("callback_query")
    assert (query["from"]["id"], query["message"]["chat"]["id"]) == (BRUNO, GROUP)
    await neighbour.bot("answerCallbackQuery", callback_query_id=query["id"], text="Well done")
    await expect(page.locator(".toast")).to_have_text("Well done")


async def test_what_the_bot_answers_one_member_no_other_sees(neighbour: Neighbour, open_page: OpenPage) -> None:
    await _team(neighbour)
    keys = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    await neighbour.bot("sendMessage", chat_id=GROUP, text="?", reply_markup=keys)
    ana, bruno = [await open_page(f"/?chat={GROUP}&as={member}") for member in (ANA, BRUNO)]
    await expect(bruno.get_by_role("button", name="Go")).to_be_visible()
    await ana.get_by_role("button", name="Go").click()
    query = await neighbour.next_update("callback_query")
    await neighbour.bot("answerCallbackQuery", callback_query_id=query["id"], text="For Ana")
    await expect(ana.locator(".toast")).to_have_text("For Ana")
    # What was told after the answer has arrived, so the answer has too.
    await neighbour.bot("sendMessage", chat_id=GROUP, text="For all")
    await expect(bruno.locator(".message .words").last).to_have_text("For all")
    await expect(bruno.locator(".toast")).to_have_count(0)


async def test_who_speaks_stands_above_what_they_say(neighbour: Neighbour, open_page: OpenPage) -> None:
    await _team(neighbour)
    for member, text in ((ANA, "one"), (ANA, "two"), (BRUNO, "mine")):
        await neighbour.play("text", chat_id=GROUP, from_id=member, text=text)
    page = await open_page(f"/?chat={GROUP}&as={BRUNO}")
    speakers = page.locator(".message.in .speaker")
    await expect(speakers).to_have_text(["Ana:", "Ana:"])
    # The second is only for those who hear the page: one name stands above all that one person says.
    widths = [box["width"] for speaker in await speakers.all() if (box := await speaker.bounding_box())]
    assert widths[0] > 20
    assert widths[1] == 1
    await expect(page.locator(".message.out .speaker")).to_have_count(0)


async def test_the_speaker_is_changed_by_keyboard(neighbour: Neighbour, open_page: OpenPage) -> None:
    await _team(neighbour)
    page = await open_page(f"/?chat={GROUP}")
    choice = page.get_by_label("You are")
    await choice.focus()
    await choice.press("ArrowDown")
    await expect(page).to_have_url(f"{neighbour.url}/?chat={GROUP}&as={BRUNO}")
    await expect(page.get_by_role("button", name="Menu")).to_be_enabled()
    await expect(choice).to_be_focused()
    await choice.press("ArrowUp")
    await expect(page).to_have_url(f"{neighbour.url}/?chat={GROUP}&as={ANA}")
    await expect(choice).to_have_value(str(ANA))


async def test_a_group_gets_another_title_and_members(neighbour: Neighbour, open_page: OpenPage) -> None:
    await _team(neighbour)
    await neighbour.play("person", chat_id=1003, first_name="Chidi", language_code="en")
    page = await open_page(f"/?chat={GROUP}&as={BRUNO}")
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Title and members").click()
    await page.get_by_label("Title").fill("All of us")
    await page.get_by_label("Chidi").check()
    await page.get_by_label("The bot is an administrator").uncheck()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", name="All of us", level=1)).to_be_visible()
    await expect(page.locator("#status")).to_have_text("3 members")
    assert (await neighbour.next_update("message"))["new_chat_title"] == "All of us"
    assert (await neighbour.next_update("message"))["new_chat_members"][0]["first_name"] == "Chidi"
    assert (await neighbour.next_update("my_chat_member"))["new_chat_member"]["status"] == "member"
    creator = (await neighbour.bot("getChatAdministrators", chat_id=GROUP))[0]
    assert creator["user"]["id"] == ANA
    await page.get_by_label("You are").select_option("Chidi")
    await expect(page).to_have_url(f"{neighbour.url}/?chat={GROUP}&as=1003")


async def test_each_member_sees_the_commands_meant_for_them(neighbour: Neighbour, open_page: OpenPage) -> None:
    await _team(neighbour)
    for scope, command in (("all_chat_administrators", "rule"), ("all_group_chats", "ask")):
        commands = [{"command": command, "description": "x"}]
        await neighbour.bot("setMyCommands", commands=commands, scope={"type": scope})
    for member, command in ((ANA, "rule"), (BRUNO, "ask")):
        page = await open_page(f"/?chat={GROUP}&as={member}")
        await page.get_by_role("button", name="Commands").click()
        await expect(page.locator(".suggestion strong")).to_have_text(f"/{command}")


async def test_a_group_is_made_and_the_bot_taken_out(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("person", chat_id=BRUNO, first_name="Bruno", language_code="pt")
    page = await open_page()
    await expect(page.get_by_role("link", name="Bruno")).to_be_visible()
    await page.get_by_role("button", name="Make a group").click()
    make = page.get_by_role("button", name="Make", exact=True)
    await page.get_by_label("Title").fill("  ")
    await make.click()
    await page.get_by_label("Title").fill("Two of us")
    for member in ("Ana", "Bruno"):
        await page.get_by_label(member).uncheck()
    await make.click()
    await expect(page.locator(".toast")).to_contain_text("A group needs somebody")
    await page.get_by_label("Bruno").check()
    await make.click()
    await expect(page.get_by_role("heading", name="Two of us", level=1)).to_be_visible()
    change = (await neighbour.next_update("my_chat_member"))["new_chat_member"]
    assert change["status"] == "member"
    await neighbour.updates()
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Take the bot out").click()
    assert (await neighbour.next_update("my_chat_member"))["new_chat_member"]["status"] == "kicked"
    assert (await neighbour.next_update("message"))["left_chat_member"]["is_bot"]
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Let the bot in again").click()
    assert (await neighbour.next_update("my_chat_member"))["new_chat_member"]["status"] == "member"


async def test_a_group_that_is_none_leads_to_the_first_person(open_page: OpenPage) -> None:
    page = await open_page("/?chat=-404")
    await expect(page.get_by_role("button", name="START")).to_be_visible()
    await expect(page.locator("#speaker")).to_be_hidden()
    await page.go_back()
    assert "-404" not in page.url


async def test_a_group_that_a_new_beginning_took_away_is_left(neighbour: Neighbour, open_page: OpenPage) -> None:
    await _team(neighbour)
    page = await open_page(f"/?chat={GROUP}")
    await expect(page.get_by_role("heading", name="Team", level=1)).to_be_visible()
    await neighbour.play("reset")
    await expect(page.get_by_role("button", name="START")).to_be_visible()
    await expect(page).to_have_url(f"{neighbour.url}/")
    await expect(page.get_by_role("link", name="Team")).to_have_count(0)
