"""Makes docs/pictures/*.png, the pages as they really look: starts the sandbox with its bot, takes a ticket, drives Chromium.

Usage: python scripts/pictures.py [--to FOLDER] [name ...]; without names, every picture. It needs Debian's chromium (make browser).
"""

import argparse
import asyncio
import os
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
ANA = 1001
NEAR_SALDANHA = {"latitude": 38.7369, "longitude": -9.1427}
PLACE, SERVICE, SERVICE_TAG = "Lisboa Saldanha", "Customer Service", "A"
PAPER_TICKETS = {SERVICE: 5, "Payments": 3}
DESKS_THAT_CALL = "123"
LONGEST_WATCH = 90_000
LONGEST_START = 600
"""Looks, a tenth of a second apart: a busy machine needs some seconds to import the bot."""
WIDE = {"width": 1180, "height": 760}
PHONE = {"width": 390, "height": 800}
Scene = Callable[[Page], Awaitable[None]]


class Stage:
    """The running sandbox as the scenes need it: what people and desks do, besides what is pressed on the pages."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.AsyncClient(base_url=url, timeout=10)

    async def play(self, what: str, **body: Any) -> None:
        """Do something as a person or at a desk."""
        (await self._client.post(f"/play/{what}", json=body)).raise_for_status()

    async def calls(self) -> list[dict[str, Any]]:
        """What the bot has called so far; none while the sandbox does not answer yet."""
        try:
            answer = await self._client.get("/play/calls")
        except httpx.TransportError:
            return []
        calls: list[dict[str, Any]] = answer.json()["calls"]
        return calls

    async def place(self, name: str) -> str:
        """The id of the location with this name."""
        town = (await self._client.get("/play/desk/town")).json()
        return next(str(place["id"]) for place in town["locations"] if place["name"] == name)

    async def close(self) -> None:
        """End the connections."""
        await self._client.aclose()


async def _address(process: asyncio.subprocess.Process) -> str:
    """Where the sandbox says that it listens. It takes a free port itself: one that was only looked for may be taken by then."""
    while process.stdout is not None and (line := (await process.stdout.readline()).decode()):
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise SystemExit("pictures: the sandbox did not start")


@asynccontextmanager
async def running_sandbox() -> AsyncIterator[Stage]:
    """A sandbox of its own on a free port, with the real bot, in which nothing moves unless told."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--speed", "0", "--seed", "1"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=DEVNULL)
    stage = Stage(await _address(process))
    try:
        for _ in range(LONGEST_START):
            if any(call["method"] == "getUpdates" for call in await stage.calls()):
                break
            await asyncio.sleep(0.1)
        else:
            raise SystemExit("pictures: the sandbox's bot did not start")
        yield stage
    finally:
        await stage.close()
        process.terminate()
        await process.wait()


async def fill_the_hall(desk: Page) -> None:
    """Give out paper tickets at the desk page, so that there is somebody to wait for."""
    for service, people in PAPER_TICKETS.items():
        give = desk.get_by_role("button", name=f"Give out a paper ticket for {service}")
        for _ in range(people):
            async with desk.expect_response("**/play/desk/arrive"):
                await give.click()


async def take_ticket(chat: Page, stage: Stage) -> None:
    """A ticket from START on, pressed on the page as a person would."""
    await chat.goto(f"{stage.url}/?chat={ANA}")
    await chat.get_by_role("button", name="START").click()
    await chat.get_by_role("button", name="Carry on as a guest").click()
    await chat.get_by_role("button", name="Share my position").wait_for()
    await stage.play("location", chat_id=ANA, **NEAR_SALDANHA)
    await chat.get_by_role("button", name=PLACE).click()
    await chat.get_by_role("button", name=SERVICE).click()
    await chat.get_by_role("button", name="Take ticket").click()
    await chat.get_by_role("button", name="Refresh").wait_for()


