"""What a message answers stands above its words: a message of this chat, one of another chat, and the words that were picked out of it."""

import pytest
from playwright.async_api import expect

from tests.sandbox.bot_api.test_journey import PIXEL
from tests.sandbox.pages.conftest import OpenPage
from tests.sandbox.pages.findings import serious_findings
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]

ANA, BRUNO, GROUP = 1001, 1002, -1_000_000_000_055


async def test_an_answer_to_another_chat_tells_where_and_whose(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    await neighbour.play("person", chat_id=BRUNO, first_name="Bruno")
    asked = (await neighbour.play("text", chat_id=BRUNO, text="Is desk 3 open?"))["message"]["message_id"]
    reply = {"chat_id": BRUNO, "message_id": asked, "quote": "desk 3"}
    await neighbour.bot("sendMessage", chat_id=ANA, text="It is", reply_parameters=reply)
    page = await open_page()
    quote = page.locator(".message.in .quote")
    await expect(quote).to_contain_text("Bruno, in another chat")
    await expect(quote.locator("span")).to_have_text("desk 3")
    # There is nowhere to go from it.
    await expect(page.locator("button.quote")).to_have_count(0)


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_a_supergroup_is_named_and_a_picture_told(
    colours: str, neighbour: Neighbour, open_page: OpenPage
) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    await neighbour.play("group", chat_id=GROUP, title="Team", members=[ANA], administrator=True)
    name = (await neighbour.bot("getMe"))["first_name"]
    sent = await neighbour.upload("sendPhoto", "photo", "a.png", PIXEL, chat_id=GROUP)
    reply = {"chat_id": GROUP, "message_id": sent["message_id"]}
    await neighbour.bot("sendMessage", chat_id=ANA, text="See there", reply_parameters=reply)
    page = await open_page(color_scheme=colours, reduced_motion="reduce")
    await expect(page.locator(".quote strong")).to_have_text(f"{name}, in Team")
    await expect(page.locator(".quote span")).to_have_text("Photo")
    assert await serious_findings(page) == []


async def test_picked_words_keep_their_style_and_their_lines(neighbour: Neighbour, open_page: OpenPage) -> None:
    said = await neighbour.play("text", chat_id=ANA, text="first line and\nsecond line, /help, and more")
    quote = {"quote": "<b>first</b> line and\nsecond line, /help", "quote_parse_mode": "HTML"}
    reply = {"message_id": said["message"]["message_id"], **quote}
    await neighbour.bot("sendMessage", chat_id=ANA, text="Yes", reply_parameters=reply)
    page = await open_page()
    shown = page.locator("button.quote")
    await expect(shown.locator("b, strong")).to_have_text(["You", "first"])
    await expect(shown.locator("button, a")).to_have_count(0)
    box, name = await shown.locator("> span").bounding_box(), await shown.locator("> strong").bounding_box()
    assert box is not None
    assert name is not None
    assert box["height"] > 1.5 * name["height"]
