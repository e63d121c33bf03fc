"""Telegram's exact words of refusal, one situation each, and the limits they guard."""

import json
from typing import Any

import pytest

from sandbox.app import Sandbox
from tests.sandbox.bot_api.hands import TOKEN, Hands
from tests.sandbox.bot_api.test_journey import PIXEL

ANA, GROUP = 1001, -55


def _inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


SENDS: list[tuple[dict[str, Any], str]] = [
    ({"chat_id": ""}, "chat_id is empty"),
    ({"chat_id": 404}, "chat not found"),
    ({"chat_id": "@nobody"}, "chat not found"),
    ({"text": ""}, "message text is empty"),
    ({"text": " \n "}, "text must be non-empty"),
    ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
    ({"text": "é" * 16385}, "text is too long"),
    ({"text": "x", "link_preview_options": [1]}, "object expected as link preview options"),
    ({"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 9}]},
     "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 9"),
    ({"text": "x", "entities": [5]}, "can't parse MessageEntity: expected an Object"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "😀" * 2049}, "message is too long"),
    ({"text": "x", "parse_mode": "rtf"}, "unsupported parse_mode"),
    ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    ({"text": "x", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ({"text": "x", "reply_parameters": {"message_id": 1, "chat_id": 404}}, "chat not found"),
    ({"text": "x", "reply_parameters": {"message_id": 1, "poll_option_id": "1"}},
     "sandbox does not speak the parameter reply_parameters.poll_option_id"),
    ({"text": "x", "business_connection_id": "b"}, "business connection not found"),
    ({"text": "x", "message_thread_id": 7}, "message thread not found"),
    ({"text": "x", "direct_messages_topic_id": 7}, "sandbox does not speak the parameter direct_messages_topic_id"),
    ({"text": "x", "allow_paid_broadcast": True}, "sandbox does not speak the parameter allow_paid_broadcast"),
    ({"text": "x", "suggested_post_parameters": {}}, "sandbox does not speak the parameter suggested_post_parameters"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "words"), SENDS)
async def test_a_send_that_is_refused(parameters: dict[str, Any], words: str, hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    asked = {"chat_id": ANA, "text": "fine", **parameters}
    assert await hands.no("sendMessage", **asked) == f"Bad Request: {words}"
    assert len((await hands.sees(ANA))["messages"]) == 1


RESULT = "can't parse inline query result: "
ARTICLE = {"type": "article", "id": "1", "title": "x", "input_message_content": {"message_text": "x"}}
EDITS: list[tuple[str, dict[str, Any], str]] = [
    ("editMessageText", {"message_id": 0, "text": "x"}, "message identifier is not specified"),
    ("editMessageText", {"chat_id": None, "text": "x"}, "message identifier is not specified"),
    ("editMessageReplyMarkup", {"chat_id": None}, "message identifier is not specified"),
    ("editMessageText", {"chat_id": None, "message_id": 2, "text": "x"}, "chat_id is empty"),
    ("deleteMessage", {"chat_id": None, "message_id": 2}, "chat identifier is not specified"),
    ("deleteMessages", {"chat_id": None, "message_ids": [2]}, "chat identifier is not specified"),
    ("deleteMessage", {}, "message identifier is not specified"),
    ("editMessageText", {"message_id": 99, "text": "x"}, "message to edit not found"),
    ("editMessageText", {"message_id": 1, "text": "x"}, "message can't be edited"),
    ("editMessageText", {"message_id": 2, "text": ""}, "message text is empty"),
    ("editMessageText", {"message_id": 3, "text": "x"}, "there is no text in the message to edit"),
    ("editMessageText", {"inline_message_id": "none", "text": "x"}, "MESSAGE_ID_INVALID"),
    ("editMessageText", {"message_id": 2, "text": "x", "reply_markup": {"keyboard": [["A"]]}}, "inline keyboard expected"),
    ("editMessageText", {"message_id": 2, "text": "x", "reply_markup": {"force_reply": True}}, "inline keyboard expected"),
    ("editMessageText", {"message_id": 2, "text": "x", "reply_markup": "{"},
     "can't parse reply keyboard markup JSON object"),
    ("editMessageCaption", {"message_id": 2, "caption": "x"}, "there is no caption in the message to edit"),
    ("editMessageCaption", {"message_id": 3, "caption": "x" * 1025}, "message caption is too long"),
    ("editMessageMedia", {"message_id": 4, "media": {"type": "photo", "media": "none"}},
     "wrong file identifier/HTTP URL specified"),
    ("editMessageMedia", {"message_id": 3, "media": {"type": "sticker", "media": "x"}},
     "can't parse InputMedia: type sticker is not spoken by the sandbox"),
    ("editMessageLiveLocation", {"message_id": 4, "latitude": 1, "longitude": 1}, "message can't be edited"),
    ("stopMessageLiveLocation", {"message_id": 4}, "message can't be edited"),
    ("editMessageLiveLocation", {"message_id": 4}, "latitude is empty"),
    ("deleteMessage", {"message_id": 99}, "message to delete not found"),
    ("deleteMessages", {"message_ids": []}, "message identifiers are not specified"),
    ("deleteMessages", {"message_ids": "x"}, "can't parse message_ids JSON object"),
    ("deleteMessages", {"message_ids": list(range(101))}, "too many message identifiers specified"),
    ("pinChatMessage", {"message_id": 99}, "message to pin not found"),
    ("unpinChatMessage", {"message_id": 99}, "message to unpin not found"),
    ("unpinChatMessage", {}, "message to unpin not found"),
    ("copyMessage", {"from_chat_id": ANA, "message_id": 99}, "message to copy not found"),
    ("copyMessages", {"from_chat_id": ANA, "message_ids": [99]}, "message to copy not found"),
    ("forwardMessage", {"from_chat_id": ANA, "message_id": 99}, "message to forward not found"),
    ("setMessageReaction", {"message_id": 99}, "message to react not found"),
    ("setMessageReaction", {"message_id": 2, "reaction": [{"type": "paid"}]}, "REACTION_INVALID"),
    ("setMessageReaction", {"message_id": 2, "reaction": [{"type": "emoji"}]}, "REACTION_INVALID"),
    ("setMessageReaction", {"message_id": 2, "reaction": [{"type": "emoji", "emoji": "zzz"}]}, "REACTION_INVALID"),
    ("setMessageReaction", {"message_id": 2, "reaction": [{"type": "emoji", "emoji": "👍 👎"}]}, "REACTION_INVALID"),
    ("setMessageReaction", {"message_id": 2, "reaction": [{"type": "custom_emoji", "custom_emoji_id": "5"}]},
     "REACTION_INVALID"),
    ("setMessageReaction", {"message_id": 2, "reaction": "[1,2]"}, "REACTION_INVALID"),
    ("sendChatAction", {"action": "dance"}, "wrong parameter action in request"),
    ("sendLocation", {"longitude": 1}, "latitude is empty"),
    ("sendLocation", {"latitude": 91, "longitude": 1}, "wrong location specified"),
    ("sendLocation", {"latitude": 1, "longitude": 1, "live_period": 5}, "wrong live location period specified"),
    ("sendVenue", {"latitude": 1, "longitude": -181, "title": "x", "address": "x"}, "wrong venue location specified"),
    ("sendVenue", {"latitude": 1, "longitude": 1, "address": "x"}, "title is empty"),
    ("sendVenue", {"latitude": 1, "longitude": 1, "title": "x"}, "address is empty"),
    ("sendContact", {"first_name": "x"}, 'parameter "phone_number" is required'),
    ("sendContact", {"phone_number": "1"}, 'parameter "first_name" is required'),
    ("sendPhoto", {}, "there is no photo in the request"),
    ("sendPhoto", {"photo": "none"}, "wrong file identifier/HTTP URL specified"),
    ("sendPhoto", {"photo": "https://a.example/x.png"},
     "failed to get HTTP URL content: the sandbox fetches no addresses"),
    ("sendDocument", {}, "there is no document in the request"),
    ("sendMediaGroup", {}, 'parameter "media" is required'),
    ("sendMediaGroup", {"media": []}, "there are no messages to send"),
    ("sendMediaGroup", {"media": [{}] * 11}, "too many messages to send as an album"),
    ("sendMediaGroup", {"media": [1, 2]}, "can't parse InputMedia JSON object"),
    ("getFile", {"file_id": "none"}, "invalid file_id"),
    ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old and response timeout expired or query ID is invalid"),
    ("answerInlineQuery", {"inline_query_id": "1", "results": []},
     "query is too old and response timeout expired or query ID is invalid"),
    ("answerInlineQuery", {"results": {}}, "expected an Array of inline query results"),
    ("answerInlineQuery", {"results": "{"}, "can't parse JSON encoded inline query results"),
    ("answerInlineQuery", {"results": [5]}, RESULT + "Inline query result must be an object"),
    ("answerInlineQuery", {"results": [{"id": "1"}]}, RESULT + 'Can\'t find field "type"'),
    ("answerInlineQuery", {"results": [{"type": "article"}]}, RESULT + 'Can\'t find field "id"'),
    ("answerInlineQuery", {"results": [{**ARTICLE, "id": "x" * 65}]}, RESULT + "every result needs an id of 1-64 bytes"),
    ("answerInlineQuery", {"results": [{**ARTICLE, "type": "wonder"}]},
     RESULT + 'type "wonder" is unsupported for the inline query result'),
    ("answerInlineQuery", {"results": [{**ARTICLE, "type": "photo"}]},
     "sandbox does not speak inline query results of type photo"),
    ("answerInlineQuery", {"results": [{"type": "article", "id": "1", "title": "x"}]},
     RESULT + 'Can\'t find field "message_text"'),
    ("answerInlineQuery", {"results": [{**ARTICLE, "input_message_content": {}}]},
     RESULT + "Input message content is not specified"),
    ("answerInlineQuery", {"results": [{name: ARTICLE[name] for name in ARTICLE if name != "title"}]},
     RESULT + 'Can\'t find field "title"'),
    ("answerInlineQuery", {"results": [{**ARTICLE, "reply_markup": {"keyboard": [["A"]]}}]}, "inline keyboard expected"),
    ("answerInlineQuery", {"results": [{**ARTICLE, "reply_markup": _inline(text="A", web_app={"url": "https://a.example"})}]},
     "BUTTON_TYPE_INVALID"),
    ("answerInlineQuery", {"results": [{"type": "location", "id": "1", "title": "x", "latitude": "1", "longitude": 1}]},
     RESULT + 'Field "latitude" must be of type Number'),
    ("answerWebAppQuery", {"web_app_query_id": "1", "result": ARTICLE},
     "query is too old and response timeout expired or query ID is invalid"),
    ("answerWebAppQuery", {"web_app_query_id": "1"}, "result isn't specified"),
    ("answerWebAppQuery", {"web_app_query_id": "1", "result": {}}, 'can\'t find field "type"'),
    ("setMyCommands", {"commands": "{"}, "can't parse commands JSON object"),
    ("setMyCommands", {"commands": {}}, "expected an Array of BotCommand"),
    ("setMyCommands", {"commands": ["x"]}, "can't parse BotCommand: expected an Object"),
    ("setMyCommands", {"commands": [{"command": "a"}]}, 'can\'t parse BotCommand: Can\'t find field "description"'),
    ("setMyCommands", {"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "/", "description": "x"}]}, "command must be non-empty"),
    ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "x"}]}, "command length must not exceed 32"),
    ("setMyCommands", {"commands": [{"command": "a", "description": " "}]}, "command description must be non-empty"),
    ("setMyCommands", {"commands": [{"command": "a", "description": "x" * 257}]},
     "command description length must not exceed 256"),
    ("setMyCommands", {"commands": [{"command": "a", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", {"commands": [], "language_code": "xyz"}, "invalid language code specified"),
    ("getMyCommands", {"scope": {"type": "moon"}}, "can't parse BotCommandScope: Unsupported type specified"),
    ("getMyCommands", {"scope": "{"}, "can't parse BotCommandScope JSON object"),
    ("getMyCommands", {"scope": 5}, "can't parse BotCommandScope: BotCommandScope must be an Object"),
    ("getMyCommands", {"scope": {"type": "chat"}}, 'can\'t parse BotCommandScope: Can\'t find field "chat_id"'),
    ("getMyCommands", {"scope": {"type": "chat", "chat_id": ""}}, "can't parse BotCommandScope: Empty chat_id specified"),
    ("getMyCommands", {"scope": {"type": "chat_member", "chat_id": ANA}},
     'can\'t parse BotCommandScope: Can\'t find field "user_id"'),
    ("getMyCommands", {"scope": {"type": "chat_member", "chat_id": ANA, "user_id": 0}},
     "can't parse BotCommandScope: Invalid user_id specified"),
    ("setMyCommands", {"commands": [], "scope": {"type": "chat_administrators", "chat_id": ANA}},
     "can't use specified scope in private chats"),
    ("getMyCommands", {"scope": {"type": "chat", "chat_id": 404}}, "chat not found"),
    ("setMyName", {"name": "x" * 65}, "bot name is too long"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "bot short description is too long"),
    ("setChatMenuButton", {"menu_button": {"type": "moon"}}, "can't parse menu button: MenuButton has unsupported type"),
    ("setChatMenuButton", {"menu_button": {"type": "web_app", "text": "A"}},
     'can\'t parse menu button: Can\'t find field "web_app"'),
    ("setChatMenuButton", {"chat_id": GROUP}, "invalid chat_id specified"),
    ("setChatMenuButton", {"menu_button": {"type": "web_app", "text": "A", "web_app": {"url": "http://a.example"}}},
     "menu button Web App URL 'http://a.example' is invalid: Only HTTPS links are allowed"),
    ("getChatMember", {"user_id": 0}, "invalid user_id specified"),
    ("getChatMember", {"user_id": 4040}, "member not found"),
    ("getChatAdministrators", {}, "there are no administrators in the private chat"),
    ("leaveChat", {}, "chat member status can't be changed in private chats"),
    ("getUserProfilePhotos", {"user_id": 4040}, "user not found"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "parameters", "words"), EDITS)
async def test_a_call_that_is_refused(method: str, parameters: dict[str, Any], words: str, hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    await hands.ok("sendMessage", chat_id=ANA, text="text")
    await hands.client.post(
        f"/bot{TOKEN}/sendPhoto", data={"chat_id": ANA}, files={"photo": ("a.png", PIXEL, "image/png")}
    )
    await hands.ok("sendLocation", chat_id=ANA, latitude=1, longitude=2)
    asked = parameters if "inline_message_id" in parameters else {"chat_id": ANA, **parameters}
    if method == "setChatMenuButton":
        asked = parameters
    assert await hands.no(method, **asked) == f"Bad Request: {words}"


@pytest.mark.parametrize(
    "markup",
    [{"keyboard": [["Yes"]]}, {"remove_keyboard": True}, {"force_reply": True}],
    ids=lambda markup: next(iter(markup)),
)
@pytest.mark.parametrize("method", ["editMessageText", "editMessageReplyMarkup"])
async def test_what_came_with_a_keyboard_of_the_app_is_not_edited(
    markup: dict[str, Any], method: str, hands: Hands, app: Sandbox
) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    sent = await hands.ok("sendMessage", chat_id=ANA, text="?", reply_markup=markup)
    edit = {
        "chat_id": ANA,
        "message_id": sent["message_id"],
        "text": "!",
        "reply_markup": _inline(text="A", callback_data="a"),
    }
    assert await hands.no(method, **edit) == "Bad Request: message can't be edited"
    app.telegram.load(json.loads(json.dumps(app.telegram.dump())))
    assert await hands.no(method, **edit) == "Bad Request: message can't be edited"
    assert await hands.ok("deleteMessage", chat_id=ANA, message_id=sent["message_id"]) is True
    assert app.telegram.world.chats[ANA].unalterable == []


async def test_files_that_are_no_good(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")

    async def send(content: bytes) -> str:
        files = {"photo": ("a.png", content, "image/png")}
        return str(
            (await hands.client.post(f"/bot{TOKEN}/sendPhoto", data={"chat_id": ANA}, files=files)).json()[
                "description"
            ]
        )

    assert await send(b"") == "Bad Request: file must be non-empty"
    assert await send(b"no picture") == "Bad Request: IMAGE_PROCESS_FAILED"
    assert (await send(PIXEL + bytes(10 << 20))).startswith("Bad Request: file is too big")
    document = await hands.client.post(
        f"/bot{TOKEN}/sendDocument", data={"chat_id": ANA}, files={"document": ("b.bin", bytes((20 << 20) + 1))}
    )
    file_id = document.json()["result"]["document"]["file_id"]
    assert await hands.no("getFile", file_id=file_id) == "Bad Request: file is too big"


async def test_an_answer_to_a_press_opens_the_bot_itself_and_nothing_else(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    sent = await hands.ok("sendMessage", chat_id=ANA, text="x", reply_markup=_inline(text="A", callback_data="a"))
    pressed = await hands.play("press", chat_id=ANA, message_id=sent["message_id"], data="a")
    query, name = pressed["callback_query_id"], (await hands.ok("getMe"))["username"]
    for start in ("t.me", "https://T.me", "https://telegram.me"):
        assert await hands.ok("answerCallbackQuery", callback_query_id=query, url=f"{start}/{name}?start=t-1_A") is True
    for url in (
        "https://a.example", f"t.dog/{name}?start=1", "https://t.me/other_bot?start=1", f"https://t.me/{name}", f"https://t.me/{name}?start=",
        f"https://t.me/{name}?start={'x' * 65}", f"tg://resolve?domain={name}", f"https://a.example/t.me/{name}?start=1",
    ):  # fmt: skip
        assert await hands.no("answerCallbackQuery", callback_query_id=query, url=url) == "Bad Request: URL_INVALID"


async def test_old_messages_and_old_queries(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    sent = await hands.ok("sendMessage", chat_id=ANA, text="x", reply_markup=_inline(text="A", callback_data="a"))
    pressed = await hands.play("press", chat_id=ANA, message_id=sent["message_id"], data="a")
    assert await hands.no("answerCallbackQuery", callback_query_id=pressed["callback_query_id"], text="x" * 201) == (
        "Bad Request: MESSAGE_TOO_LONG"
    )
    await hands.play("clock", now=sent["date"] + 49 * 3600)
    words = "Bad Request: message can't be deleted for everyone"
    assert await hands.no("deleteMessage", chat_id=ANA, message_id=sent["message_id"]) == words
    assert await hands.no("deleteMessages", chat_id=ANA, message_ids=[1, 2]) == words
    assert "query is too old" in await hands.no("answerCallbackQuery", callback_query_id=pressed["callback_query_id"])
