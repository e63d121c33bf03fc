"""The sign-in page as people meet it: opened from the chat in a frame, in real processes and headless Chromium."""

import re
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Frame, FrameLocator, Page, expect

from tests.journeys.test_demo import ANA, chromium_page, demo, play, press, texts_of, until

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.xdist_group("browser")]
PATIENT = 30_000
expect.set_options(timeout=PATIENT)
PASSWORD = "correct horse battery"


class Trouble:
    """What a page's console said that it should not have."""

    def __init__(self, page: Page) -> None:
        """Listens from now on."""
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def none(self, *expected: str) -> bool:
        """Nothing but what was expected."""
        return all(any(word in line for word in expected) for line in self.said)


async def open_card(page: Page) -> FrameLocator:
    """From the newest sign-in card to the page in its frame."""
    await page.get_by_role("button", name="Sign in or register").last.click(timeout=PATIENT)
    return page.frame_locator("iframe.web-app")


def inside(page: Page) -> Frame:
    """The page in the frame."""
    return next(frame for frame in page.frames if "/app?" in frame.url)


async def findings(frame: Frame) -> list[str]:
    """What axe-core calls serious or critical."""
    results = await Axe().run(frame)
    return [
        f"{one['id']}: {one['nodes']}"
        for one in results.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]


async def offer_then_sign_in(client: httpx.AsyncClient) -> None:
    """A stranger wants a ticket, and is asked how to go on."""
    await play(client, "text", chat_id=ANA, text="/start")
    await until(client, "Hello")
    await play(client, "text", chat_id=ANA, text="braga central")
    await press(client, "Braga Central")
    await press(client, "Customer Service")
    await press(client, "Take ticket")
    await until(client, "How would you like to go on")
    await press(client, "Sign in")
    await until(client, "a page opens")


async def test_a_wish_survives_registering_on_the_page(tmp_path: Path) -> None:
    """Register by keyboard, with a mistake on the way; the card says who one is, and the interrupted wish is offered again."""
    async with demo(tmp_path) as client, chromium_page(f"{client.base_url}/") as page:
        trouble = Trouble(page)
        await offer_then_sign_in(client)
        form = await open_card(page)
        await expect(form.get_by_role("heading", name="Sign in to Virtual Ticket")).to_be_visible(timeout=PATIENT)
        assert await findings(inside(page)) == []
        await form.get_by_role("button", name="Create an account").press("Enter")
        await expect(form.get_by_role("heading", name="New at Virtual Ticket")).to_be_focused()
        await form.get_by_label("User name").fill("ana.sa")
        await form.get_by_label("Password (at least 8").fill("short")
        await page.keyboard.press("Enter")
        await expect(form.get_by_role("alert").first).to_contain_text("at least 8 characters")
        await expect(form.get_by_label("Password (at least 8")).to_be_focused()
        assert await findings(inside(page)) == []
        await form.get_by_label("Password (at least 8").fill(PASSWORD)
        await form.get_by_label("E-mail").fill("ana@example.org")
        await page.keyboard.press("Enter")
        await expect(page.locator("iframe.web-app")).to_have_count(0, timeout=PATIENT)
        conversation = page.get_by_role("log", name="Conversation")
        await expect(conversation.get_by_text("You are signed in as")).to_be_visible(timeout=PATIENT)
        await expect(page.get_by_role("button", name="Take ticket")).to_have_count(1, timeout=PATIENT)
        assert "a page opens" not in "\n".join(await texts_of(client, ANA)), "the card itself was edited"
        assert PASSWORD not in (await client.get("/play/messages", params={"chat_id": ANA})).text
        assert trouble.none(), trouble.said


async def test_a_wrong_password_then_a_letter_then_the_new_one(tmp_path: Path) -> None:
    """In the dark: nothing is told of whether an account exists, and the code of the letter opens it."""
    async with demo(tmp_path) as client, chromium_page(f"{client.base_url}/") as page:
        await page.emulate_media(color_scheme="dark")
        people = {"username": "ana.sa", "password": PASSWORD, "email": "ana@example.org"}
        (await client.post("/vt/api/json/customer/register", json=people)).raise_for_status()
        await play(client, "text", chat_id=ANA, text="/login")
        await until(client, "a page opens")
        form = await open_card(page)
        await form.get_by_label("User name").fill("ana.sa", timeout=PATIENT)
        await form.get_by_label("Password", exact=True).fill("wrong horse battery")
        await form.get_by_role("button", name="Sign in", exact=True).click()
        await expect(form.get_by_role("alert").first).to_contain_text("do not fit together")
        await expect(form.get_by_label("Password", exact=True)).to_have_value("")
        assert await findings(inside(page)) == []
        await form.get_by_role("button", name="Forgot the password").click()
        await form.get_by_label("E-mail").fill("ana@example.org")
        await form.get_by_role("button", name="Send the letter").click()
        await expect(form.get_by_role("status")).to_contain_text("a letter is on its way")
        (letter,) = (await client.get("/play/outbox")).json()
        assert await findings(inside(page)) == []
        await form.get_by_label("Code from the letter").fill(letter["token"])
        await form.get_by_label("Password (at least 8").fill("a better battery")
        await form.get_by_label("Show the password").check()
        await expect(form.get_by_label("Password (at least 8")).to_have_attribute("type", "text")
        await form.get_by_role("button", name="Set the password").click()
        await until(client, r"You are signed in as ana\.sa")


