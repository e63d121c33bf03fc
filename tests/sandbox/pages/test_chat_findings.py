"""axe-core over every part that comes up on the chat page, light and dark: it finds nothing serious in any of them."""

import base64
import json
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.sandbox.bot_api.test_journey import PIXEL
from tests.sandbox.pages.conftest import OpenPage
from tests.sandbox.pages.findings import serious_findings
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("colours", ["light", "dark"]),
]

ANA, BRUNO, GROUP = 1001, 1002, -55
APP = "https://app.example.org/"
KEYS_AROUND = ["main", "secondary", "back", "settings"]
CONTENT = base64.b64encode(PIXEL).decode()


async def begun(neighbour: Neighbour, open_page: OpenPage, colours: str, **message: Any) -> Page:
    """Ana's page with one message of the bot on it."""
    await neighbour.play("text", chat_id=ANA, text="/start")
    await neighbour.updates()
    await neighbour.bot("sendMessage", chat_id=ANA, **{"text": "Where are you?", **message})
    return await open_page(color_scheme=colours, reduced_motion="reduce")


async def flawless(page: Page, shown: Locator) -> None:
    """What is meant stands on the page, and axe-core finds nothing serious there."""
    await expect(shown).to_be_visible()
    assert await serious_findings(page) == []


async def test_photos_files_and_contacts(colours: str, neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await begun(neighbour, open_page, colours)
    await neighbour.play("photo", chat_id=ANA, content=CONTENT, caption="The door")
    await neighbour.play("document", chat_id=ANA, content=CONTENT, name="plan.png", mime="image/png")
    await neighbour.play("contact", chat_id=ANA)
    await neighbour.upload("sendPhoto", "photo", "a.png", PIXEL, chat_id=ANA, has_spoiler=True)
    await neighbour.upload("sendDocument", "document", "a.txt", b"hello", chat_id=ANA, caption="Read this")
    await flawless(page, page.locator(".message.in .card"))
    await page.locator(".message.out .photo").click()
    await flawless(page, page.locator(".large-photo"))


async def test_inline_results_and_commands(colours: str, neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.bot("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    page = await begun(neighbour, open_page, colours)
    await page.get_by_role("button", name="Commands").click()
    field = page.get_by_role("combobox", name="Message")
    await field.press("ArrowDown")
    await flawless(page, page.get_by_role("option", name="/help", selected=True))
    await field.fill(f"@{(await neighbour.bot('getMe'))['username']} lisbon")
    query = await neighbour.next_update("inline_query")
    result: dict[str, Any] = {"type": "article", "id": "1", "title": "Chiado", "description": "4 wait"}
    result |= {"input_message_content": {"message_text": "Chiado"}}
    await neighbour.bot("answerInlineQuery", inline_query_id=query["id"], results=[result])
    await flawless(page, page.get_by_role("option", name="Chiado"))


async def test_answers_of_the_bot(colours: str, neighbour: Neighbour, open_page: OpenPage) -> None:
    keys = {"inline_keyboard": [[{"text": "Ask", "callback_data": "a"}]]}
    page = await begun(neighbour, open_page, colours, reply_markup=keys)
    for alert, shown in ((False, ".toast"), (True, "dialog")):
        await page.get_by_role("button", name="Ask").click()
        query = await neighbour.next_update("callback_query")
        await neighbour.bot("answerCallbackQuery", callback_query_id=query["id"], text="Closed", show_alert=alert)
        await flawless(page, page.locator(shown))


async def test_what_is_answered_or_edited(colours: str, neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await begun(neighbour, open_page, colours, reply_markup={"force_reply": True})
    await flawless(page, page.locator(".context"))
    field = page.get_by_role("combobox", name="Message")
    await field.fill("Porto")
    await field.press("Enter")
    await expect(page.locator(".message.out .quote")).to_be_visible()
    await page.get_by_role("button", name="Edit this message").last.click()
    await flawless(page, page.locator(".context"))


async def test_a_web_app_and_its_popup(colours: str, neighbour: Neighbour, open_page: OpenPage) -> None:
    keys = {"inline_keyboard": [[{"text": "Open", "web_app": {"url": APP}}]]}
    page = await begun(neighbour, open_page, colours, reply_markup=keys)
    around = {"is_visible": True, "text": "Go on"}
    keys_around = [{"eventType": f"web_app_setup_{key}_button", "eventData": around} for key in KEYS_AROUND]
    popup = {"message": "Sure?", "buttons": [{"id": "x", "type": "destructive", "text": "Yes"}]}
    body = f"""<!doctype html><html lang="en"><title>App</title><main><h1>App</h1></main><script>
        const say = (events) => events.forEach((event) => parent.postMessage(JSON.stringify(event), "*"));
        say({json.dumps(keys_around)});
        addEventListener("click", () => say([{{ eventType: "web_app_open_popup", eventData: {json.dumps(popup)} }}]));
    </script></html>"""

    async def serve(route: Route) -> None:
        await route.fulfill(body=body, content_type="text/html")

    await page.context.route(f"{APP}**", serve)
    await page.get_by_role("button", name="Open", exact=True).click()
    await flawless(page, page.get_by_role("button", name="Settings"))
    await page.frame_locator(".web-app").get_by_role("heading").click()
    await flawless(page, page.get_by_role("button", name="Yes"))


async def test_sharing_and_its_questions(colours: str, neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await begun(neighbour, open_page, colours)
    await page.get_by_role("button", name="Share a place, a contact or a file").click()
    await flawless(page, page.get_by_role("button", name="A photo"))
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="A photo").click()
    await (await choosing.value).set_files({"name": "a.png", "mimeType": "image/png", "buffer": PIXEL})
    await flawless(page, page.get_by_role("img", name="a.png"))
    await page.get_by_role("button", name="Close").click()
    await page.get_by_role("button", name="Share a place, a contact or a file").click()
    await page.get_by_role("button", name="My phone number").click()
    await flawless(page, page.get_by_role("button", name="Share", exact=True))


@pytest.mark.parametrize(
    "device", [{"width": 1100, "height": 760}, {"width": 390, "height": 844}], ids=["wide", "narrow"]
)
async def test_groups(colours: str, device: dict[str, int], neighbour: Neighbour, open_page: OpenPage) -> None:
    # Names that get each of the six colours in which they stand above what is said.
    names = {
        ANA + place: name for place, name in enumerate(["Ana", "Bruno", "Chidi", "Dalia", "Emil", "Farah", "Goran"])
    }
    for number, name in names.items():
        await neighbour.play("person", chat_id=number, first_name=name, language_code="en")
    await neighbour.play("group", chat_id=GROUP, title="Team", members=list(names), administrator=True)
    for number in names:
        await neighbour.play("text", chat_id=GROUP, from_id=number, text=f"I am {number}")
    page = await open_page(f"/?chat={GROUP}&as={BRUNO}", color_scheme=colours, reduced_motion="reduce", viewport=device)
    await expect(page.locator(".speaker")).to_have_count(len(names) - 1)
    await flawless(page, page.get_by_label("You are"))
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if device["width"] < 860:
        await page.get_by_role("button", name="People").click()
        await flawless(page, page.get_by_role("link", name="Team"))
    await page.get_by_role("button", name="Make a group").click()
    await flawless(page, page.get_by_role("dialog", name="Make a group"))


@pytest.mark.parametrize(
    ("row", "title"),
    [
        ("Make the bot's next call fail", "The bot's next call"),
        ("See the bot's calls", "The bot's calls"),
        ("Begin anew", "Begin anew?"),
    ],
)
async def test_the_menu_and_where_it_leads(
    row: str, title: str, colours: str, neighbour: Neighbour, open_page: OpenPage
) -> None:
    page = await begun(neighbour, open_page, colours)
    await neighbour.answer("editMessageText", chat_id=ANA, message_id=404, text="x")
    await page.get_by_role("button", name="Menu").click()
    await flawless(page, page.get_by_role("button", name=row))
    await page.get_by_role("button", name=row).click()
    if row == "See the bot's calls":
        await page.locator(".calls summary").first.click()
        await expect(page.locator(".call-words")).to_be_visible()
        await page.locator(".call-answer summary").first.click()
    await flawless(page, page.get_by_role("dialog", name=title))
