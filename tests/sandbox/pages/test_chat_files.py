"""A person sends files of the device with a caption: photos are shown, others are there to be fetched, and what cannot be sent is said."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.bot_api.test_journey import PIXEL
from tests.sandbox.pages.conftest import Faults, OpenPage
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]

ANA = 1001


async def begun(neighbour: Neighbour, open_page: OpenPage) -> Page:
    """Ana's page with the chat begun and nothing on its way to the bot."""
    await neighbour.play("text", chat_id=ANA, text="/start")
    await neighbour.updates()
    return await open_page()


async def chooses(page: Page, row: str, path: Path) -> None:
    """Choose a file by way of the attach button, with the keyboard alone."""
    attach = page.get_by_role("button", name="Share a place, a contact or a file")
    await attach.press("Enter")
    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name=row, exact=True).press("Enter")
    await (await choosing.value).set_files(path)


async def sends(page: Page, caption: str = "") -> None:
    """Send what was chosen with this caption, with the keyboard alone; the attach button is where one then goes on."""
    field = page.get_by_role("textbox", name="Caption")
    await expect(field).to_be_focused()
    await field.fill(caption)
    await field.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="Share a place, a contact or a file")).to_be_focused()


async def test_a_photo_is_sent_and_shown(neighbour: Neighbour, open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PIXEL)
    page = await begun(neighbour, open_page)
    await chooses(page, "A photo", tmp_path / "a.png")
    await expect(page.get_by_role("img", name="a.png")).to_have_js_property("naturalWidth", 1)
    assert await neighbour.updates() == []
    await sends(page, "The door\nat /noon")
    message = await neighbour.next_update("message")
    assert message["photo"][0]["file_size"] == len(PIXEL)
    assert message["caption"] == "The door\nat /noon"
    assert [entity["type"] for entity in message["caption_entities"]] == ["bot_command"]
    await expect(page.locator(".message.out .words").last).to_have_text("The door\nat /noon")
    await expect(page.locator(".message.out .photo img")).to_have_js_property("naturalWidth", 1)


async def test_a_file_is_sent_and_can_be_fetched(neighbour: Neighbour, open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"hello")
    page = await begun(neighbour, open_page)
    await chooses(page, "A file", tmp_path / "a.txt")
    await expect(page.get_by_role("dialog", name="Send a file")).to_contain_text("a.txt5 B")
    await sends(page)
    message = await neighbour.next_update("message")
    assert "caption" not in message
    document = message["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == ("a.txt", "text/plain", 5)
    async with page.expect_download() as fetching:
        await page.get_by_role("link", name="a.txt").click()
    assert (await (await fetching.value).path()).read_bytes() == b"hello"


@pytest.mark.parametrize(
    ("row", "content", "words"),
    [
        ("A file", b"", "This file is empty."),
        ("A file", b"x" * ((10 << 20) + 1), "The page sends files up to 10 MB."),
    ],
)
async def test_what_cannot_be_sent_is_said(
    row: str, content: bytes, words: str, neighbour: Neighbour, open_page: OpenPage, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(content)
    page = await begun(neighbour, open_page)
    await chooses(page, row, tmp_path / "a.png")
    await expect(page.locator(".toast")).to_have_text(words)
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert await neighbour.updates() == []


async def test_what_is_refused_or_given_up_is_not_sent(
    neighbour: Neighbour, open_page: OpenPage, faults: Faults, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    page = await begun(neighbour, open_page)
    # The browser notes the server's refusal in its console, which is what this test is about.
    faults.line_is_cut = True
    await chooses(page, "A photo", tmp_path / "a.png")
    await page.get_by_role("textbox", name="Caption").fill("The door")
    await page.get_by_role("button", name="Send", exact=True).last.click()
    await expect(page.locator(".toast")).to_have_text("content must be a PNG, JPEG, GIF or WebP picture")
    # What was written is still there, and can be given up.
    await expect(page.get_by_role("textbox", name="Caption")).to_have_value("The door")
    await page.get_by_role("button", name="Close").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert await neighbour.updates() == []