async def test_outside_and_too_late(tmp_path: Path) -> None:
    """The same initData opens the page once; without any there is only the way back, or a letter's code."""
    async with demo(tmp_path) as client, chromium_page(f"{client.base_url}/") as page:
        await play(client, "text", chat_id=ANA, text="/login")
        await until(client, "a page opens")
        messages = (await client.get("/play/messages", params={"chat_id": ANA})).json()["messages"]
        card = {"chat_id": ANA, "message_id": messages[-1]["message_id"], "text": "Sign in or register"}
        url = (await client.post("/play/web_app", json=card)).json()["url"]
        await page.goto(url)
        await expect(page.get_by_label("User name")).to_be_visible()
        await page.goto("about:blank")
        await page.goto(url)
        await expect(page.get_by_role("alert").last).to_contain_text("open it again from the chat")
        await expect(page.get_by_label("User name")).to_have_count(0)
        bare = url.partition("#")[0]
        await page.goto(bare)
        await expect(page.get_by_role("alert").last).to_contain_text("from our chat in Telegram")
        await expect(page.get_by_role("link", name="Open our chat")).to_have_attribute(
            "href", re.compile("https://t.me/")
        )
        await page.goto(f"{bare.partition('?')[0]}?lang=pt&token=abc")
        await expect(page.locator("html")).to_have_attribute("lang", "pt")
        await expect(page.locator("#token")).to_have_value("abc")
        await page.locator("#password").fill("a better battery")
        await page.keyboard.press("Enter")
        await expect(page.locator("#error")).not_to_be_empty()


async def test_a_letters_link_in_a_browser_sets_the_password(tmp_path: Path) -> None:
    """{PUBLIC_URL}/app?token=<code> with a good code, outside of Telegram: the code is filled in, and the new password holds."""
    async with demo(tmp_path) as client, chromium_page(f"{client.base_url}/") as page:
        people = {"username": "ana.sa", "password": PASSWORD, "email": "ana@example.org"}
        (await client.post("/vt/api/json/customer/register", json=people)).raise_for_status()
        await play(client, "text", chat_id=ANA, text="/login")
        await until(client, "a page opens")
        messages = (await client.get("/play/messages", params={"chat_id": ANA})).json()["messages"]
        card = {"chat_id": ANA, "message_id": messages[-1]["message_id"], "text": "Sign in or register"}
        url = (await client.post("/play/web_app", json=card)).json()["url"].partition("?")[0]
        answer = await client.get("/vt/api/json/customer/resetpassword", params={"email": "ana@example.org"})
        answer.raise_for_status()
        (letter,) = (await client.get("/play/outbox")).json()
        await page.goto(f"{url}?token={letter['token']}")
        await expect(page.locator("#token")).to_have_value(letter["token"])
        await page.locator("#password").fill("a better battery")
        await page.get_by_role("button", name="Set the password").click()
        await expect(page.get_by_role("status")).to_contain_text("Your new password is set")
        await expect(page.get_by_role("link", name="Open our chat")).to_be_visible()
        signed = await client.post(
            "/vt/api/json/customer/login", json={"username": "ana.sa", "password": "a better battery"}
        )
        assert signed.json()["success"] is True
        assert "signed in" not in "\n".join(await texts_of(client, ANA))


async def test_the_page_knows_the_code_that_a_link_brought(tmp_path: Path) -> None:
    """/start r_<code> in the chat: the card opens the page with the code filled in, and only the password is typed."""
    async with demo(tmp_path) as client, chromium_page(f"{client.base_url}/") as page:
        people = {"username": "ana.sa", "password": PASSWORD, "email": "ana@example.org"}
        (await client.post("/vt/api/json/customer/register", json=people)).raise_for_status()
        answer = await client.get("/vt/api/json/customer/resetpassword", params={"email": "ana@example.org"})
        answer.raise_for_status()
        (letter,) = (await client.get("/play/outbox")).json()
        await play(client, "text", chat_id=ANA, text=f"/start r_{letter['token']}")
        await until(client, "page asks for the code")
        await page.get_by_role("button", name="Set the password").last.click(timeout=PATIENT)
        form = page.frame_locator("iframe.web-app")
        await expect(form.get_by_label("Code from the letter")).to_have_value(letter["token"], timeout=PATIENT)
        await form.get_by_label("Password (at least 8").fill("a better battery")
        await form.get_by_role("button", name="Set the password").click()
        await until(client, r"You are signed in as ana\.sa")
