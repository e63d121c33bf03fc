"""Opening a chat of 500 messages and scrolling through it in headless Chromium: the page against one that draws only the rows in sight.

The baseline is the same page with `content-visibility: auto` on its rows, the usual advice for long lists. Both are measured in
turns in one run, as the work of the page's main thread that Chromium itself counts; frames are told too. Nothing is promised:
the ratio says which is better.
"""

import asyncio
import statistics
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Route, async_playwright

from sandbox.app import create_app
from tests.sandbox.pages.neighbour import Neighbour

CHROMIUM = Path("/usr/bin/chromium")
MESSAGES = 500
ROUNDS = 7
ANA = 1001
RULE = ".message { content-visibility: auto; contain-intrinsic-size: auto 62px; }"
FRAME = "() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))"
# Each frame's length in milliseconds while the conversation is scrolled from its first message to its last.
SCROLL = """() => new Promise((resolve) => {
  const log = document.getElementById("log");
  const step = log.scrollHeight / 120;
  const frames = [];
  let before = 0;
  log.scrollTop = 0;
  requestAnimationFrame(function frame(now) {
    if (before) frames.push(now - before);
    before = now;
    log.scrollTop += step;
    if (frames.length < 120) requestAnimationFrame(frame); else resolve(frames);
  });
})"""


class Course:
    """One of the two pages: opened anew for every round, with what it cost."""

    def __init__(self, name: str, context: BrowserContext, url: str) -> None:
        self.name = name
        self._context = context
        self._url = url
        self.opening: list[float] = []
        self.scrolling: list[float] = []
        self.frames: list[float] = []

    async def run(self) -> None:
        """Open the chat, scroll through it, and note both."""
        page = await self._context.new_page()
        session = await self._context.new_cdp_session(page)
        await session.send("Performance.enable")
        begun = await self._work(session)
        await page.goto(self._url)
        # The first message is the person's own; all are put in at once.
        await page.locator(".message").nth(MESSAGES).wait_for(state="attached")
        await page.evaluate(FRAME)
        opened = await self._work(session)
        frames: list[float] = await page.evaluate(SCROLL)
        self.scrolling.append(await self._work(session) - opened)
        self.opening.append(opened - begun)
        self.frames += frames
        await page.close()

    @staticmethod
    async def _work(session: Any) -> float:
        """Seconds that the page's main thread has been busy so far."""
        metrics = (await session.send("Performance.getMetrics"))["metrics"]
        return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))

    def told(self) -> str:
        """What it cost, in the median of all rounds."""
        late = sum(frame > 25 for frame in self.frames)
        return (
            f"  {self.name}: opening {statistics.median(self.opening) * 1000:.0f} ms, scrolling "
            f"{statistics.median(self.scrolling) * 1000:.0f} ms of work; frames: median {statistics.median(self.frames):.1f} ms, "
            f"longest {max(self.frames):.0f} ms, {late} of {len(self.frames)} later than 25 ms"
        )


async def fill(neighbour: Neighbour) -> None:
    """Let the bot write 500 messages of different heights, every fifth with buttons."""
    await neighbour.play("text", chat_id=ANA, text="/start")
    for number in range(MESSAGES):
        keys = [[{"text": "Refresh", "callback_data": f"r{number}"}, {"text": "Cancel", "callback_data": f"c{number}"}]]
        extra = {"reply_markup": {"inline_keyboard": keys}} if number % 5 == 0 else {}
        text = f"<b>Ticket A {number}</b>\n" + "Three people are ahead of you. " * (1 + number % 4)
        await neighbour.bot("sendMessage", chat_id=ANA, text=text, parse_mode="HTML", **extra)


async def with_the_rule(route: Route) -> None:
    """Serve the baseline's style: only the rows in sight are drawn."""
    style = await (await route.fetch()).text()
    await route.fulfill(body=f"{style}\n{RULE}", content_type="text/css")


async def courses(browser: Browser, url: str) -> tuple[Course, Course]:
    """The page as it is, and the baseline."""
    contexts = [await browser.new_context(viewport={"width": 1100, "height": 760}) for _ in range(2)]
    await contexts[1].route("**/page/bubbles.css", with_the_rule)
    return Course("as it is", contexts[0], url), Course("rows in sight only (baseline)", contexts[1], url)


def main() -> None:
    """Print what both cost and their ratio; without a browser, why not."""
    if CHROMIUM.exists():
        asyncio.run(compare())
    else:
        print(f"the chat page is not measured: {CHROMIUM} is missing, make browser installs it")


async def compare() -> None:
    """Measure both and print what they cost."""
    neighbour = Neighbour(create_app(speed=0, seed=1, bot=False))
    await neighbour.listen()
    await fill(neighbour)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        ours, baseline = await courses(browser, neighbour.url)
        for _ in range(ROUNDS):
            for course in (ours, baseline):
                await course.run()
        await browser.close()
    await neighbour.close()
    print(f"the chat page with {MESSAGES} messages, median of {ROUNDS} rounds:")
    print(ours.told(), baseline.told(), sep="\n")
    opening = statistics.median(ours.opening) / statistics.median(baseline.opening)
    scrolling = statistics.median(ours.scrolling) / statistics.median(baseline.scrolling)
    print(f"  ratio to the baseline: opening {opening:.2f}, scrolling {scrolling:.2f}")


if __name__ == "__main__":
    main()
