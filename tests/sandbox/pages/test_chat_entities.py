"""What Telegram finds in a text, as a phone shows it: coloured; a command sends itself, and nothing leads out of this machine."""

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.sandbox.pages.conftest import OpenPage
from tests.sandbox.pages.findings import serious_findings
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]

ANA = 1001
TEXT = "Ana asks @someone about #queues at a@example.org and /help"
MARKED = ["Ana", "@someone", "#queues", "a@example.org", "/help"]


async def told(neighbour: Neighbour, open_page: OpenPage, **options: Any) -> Page:
    """Ana's page with a text of the bot in which there is one of each kind."""
    await neighbour.play("person", chat_id=ANA, first_name="Ana", last_name="Sousa", language_code="en")
    mention = {"type": "text_mention", "offset": 0, "length": 3, "user": {"id": ANA, "is_bot": False, "first_name": ""}}
    await neighbour.bot("sendMessage", chat_id=ANA, text=TEXT, entities=[mention])
    return await open_page(**options)


async def colour(node: Locator) -> str:
    """The colour in which its words stand."""
    return str(await node.evaluate("node => getComputedStyle(node).color"))


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_all_of_them_are_coloured(colours: str, neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await told(neighbour, open_page, color_scheme=colours, reduced_motion="reduce")
    words = page.locator(".message.in .words")
    await expect(words).to_have_text(TEXT)
    marked = words.locator("> *")
    await expect(marked).to_have_text(MARKED)
    await expect(marked.first).to_have_attribute("title", "Ana Sousa")
    used = {await colour(node) for node in await marked.all()}
    assert len(used) == 1
    assert await colour(words) not in used
    assert await serious_findings(page) == []


async def test_kinds_that_no_bot_is_sent_are_coloured_too(neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await told(neighbour, open_page)
    await page.locator(".message.in .words").first.wait_for()
    shown = await page.evaluate(
        """async () => {
            const { formattedText } = await import("/page/entities.js");
            const box = document.querySelector(".message.in .words");
            const cashtag = { type: "cashtag", offset: 0, length: 4 };
            const phone = { type: "phone_number", offset: 5, length: 7 };
            box.replaceChildren(formattedText("$EUR +351210", [cashtag, phone]));
            const colours = [...box.children].map((node) => getComputedStyle(node).color);
            return [box.querySelectorAll("a").length, new Set(colours).size, colours[0] !== getComputedStyle(box).color];
        }"""
    )
    assert shown == [0, 1, True]


async def test_a_command_sends_itself_and_nothing_else_leads_anywhere(
    neighbour: Neighbour, open_page: OpenPage
) -> None:
    page = await told(neighbour, open_page)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await expect(page.locator(".message.in .words a")).to_have_count(0)
    for place in range(3):
        await page.locator(".message.in .words > *").nth(place).click()
    await page.get_by_role("button", name="a@example.org").click()
    await expect(page.locator(".toast")).to_have_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == "a@example.org"
    await page.get_by_role("button", name="/help").click()
    assert (await neighbour.next_update("message"))["text"] == "/help"
    assert (page.url, len(page.context.pages)) == (f"{neighbour.url}/", 1)
