"""The demo as a stranger sees it: real processes, real sockets, and the chat page in headless Chromium."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.bot.processes import free_port
from tests.journeys.judge import judged, telegram_of

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
INSTALLED = Path(CHROMIUM).exists()
ANA = 1001
PATIENCE = 60.0


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """`make demo`'s own command on a free port, its traffic judged; ends with SIGINT, as Ctrl-C does, and must end well."""
    port = free_port()
    async with telegram_of(f"http://127.0.0.1:{port}", folder) as telegram, served(folder, port, telegram) as client:
        yield client
    judged(folder)


@asynccontextmanager
async def served(folder: Path, port: int, telegram: str) -> AsyncIterator[httpx.AsyncClient]:
    """The sandbox, and the bot it begins; nobody works at the desks by themselves."""
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--data", str(folder / "demo.data")]
    command += ["--speed", "0", "--bot-api-url", telegram]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert process.stdout is not None
    first = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+", first)
    assert found, first
    try:
        async with httpx.AsyncClient(base_url=found[0], timeout=10) as client:
            yield client
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 40) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def until(client: httpx.AsyncClient, pattern: str, chat_id: int = ANA) -> str:
    """Wait for the next thing in the chat until a message of the bot fits; answers its text."""
    async with asyncio.timeout(PATIENCE):
        while True:
            # Nothing may happen for a while; the patience above bounds the wait.
            async with client.stream("GET", "/play/events", params={"chat_id": chat_id}, timeout=None) as events:
                texts = await texts_of(client, chat_id)
                for text in texts:
                    if re.search(pattern, text):
                        return text
                # The first event is the snapshot just read; the next one is news.
                seen = 0
                async for line in events.aiter_lines():
                    seen += line.startswith("event:")
                    if seen > 1:
                        break


async def texts_of(client: httpx.AsyncClient, chat_id: int) -> list[str]:
    """The bot's texts, newest first."""
    messages = (await client.get("/play/messages", params={"chat_id": chat_id})).json()["messages"]
    return [m.get("text", "").replace("\u2060", "") for m in reversed(messages) if m["from"]["is_bot"]]


async def press(client: httpx.AsyncClient, label: str) -> None:
    """Press the newest button that holds the label, waiting for it to be shown."""
    async with asyncio.timeout(PATIENCE):
        while True:
            messages = (await client.get("/play/messages", params={"chat_id": ANA})).json()["messages"]
            for message in reversed(messages):
                for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                    for button in row:
                        if label in button["text"]:
                            order = {
                                "chat_id": ANA,
                                "message_id": message["message_id"],
                                "data": button["callback_data"],
                            }
                            (await client.post("/play/press", json=order)).raise_for_status()
                            return
            await asyncio.sleep(0)


async def play(client: httpx.AsyncClient, what: str, **facts: Any) -> None:
    """POST /play/<what>."""
    (await client.post(f"/play/{what}", json=facts)).raise_for_status()


@pytest.mark.slow
async def test_a_ticket_over_real_sockets_and_through_a_kill(tmp_path: Path) -> None:
    """Guest, position, ticket; the bot's process is killed while the ticket waits; the call arrives all the same, once."""
    async with demo(tmp_path) as client:
        await play(client, "text", chat_id=ANA, text="/start")
        await press(client, "guest")
        await until(client, "Where would you like")
        await play(client, "location", chat_id=ANA, latitude=41.55, longitude=-8.42)
        await press(client, "Braga Central")
        await press(client, "Customer Service")
        await press(client, "Take ticket")
        await until(client, r"A\s?0*1\b[\s\S]*Braga Central")
        os.kill(bot_of_this_test(), signal.SIGKILL)
        ticket = tickets_of((await client.get("/play/tickets")).json())[0]
        await play(client, "desk/call", location_id=ticket["location"], service_id=ticket["service"], desk="2")
        await until(client, r"Please head to desk 2\.")
        calls = [text for text in await texts_of(client, ANA) if "Please head to desk 2." in text]
        assert len(calls) == 1


def tickets_of(answer: Any) -> list[dict[str, Any]]:
    """The list of tickets."""
    return list(answer["tickets"]) if isinstance(answer, dict) else list(answer)


def bot_of_this_test() -> int:
    """The process id of the bot, a child of the sandbox that is this process's child."""
    return children_of(children_of(os.getpid())[-1])[-1]


def children_of(pid: int) -> list[int]:
    """Process ids, oldest first."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sorted(int(child) for thread in threads for child in (thread / "children").read_text().split())


@asynccontextmanager
async def chromium_page(url: str, locale: str = "en-GB") -> AsyncIterator[Page]:
    """A page in headless Chromium; a missing browser fails in CI and skips elsewhere."""
    if not INSTALLED:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing: run make browser")
        pytest.skip(f"{CHROMIUM} is missing: make browser installs it")
    async with async_playwright() as playwright:
        browser: Browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        page = await browser.new_page(locale=locale)
        await page.goto(url)
        yield page
        await browser.close()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.xdist_group("browser")
async def test_a_newcomer_takes_a_ticket_on_the_chat_page(tmp_path: Path) -> None:
    """START to "your turn" with nothing but what the page shows."""
    async with demo(tmp_path) as client, chromium_page(f"{client.base_url}/") as page:
        await page.get_by_role("button", name="START").click(timeout=60_000)
        await page.get_by_role("button", name="Carry on as a guest").click(timeout=60_000)
        conversation = page.get_by_role("log", name="Conversation")
        await expect(conversation.get_by_text("Where would you like to take a ticket?")).to_be_visible(timeout=60_000)
        await page.get_by_role("combobox", name="Message").fill("braga central")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Braga Central").last.click(timeout=60_000)
        await page.get_by_role("button", name="Customer Service").last.click(timeout=60_000)
        await page.get_by_role("button", name="Take ticket").click(timeout=60_000)
        await expect(page.get_by_role("button", name="Refresh")).to_be_visible(timeout=60_000)
        ticket = tickets_of((await client.get("/play/tickets")).json())[0]
        await play(client, "desk/call", location_id=ticket["location"], service_id=ticket["service"], desk="4")
        await expect(conversation.get_by_text("Please head to desk 4.")).to_be_visible(timeout=60_000)
