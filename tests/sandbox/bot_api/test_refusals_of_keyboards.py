"""Telegram's exact words of refusal for keyboards, button by button, and what of a keyboard is quietly left out."""

from typing import Any

import pytest

from tests.sandbox.bot_api.hands import Hands

ANA, GROUP = 1001, -55
BUTTON, KEY = "can't parse inline keyboard button: ", "can't parse keyboard button: "
URL_BUTTON = "Bad Request: inline keyboard button URL '{}' is invalid: {}"
APP_BUTTON = "Bad Request: inline keyboard button Web App URL '{}' is invalid: Only HTTPS links are allowed"


def _inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


SENDS: list[tuple[dict[str, Any], str]] = [
    ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
    ({"text": "x", "reply_markup": [1]}, "object expected as reply markup"),
    ({"text": "x", "reply_markup": {"inline_keyboard": [1]}},
     'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
    ({"text": "x", "reply_markup": {"inline_keyboard": "no"}}, 'field "inline_keyboard" must be of type Array'),
    ({"text": "x", "reply_markup": {"keyboard": [1]}}, 'field "keyboard" must be an Array of Arrays'),
    ({"text": "x", "reply_markup": {"keyboard": "no"}}, 'field "keyboard" must be of type Array'),
    ({"text": "x", "reply_markup": {"remove_keyboard": 1}}, 'field "remove_keyboard" must be of type Boolean'),
    ({"text": "x", "reply_markup": {"force_reply": "yes"}}, 'field "force_reply" must be of type Boolean'),
    ({"text": "x", "reply_markup": _inline(text="A")},
     "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    ({"text": "x", "reply_markup": _inline(text="A", callback_data="x" * 65)}, "BUTTON_DATA_INVALID"),
    ({"text": "x", "reply_markup": _inline(text="A", callback_data="é" * 33)}, "BUTTON_DATA_INVALID"),
    ({"text": "x", "reply_markup": _inline(text="A", callback_data="")},
     BUTTON + "Text buttons are unallowed in the inline keyboard"),
    ({"text": "x", "reply_markup": _inline(text="A", callback_data={})}, BUTTON + 'Field "callback_data" must be of type String'),
    ({"text": "x", "reply_markup": _inline(text=[], callback_data="a")}, BUTTON + 'Field "text" must be of type String'),
    ({"text": "x", "reply_markup": _inline(callback_data="a")}, BUTTON + 'Can\'t find field "text"'),
    ({"text": "x", "reply_markup": _inline(text="A", pay=True)}, "BUTTON_TYPE_INVALID"),
    ({"text": "x", "reply_markup": _inline(text="A", callback_game={})}, "BUTTON_TYPE_INVALID"),
    ({"text": "x", "reply_markup": _inline(text="A", login_url=5)}, BUTTON + 'Field "login_url" must be of type Object'),
    ({"text": "x", "reply_markup": _inline(text="A", login_url={})}, BUTTON + 'Can\'t find field "url"'),
    ({"text": "x", "reply_markup": _inline(text="A", login_url={"url": "http://a.example"})},
     "inline keyboard button login URL 'http://a.example' is invalid: Only HTTPS links are allowed"),
    ({"text": "x", "reply_markup": _inline(text="A", web_app=5)}, BUTTON + 'Field "web_app" must be of type Object'),
    ({"text": "x", "reply_markup": _inline(text="A", copy_text="x")}, BUTTON + 'Field "copy_text" must be of type Object'),
    ({"text": "x", "reply_markup": _inline(text="A", switch_inline_query=True)},
     BUTTON + 'Field "switch_inline_query" must be of type String'),
    ({"text": "x", "reply_markup": _inline(text="A", switch_inline_query_chosen_chat=7)},
     BUTTON + 'Field "switch_inline_query_chosen_chat" must be of type Object'),
    ({"text": "x", "reply_markup": _inline(text="A", switch_inline_query_chosen_chat={"allow_user_chats": 1})},
     BUTTON + 'Field "allow_user_chats" must be of type Boolean'),
    ({"text": "x", "reply_markup": _inline(text="A", switch_inline_query_chosen_chat={})},
     "at least one chat type must be allowed"),
    ({"text": "x", "reply_markup": _inline(text="A", copy_text={"text": "x" * 257})}, "BUTTON_COPY_TEXT_INVALID"),
    ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "A", "callback_data": "a"}] * 8] * 13}},
     "reply markup is too long"),
    ({"text": "x", "reply_markup": {"inline_keyboard": [["A"]]}}, BUTTON + "InlineKeyboardButton must be an Object"),
    ({"text": "x", "reply_markup": {"keyboard": [[5]]}}, KEY + "KeyboardButton must be a String or an Object"),
    ({"text": "x", "reply_markup": {"keyboard": [[{"no": "text"}]]}}, KEY + 'Can\'t find field "text"'),
    ({"text": "x", "reply_markup": {"keyboard": [[{"text": "A", "request_contact": 1}]]}},
     KEY + 'Field "request_contact" must be of type Boolean'),
    ({"text": "x", "reply_markup": {"keyboard": [[{"text": "A", "request_users": 5}]]}},
     KEY + 'Field "request_users" must be of type Object'),
    ({"text": "x", "reply_markup": {"keyboard": [[{"text": "A", "request_chat": {}}]]}}, KEY + 'Can\'t find field "request_id"'),
    ({"text": "x", "reply_markup": {"keyboard": [[{"text": "A", "request_poll": True}]]}},
     KEY + 'Field "request_poll" must be of type Object'),
    ({"text": "x", "reply_markup": {"keyboard": [[{"text": "A", "web_app": {"url": "ftp://x"}}]]}},
     "keyboard button Web App URL 'ftp://x' is invalid: Only HTTPS links are allowed"),
    ({"text": "x", "reply_markup": _inline(text="A", callback_data="a", style="pink")},
     "can't parse inline keyboard button: invalid button style specified"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "words"), SENDS)
