"""Whatever a client sends, the server answers in Telegram's envelope: refused or carried out, never broken."""

import random
from typing import Any

import pytest

from sandbox.bot_api.methods.table import METHODS
from tests.sandbox.bot_api.hands import TOKEN, Hands
from tests.sandbox.bot_api.test_acts import ANA, GROUP

NAMES = (
    "chat_id", "from_chat_id", "message_id", "message_ids", "text", "caption", "parse_mode", "entities", "caption_entities",
    "reply_markup", "reply_parameters", "link_preview_options", "photo", "document", "media", "latitude", "longitude",
    "live_period", "heading", "title", "address", "phone_number", "first_name", "action", "reaction", "commands", "scope",
    "language_code", "name", "menu_button", "user_id", "url", "secret_token", "max_connections", "allowed_updates", "offset",
    "limit", "callback_query_id", "inline_query_id", "results", "result", "web_app_query_id", "file_id",
    "inline_message_id", "business_connection_id",
)  # fmt: skip
JUNK: tuple[Any, ...] = (
    None, "", "x", "1", "-1", "1e400", "nan", 0, -5, 3.7, 10**30, True, [], {}, [None], [[]], [{}], ["x"], [1, "2"], "{", "[1",
    '{"a":1}', "[[]]", "null", {"message_id": "x"}, {"message_id": [], "chat_id": {}}, {"inline_keyboard": [[{"text": "A"}]]},
    {"inline_keyboard": [[{"text": 5, "url": 7}]]}, {"inline_keyboard": [[{"text": "A", "url": "http://[x"}]]},
    {"inline_keyboard": [[{"text": "A", "web_app": "x"}]]}, {"inline_keyboard": {}}, {"keyboard": [[None]]},
    {"keyboard": [[{"text": "A", "web_app": 5}]]}, {"force_reply": "yes", "input_field_placeholder": 5}, {"remove_keyboard": 1},
    [{"type": "bold", "offset": 0, "length": 10**9}], [{"type": "text_mention", "offset": 0, "length": 1, "user": 5}],
    [{"type": "text_mention", "offset": 0, "length": 1, "user": {"id": []}}],
    [{"type": "date_time", "offset": 0, "length": 1, "unix_time": "x"}],
    [{"type": "date_time", "offset": 0, "length": 1, "date_time_format": "zz"}],
    {"type": "chat", "chat_id": []}, {"type": "chat_member", "chat_id": ANA, "user_id": {}}, {"type": []},
    {"type": "web_app", "web_app": 5},
    {"type": "photo", "media": 5, "caption": [], "parse_mode": {}}, [{"type": "photo"}, {"type": "document", "media": []}],
    [{"type": "article", "id": 1, "input_message_content": {"message_text": 5}}], "<b>", "*", '["\\ud800"]', "\x00",
    "9" * 5000, ["9" * 5000], {"type": "chat_member", "chat_id": ANA, "user_id": "9" * 5000}, "[" * 100_000, '{"a":NaN}',
    '{"a":1e400}', "![x](tg://[)", '<a href="tg://user?id=' + "9" * 5000 + '">x</a>',
    {"type": "venue", "id": "1", "latitude": "x"}, {"type": "article", "id": "1", "input_message_content": {"message_text": "x"}},
)  # fmt: skip


@pytest.mark.parametrize("method", sorted(METHODS))
async def test_nonsense_is_refused_or_carried_out(method: str, hands: Hands) -> None:
    chance = random.Random(method)
    await hands.play("group", chat_id=GROUP, title="Team", members=[ANA], administrator=True)
    await hands.play("text", chat_id=ANA, text="/start")
    sent = await hands.ok("sendMessage", chat_id=ANA, text="x")
    for _ in range(80):
        sane = {
            "chat_id": chance.choice([ANA, GROUP]), "from_chat_id": ANA, "message_id": sent["message_id"], "text": "x", "user_id": ANA,
            "latitude": 1, "longitude": 2, "title": "x", "address": "x", "phone_number": "1", "first_name": "x", "name": "x",
        }  # fmt: skip
        nonsense = {name: chance.choice(JUNK) for name in chance.sample(NAMES, chance.randint(1, 6))}
        envelope = await hands.call(method, **{**sane, **nonsense})
        assert envelope["ok"] or envelope["description"], envelope
        if method == "setwebhook":
            await hands.ok("deleteWebhook")


DEEP = "[" * 100_000 + "]" * 100_000
BODIES = {
    "a deep body": (DEEP, "can't parse parameter value"),
    "a deep field": (f'{{"text":{DEEP}}}', "can't parse parameter value"),
    "digits": (f'{{"chat_id":{"9" * 5000}}}', "can't parse parameter value"),
    "nan": ('{"x":NaN}', "can't parse parameter value"),
    "infinite": ('{"x":1e400}', "can't parse parameter value"),
    "a deep text": (
        f'{{"text":"x","chat_id":1,"link_preview_options":"{DEEP}"}}',
        "can't parse link preview options JSON object",
    ),
    "one too deep": (f'{{"text":"x","entities":{"[" * 100}{"]" * 100}}}', "can't parse parameter value"),
}


@pytest.mark.parametrize("body", list(BODIES))
async def test_trees_that_nobody_sends_in_earnest_are_refused(body: str, hands: Hands) -> None:
    content, words = BODIES[body]
    headers = {"Content-Type": "application/json"}
    answer = await hands.client.post(f"/bot{TOKEN}/sendMessage", content=content, headers=headers)
    assert answer.json() == {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}


@pytest.mark.parametrize("name", ["chat_id", "text", "reply_markup", "entities"])
async def test_thousands_of_digits_and_brackets_in_a_form(name: str, hands: Hands) -> None:
    for value in ("9" * 5000, DEEP):
        sent = {"chat_id": str(ANA), "text": "x", name: value}
        answer = await hands.client.post(f"/bot{TOKEN}/sendMessage", data=sent)
        assert answer.json()["error_code"] == 400


@pytest.mark.parametrize(
    "request_", [{"content": b"--x", "headers": {"Content-Type": "multipart/form-data; boundary=y"}},
                 {"content": b"", "headers": {"Content-Type": "multipart/form-data"}},
                 {"data": {f"f{number}": "x" for number in range(1001)}, "files": {"f": b"x"}}],
)  # fmt: skip
async def test_a_form_that_is_none_is_refused_in_the_envelope(request_: dict[str, Any], hands: Hands) -> None:
    answer = await hands.client.post(f"/bot{TOKEN}/getMe", **request_)
    assert answer.status_code == 400
    assert answer.json()["description"].startswith("Bad Request: can't parse the form: ")


@pytest.mark.parametrize(
    "text", ['"\\ud83d"', "NaN", DEEP, "9" * 5000], ids=["half a character", "nan", "deep", "digits"]
)
async def test_what_a_page_sends_is_read_within_bounds_too(text: str, hands: Hands) -> None:
    answer = await hands.client.post("/play/text", content=f'{{"chat_id":{ANA},"text":{text}}}')
    assert (answer.status_code, answer.json()) == (400, {"error": "the body must be JSON"})
    assert (await hands.client.get("/play/messages", params={"chat_id": ANA})).status_code == 200


async def test_half_a_character_is_refused(hands: Hands) -> None:
    body = b'{"chat_id": 1, "text": "\\ud83d"}'
    answer = await hands.client.post(
        f"/bot{TOKEN}/sendMessage", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.json()["description"] == "Bad Request: strings must be encoded in UTF-8"
