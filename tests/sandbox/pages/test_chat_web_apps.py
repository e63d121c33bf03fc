"""Web apps in the frame of the chat page: whatever an app asks for is done or refused, and whatever waits for an answer gets one."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Frame, Page, Route, expect

from tests.sandbox.pages.conftest import OpenPage
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]

ANA = 1001
APP = "https://app.example.org/"
BODY = """<title>App</title><ul></ul><script>
    const ask = (eventType, eventData = {}) => parent.postMessage(JSON.stringify({ eventType, eventData }), "*");
    addEventListener("message", (event) => {
      const { eventType, eventData } = JSON.parse(event.data);
      const row = document.querySelector("ul").appendChild(document.createElement("li"));
      row.textContent = `${eventType} ${JSON.stringify(eventData)}`;
    });
    ask("web_app_ready");
</script>"""
NO_INSETS = {"top": 0, "bottom": 0, "left": 0, "right": 0}
UNSUPPORTED = {"error": "UNSUPPORTED"}
ASKED = {"req_id": "7"}
# What Telegram's own telegram-web-app.js waits for after each request, as core.telegram.org/api/web-events names it.
OWED: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "web_app_request_write_access": ({}, "write_access_requested", {"status": "allowed"}),
    "web_app_read_text_from_clipboard": (ASKED, "clipboard_text_received", ASKED),
    "web_app_invoke_custom_method": (ASKED, "custom_method_invoked", ASKED | UNSUPPORTED),
    "web_app_open_scan_qr_popup": ({"text": "?"}, "scan_qr_popup_closed", {}),
    "web_app_open_invoice": ({"slug": "s"}, "invoice_closed", {"slug": "s", "status": "failed"}),
    "web_app_biometry_get_info": ({}, "biometry_info_received", {"available": False}),
    "web_app_biometry_request_access": ({}, "biometry_info_received", {"available": False}),
    "web_app_biometry_request_auth": ({}, "biometry_auth_requested", {"status": "failed"}),
    "web_app_biometry_update_token": ({}, "biometry_token_updated", {"status": "failed"}),
    "web_app_request_safe_area": ({}, "safe_area_changed", NO_INSETS),
    "web_app_request_content_safe_area": ({}, "content_safe_area_changed", NO_INSETS),
    "web_app_request_fullscreen": ({}, "fullscreen_failed", UNSUPPORTED),
    "web_app_exit_fullscreen": ({}, "fullscreen_changed", {"is_fullscreen": False}),
    "web_app_add_to_home_screen": ({}, "home_screen_failed", UNSUPPORTED),
    "web_app_check_home_screen": ({}, "home_screen_checked", {"status": "unsupported"}),
    "web_app_start_accelerometer": ({}, "accelerometer_failed", UNSUPPORTED),
    "web_app_stop_accelerometer": ({}, "accelerometer_stopped", {}),
    "web_app_start_device_orientation": ({}, "device_orientation_failed", UNSUPPORTED),
    "web_app_stop_device_orientation": ({}, "device_orientation_stopped", {}),
    "web_app_start_gyroscope": ({}, "gyroscope_failed", UNSUPPORTED),
    "web_app_stop_gyroscope": ({}, "gyroscope_stopped", {}),
    "web_app_check_location": ({}, "location_checked", {"available": False}),
    "web_app_request_location": ({}, "location_requested", {"available": False}),
    "web_app_set_emoji_status": ({}, "emoji_status_failed", UNSUPPORTED),
    "web_app_request_emoji_status_access": ({}, "emoji_status_access_requested", {"status": "cancelled"}),
    "web_app_request_file_download": ({}, "file_download_requested", {"status": "cancelled"}),
    "web_app_send_prepared_message": ({"id": "1"}, "prepared_message_failed", UNSUPPORTED),
    **{
        f"web_app_{kind}_storage_{act}": (ASKED, f"{kind}_storage_failed", ASKED | UNSUPPORTED)
        for kind, acts in {
            "device": ("save_key", "get_key", "clear"),
            "secure": ("save_key", "get_key", "restore_key", "clear"),
        }.items()
        for act in acts
    },
}


async def opened(neighbour: Neighbour, open_page: OpenPage, *, reply_key: bool = False) -> tuple[Page, Frame]:
    """Ana's page with a web app open, and its frame. `reply_key`: opened from the bot's keyboard."""
    key = {"text": "Open", "web_app": {"url": APP}}
    markup = {"keyboard": [[key]]} if reply_key else {"inline_keyboard": [[key]]}
    await neighbour.play("text", chat_id=ANA, text="/start")
    await neighbour.updates()
    await neighbour.bot("sendMessage", chat_id=ANA, text="Card", reply_markup=markup)
    page = await open_page()

    async def serve(route: Route) -> None:
        await route.fulfill(body=BODY, content_type="text/html")

    await page.context.route(f"{APP}**", serve)
    await page.get_by_role("button", name="Open", exact=True).click()
    await expect(page.locator(".web-app-sheet.ready")).to_be_visible()
    frame = page.frame(url=f"{APP}**")
    assert frame is not None
    return page, frame


async def asks(frame: Frame, event: str, data: dict[str, Any] | None = None) -> None:
    """Let the app post an event to the page."""
    await frame.evaluate("([event, data]) => ask(event, data)", [event, data or {}])


async def heard(frame: Frame, event: str, data: dict[str, Any]) -> None:
    """Wait until the last that the app heard is this."""
    await expect(frame.locator("li").last).to_have_text(f"{event} {json.dumps(data, separators=(',', ':'))}")


async def test_an_app_learns_who_opened_it_and_in_which_colours(neighbour: Neighbour, open_page: OpenPage) -> None:
    page, frame = await opened(neighbour, open_page)
    fragment = parse_qs(urlsplit(await page.locator(".web-app").get_attribute("src") or "").fragment)
    assert "hash=" in fragment["tgWebAppData"][0]
    assert fragment["tgWebAppVersion"] == ["9.1"]
    colours = json.loads(fragment["tgWebAppThemeParams"][0])
    assert colours["bg_color"] == "#ffffff"
    await asks(frame, "web_app_request_theme")
    await heard(frame, "theme_changed", {"theme_params": colours})
    await asks(frame, "web_app_expand")
    row = frame.locator("li").last
    await expect(row).to_contain_text('"is_expanded":true')
    height = await page.locator(".web-app").evaluate("frame => frame.clientHeight")
    await expect(row).to_contain_text(f'"height":{height}')


async def test_every_request_that_waits_for_an_answer_gets_one(neighbour: Neighbour, open_page: OpenPage) -> None:
    _, frame = await opened(neighbour, open_page)
    for event, (data, _, _) in OWED.items():
        await asks(frame, event, data)
    rows = frame.locator("li")
    await expect(rows).to_have_count(len(OWED))
    answers = [text.split(" ", 1) for text in await rows.all_text_contents()]
    assert [(event, json.loads(data)) for event, data in answers] == [owed[1:] for owed in OWED.values()]


@pytest.mark.parametrize("message", ["'{'", "'null'", "'7'", "{}", '\'{"eventType":"constructor"}\'', "null"])
async def test_what_is_no_request_stops_nothing(message: str, neighbour: Neighbour, open_page: OpenPage) -> None:
    _, frame = await opened(neighbour, open_page)
    await frame.evaluate(f"parent.postMessage({message}, '*')")
    await asks(frame, "web_app_check_location")
    await heard(frame, "location_checked", {"available": False})
    await expect(frame.locator("li")).to_have_count(1)


@pytest.mark.parametrize(("choice", "status"), [("Share", "sent"), ("Cancel", "cancelled")])
async def test_the_number_is_shared_only_after_a_question(
    choice: str, status: str, neighbour: Neighbour, open_page: OpenPage
) -> None:
    page, frame = await opened(neighbour, open_page)
    await asks(frame, "web_app_request_phone")
    await page.get_by_role("button", name=choice, exact=True).click()
    await heard(frame, "phone_requested", {"status": status})
    contacts = [message["contact"]["user_id"] for message in await neighbour.updates("message")]
    assert contacts == ([ANA] if choice == "Share" else [])


async def test_a_popup_says_which_button_was_pressed(neighbour: Neighbour, open_page: OpenPage) -> None:
    page, frame = await opened(neighbour, open_page)
    buttons = [{"id": "no", "type": "cancel"}, {"id": "yes", "type": "destructive", "text": "Give it up"}]
    popup = {"title": "Ticket", "message": "Give it up?", "buttons": buttons}
    await asks(frame, "web_app_open_popup", popup)
    await page.get_by_role("button", name="Give it up").click()
    await heard(frame, "popup_closed", {"button_id": "yes"})
    await asks(frame, "web_app_open_popup", popup)
    await page.get_by_role("button", name="Cancel", exact=True).click()
    await heard(frame, "popup_closed", {"button_id": "no"})
    await asks(frame, "web_app_open_popup", popup)
    await page.keyboard.press("Escape")
    await heard(frame, "popup_closed", {})


@pytest.mark.parametrize(
    ("kind", "name"), [("main", "Pay"), ("secondary", "Later"), ("back", "Back"), ("settings", "Settings")]
)
async def test_the_buttons_around_the_frame(kind: str, name: str, neighbour: Neighbour, open_page: OpenPage) -> None:
    page, frame = await opened(neighbour, open_page)
    key = page.get_by_role("dialog").get_by_role("button", name=name, exact=True)
    await expect(key).to_have_count(0)
    state = {"is_visible": True, "text": name, "color": "#123456", "text_color": "#ffffff"}
    await asks(frame, f"web_app_setup_{kind}_button", state)
    await key.click()
    await heard(frame, f"{kind}_button_pressed", {})
    if kind in ("main", "secondary"):
        await expect(key).to_have_css("background-color", "rgb(18, 52, 86)")
        await asks(frame, f"web_app_setup_{kind}_button", state | {"is_active": False})
        await expect(key).to_be_disabled()
    await asks(frame, f"web_app_setup_{kind}_button", {"is_visible": False})
    await expect(key).to_have_count(0)


async def test_an_app_closes_itself(neighbour: Neighbour, open_page: OpenPage) -> None:
    page, frame = await opened(neighbour, open_page)
    await asks(frame, "web_app_close")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="Open", exact=True)).to_be_focused()


async def test_an_app_leads_to_the_bot_and_to_an_inline_query(neighbour: Neighbour, open_page: OpenPage) -> None:
    name = (await neighbour.bot("getMe"))["username"]
    page, frame = await opened(neighbour, open_page)
    await asks(frame, "web_app_open_tg_link", {"path_full": f"/{name}?start=l_7"})
    assert (await neighbour.next_update("message"))["text"] == "/start l_7"
    await asks(frame, "web_app_switch_inline_query", {"query": "lisbon"})
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert (await neighbour.next_update("inline_query"))["query"] == "lisbon"


async def test_an_app_of_the_keyboard_sends_its_data(neighbour: Neighbour, open_page: OpenPage) -> None:
    page, frame = await opened(neighbour, open_page, reply_key=True)
    await asks(frame, "web_app_data_send", {"data": "A 42"})
    sent = (await neighbour.next_update("message"))["web_app_data"]
    assert sent == {"data": "A 42", "button_text": "Open"}
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator(".event")).to_contain_text("Open")
