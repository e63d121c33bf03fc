"""An album stands in one bubble: its pictures side by side, one time, its words below; it stays whole when parts change or go."""

import json
from typing import Any

import pytest
from playwright.async_api import expect

from tests.sandbox.bot_api.test_journey import PIXEL
from tests.sandbox.pages.conftest import OpenPage
from tests.sandbox.pages.findings import serious_findings
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]

ANA = 1001
WIDE, NARROW = {"width": 1100, "height": 760}, {"width": 390, "height": 844}


async def album(neighbour: Neighbour, *captions: str, kind: str = "photo", **options: Any) -> list[int]:
    """Send an album with these captions, "" for none, and return the numbers of its messages."""
    media = [{"type": kind, "media": "attach://a", **({"caption": words} if words else {})} for words in captions]
    form = {"chat_id": ANA, "media": json.dumps(media), **options}
    return [message["message_id"] for message in await neighbour.upload("sendMediaGroup", "a", "a.png", PIXEL, **form)]


@pytest.mark.parametrize("before", [True, False], ids=["snapshot", "live"])
async def test_three_photos_stand_in_one_bubble(before: bool, neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    if before:
        await album(neighbour, "The way to us", "", "")
    page = await open_page()
    if not before:
        await expect(page.locator(".message.out")).to_have_count(1)
        await album(neighbour, "The way to us", "", "")
    bubble = page.locator(".message.in .bubble")
    await expect(bubble.get_by_role("group", name="3 photos").get_by_role("img")).to_have_count(3)
    await expect(bubble).to_have_count(1)
    await expect(bubble.locator("time")).to_have_count(1)
    await expect(bubble.locator(".words")).to_have_text("The way to us")
    picture, words = await bubble.locator(".album").bounding_box(), await bubble.locator(".words").bounding_box()
    assert picture is not None
    assert words is not None
    assert words["y"] >= picture["y"] + picture["height"]


async def test_parts_are_edited_and_deleted_one_by_one(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    first, second, third = await album(neighbour, "Before", "", "")
    await neighbour.bot("sendMessage", chat_id=ANA, text="later")
    page = await open_page()
    bubbles = page.locator(".message.in .bubble")
    await neighbour.bot("editMessageCaption", chat_id=ANA, message_id=first, caption="After")
    await expect(bubbles.first.locator(".words")).to_have_text("After")
    await expect(bubbles.first.locator(".edited")).to_have_count(1)
    # Whoever stands on a picture goes on standing there when another one goes.
    await page.locator(".album .photo").nth(1).focus()
    await neighbour.bot("deleteMessage", chat_id=ANA, message_id=third)
    await expect(bubbles.first.get_by_role("img")).to_have_count(2)
    await expect(page.locator(".album .photo").nth(1)).to_be_focused()
    await neighbour.bot("deleteMessage", chat_id=ANA, message_id=first)
    await expect(page.locator(".album")).to_have_count(0)
    await expect(bubbles.first.get_by_role("img", name="Photo")).to_have_count(1)
    await expect(page.locator(f'[data-id="{second}"]')).to_have_count(1)
    await neighbour.bot("deleteMessage", chat_id=ANA, message_id=second)
    await expect(bubbles).to_have_count(1)
    await expect(bubbles).to_contain_text("later")


async def test_an_album_counts_once_as_new(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    for number in range(40):
        await neighbour.bot("sendMessage", chat_id=ANA, text=f"line {number}")
    page = await open_page()
    await expect(page.locator(".message")).to_have_count(41)
    await page.locator("#log").evaluate("log => log.scrollTo(0, 0)")
    await expect(page.get_by_role("button", name="Go to the end")).to_be_visible()
    await album(neighbour, "", "", "")
    await expect(page.get_by_role("img")).to_have_count(3)
    await expect(page.get_by_role("button", name="1 new, go to the end")).to_be_visible()


async def test_words_of_several_pictures_are_read_at_the_picture(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    await album(neighbour, "The door", "The desk")
    page = await open_page()
    await expect(page.locator(".message.in .photo")).to_have_count(2)
    await expect(page.locator(".message.in .words")).to_have_count(0)
    await page.get_by_role("button", name="Photo: The desk").click()
    await expect(page.locator(".large-words")).to_have_text("The desk")


async def test_files_stand_one_under_the_other_with_their_words(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    await album(neighbour, "The form", "The answer", kind="document")
    page = await open_page()
    bubble = page.locator(".message.in .bubble")
    await expect(bubble.get_by_role("group", name="2 files").get_by_role("link")).to_have_count(2)
    await expect(bubble.locator(".words")).to_have_text(["The form", "The answer"])
    await expect(bubble.locator("time")).to_have_count(1)


@pytest.mark.parametrize("device", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_albums_of_every_size_fill_their_rows(
    colours: str, device: dict[str, int], neighbour: Neighbour, open_page: OpenPage
) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    for count in range(2, 11):
        await album(neighbour, *([""] * (count - 1)), f"{count} pictures")
    page = await open_page(viewport=device, color_scheme=colours, reduced_motion="reduce")
    albums = page.locator(".album")
    await expect(albums).to_have_count(9)
    for grid in await albums.all():
        box, last = await grid.bounding_box(), await grid.locator(".photo").last.bounding_box()
        assert box is not None
        assert last is not None
        assert last["x"] + last["width"] == pytest.approx(box["x"] + box["width"], abs=1)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await serious_findings(page) == []
