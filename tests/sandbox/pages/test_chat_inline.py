"""More inline results are asked for at the end of the list, however one gets there, as long as the bot says that there are more."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.pages.conftest import OpenPage
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]

ANA = 1001


def results(first: int, last: int) -> list[dict[str, Any]]:
    """Results that are called by their number."""
    return [
        {
            "type": "article",
            "id": f"{at}",
            "title": f"Place {at}",
            "input_message_content": {"message_text": f"At {at}"},
        }
        for at in range(first, last + 1)
    ]


async def typed(neighbour: Neighbour, open_page: OpenPage) -> Page:
    """Ana's page with an inline query in the writing line."""
    await neighbour.play("text", chat_id=ANA, text="hello")
    await neighbour.updates()
    page = await open_page()
    name = (await neighbour.bot("getMe"))["username"]
    await page.get_by_role("combobox", name="Message").fill(f"@{name} place")
    return page


async def answers(neighbour: Neighbour, offset: str, first: int, last: int, next_offset: str) -> str:
    """Answer the query that comes, which asks from this offset on; returns its id."""
    query = await neighbour.next_update("inline_query")
    assert (query["query"], query["offset"]) == ("place", offset)
    answer = {"inline_query_id": query["id"], "results": results(first, last), "next_offset": next_offset}
    await neighbour.bot("answerInlineQuery", **answer)
    return str(query["id"])


async def test_scrolled_to_the_end(neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await typed(neighbour, open_page)
    await answers(neighbour, "", 1, 20, "20")
    options = page.get_by_role("option")
    await expect(options).to_have_count(20)
    assert await neighbour.updates() == []
    await options.last.scroll_into_view_if_needed()
    further = await answers(neighbour, "20", 21, 40, "")
    await expect(options).to_have_count(40)
    # The reader stays where the first results ended, and there is nothing more to ask.
    await expect(options.nth(19)).to_be_in_viewport()
    await options.last.scroll_into_view_if_needed()
    # An answer given twice adds nothing.
    again = {"inline_query_id": further, "results": results(21, 40), "next_offset": "40"}
    await neighbour.bot("answerInlineQuery", **again)
    await neighbour.bot("sendMessage", chat_id=ANA, text="done")
    await expect(page.locator(".message.in .words")).to_have_text("done")
    await expect(options).to_have_count(40)
    assert await neighbour.updates() == []
    await options.filter(has_text="Place 33").click()
    await expect(page.locator(".message.out .words").last).to_have_text("At 33")


async def test_reached_by_keyboard(neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await typed(neighbour, open_page)
    await answers(neighbour, "", 1, 9, "next")
    options = page.get_by_role("option")
    await expect(options).to_have_count(9)
    field = page.get_by_role("combobox", name="Message")
    for _ in range(9):
        await field.press("ArrowDown")
    await answers(neighbour, "next", 10, 12, "")
    await expect(options).to_have_count(12)
    await expect(options.nth(8)).to_have_attribute("aria-selected", "true")
    await field.press("ArrowDown")
    await expect(options.nth(9)).to_have_attribute("aria-selected", "true")
    await field.press("Enter")
    await expect(page.locator(".message.out .words").last).to_have_text("At 10")


async def test_a_list_whose_end_is_seen_at_once(neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await typed(neighbour, open_page)
    await answers(neighbour, "", 1, 1, "1")
    await answers(neighbour, "1", 2, 2, "2")
    # A bot that names an offset and has nothing more is not asked for ever.
    await answers(neighbour, "2", 3, 2, "3")
    await neighbour.bot("sendMessage", chat_id=ANA, text="done")
    await expect(page.locator(".message.in .words")).to_have_text("done")
    await expect(page.get_by_role("option")).to_have_count(2)
    assert await neighbour.updates() == []
