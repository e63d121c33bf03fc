"""Several people side by side: the list, unread marks, adding one, languages, blocking, and what each of them sees."""

import pytest
from playwright.async_api import expect

from tests.sandbox.pages.conftest import OpenPage
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]


async def test_the_browsers_language_is_the_persons(neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await open_page("/?chat=1003", locale="pt-PT")
    await page.get_by_role("button", name="START").click()
    sender = (await neighbour.next_update("message"))["from"]
    assert (sender["id"], sender["language_code"], sender["first_name"]) == (1003, "pt", "Chidi")


async def test_the_language_is_changed_in_the_menu(neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_role("button", name="Menu").click()
    async with page.expect_response("**/play/person"):
        await page.get_by_label("Your language").select_option("fr")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="START").click()
    assert (await neighbour.next_update("message"))["from"]["language_code"] == "fr"


async def test_people_are_switched_without_loading_the_page(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("person", chat_id=1002, first_name="Bruno", language_code="pt")
    await neighbour.play("text", chat_id=1002, text="/start")
    await neighbour.bot("sendMessage", chat_id=1002, text="For Bruno only")
    page = await open_page()
    await page.evaluate("window.sameDocument = true")
    row = page.get_by_role("link", name="Bruno")
    await expect(row).to_contain_text("For Bruno only")
    await expect(row).to_contain_text("New")
    await row.click()
    await expect(page.locator(".message.in .words")).to_have_text("For Bruno only")
    await expect(row).not_to_contain_text("New")
    assert page.url.endswith("/?chat=1002")
    await page.go_back()
    await expect(page.get_by_role("button", name="START")).to_be_visible()
    assert await page.evaluate("window.sameDocument")


async def test_a_person_is_added(neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_label("First name").fill("Zoe")
    await page.get_by_label("Language").select_option("pt")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.locator(".person[aria-current]")).to_contain_text("Zoe")
    await page.get_by_role("button", name="START").click()
    sender = (await neighbour.next_update("message"))["from"]
    assert (sender["first_name"], sender["language_code"]) == ("Zoe", "pt")


async def test_the_bot_is_blocked_and_unblocked(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=1001, text="/start")
    await neighbour.updates()
    page = await open_page()
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Block the bot").click()
    unblock = page.get_by_role("button", name="UNBLOCK")
    await expect(unblock).to_be_visible()
    assert (await neighbour.next_update("my_chat_member"))["new_chat_member"]["status"] == "kicked"
    await page.reload()
    await unblock.click()
    assert (await neighbour.next_update("my_chat_member"))["new_chat_member"]["status"] == "member"
    await expect(page.get_by_role("combobox", name="Message")).to_be_visible()


SPOILT = "for (const name of ['chat.seen', 'chat.theme']) localStorage.setItem(name, {0});"


@pytest.mark.parametrize("kept", ["'{'", "'null'", "'[1]'", "'7'", '\'{"theme":"pink","1001":{}}\''])
async def test_a_spoilt_memory_stops_nothing(kept: str, neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await open_page()
    await page.evaluate(SPOILT.format(kept))
    await page.reload()
    await page.get_by_role("button", name="START").click()
    await neighbour.bot("sendMessage", chat_id=1001, text="Hello")
    await expect(page.locator(".message.in .words")).to_have_text("Hello")


async def test_two_pages_of_one_person_show_the_same(neighbour: Neighbour, open_page: OpenPage) -> None:
    one = await open_page()
    two = await open_page()
    await one.get_by_role("button", name="START").click()
    await expect(two.locator(".message.out .words")).to_have_text("/start")
    await neighbour.bot("sendChatAction", chat_id=1001, action="typing")
    await expect(two.locator("#status")).to_have_text("typing…")
    await neighbour.bot("sendMessage", chat_id=1001, text="Hello")
    await expect(two.locator("#status")).not_to_have_text("typing…")
    await expect(one.locator(".message.in .words")).to_have_text("Hello")
