"""HTTP as Telegram's server takes and gives it: every encoding, any case, true codes, never null."""

import json
from typing import Any

import httpx
import pytest

from sandbox.app import Sandbox
from sandbox.bot_api.errors import FLOOD, Refusal
from tests.sandbox.bot_api.hands import TOKEN, Hands
from tests.sandbox.bot_api.test_journey import PIXEL

ANA = 1001
URL = f"/bot{TOKEN}/sendMessage"
MARKUP = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
SENT = {"chat_id": str(ANA), "text": "é<b>x</b>", "parse_mode": "HTML", "reply_markup": json.dumps(MARKUP)}


def _requests() -> dict[str, httpx.Request]:
    base = "http://sandbox"
    tree = {**SENT, "chat_id": ANA, "reply_markup": MARKUP, "entities": None}
    return {
        "form": httpx.Request("POST", base + URL, data=SENT),
        "json": httpx.Request("POST", base + URL, json=tree),
        "query": httpx.Request("POST", base + URL, params=SENT),
        "get": httpx.Request("GET", base + URL, params=SENT),
        "multipart": httpx.Request("POST", base + URL, data=SENT, files={"unused": ("x.txt", b"x")}),
        "any case": httpx.Request("POST", base + URL.replace("sendMessage", "SENDMESSAGE"), data=SENT),
    }


@pytest.mark.parametrize("encoding", list(_requests()))
async def test_every_encoding_says_the_same(encoding: str, hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    answer = await hands.client.send(_requests()[encoding])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    result = answer.json()["result"]
    assert result["text"] == "éx"
    assert result["entities"] == [{"type": "bold", "offset": 1, "length": 1}]
    assert result["reply_markup"] == MARKUP
    assert b"null" not in answer.content


async def test_files_come_by_name_and_by_attach(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    url = f"/bot{TOKEN}/sendPhoto"
    named = await hands.client.post(url, data={"chat_id": ANA}, files={"photo": ("a.png", PIXEL, "image/png")})
    attached = await hands.client.post(
        url, data={"chat_id": ANA, "photo": "attach://one"}, files={"one": ("b.png", PIXEL, "image/png")}
    )
    for answer in (named, attached):
        assert answer.json()["result"]["photo"][0]["file_size"] == len(PIXEL)
    file_id = attached.json()["result"]["photo"][0]["file_id"]
    path = (await hands.ok("getFile", file_id=file_id))["file_path"]
    assert (await hands.client.get(f"/file/bot{TOKEN}/{path}")).content == PIXEL
    assert (await hands.client.get(f"/file/bot{TOKEN}/photos/none.png")).status_code == 404
    shown = await hands.client.get(f"/play/file/{file_id}")
    assert (shown.content, shown.headers["content-type"]) == (PIXEL, "image/png")
    assert (await hands.client.get("/play/file/none")).status_code == 404


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "can't parse parameter value"),
        (b"[1]", "JSON object expected"),
        (b'"x"', "JSON object expected"),
        (b"", "message text is empty"),
    ],
)
async def test_json_that_is_none_is_refused(body: bytes, words: str, hands: Hands) -> None:
    answer = await hands.client.post(URL, content=body, headers={"Content-Type": "application/json"})
    assert answer.json()["description"] == f"Bad Request: {words}"


@pytest.mark.parametrize(
    ("method", "code", "words"),
    [
        ("noSuchThing", 404, "Not Found: method not found"),
        ("sendPoll", 400, "Bad Request: sandbox does not speak sendPoll"),
        ("SENDDICE", 400, "Bad Request: sandbox does not speak sendDice"),
        ("", 404, "Not Found: method not found"),
    ],
)
async def test_methods_that_are_not_spoken(method: str, code: int, words: str, hands: Hands) -> None:
    answer = await hands.client.post(f"/bot{TOKEN}/{method}")
    assert answer.status_code == code
    assert answer.json() == {"ok": False, "error_code": code, "description": words}


@pytest.mark.parametrize("token", ["x", "1:short", "abc:" + "x" * 35, "1:" + "x" * 20 + "!" + "x" * 20])
async def test_a_malformed_token_is_not_found(token: str, hands: Hands) -> None:
    answer = await hands.client.get(f"/bot{token}/getMe")
    assert (answer.status_code, answer.json()["description"]) == (404, "Not Found")


async def test_the_bot_is_whoever_asks(hands: Hands, app: Sandbox) -> None:
    for number in (77, 78):
        answer = await hands.client.get(f"/bot{number}:{'x' * 35}/getMe")
        assert answer.json()["result"]["id"] == number
        assert answer.json()["result"]["username"] == "queue_demo_bot"


async def test_a_flood_says_when_to_come_back_twice(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    await hands.play("flood", retry_after=5, count=2, chat_id=ANA)
    for _ in range(2):
        answer = await hands.client.post(URL, data=SENT)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "5"
        assert answer.json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 5",
            "parameters": {"retry_after": 5},
        }
    assert (await hands.client.post(URL, data=SENT)).status_code == 200
    assert Refusal(FLOOD, seconds=5).parameters == {}


@pytest.mark.parametrize(
    ("kind", "apply", "shown"), [("reset", "before", 0), ("reset", "after", 1), ("garbage", "after", 1)]
)
async def test_faults_strike_one_method_of_one_chat(kind: str, apply: str, shown: int, hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    order: dict[str, Any] = {"target": "telegram", "operation": "sendMessage", "chat_id": ANA}
    await hands.play("fault", **order, kind=kind, apply=apply, count=1)
    assert (await hands.ok("getMe"))["is_bot"]
    if kind == "reset":
        with pytest.raises(httpx.ReadError):
            await hands.client.post(URL, data=SENT)
    else:
        assert (await hands.client.post(URL, data=SENT)).content.startswith(b"\x00")
    assert len((await hands.sees(ANA))["messages"]) == 1 + shown
    calls = (await hands.client.get("/play/calls?answers=1")).json()["calls"]
    assert (calls[-1]["answer"] is not None) == bool(shown)
    assert calls[-1]["status"] == (200 if shown else kind)
