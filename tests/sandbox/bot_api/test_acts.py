"""What people do, and what the bot is told: groups and privacy, replies, contacts, blocks, inline results."""

import base64
from typing import Any

import pytest

from tests.sandbox.bot_api.hands import Hands
from tests.sandbox.bot_api.test_journey import PIXEL

ANA, BRUNO, GROUP, SUPER = 1001, 1002, -55, -1_001_234_567_890


async def test_a_group_is_made_and_the_bot_is_told_twice(hands: Hands) -> None:
    made = await hands.play("group", chat_id=GROUP, title="Team", members=[ANA, BRUNO])
    assert made["chat"] == {"id": GROUP, "type": "group", "title": "Team"}
    member, joined = await hands.updates()
    assert member["my_chat_member"]["old_chat_member"]["status"] == "left"
    assert member["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert joined["message"]["new_chat_members"][0]["is_bot"]
    renamed = await hands.play("group", chat_id=GROUP, title="Crew", members=[BRUNO])
    assert renamed["chat"]["title"] == "Crew"
    assert (await hands.ok("getChat", chat_id=GROUP))["title"] == "Crew"
    people = (await hands.client.get("/play/people")).json()
    (group,) = people["groups"]
    assert group.pop("last_message")["left_chat_member"]["id"] == ANA
    assert group == {"id": GROUP, "type": "group", "title": "Crew", "members": [BRUNO]}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"chat_id": 5, "title": "x", "members": [1]}, "negative"),
        ({"chat_id": -5, "title": "x", "members": []}, "needs members"),
        ({"chat_id": -5, "title": "x", "members": ["a"]}, "list of people's ids"),
        ({"chat_id": -5, "members": [1]}, "title must be a string"),
        ({"chat_id": -5, "title": "x", "members": [1], "administrator": "yes"}, "true or false"),
    ],
)
async def test_a_group_that_is_none(body: dict[str, object], words: str, hands: Hands) -> None:
    assert words in (await hands.play("group", 400, **body))["error"]
    assert "no such group" in (await hands.play("text", 400, chat_id=-99, from_id=ANA, text="x"))["error"]


async def test_in_a_group_the_bot_hears_what_is_meant_for_it(hands: Hands) -> None:
    await hands.play("group", chat_id=SUPER, title="Team", members=[ANA, BRUNO])
    sent = await hands.ok("sendMessage", chat_id=SUPER, text="hello")
    await hands.ok("getUpdates", offset=-1)
    said = ["just talk", "/help", "/help@queue_demo_bot", "/help@other_bot", "/"]
    for text in said:
        await hands.play("text", chat_id=SUPER, from_id=ANA, text=text)
    await hands.play("text", chat_id=SUPER, from_id=BRUNO, text="to you", reply_to_message_id=sent["message_id"])
    heard = [update["message"]["text"] for update in (await hands.updates())[1:]]
    assert heard == ["/help", "/help@queue_demo_bot", "to you"]
    assert (await hands.ok("getChatMember", chat_id=SUPER, user_id=BRUNO))["status"] == "member"
    assert (await hands.ok("getChatMember", chat_id=SUPER, user_id=ANA))["status"] == "creator"
    assert await hands.ok("getChatMemberCount", chat_id=SUPER) == 3


async def test_an_administrator_hears_all_and_may_pin(hands: Hands) -> None:
    await hands.play("group", chat_id=GROUP, title="Team", members=[ANA], administrator=True)
    said = (await hands.play("text", chat_id=GROUP, from_id=ANA, text="just talk"))["message"]
    assert (await hands.updates())[-1]["message"]["text"] == "just talk"
    assert await hands.ok("pinChatMessage", chat_id=GROUP, message_id=said["message_id"]) is True
    assert await hands.ok("deleteMessage", chat_id=GROUP, message_id=said["message_id"]) is True
    administrators = await hands.ok("getChatAdministrators", chat_id=GROUP)
    assert [member["status"] for member in administrators] == ["creator", "administrator"]
    await hands.play("group", chat_id=GROUP, title="Team", members=[ANA], administrator=False)
    assert (await hands.updates())[-1]["my_chat_member"]["new_chat_member"]["status"] == "member"


async def test_a_reset_forgets_the_people_and_gives_no_number_twice(hands: Hands) -> None:
    await hands.ok("setMyCommands", commands=[{"command": "start", "description": "x"}])
    await hands.play("text", chat_id=ANA, text="before")
    (before,) = await hands.updates()
    await hands.client.post("/play/reset")
    assert await hands.updates() == []
    await hands.play("text", chat_id=ANA, text="after")
    (after,) = await hands.updates(offset=before["update_id"] + 1)
    assert after["message"]["text"] == "after"
    assert after["message"]["message_id"] > before["message"]["message_id"]
    assert len(await hands.ok("getMyCommands")) == 1


