"""The chat page for everybody: axe-core finds nothing serious, light and dark, narrow and wide, keyboard, less motion."""

import pytest
from playwright.async_api import expect

from tests.sandbox.pages.conftest import OpenPage
from tests.sandbox.pages.findings import serious_findings
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]

ANA = 1001
TEXT = (
    "<b>Ticket A 42</b> at <a href='https://example.org'>Chiado</a> <tg-spoiler>hidden</tg-spoiler> <code>code</code>\n"
    "<pre>a block</pre><blockquote expandable>one\ntwo\nthree\nfour\nfive</blockquote>"
)
STYLES = ["primary", "success", "danger"]
PHONE = {"viewport": {"width": 390, "height": 844}}


async def full_chat(neighbour: Neighbour) -> None:
    """A conversation with one of everything."""
    keys = [[{"text": f"Press {style}", "callback_data": style, "style": style} for style in STYLES]]
    keys.append([{"text": "Plain", "callback_data": "p"}, {"text": "Map", "url": "https://example.org"}])
    replies = {"keyboard": [[{"text": "Share my position", "request_location": True}]], "resize_keyboard": True}
    await neighbour.play("text", chat_id=ANA, text="/start")
    await neighbour.bot("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    await neighbour.bot("sendMessage", chat_id=ANA, text="Welcome", reply_markup=replies)
    card = await neighbour.bot(
        "sendMessage", chat_id=ANA, text=TEXT, parse_mode="HTML", reply_markup={"inline_keyboard": keys}
    )
    await neighbour.bot("sendVenue", chat_id=ANA, latitude=38.71, longitude=-9.14, title="Shop", address="Street 1")
    await neighbour.bot("pinChatMessage", chat_id=ANA, message_id=card["message_id"])


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("device", [{}, PHONE], ids=["wide", "narrow"])
async def test_axe_finds_nothing_serious(
    neighbour: Neighbour, open_page: OpenPage, colours: str, device: dict[str, object]
) -> None:
    page = await open_page(color_scheme=colours, reduced_motion="reduce", **device)
    await expect(page.locator("#welcome")).to_be_visible()
    assert await serious_findings(page) == []
    await full_chat(neighbour)
    await expect(page.locator(".place")).to_be_visible()
    assert await serious_findings(page) == []
    await page.get_by_role("button", name="Share my position").click()
    await expect(page.locator(".map-handle")).to_be_visible()
    assert await serious_findings(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Menu").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await serious_findings(page) == []


async def test_dark_is_the_devices_until_somebody_chooses(open_page: OpenPage) -> None:
    page = await open_page(color_scheme="dark")
    head = page.locator(".head")
    await expect(head).to_have_css("background-color", "rgb(23, 32, 30)")
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Light colours").click()
    await expect(head).to_have_css("background-color", "rgb(255, 255, 255)")
    await page.reload()
    await expect(head).to_have_css("background-color", "rgb(255, 255, 255)")


async def test_a_phone_shows_the_chat_and_people_on_demand(neighbour: Neighbour, open_page: OpenPage) -> None:
    await full_chat(neighbour)
    page = await open_page(**PHONE)
    await expect(page.locator(".place")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await expect(page.get_by_role("link", name="Open the desk page")).to_be_hidden()
    await page.get_by_role("button", name="People").click()
    await expect(page.locator(".person[aria-current]")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="People")).to_be_focused()
    await expect(page.get_by_role("link", name="Open the desk page")).to_be_hidden()


async def test_the_whole_chat_is_worked_by_keyboard(neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await open_page()
    await expect(page.get_by_role("button", name="START")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.get_by_role("button", name="START").press("Enter")
    # The writing line takes the place of START, and the focus with it.
    await expect(page.get_by_role("combobox", name="Message")).to_be_focused()
    await page.keyboard.type("Lisbon")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("Chiado")
    await page.keyboard.press("Enter")
    texts = [message["text"] for message in await neighbour.updates("message")]
    await expect(page.locator(".message.out")).to_have_count(2)
    texts += [message["text"] for message in await neighbour.updates("message")]
    assert texts == ["/start", "Lisbon\nChiado"]


async def test_less_motion_is_respected(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="/start")
    page = await open_page(reduced_motion="reduce")
    await neighbour.bot("sendChatAction", chat_id=ANA, action="typing")
    await expect(page.locator(".typing")).to_be_visible()
    await expect(page.locator(".typing i").first).to_have_css("animation-iteration-count", "1")


async def test_the_conversation_is_a_log_that_is_read_out(neighbour: Neighbour, open_page: OpenPage) -> None:
    await full_chat(neighbour)
    page = await open_page()
    log = page.get_by_role("log", name="Conversation")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log).not_to_have_attribute("aria-busy", "true")
    # Who speaks is said in words too, not by colour and side alone.
    await expect(page.locator(".message.out .unseen").first).to_have_text("You: ")
