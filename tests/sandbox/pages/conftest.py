"""A headless Chromium for the tests of the pages, a sandbox on a real socket, and pages that fail on any error in their console."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from sandbox.app import create_app
from tests.sandbox.pages.neighbour import Neighbour

CHROMIUM = Path("/usr/bin/chromium")
INSTALLED = CHROMIUM.exists()
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
OpenPage = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests of a worker; starting one takes longer than most tests."""
    if not INSTALLED:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing: run make browser")
        pytest.skip(f"{CHROMIUM} is missing: make browser installs it")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", *QUIET]
        )
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def neighbour() -> AsyncIterator[Neighbour]:
    """A fresh sandbox in which nothing moves by itself."""
    sandbox = Neighbour(create_app(speed=0, seed=1, bot=False))
    await sandbox.listen()
    yield sandbox
    await sandbox.close()


class Faults:
    """What went wrong on the pages of a test. A cut line is no fault of the page, and the test says when it cuts one."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.line_is_cut = False

    def watch(self, page: Page) -> None:
        """Listen to a page's console and to errors nobody caught."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        network = "net::ERR" in message.text or "Failed to load resource" in message.text
        if message.type == "error" and not (network and self.line_is_cut):
            self.seen.append(message.text)


@pytest.fixture
def faults() -> Faults:
    """The page's faults so far; they fail the test in the end."""
    return Faults()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, neighbour: Neighbour, faults: Faults) -> AsyncIterator[OpenPage]:
    """Opens pages of the sandbox: `await open_page("/?chat=1002", color_scheme="dark")`; options are those of a browser context."""
    contexts: list[BrowserContext] = []

    async def opened(path: str = "/", **options: Any) -> Page:
        look = {
            "viewport": {"width": 1100, "height": 760},
            "locale": "en-GB",
            "timezone_id": "Europe/Lisbon",
            **options,
        }
        context = await browser.new_context(**look)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = await context.new_page()
        faults.watch(page)
        await page.goto(neighbour.url + path)
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert faults.seen == []
