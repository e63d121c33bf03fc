"""The desk page in a real browser: a counter worked by mouse and by keyboard, live, after a cut line, and for everybody."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.sandbox.pages.conftest import Faults, OpenPage
from tests.sandbox.pages.findings import serious_findings
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]

PHONE = {"viewport": {"width": 390, "height": 844}}


class Counter:
    """Braga Central in the demo town, and a hand at its other desks."""

    def __init__(self, neighbour: Neighbour, place: dict[str, Any]) -> None:
        self._url = neighbour.url
        self.id = place["id"]
        self.services = {service["tag"]: service["id"] for service in place["services"]}
        self.page = f"/desk?location={self.id}&desk=2"

    async def acts(self, act: str, **order: Any) -> Any:
        """Do something at another desk."""
        async with httpx.AsyncClient(base_url=self._url) as http:
            answer = await http.post(f"/play/desk/{act}", json={"location_id": self.id, **order})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def people_come(self, tag: str, count: int) -> None:
        """Give out paper tickets."""
        await self.acts("arrive", service_id=self.services[tag], count=count)


@pytest_asyncio.fixture(loop_scope="session")
async def counter(neighbour: Neighbour) -> Counter:
    """A counter with three people waiting for A and one for B."""
    async with httpx.AsyncClient(base_url=neighbour.url) as http:
        places = (await http.get("/vt/api/json/locations/get", params={"city": "Braga"})).json()["locations"]
    there = Counter(neighbour, places[0])
    await there.people_come("A", 3)
    await there.people_come("B", 1)
    return there


async def serves(page: Page, printed: str) -> None:
    """Wait until this desk shows that ticket."""
    await expect(page.locator("#serving-number")).to_have_text(printed)


async def test_a_customer_from_call_to_served(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.page)
    await expect(page.locator("#waiting-total")).to_have_text("4")
    await expect(page.get_by_role("button", name="Served E")).to_be_disabled()
    await page.get_by_role("button", name=re.compile("^Call next N")).click()
    await serves(page, "A 001")
    await expect(page.locator("#serving-service")).to_have_text("Customer Service")
    await expect(page.locator("#said")).to_have_text("A 001 called to desk 2")
    await expect(page).to_have_title("A 001 · desk 2 · Braga Central")
    await page.get_by_role("button", name="Call again").click()
    await expect(page.locator("#said")).to_have_text("A 001 called again to desk 2")
    await page.get_by_role("button", name="Served E").click()
    await serves(page, "–")
    await expect(page.locator("#called").get_by_role("button")).to_contain_text("served")


async def test_the_keyboard_does_it_all(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.page)
    await expect(page.locator("#waiting-total")).to_have_text("4")
    await page.keyboard.press("2")
    await serves(page, "B 001")
    await page.keyboard.press("n")
    await serves(page, "A 001")
    await page.keyboard.press("r")
    await expect(page.locator("#said")).to_have_text("A 001 called again to desk 2")
    await page.keyboard.press("x")
    await serves(page, "–")
    await page.keyboard.press("n")
    await serves(page, "A 002")
    await page.keyboard.press("t")
    await page.get_by_role("button", name="B · Payments").press("Enter")
    await serves(page, "–")
    await expect(page.locator('[data-service="B"] .chip')).to_have_text(re.compile("^A 002"))
    await page.keyboard.press("/")
    await page.keyboard.type("a3")
    await page.keyboard.press("Enter")
    await expect(page.locator("#ticket-dialog")).to_contain_text("A 003")
    await page.get_by_role("button", name="Call to desk 2").press("Enter")
    await serves(page, "A 003")
    await page.keyboard.press("?")
    await expect(page.locator("#keys-dialog")).to_be_visible()
    await page.keyboard.press("n")
    await serves(page, "A 003")


async def test_the_keys_go_on_after_choosing_a_place(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.page)
    await expect(page.locator("#waiting-total")).to_have_text("4")
    desk = page.get_by_role("combobox", name="Desk", exact=True)
    # Chosen as by mouse: the change comes without a key.
    await desk.focus()
    await desk.select_option("1")
    await page.keyboard.press("n")
    await serves(page, "A 001")
    # Walked through by arrow keys: the list keeps the focus until it is left.
    await desk.focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#serving-title")).to_have_text("At desk 2")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#serving-title")).to_have_text("At desk 3")
    await expect(desk).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("n")
    await serves(page, "A 002")
    location = page.get_by_label("Location")
    await location.focus()
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await expect(page.locator("#keys-dialog")).to_be_visible()


async def test_a_found_ticket_whose_holder_did_not_come(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.page)
    await expect(page.locator("#waiting-total")).to_have_text("4")
    await counter.acts("call", desk="4")
    await page.get_by_label("Find a ticket").fill("A 1")
    await page.keyboard.press("Enter")
    await page.locator("#ticket-dialog").get_by_role("button", name="Did not come").click()
    await expect(page.locator("#said")).to_have_text("A 001 did not come")
    await expect(page.locator("#called").get_by_role("button")).to_contain_text("did not come")


SPOILT = "for (const name of ['desk.place', 'desk.theme']) localStorage.setItem(name, {0});"


@pytest.mark.parametrize("kept", ["'{'", "'null'", "'[1]'", "'7'", '\'{"location":5,"desk":{},"theme":"pink"}\''])
async def test_a_spoilt_memory_stops_nothing(kept: str, counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.page)
    await expect(page.locator("#waiting-total")).to_have_text("4")
    await page.evaluate(SPOILT.format(kept))
    for path in ("/desk", "/desk/board"):
        await page.goto(page.url.partition("/desk")[0] + path)
        await expect(page.locator("#line-state")).to_have_text("live")


async def test_what_others_do_is_seen_at_once(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.page)
    chips = page.locator('[data-service="A"] .chip')
    await expect(chips).to_have_count(3)
    await counter.acts("call", desk="3")
    await expect(chips).to_have_count(2)
    await expect(page.locator("#desks .row").nth(2)).to_contain_text("A 001")
    await counter.people_come("C", 20)
    await expect(page.locator('[data-service="C"] .queue-count')).to_have_text("20")
    await expect(page.locator('[data-service="C"]')).to_contain_text("and 8 more")
    await counter.acts("call", desk="made up")
    await expect(page.locator("#desk option", has_text="made up")).to_have_count(1)


async def test_a_ticket_for_another_desk_and_one_that_is_cancelled(
    counter: Counter, open_page: OpenPage, faults: Faults
) -> None:
    faults.line_is_cut = True  # The browser itself notes the refusal in its console.
    page = await open_page(counter.page)
    await page.locator(".chip", has_text="A 002").click()
    await page.get_by_role("button", name="Send on…").click()
    await page.get_by_role("button", name="Desk 4").click()
    await expect(page.locator(".chip.aimed")).to_have_text(re.compile("^A 002"))
    await page.locator(".chip", has_text="A 003").click()
    await page.get_by_role("button", name="Cancel the ticket").click()
    await expect(page.locator(".chip", has_text="A 003")).to_have_count(0)
    await page.locator(".chip.aimed").click()
    await page.get_by_role("button", name="Call to desk 2").click()
    await expect(page.locator("#toast")).to_have_text("This ticket waits for desk 4.")


async def test_finding_several_and_none(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.page)
    await expect(page.locator("#waiting-total")).to_have_text("4")
    await page.get_by_label("Find a ticket").fill("1")
    await page.get_by_role("button", name="Find", exact=True).click()
    found = page.locator("#found-dialog")
    await expect(found.get_by_role("button", name=re.compile("00[12]"))).to_have_count(2)
    await found.get_by_role("button", name="B 001").click()
    await expect(page.locator("#ticket-dialog")).to_contain_text("Payments")
    await page.keyboard.press("Escape")
    await page.get_by_label("Find a ticket").fill("777")
    await page.keyboard.press("Enter")
    await expect(found).to_contain_text("There is no such ticket today.")


async def test_place_and_desk_are_chosen_and_remembered(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page("/desk")
    await page.get_by_label("Location").select_option(label="Porto Boavista")
    await page.get_by_role("combobox", name="Desk", exact=True).select_option("4")
    await expect(page.locator("#queues > li")).to_have_count(4)
    await page.get_by_role("button", name="Give out a paper ticket for Customer Service").click()
    await page.get_by_role("button", name=re.compile("^Call next A")).click()
    await serves(page, "A 001")
    await page.goto(page.url.partition("?")[0])
    await expect(page.locator("#serving-title")).to_have_text("At desk 4")
    await serves(page, "A 001")


async def test_a_desk_with_a_name_of_its_own(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.page)
    await expect(page.locator("#waiting-total")).to_have_text("4")
    await page.get_by_role("combobox", name="Desk", exact=True).select_option(label="Another…")
    await page.get_by_label("What stands on its sign").fill("Window 7")
    await page.keyboard.press("Enter")
    await expect(page.locator("#serving-title")).to_have_text("At desk Window 7")
    await page.keyboard.press("n")
    await serves(page, "A 001")
    await page.get_by_role("combobox", name="Desk", exact=True).select_option(label="Another…")
    await page.locator("#desk-dialog").get_by_role("button", name="Close").click()
    await expect(page.locator("#serving-title")).to_have_text("At desk Window 7")


async def test_the_line_comes_back_by_itself(
    counter: Counter, neighbour: Neighbour, open_page: OpenPage, faults: Faults
) -> None:
    page = await open_page(counter.page)
    await expect(page.locator("#line-state")).to_have_text("live")
    faults.line_is_cut = True
    await neighbour.cut()
    await expect(page.locator("#line-state")).to_have_text("reconnecting…")
    await page.keyboard.press("n")
    await expect(page.locator("#toast")).to_have_text("The server cannot be reached.")
    await neighbour.listen()
    await counter.acts("call", desk="2")
    await expect(page.locator("#line-state")).to_have_text("live")
    await serves(page, "A 001")


async def test_the_board(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(f"/desk/board?location={counter.id}")
    await expect(page.get_by_text("Nobody has been called yet.")).to_be_visible()
    await expect(page.locator("#wait b")).to_have_text(["3", "1", "0"])
    for desk in ("1", "3"):
        await counter.acts("call", desk=desk, service_id=counter.services["A"])
    rows = page.locator(".now-row")
    await expect(rows).to_have_text([re.compile("A 002.*3"), re.compile("A 001.*1")])
    await counter.acts("recall", desk="1")
    await expect(rows).to_have_text([re.compile("A 001.*1"), re.compile("A 002.*3")])
    await page.get_by_role("button", name="Sound off").click()
    await expect(page.get_by_role("button", name="Sound on")).to_have_attribute("aria-pressed", "true")
    await counter.acts("call", desk="1")
    await expect(rows.first).to_contain_text("A 003")


async def finds(page: Page, number: str) -> None:
    """Look for a ticket's number."""
    await page.get_by_label("Find a ticket").fill(number)
    await page.get_by_role("button", name="Find", exact=True).click()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("device", [{}, PHONE], ids=["wide", "narrow"])
