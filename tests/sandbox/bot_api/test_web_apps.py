"""Mini Apps: where their buttons are found, and initData whose signature a bot's own check accepts."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from aiogram.utils.web_app import safe_parse_webapp_init_data
from aiogram.utils.web_app_signature import PRODUCTION_PUBLIC_KEY, check_webapp_signature

from sandbox.bot_api.web_apps import PUBLIC_KEY
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


async def test_third_parties_check_the_signature_without_the_token(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    await hands.ok("sendMessage", chat_id=ANA, text="x", reply_markup={"keyboard": [[{"text": "App", "web_app": APP}]]})
    _, data = await _opens(hands, text="App")
    told = await hands.play("web_app", chat_id=ANA, text="App")
    assert told["public_key"] == PUBLIC_KEY
    key, bot_id = bytes.fromhex(PUBLIC_KEY), int(TOKEN.partition(":")[0])
    # An independent library's check again: Ed25519, for this bot, by the sandbox's key and not by Telegram's own.
    assert check_webapp_signature(bot_id, data, key)
    assert not check_webapp_signature(bot_id + 1, data, key)
    assert not check_webapp_signature(bot_id, data, PRODUCTION_PUBLIC_KEY)
    assert not check_webapp_signature(bot_id, data.replace(str(ANA), str(ANA + 1)), key)
    fields = {name: values[0] for name, values in parse_qs(data).items()}
    assert "=" not in fields["signature"]
    # The hash covers the signature.
    for changed in ({**fields, "signature": "A" * 86}, {name: fields[name] for name in fields if name != "signature"}):
        with pytest.raises(ValueError, match="Invalid init data signature"):
            safe_parse_webapp_init_data(TOKEN, urlencode(changed))


def test_the_public_key_is_written_down() -> None:
    """Whoever reads the decision finds the key that is used."""
    decision = Path(__file__).parents[3] / "docs/decisions/0055-everybody-knows-the-sandboxs-key.md"
    assert f"`{PUBLIC_KEY}`" in decision.read_text("utf-8")


async def test_the_user_is_a_web_app_user(hands: Hands) -> None:
    await hands.play("person", chat_id=ANA, first_name="Ana", last_name="Sousa", username="ana", language_code="pt")
    await hands.ok("setChatMenuButton", menu_button={"type": "web_app", "text": "Menu", "web_app": APP})
    person = {"id": ANA, "first_name": "Ana", "last_name": "Sousa", "username": "ana", "language_code": "pt"}
    for act, expected in (("unblock", {**person, "allows_write_to_pm": True}), ("block", person)):
        await hands.play(act, chat_id=ANA)
        _, data = await _opens(hands, text="Menu")
        assert json.loads(parse_qs(data)["user"][0]) == expected


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