async def test_a_keyboard_that_is_refused(parameters: dict[str, Any], words: str, hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    assert await hands.no("sendMessage", chat_id=ANA, **parameters) == f"Bad Request: {words}"
    assert len((await hands.sees(ANA))["messages"]) == 1


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"url": "javascript:x"}, URL_BUTTON.format("javascript:x", "Wrong port number specified in the URL")),
        ({"url": "ssh://a.example"}, URL_BUTTON.format("ssh://a.example", "Unsupported URL protocol")),
        ({"url": "https://nodot"}, URL_BUTTON.format("https://nodot", "Wrong HTTP URL")),
        ({"web_app": {"url": "http://x"}}, APP_BUTTON.format("http://x")),
    ],
)
async def test_addresses_of_buttons(button: dict[str, Any], words: str, hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    assert await hands.no("sendMessage", chat_id=ANA, text="x", reply_markup=_inline(text="A", **button)) == words


async def test_what_fits_is_taken(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    await hands.ok("sendMessage", chat_id=ANA, text="x" * 4096)
    await hands.ok("sendMessage", chat_id=ANA, text="x", reply_markup=_inline(text="A", callback_data="x" * 64))
    for url in ("http://127.0.0.1:8080/x", "https://a.example", "tg://resolve?domain=x", "a.example/x"):
        await hands.ok("sendMessage", chat_id=ANA, text="x", reply_markup=_inline(text="A", url=url))
    await hands.ok(
        "sendMessage", chat_id=ANA, text="x", reply_markup=_inline(text="A", web_app={"url": "http://127.0.0.1/x"})
    )
    missing = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await hands.ok("sendMessage", chat_id=ANA, text="x", reply_parameters=missing)


async def test_what_is_not_shown_is_left_out(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    markup = {"inline_keyboard": [[], [{"text": "", "callback_data": "a"}, {"text": "B", "callback_data": "b"}]]}
    sent = await hands.ok("sendMessage", chat_id=ANA, text="x", reply_markup=markup)
    assert sent["reply_markup"] == {"inline_keyboard": [[{"text": "B", "callback_data": "b"}]]}
    nothing: list[dict[str, Any]] = [{}, {"keyboard": []}, {"keyboard": [[""]]}, {"inline_keyboard": [[]]}]
    for empty in nothing:
        assert "reply_markup" not in await hands.ok("sendMessage", chat_id=ANA, text="x", reply_markup=empty)
    assert (await hands.sees(ANA))["keyboard"] is None
    assert (await hands.ok("sendMessage", chat_id=ANA, text="x", entities="[")).get("entities") is None


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ({"request_contact": True}, "phone number can be requested in private chats only"),
        ({"request_location": True}, "location can be requested in private chats only"),
        ({"request_poll": {}}, "poll can be requested in private chats only"),
        ({"request_users": {"request_id": 1}}, "users can be requested in private chats only"),
        ({"request_chat": {"request_id": 1, "chat_is_channel": False}}, "chats can be requested in private chats only"),
        ({"web_app": {"url": "https://a.example"}}, "web App buttons can be used in private chats only"),
    ],
)
async def test_keys_that_only_private_chats_have(key: dict[str, Any], words: str, hands: Hands) -> None:
    await hands.play("group", chat_id=GROUP, title="Team", members=[ANA])
    await hands.play("text", chat_id=ANA, text="/start")
    asked = {"text": "x", "reply_markup": {"keyboard": [[{"text": "A", **key}]]}}
    assert await hands.no("sendMessage", chat_id=GROUP, **asked) == f"Bad Request: {words}"
    await hands.ok("sendMessage", chat_id=ANA, **asked)


async def test_mini_apps_of_messages_are_for_private_chats(hands: Hands) -> None:
    await hands.play("group", chat_id=GROUP, title="Team", members=[ANA])
    app = _inline(text="A", web_app={"url": "https://a.example"})
    assert (
        await hands.no("sendMessage", chat_id=GROUP, text="x", reply_markup=app) == "Bad Request: BUTTON_TYPE_INVALID"
    )
