"""What a person presses: START, buttons under messages, the bot's keyboard, the position sheet, contacts, commands."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.pages.conftest import OpenPage
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]

ANA = 1001


async def started(neighbour: Neighbour, **message: object) -> dict[str, int]:
    """Begin the chat and let the bot send a message; answers it."""
    await neighbour.play("text", chat_id=ANA, text="/start")
    await neighbour.updates()
    sent: dict[str, int] = await neighbour.bot("sendMessage", chat_id=ANA, **message)
    return sent


async def test_a_newcomer_presses_start(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.bot("setMyDescription", description="Tickets from where you are.")
    page = await open_page("/?chat=1001&start=l_42")
    await expect(page.locator("#welcome")).to_contain_text("Tickets from where you are.")
    await expect(page.locator("#welcome")).to_contain_text("Press START")
    await page.get_by_role("button", name="START").click()
    assert (await neighbour.next_update("message"))["text"] == "/start l_42"
    await expect(page.get_by_role("combobox", name="Message")).to_be_visible()
    await expect(page.locator("#welcome")).to_be_hidden()


async def test_a_press_shows_progress_until_the_bot_answers(neighbour: Neighbour, open_page: OpenPage) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Refresh", "callback_data": "r", "style": "primary"}]]}
    await started(neighbour, text="Card", reply_markup=keyboard)
    page = await open_page()
    key = page.get_by_role("button", name="Refresh")
    await expect(key).to_have_class(re.compile("style-primary"))
    await key.click()
    await expect(key).to_have_attribute("aria-busy", "true")
    query = await neighbour.next_update("callback_query")
    assert query["data"] == "r"
    await neighbour.bot("answerCallbackQuery", callback_query_id=query["id"], text="Fresh")
    await expect(page.locator(".toast")).to_have_text("Fresh")
    await expect(key).not_to_have_attribute("aria-busy", "true")


async def test_an_alert_has_to_be_read_and_gives_the_focus_back(neighbour: Neighbour, open_page: OpenPage) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Ask", "callback_data": "a"}]]}
    await started(neighbour, text="Card", reply_markup=keyboard)
    page = await open_page()
    await page.get_by_role("button", name="Ask").click()
    query = await neighbour.next_update("callback_query")
    await neighbour.bot("answerCallbackQuery", callback_query_id=query["id"], text="Closed today", show_alert=True)
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Closed today")
    await page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("button", name="Ask")).to_be_focused()


async def test_an_edit_keeps_the_focus_on_the_button(neighbour: Neighbour, open_page: OpenPage) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Refresh", "callback_data": "r"}]]}
    card = await started(neighbour, text="3 ahead", reply_markup=keyboard)
    page = await open_page()
    await page.get_by_role("button", name="Refresh").focus()
    changed = {"chat_id": ANA, "message_id": card["message_id"], "text": "2 ahead", "reply_markup": keyboard}
    await neighbour.bot("editMessageText", **changed)
    await expect(page.locator(".message.in .words")).to_have_text("2 ahead")
    await expect(page.get_by_role("button", name="Refresh")).to_be_focused()


async def test_buttons_that_copy_link_and_ask_inline(neighbour: Neighbour, open_page: OpenPage) -> None:
    keys: list[list[dict[str, object]]] = [
        [{"text": "Copy", "copy_text": {"text": "A 42"}}, {"text": "Map", "url": "https://example.org/"}],
        [{"text": "Search", "switch_inline_query_current_chat": "lisbon"}],
    ]
    await started(neighbour, text="Card", reply_markup={"inline_keyboard": keys})
    name = (await neighbour.bot("getMe"))["username"]
    page = await open_page(permissions=["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy").click()
    await expect(page.locator(".toast")).to_have_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == "A 42"
    await expect(page.get_by_role("link", name="Map")).to_have_attribute("href", "https://example.org/")
    await page.get_by_role("button", name="Search").click()
    await expect(page.get_by_role("combobox", name="Message")).to_have_value(f"@{name} lisbon")
    query = await neighbour.next_update("inline_query")
    assert query["query"] == "lisbon"
    result: dict[str, object] = {"type": "article", "id": "1", "title": "Chiado", "description": "4 wait"}
    result |= {"input_message_content": {"message_text": "Chiado, Lisbon"}}
    await neighbour.bot("answerInlineQuery", inline_query_id=query["id"], results=[result])
    await page.get_by_role("option", name="Chiado").click()
    await expect(page.locator(".message.out").last).to_contain_text(f"via @{name}")
    await expect(page.locator(".message.out .words").last).to_have_text("Chiado, Lisbon")


REPLY_KEYBOARD = {
    "keyboard": [
        [{"text": "Share my position", "request_location": True}],
        [{"text": "Share my number", "request_contact": True}, {"text": "Browse"}],
    ],
    "resize_keyboard": True,
    "input_field_placeholder": "A city or a name",
}


async def test_the_bots_keyboard_says_its_words(neighbour: Neighbour, open_page: OpenPage) -> None:
    await started(neighbour, text="Where?", reply_markup=REPLY_KEYBOARD | {"one_time_keyboard": True})
    page = await open_page()
    field = page.get_by_role("combobox", name="Message")
    await expect(field).to_have_attribute("placeholder", "A city or a name")
    await page.get_by_role("button", name="Browse").click()
    assert (await neighbour.next_update("message"))["text"] == "Browse"
    await expect(page.get_by_role("button", name="Browse")).to_be_hidden()
    await neighbour.bot("sendMessage", chat_id=ANA, text="Fine", reply_markup={"remove_keyboard": True})
    await expect(page.get_by_role("button", name="Show the bot's keyboard")).to_be_hidden()
    await expect(field).to_have_attribute("placeholder", "Message")


async def pin_position(page: Page) -> str:
    """What the sheet says about the pin."""
    return await page.locator(".map-words").inner_text()


async def test_a_position_is_shared_with_the_keyboard_alone(neighbour: Neighbour, open_page: OpenPage) -> None:
    await started(neighbour, text="Where?", reply_markup=REPLY_KEYBOARD)
    page = await open_page()
    await page.get_by_role("button", name="Share my position").press("Enter")
    pin = page.locator(".map-handle")
    await pin.focus()
    before = await pin_position(page)
    await pin.press("ArrowUp")
    await pin.press("Shift+ArrowRight")
    after = await pin_position(page)
    assert after != before
    await page.get_by_role("button", name="Share this position").press("Enter")
    location = (await neighbour.next_update("message"))["location"]
    assert f"{location['latitude']:.4f}° N" in after
    await expect(page.locator(".message.out .place")).to_be_visible()


async def test_the_pin_is_dragged_and_a_place_is_sent(neighbour: Neighbour, open_page: OpenPage) -> None:
    await started(neighbour, text="Where?", reply_markup=REPLY_KEYBOARD)
    page = await open_page()
    await page.get_by_role("button", name="Share my position").click()
    box = await page.locator(".map-stage").bounding_box()
    assert box is not None
    before = await pin_position(page)
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2, steps=4)
    await page.mouse.up()
    assert await pin_position(page) != before
    # The places are those of the queue's town; the two without coordinates are not on the map.
    rows = page.locator(".place-row")
    await expect(rows.filter(has_text="Braga Central")).to_have_count(1)
    await expect(rows.filter(has_text="London Mobile Counter")).to_have_count(0)
    await page.get_by_role("button", name="Braga Central", exact=True).click()
    assert re.search(r"\d+ m from Braga Central", await pin_position(page))
    await page.get_by_role("button", name="Send “Braga Central”").click()
    venue = (await neighbour.next_update("message"))["venue"]
    assert (venue["title"], venue["address"]) == ("Braga Central", "Avenida da Liberdade, 214")


async def test_a_number_is_shared_only_after_a_question(neighbour: Neighbour, open_page: OpenPage) -> None:
    await started(neighbour, text="Who?", reply_markup=REPLY_KEYBOARD)
    page = await open_page()
    await page.get_by_role("button", name="Share my number").click()
    await page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert await neighbour.updates() == []
    await page.get_by_role("button", name="Share my number").click()
    await page.get_by_role("dialog").get_by_role("button", name="Share", exact=True).click()
    assert (await neighbour.next_update("message"))["contact"]["user_id"] == ANA


async def test_commands_are_listed_and_walked_with_arrows(neighbour: Neighbour, open_page: OpenPage) -> None:
    commands = [{"command": "tickets", "description": "My tickets"}, {"command": "help", "description": "Help"}]
    await neighbour.bot("setMyCommands", commands=commands)
    await started(neighbour, text="Hello")
    page = await open_page()
    await page.get_by_role("button", name="Commands").click()
    options = page.get_by_role("option")
    await expect(options).to_have_count(2)
    field = page.get_by_role("combobox", name="Message")
    await field.press("ArrowDown")
    await expect(options.first).to_have_attribute("aria-selected", "true")
    await field.press("Enter")
    assert (await neighbour.next_update("message"))["text"] == "/tickets"


async def test_a_forced_reply_names_what_it_answers(neighbour: Neighbour, open_page: OpenPage) -> None:
    forced = {"force_reply": True, "input_field_placeholder": "Your city"}
    await started(neighbour, text="Which city?", reply_markup=forced)
    page = await open_page()
    await expect(page.locator(".context")).to_contain_text("Which city?")
    field = page.get_by_role("combobox", name="Message")
    await expect(field).to_have_attribute("placeholder", "Your city")
    await field.fill("Porto")
    await field.press("Enter")
    assert (await neighbour.next_update("message"))["reply_to_message"]["text"] == "Which city?"


async def test_a_link_to_the_bot_itself_starts_it_here(neighbour: Neighbour, open_page: OpenPage) -> None:
    name = (await neighbour.bot("getMe"))["username"]
    await started(neighbour, text=f'<a href="https://t.me/{name}?start=l_7">Take a ticket</a> /help', parse_mode="HTML")
    page = await open_page()
    await page.get_by_role("link", name="Take a ticket", exact=True).click()
    assert (await neighbour.next_update("message"))["text"] == "/start l_7"
    await page.get_by_role("button", name="/help").click()
    assert (await neighbour.next_update("message"))["text"] == "/help"
    assert len(page.context.pages) == 1
