"""The chat page under strain: a cut line, five hundred messages, a reader who has scrolled up. Its times: benchmarks/bench_chat_page.py."""

import pytest
from playwright.async_api import Route, expect

from tests.sandbox.pages.conftest import Faults, OpenPage
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]

ANA = 1001


async def test_a_cut_line_is_mended_and_nothing_is_lost(
    neighbour: Neighbour, open_page: OpenPage, faults: Faults
) -> None:
    await neighbour.play("text", chat_id=ANA, text="/start")
    await neighbour.play("person", chat_id=ANA, first_name="Ana", language_code="en")
    await neighbour.play("person", chat_id=1002, first_name="Bruno", language_code="pt")
    card = await neighbour.bot("sendMessage", chat_id=ANA, text="3 ahead")
    page = await open_page()
    await expect(page.locator(".message")).to_have_count(2)
    await neighbour.updates()
    faults.line_is_cut = True
    await neighbour.cut()
    await expect(page.locator("#status")).to_have_text("reconnecting…")
    field = page.get_by_role("combobox", name="Message")
    await field.fill("written in the dark")
    await field.press("Enter")
    await expect(page.locator(".pending")).to_contain_text("written in the dark")
    await page.get_by_role("link", name="Bruno").click()
    await expect(page.locator(".pending")).to_have_count(0)
    await page.get_by_role("link", name="Ana").click()
    await expect(page.locator(".pending")).to_contain_text("written in the dark")
    await neighbour.listen()
    await neighbour.bot("editMessageText", chat_id=ANA, message_id=card["message_id"], text="2 ahead")
    await expect(page.locator("#status")).not_to_have_text("reconnecting…")
    await expect(page.locator(".pending")).to_have_count(0)
    await expect(page.locator(".message .words")).to_have_text(["/start", "2 ahead", "written in the dark"])
    assert [message["text"] for message in await neighbour.updates("message")] == ["written in the dark"]


async def test_five_hundred_messages_are_each_drawn_once(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="/start")
    for number in range(500):
        keyboard = (
            {"inline_keyboard": [[{"text": "Refresh", "callback_data": f"r{number}"}]]} if number % 5 == 0 else None
        )
        extra = {"reply_markup": keyboard} if keyboard else {}
        await neighbour.bot("sendMessage", chat_id=ANA, text=f"<b>{number}</b> words", parse_mode="HTML", **extra)
    page = await open_page()
    await expect(page.locator(".message")).to_have_count(501)
    await expect(page.locator(".message").last).to_be_in_viewport()
    # Nothing is drawn twice: a new message leaves every row that stands as it is.
    await page.evaluate("document.querySelectorAll('.body').forEach((body) => { body.dataset.stood = 'yes'; })")
    await neighbour.bot("sendMessage", chat_id=ANA, text="the newest")
    await expect(page.locator(".message").last).to_contain_text("the newest")
    await expect(page.locator(".message").last).to_be_in_viewport()
    await expect(page.locator(".body[data-stood]")).to_have_count(501)


async def test_a_reader_further_up_is_left_in_peace(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="/start")
    for number in range(60):
        last = await neighbour.bot("sendMessage", chat_id=ANA, text=f"line {number}")
    page = await open_page()
    await expect(page.locator(".message").last).to_be_in_viewport()
    read = page.locator(".message").filter(has=page.get_by_text("line 20", exact=True))
    await read.evaluate("row => row.scrollIntoView({ block: 'start' })")
    jump = page.locator("#jump")
    await expect(jump).to_be_visible()
    before = await read.bounding_box()
    long = "\n".join(["longer"] * 12)
    await neighbour.bot("editMessageText", chat_id=ANA, message_id=last["message_id"], text=long)
    await neighbour.bot("sendMessage", chat_id=ANA, text="news")
    await expect(jump).to_have_accessible_name("1 new, go to the end")
    assert await read.bounding_box() == before
    await jump.click()
    await expect(page.locator(".message", has_text="news")).to_be_in_viewport()
    await expect(jump).to_be_hidden()


async def test_nothing_is_fetched_from_elsewhere(open_page: OpenPage) -> None:
    page = await open_page()
    await expect(page.get_by_role("button", name="START")).to_be_visible()
    outside = (
        "performance.getEntriesByType('resource').filter((entry) => !entry.name.startsWith(location.origin)).length"
    )
    assert await page.evaluate(outside) == 0


async def test_a_text_whose_answer_was_lost_is_not_said_twice(
    neighbour: Neighbour, open_page: OpenPage, faults: Faults
) -> None:
    await neighbour.play("text", chat_id=ANA, text="/start")
    page = await open_page()
    field = page.get_by_role("combobox", name="Message")
    await expect(field).to_be_visible()
    await neighbour.updates()
    faults.line_is_cut = True

    async def lose_the_answer(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/play/text", lose_the_answer, times=1)
    await field.fill("only once")
    await field.press("Enter")
    await expect(page.locator(".pending")).to_have_count(1)
    await expect(page.locator(".pending")).to_have_count(0)
    assert [message["text"] for message in await neighbour.updates("message")] == ["only once"]
    await expect(page.locator(".message.out .words")).to_have_text(["/start", "only once"])


LOOK = """state => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


async def test_a_hidden_tab_lets_go_of_its_line_and_takes_it_up_again(
    neighbour: Neighbour, open_page: OpenPage
) -> None:
    await neighbour.play("text", chat_id=ANA, text="/start")
    page = await open_page()
    await expect(page.locator(".message")).to_have_count(1)
    await page.clock.install()
    await page.evaluate(LOOK, "hidden")
    await page.clock.run_for(25_000)
    await neighbour.bot("sendMessage", chat_id=ANA, text="meanwhile")
    # A second page proves that the message has gone round while the hidden one heard nothing.
    await expect((await open_page()).locator(".message")).to_have_count(2)
    await expect(page.locator(".message")).to_have_count(1)
    await page.evaluate(LOOK, "visible")
    await expect(page.locator(".message")).to_have_count(2)
