"""What the menu lets a player do to the world: make the bot's next call fail, see its calls, begin anew."""

import json

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.sandbox.pages.conftest import OpenPage
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]

ANA, BRUNO = 1001, 1002


async def menu_row(page: Page, name: str) -> None:
    """Open a row of the menu, with the keyboard alone."""
    menu = page.get_by_role("button", name="Menu")
    await expect(menu).to_be_enabled()
    await menu.press("Enter")
    await page.get_by_role("button", name=name).press("Enter")


async def begun(neighbour: Neighbour, open_page: OpenPage) -> Page:
    """Ana's page, with the chat begun."""
    await neighbour.play("text", chat_id=ANA, text="/start")
    return await open_page()


@pytest.mark.parametrize(
    ("how", "statuses"),
    [
        ("429 Too Many Requests for 5 s", [429, 429, 200]),
        ("500 Internal Server Error", [500, 500, 200]),
        ("502 Bad Gateway, as a web page", [502, 502, 200]),
        ("401 Unauthorized: the token was revoked", [401, 401, 200]),
    ],
)
async def test_the_next_calls_fail_as_chosen(
    how: str, statuses: list[int], neighbour: Neighbour, open_page: OpenPage
) -> None:
    page = await begun(neighbour, open_page)
    await menu_row(page, "Make the bot's next call fail")
    await page.get_by_role("combobox", name="How", exact=True).select_option(how)
    await page.get_by_label("How many times").fill("2")
    await page.get_by_role("button", name="Make it fail").click()
    await expect(page.locator(".toast")).to_have_text("The next 2 calls for this chat fail.")
    await neighbour.play("person", chat_id=BRUNO, first_name="Bruno")
    assert (await neighbour.answer("sendMessage", chat_id=BRUNO, text="unharmed")).status_code == 200
    answers = [await neighbour.answer("sendMessage", chat_id=ANA, text="x") for _ in statuses]
    assert [answer.status_code for answer in answers] == statuses
    if how.startswith("429"):
        assert answers[0].json()["parameters"] == {"retry_after": 5}
    await expect(page.locator(".message.in")).to_have_count(1)


async def test_a_call_takes_effect_and_its_answer_is_lost(neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await begun(neighbour, open_page)
    await menu_row(page, "Make the bot's next call fail")
    effect = page.get_by_label("It takes effect, and only the answer is spoilt")
    # A send that is turned away at the limit never takes effect.
    await expect(effect).to_be_disabled()
    await page.get_by_role("combobox", name="How", exact=True).select_option("The connection is reset")
    await effect.check()
    await page.get_by_role("button", name="Make it fail").click()
    await expect(page.locator(".toast")).to_have_text("The next call for this chat fails.")
    with pytest.raises(httpx.ReadError):
        await neighbour.answer("sendMessage", chat_id=ANA, text="arrived all the same")
    await expect(page.locator(".message.in .words")).to_have_text("arrived all the same")


async def test_the_queue_servers_next_answer_fails(neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await begun(neighbour, open_page)
    await menu_row(page, "Make the bot's next call fail")
    await page.get_by_label("Who fails").select_option("The queue server")
    how = page.get_by_role("combobox", name="How", exact=True)
    # What only Telegram does wrong is not offered.
    await expect(how.get_by_text("429")).to_have_count(0)
    await how.select_option("502 Bad Gateway, as a web page")
    await page.get_by_role("button", name="Make it fail").click()
    await expect(page.locator(".toast")).to_have_text("The next request to the queue server fails.")
    async with httpx.AsyncClient(base_url=neighbour.url) as http:
        statuses = [(await http.get("/vt/api/json/locations/get")).status_code for _ in range(2)]
    assert statuses == [502, 200]


async def test_the_bots_calls_are_seen_while_they_come(neighbour: Neighbour, open_page: OpenPage) -> None:
    page = await begun(neighbour, open_page)
    await neighbour.bot("sendMessage", chat_id=ANA, text="before")
    await neighbour.updates()
    await menu_row(page, "See the bot's calls")
    rows = page.get_by_role("list", name="Calls, newest first").get_by_role("listitem")
    await expect(rows).to_have_count(1)
    await neighbour.answer("editMessageText", chat_id=ANA, message_id=404, text="x")
    await expect(rows).to_have_count(2)
    newest = rows.first
    await expect(newest.locator("summary").first).to_contain_text("editMessageText400")
    await newest.locator("summary").first.press("Enter")
    await expect(newest).to_contain_text("Bad Request: message to edit not found")
    await expect(newest.get_by_role("group", name="Parameters")).to_contain_text('"message_id": 404')
    answer = newest.get_by_role("group", name="Answer", exact=True)
    await expect(answer).to_have_count(0)
    await newest.locator(".call-answer summary").press("Enter")
    await expect(answer).to_contain_text('"error_code": 400')
    await neighbour.bot("getMe")
    await page.get_by_label("Calls for other chats, and for none, too").check()
    await expect(rows.first.locator("summary").first).to_contain_text("getMe200")
    await expect(rows).to_have_count(3)
    await rows.first.locator("summary").first.press("Enter")
    await rows.first.locator(".call-answer summary").press("Enter")
    shown = json.loads(await rows.first.get_by_role("group", name="Answer", exact=True).inner_text())
    assert shown == {"ok": True, "result": await neighbour.bot("getMe")}


async def test_everything_begins_anew_once_it_is_confirmed(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("person", chat_id=BRUNO, first_name="Bruno", language_code="pt")
    await neighbour.play("text", chat_id=BRUNO, text="/start")
    page = await open_page("/?chat=1002")
    for answer, left in (("Cancel", 1), ("Forget everything", 0)):
        await menu_row(page, "Begin anew")
        await page.get_by_role("button", name=answer).click()
        await expect(page.get_by_role("link", name="Bruno")).to_have_count(left)
    await expect(page.get_by_role("button", name="START")).to_be_visible()
    assert page.url == f"{neighbour.url}/"
