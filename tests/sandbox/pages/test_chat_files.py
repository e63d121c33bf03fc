"""A person sends files of the device: photos are shown, other files are there to be fetched, and what cannot be sent is said."""

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
    await expect(attach).to_be_focused()


async def test_a_photo_is_sent_and_shown(neighbour: Neighbour, open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PIXEL)
    page = await begun(neighbour, open_page)
    await chooses(page, "A photo", tmp_path / "a.png")
    message = await neighbour.next_update("message")
    assert message["photo"][0]["file_size"] == len(PIXEL)
    await expect(page.locator(".message.out .photo img")).to_have_js_property("naturalWidth", 1)


async def test_a_file_is_sent_and_can_be_fetched(neighbour: Neighbour, open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"hello")
    page = await begun(neighbour, open_page)
    await chooses(page, "A file", tmp_path / "a.txt")
    document = (await neighbour.next_update("message"))["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == ("a.txt", "text/plain", 5)
    async with page.expect_download() as fetching:
        await page.get_by_role("link", name="a.txt").click()
    assert (await (await fetching.value).path()).read_bytes() == b"hello"


@pytest.mark.parametrize(
    ("row", "content", "words"),
    [
        ("A file", b"", "This file is empty."),
        ("A file", b"x" * ((10 << 20) + 1), "The page sends files up to 10 MB."),
        ("A photo", b"no picture", "content must be a PNG, JPEG, GIF or WebP picture"),
    ],
)
async def test_what_cannot_be_sent_is_said(
    row: str, content: bytes, words: str, neighbour: Neighbour, open_page: OpenPage, faults: Faults, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(content)
    page = await begun(neighbour, open_page)
    # The browser notes the server's refusal in its console, which is what this test is about.
    faults.line_is_cut = True
    await chooses(page, row, tmp_path / "a.png")
    await expect(page.locator(".toast")).to_have_text(words)
    assert await neighbour.updates() == []