async def play_the_scene(browser: Browser, stage: Stage, place: str) -> None:
    """A morning at one place: people come, Ana takes a ticket from afar, the desks call until it is almost her turn."""
    context = await browser.new_context(locale="en-GB")
    desk, chat = await context.new_page(), await context.new_page()
    await desk.goto(f"{stage.url}/desk?location={place}&desk=2")
    await fill_the_hall(desk)
    await take_ticket(chat, stage)
    for number in DESKS_THAT_CALL:
        await desk.goto(f"{stage.url}/desk?location={place}&desk={number}")
        async with desk.expect_response("**/play/desk/call"):
            await desk.get_by_role("button", name=f"Call next {SERVICE_TAG}").click()
    # The bot looks again by itself when it thinks the moment has come; asking it to look now spares the wait.
    await chat.get_by_role("button", name="Refresh").click()
    await chat.get_by_role("button", name="Show my ticket").wait_for(timeout=LONGEST_WATCH)
    await context.close()


async def settled_chat(page: Page) -> None:
    """The chat as it stands."""
    await page.locator(".message").last.wait_for()


async def newcomer(page: Page) -> None:
    """An empty chat, before START."""
    await page.get_by_role("button", name="START").wait_for()


async def place_picker(page: Page) -> None:
    """The sheet that shares a position."""
    await settled_chat(page)
    await page.get_by_role("button", name="Share a place, a contact or a file").click()
    await page.get_by_role("button", name="A position or a place").click()
    await page.locator(".place-row").first.click()


async def live_desk(page: Page) -> None:
    """A desk page or board that has heard how things stand."""
    await page.locator("#line-state", has_text="live").wait_for()


# name: path, window, colours, what to do first
SCENES: dict[str, tuple[str, dict[str, int], str, Scene]] = {
    "chat": (f"/?chat={ANA}", WIDE, "light", settled_chat),
    "chat-dark": (f"/?chat={ANA}", WIDE, "dark", settled_chat),
    "chat-phone": (f"/?chat={ANA}", PHONE, "light", settled_chat),
    "position": (f"/?chat={ANA}", WIDE, "light", place_picker),
    "start": ("/?chat=1003", PHONE, "light", newcomer),
    "desk": ("/desk?location={place}&desk=1", WIDE, "light", live_desk),
    "desk-board": ("/desk/board?location={place}", WIDE, "dark", live_desk),
}


async def picture(browser: Browser, stage: Stage, place: str, file: Path) -> None:
    """Take the picture called as the file is, twice as fine as the window so that it is sharp in a README."""
    path, window, colours, scene = SCENES[file.stem]
    look: dict[str, Any] = {"viewport": window, "color_scheme": colours, "device_scale_factor": 2}
    context = await browser.new_context(**look, locale="en-GB", reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(stage.url + path.format(place=place))
    await scene(page)
    await page.evaluate("document.fonts.ready")
    await page.screenshot(path=file)
    await context.close()


async def made(names: list[str], folder: Path) -> int:
    """Make these pictures, or all where none is named; answers an exit code."""
    if unknown := set(names) - set(SCENES):
        print(
            f"pictures: no scene is called {', '.join(sorted(unknown))}; there are {', '.join(SCENES)}", file=sys.stderr
        )
        return 64
    if not os.access(CHROMIUM, os.X_OK):
        print("pictures: /usr/bin/chromium is missing; make browser installs it", file=sys.stderr)
        return 69
    async with running_sandbox() as stage, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        place = await stage.place(PLACE)
        await play_the_scene(browser, stage, place)
        for name in names or SCENES:
            await picture(browser, stage, place, folder / f"{name}.png")
            print(f"{name}.png")
        await browser.close()
    return 0


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="pictures", description=__doc__)
    parser.add_argument("--to", type=Path, default=PICTURES, help="the folder they go to")
    parser.add_argument("names", nargs="*")
    told = parser.parse_args()
    told.to.mkdir(parents=True, exist_ok=True)
    return asyncio.run(made(told.names, told.to))


if __name__ == "__main__":
    sys.exit(main())