async def test_a_forced_reply_makes_the_next_text_a_reply(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    markup = {"force_reply": True, "input_field_placeholder": "password"}
    asked = await hands.ok("sendMessage", chat_id=ANA, text="Your name?", reply_markup=markup)
    assert "reply_markup" not in asked
    assert (await hands.sees(ANA))["keyboard"] == markup
    said = await hands.play("text", chat_id=ANA, text="ana")
    assert said["message"]["reply_to_message"]["message_id"] == asked["message_id"]
    assert (await hands.sees(ANA))["keyboard"] is None


async def test_a_contact_is_shared_in_reply_to_the_keyboard_that_asks(hands: Hands) -> None:
    await hands.play("person", chat_id=ANA, first_name="Ana", language_code="pt")
    keys = {"keyboard": [[{"text": "Phone", "request_contact": True}, "Other"]], "resize_keyboard": True}
    asked = await hands.ok("sendMessage", chat_id=ANA, text="?", reply_markup=keys)
    message = (await hands.play("contact", chat_id=ANA))["message"]
    assert message["contact"] == {"phone_number": "+351900001001", "first_name": "Ana", "user_id": ANA}
    assert message["reply_to_message"]["message_id"] == asked["message_id"]
    assert (await hands.sees(ANA))["keyboard"]["keyboard"][0][1] == {"text": "Other"}
    await hands.ok("deleteMessage", chat_id=ANA, message_id=asked["message_id"])
    assert (await hands.sees(ANA))["keyboard"] is None


async def test_who_blocked_the_bot_must_unblock_it_first(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    sent = await hands.ok(
        "sendMessage", chat_id=ANA, text="x", reply_markup={"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    )
    await hands.play("block", chat_id=ANA)
    await hands.play("block", chat_id=ANA)
    assert "unblock" in (await hands.play("text", 400, chat_id=ANA, text="x"))["error"]
    assert "unblock" in (await hands.play("press", 400, chat_id=ANA, message_id=sent["message_id"], data="a"))["error"]
    assert len([update for update in await hands.updates() if "my_chat_member" in update]) == 1


async def test_a_forced_press_reaches_the_bot_without_its_message(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    await hands.play("press", chat_id=ANA, message_id=777, data="old", force=True)
    query = (await hands.updates())[-1]["callback_query"]
    assert query["message"] == {
        "chat": {"id": ANA, "type": "private", "first_name": "Person 1001"},
        "message_id": 777,
        "date": 0,
    }


async def test_a_live_location_of_a_person_moves_as_an_edited_message(hands: Hands) -> None:
    place = {"latitude": 1, "longitude": 2, "live_period": 900}
    sent = (await hands.play("location", chat_id=ANA, **place))["message"]
    await hands.play("location", chat_id=ANA, message_id=sent["message_id"], **{**place, "latitude": 3})
    edited = (await hands.updates())[-1]["edited_message"]
    assert (edited["message_id"], edited["location"]["latitude"]) == (sent["message_id"], 3.0)
    await hands.play("location", 400, chat_id=ANA, message_id=99, **place)


async def test_a_person_sends_a_photo(hands: Hands) -> None:
    content = base64.b64encode(PIXEL).decode()
    sent = (await hands.play("photo", chat_id=ANA, content=content, caption=" here "))["message"]
    assert (sent["caption"], sent["photo"][0]["width"]) == ("here", 1)
    assert "caption_entities" not in sent
    tagged = (await hands.play("photo", chat_id=ANA, content=content, caption="at #noon"))["message"]
    assert tagged["caption_entities"] == [{"type": "hashtag", "offset": 3, "length": 5}]
    plain = (await hands.play("photo", chat_id=ANA, content=content, caption=" "))["message"]
    assert not plain.keys() & {"caption", "caption_entities"}
    long = await hands.play("photo", 400, chat_id=ANA, content=content, caption="\N{GRINNING FACE}" * 513)
    assert long["error"] == "caption must not be longer than 1024 UTF-16 units"
    assert (await hands.updates())[0]["message"]["photo"] == sent["photo"]
    for wrong in ("***", base64.b64encode(b"text").decode()):
        assert "content" in (await hands.play("photo", 400, chat_id=ANA, content=wrong))["error"]


async def test_a_person_sends_a_file(hands: Hands) -> None:
    content = base64.b64encode(b"hello").decode()
    order: dict[str, Any] = {"content": content, "name": "a.txt", "mime": "text/plain", "caption": "read this"}
    sent = (await hands.play("document", chat_id=ANA, **order))["message"]
    assert (sent["caption"], sent["document"]["file_name"], sent["document"]["file_size"]) == ("read this", "a.txt", 5)
    assert (await hands.updates())[-1]["message"]["document"] == sent["document"]
    for wrong in ("***", ""):
        assert "content" in (await hands.play("document", 400, chat_id=ANA, content=wrong))["error"]


async def test_only_ones_own_text_is_edited(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    sent = await hands.ok("sendMessage", chat_id=ANA, text="x")
    for message_id in (sent["message_id"], 99):
        await hands.play("edit", 400, chat_id=ANA, message_id=message_id, text="y")
    await hands.play("react", 400, chat_id=ANA, message_id=99, emoji="👍")


async def test_more_inline_results_are_asked_from_the_offset_on(hands: Hands) -> None:
    await hands.play("inline", chat_id=ANA, query="cen", offset="20")
    query = (await hands.updates())[-1]["inline_query"]
    assert (query["query"], query["offset"]) == ("cen", "20")
    await hands.play("inline", 400, chat_id=ANA, query="cen", offset=20)


async def test_an_inline_result_is_offered_chosen_and_edited(hands: Hands) -> None:
    asked = await hands.play("inline", chat_id=ANA, query="cen")
    query = (await hands.updates())[-1]["inline_query"]
    assert (query["query"], query["offset"], query["chat_type"]) == ("cen", "", "sender")
    keys = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    results: list[dict[str, Any]] = [
        {"type": "article", "id": "1", "title": "C", "input_message_content": {"message_text": "*C*", "parse_mode": "MarkdownV2"},
         "reply_markup": keys},
        {"type": "venue", "id": "2", "title": "V", "latitude": 1, "longitude": 2, "address": "S"},
        {"type": "article", "id": "3", "title": "P", "input_message_content": {"phone_number": "1", "first_name": "P"}},
        {"type": "article", "id": "4", "title": "P", "input_message_content": {"latitude": 1, "longitude": 2}},
        {"type": "article", "id": "5", "title": "V",
         "input_message_content": {"latitude": 1, "longitude": 2, "title": "T", "address": "S"}},
    ]  # fmt: skip
    answer = {"inline_query_id": asked["inline_query_id"], "results": results}
    assert await hands.ok("answerInlineQuery", **answer) is True
    await hands.play("inline_choice", 400, chat_id=ANA, inline_query_id=asked["inline_query_id"], result_id="9")
    for result in results:
        choice = {"inline_query_id": asked["inline_query_id"], "result_id": result["id"]}
        posted = (await hands.play("inline_choice", chat_id=ANA, **choice))["message"]
        assert posted["via_bot"]["is_bot"]
        assert not posted["from"]["is_bot"]
    chosen = [update["chosen_inline_result"] for update in await hands.updates() if "chosen_inline_result" in update]
    assert [item["result_id"] for item in chosen] == ["1", "2", "3", "4", "5"]
    assert ["inline_message_id" in item for item in chosen] == [True, False, False, False, False]
    posted = (await hands.sees(ANA))["messages"][0]
    pressed = await hands.play("press", chat_id=ANA, message_id=posted["message_id"], data="a")
    press = (await hands.updates())[-1]["callback_query"]
    assert press["inline_message_id"] == chosen[0]["inline_message_id"]
    assert "message" not in press
    assert await hands.ok("answerCallbackQuery", callback_query_id=pressed["callback_query_id"]) is True
    edit = {"inline_message_id": press["inline_message_id"], "text": "Again", "reply_markup": keys}
    assert await hands.ok("editMessageText", **edit) is True
    assert (await hands.sees(ANA))["messages"][0]["text"] == "Again"
    assert await hands.ok("editMessageReplyMarkup", inline_message_id=press["inline_message_id"]) is True
    assert "reply_markup" not in (await hands.sees(ANA))["messages"][0]
    await hands.ok("deleteMessage", chat_id=ANA, message_id=posted["message_id"])
    assert await hands.no("editMessageText", **edit) == "Bad Request: MESSAGE_ID_INVALID"


PLACES = [{"type": "location", "id": str(n), "latitude": 1, "longitude": 1, "title": "x"} for n in range(51)]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"results": [PLACES[0], PLACES[0]]}, "RESULT_ID_DUPLICATE"),
        ({"results": PLACES}, "too many inline query results specified"),
        ({"results": PLACES[:1], "button": {"text": "A", "web_app": {"url": "https://a.example"}}},
         "sandbox does not speak the parameter button.web_app"),
    ],
)  # fmt: skip
async def test_an_answer_that_is_refused_offers_nothing(answer: dict[str, Any], words: str, hands: Hands) -> None:
    query_id = (await hands.play("inline", chat_id=ANA, query=""))["inline_query_id"]
    assert await hands.no("answerInlineQuery", inline_query_id=query_id, **answer) == f"Bad Request: {words}"
    await hands.play("inline_choice", status=400, inline_query_id=query_id, result_id="0")
    await hands.ok("answerInlineQuery", inline_query_id=query_id, results=PLACES[:1])
    await hands.play("inline_choice", inline_query_id=query_id, result_id="0")
