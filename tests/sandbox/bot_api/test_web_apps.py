"""Mini Apps: where their buttons are found, and initData whose signature a bot's own check accepts."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiogram.utils.web_app import safe_parse_webapp_init_data

from tests.sandbox.bot_api.hands import NOON, TOKEN, Hands

ANA = 1001
APP = {"url": "https://a.example/app?x=1"}


async def _opens(hands: Hands, **order: Any) -> tuple[str, str]:
    """Open an app and return its address without the fragment, and its initData."""
    url = (await hands.play("web_app", chat_id=ANA, **order))["url"]
    parts = urlsplit(url)
    fragment = parse_qs(parts.fragment)
    assert fragment["tgWebAppPlatform"] == ["web"]
    return url.partition("#")[0], fragment["tgWebAppData"][0]


async def test_init_data_is_signed_as_telegram_signs_it(hands: Hands) -> None:
    await hands.play("person", chat_id=ANA, first_name="Ana & Co", language_code="pt")
    sent = await hands.ok(
        "sendMessage", chat_id=ANA, text="x", reply_markup={"inline_keyboard": [[{"text": "App", "web_app": APP}]]}
    )
    address, data = await _opens(hands, message_id=sent["message_id"], text="App")
    assert address == APP["url"]
    # An independent library's check, which refuses what is not signed with this bot's token.
    parsed = safe_parse_webapp_init_data(TOKEN, data)
    assert parsed.user is not None
    assert (parsed.user.id, parsed.user.first_name) == (ANA, "Ana & Co")
    assert parsed.auth_date.timestamp() == NOON
    with pytest.raises(ValueError, match="Invalid init data signature"):
        safe_parse_webapp_init_data("1:" + "x" * 35, data)
    result = {"type": "article", "id": "1", "title": "T", "input_message_content": {"message_text": "done"}}
    assert await hands.ok("answerWebAppQuery", web_app_query_id=parsed.query_id, result=result) == {}
    assert (await hands.sees(ANA))["messages"][-1]["text"] == "done"


async def test_a_keyboards_app_sends_data_instead(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    await hands.ok("sendMessage", chat_id=ANA, text="x", reply_markup={"keyboard": [[{"text": "App", "web_app": APP}]]})
    _, data = await _opens(hands, text="App")
    assert "query_id" not in parse_qs(data)
    await hands.play("web_app_data", chat_id=ANA, data="hello", button_text="App")
    assert (await hands.updates())[-1]["message"]["web_app_data"] == {"data": "hello", "button_text": "App"}


async def test_the_menu_opens_an_app_too(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    await hands.play("web_app", 409, chat_id=ANA, text="Menu")
    await hands.ok("setChatMenuButton", menu_button={"type": "web_app", "text": "Menu", "web_app": APP})
    assert (await _opens(hands, text="Menu"))[0] == APP["url"]
    assert (await hands.ok("getChatMenuButton", chat_id=ANA))["type"] == "web_app"
    await hands.ok("setChatMenuButton", menu_button={"type": "default"})
    assert await hands.ok("getChatMenuButton") == {"type": "commands"}