async def test_axe_finds_nothing_serious(
    counter: Counter, open_page: OpenPage, colours: str, device: dict[str, Any]
) -> None:
    page = await open_page(counter.page, color_scheme=colours, reduced_motion="reduce", **device)
    await expect(page.locator(".chip")).to_have_count(4)
    assert await serious_findings(page) == []
    await counter.acts("call", desk="2")
    await serves(page, "A 001")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    windows: dict[str, Callable[[], Awaitable[Any]]] = {
        "#transfer-dialog": lambda: page.keyboard.press("t"),
        "#ticket-dialog": page.locator(".chip").first.click,
        "#found-dialog": lambda: finds(page, "404"),
        "#desk-dialog": lambda: page.get_by_label("Desk", exact=True).select_option(""),
        "#keys-dialog": lambda: page.keyboard.press("?"),
    }
    for window, opens in windows.items():
        await opens()
        await expect(page.locator(window)).to_be_visible()
        assert (window, await serious_findings(page)) == (window, [])
        await page.keyboard.press("Escape")
        await expect(page.locator(window)).to_be_hidden()
    await page.goto(page.url.replace("/desk?", "/desk/board?"))
    await expect(page.locator(".now-row")).to_have_count(1)
    assert await serious_findings(page) == []


async def test_light_and_dark_are_remembered(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.page, color_scheme="light")
    await expect(page.locator("#waiting-total")).to_have_text("4")
    await page.get_by_role("button", name="Dark").click()
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page.get_by_role("button", name="Light")).to_be_visible()
