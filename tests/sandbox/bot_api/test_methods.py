"""What methods do beyond the journey: albums, copies, live locations, pins, profiles by language, and what is kept."""

import json
import struct
from typing import Any

import pytest

from sandbox.app import Sandbox
from sandbox.bot_api.app import create
from sandbox.bot_api.world_files import picture_size
from sandbox.clock import Clock
from sandbox.faults import Faults
from tests.sandbox.bot_api.hands import TOKEN, Hands
from tests.sandbox.bot_api.test_journey import PIXEL

ANA, BRUNO = 1001, 1002


@pytest.fixture
async def started(hands: Hands) -> Hands:
    for person in (ANA, BRUNO):
        await hands.play("text", chat_id=person, text="/start")
    return hands


async def test_a_copy_is_the_bots_own_and_a_forward_says_whose_it_was(started: Hands) -> None:
    keys = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    sent = await started.ok("sendMessage", chat_id=ANA, text="<b>x</b>", parse_mode="HTML", reply_markup=keys)
    copied = await started.ok("copyMessage", chat_id=BRUNO, from_chat_id=ANA, message_id=sent["message_id"])
    assert list(copied) == ["message_id"]
    copy = (await started.sees(BRUNO))["messages"][-1]
    assert (copy["text"], copy["entities"][0]["type"], "reply_markup" in copy, "forward_origin" in copy) == (
        "x",
        "bold",
        False,
        False,
    )
    forward = await started.ok("forwardMessage", chat_id=BRUNO, from_chat_id=ANA, message_id=1)
    assert forward["forward_origin"]["sender_user"]["id"] == ANA
    again = await started.ok("forwardMessage", chat_id=ANA, from_chat_id=BRUNO, message_id=forward["message_id"])
    assert again["forward_origin"] == forward["forward_origin"]
    edit = {"chat_id": ANA, "message_id": again["message_id"], "text": "mine now"}
    assert await started.no("editMessageText", **edit) == "Bad Request: message can't be edited"
    secret = await started.ok("sendMessage", chat_id=ANA, text="x", protect_content=True)
    asked = {"chat_id": BRUNO, "from_chat_id": ANA, "message_id": secret["message_id"]}
    assert await started.no("forwardMessage", **asked) == "Bad Request: message can't be forwarded"
    assert await started.no("copyMessage", **asked) == "Bad Request: message can't be copied"


async def test_service_messages_are_not_copied(started: Hands) -> None:
    sent = await started.ok("sendMessage", chat_id=ANA, text="x")
    await started.ok("pinChatMessage", chat_id=ANA, message_id=sent["message_id"])
    await started.ok("pinChatMessage", chat_id=ANA, message_id=sent["message_id"])
    notice = (await started.sees(ANA))["messages"][-1]
    assert notice["pinned_message"]["message_id"] == sent["message_id"]
    asked = {"chat_id": BRUNO, "from_chat_id": ANA, "message_id": notice["message_id"]}
    assert await started.no("copyMessage", **asked) == "Bad Request: message can't be copied"
    assert (await started.ok("getChat", chat_id=ANA))["pinned_message"]["text"] == "x"
    await started.ok("unpinChatMessage", chat_id=ANA)
    assert (await started.sees(ANA))["pinned"] == []


@pytest.mark.parametrize("method", ["copyMessages", "forwardMessages"])
async def test_what_cannot_travel_is_skipped_among_several(started: Hands, method: str) -> None:
    first, secret, last = [
        await started.ok("sendMessage", chat_id=ANA, text=text, protect_content=text == "secret")
        for text in ("first", "secret", "last")
    ]
    await started.ok("pinChatMessage", chat_id=ANA, message_id=first["message_id"])
    notice = (await started.sees(ANA))["messages"][-1]
    asked = {"chat_id": BRUNO, "from_chat_id": ANA}
    numbers = [message["message_id"] for message in (first, secret, last, notice)]
    before = len((await started.sees(BRUNO))["messages"])
    sent = await started.ok(method, **asked, message_ids=numbers)
    posted = (await started.sees(BRUNO))["messages"][before:]
    assert [(message["message_id"], message["text"]) for message in posted] == [
        (sent[0]["message_id"], "first"),
        (sent[1]["message_id"], "last"),
    ]
    assert len(sent) == 2
    assert "message can't be" in await started.no(method, **asked, message_ids=[numbers[1], numbers[3]])
    assert "to be replied" in await started.no(
        method, **asked, message_ids=numbers, reply_parameters={"message_id": 999}
    )
    assert len((await started.sees(BRUNO))["messages"]) == before + 2


async def _photo(hands: Hands, **data: Any) -> Any:
    files = {"photo": ("a.png", PIXEL, "image/png")}
    answer = await hands.client.post(f"/bot{TOKEN}/sendPhoto", data={"chat_id": ANA, **data}, files=files)
    return answer.json()["result"]


async def test_captions_come_and_go(started: Hands) -> None:
    photo = await _photo(
        started, caption="<b>x</b>", parse_mode="HTML", show_caption_above_media="true", has_spoiler="1"
    )
    assert photo["show_caption_above_media"] is True
    assert photo["has_media_spoiler"] is True
    place = {"chat_id": ANA, "message_id": photo["message_id"]}
    bare = await started.ok("editMessageCaption", **place)
    assert "caption" not in bare
    assert "message is not modified" in await started.no("editMessageCaption", **place)
    copied = await started.ok(
        "copyMessage", chat_id=BRUNO, from_chat_id=ANA, message_id=photo["message_id"], caption="new"
    )
    shown = (await started.sees(BRUNO))["messages"][-1]
    assert (shown["message_id"], shown["caption"]) == (copied["message_id"], "new")
    several = {
        "chat_id": BRUNO,
        "from_chat_id": BRUNO,
        "message_ids": [copied["message_id"], 999],
        "remove_caption": True,
    }
    assert len(await started.ok("copyMessages", **several)) == 1
    assert "caption" not in (await started.sees(BRUNO))["messages"][-1]


async def test_an_album_is_all_or_nothing(started: Hands) -> None:
    file_id = (await _photo(started))["photo"][0]["file_id"]
    media = [
        {"type": "photo", "media": file_id, "caption": "*x*", "parse_mode": "MarkdownV2", "has_spoiler": True},
        {"type": "photo", "media": "none"},
    ]
    before = len((await started.sees(ANA))["messages"])
    await started.no("sendMediaGroup", chat_id=ANA, media=media)
    assert len((await started.sees(ANA))["messages"]) == before
    media[1]["media"] = file_id
    first, second = await started.ok("sendMediaGroup", chat_id=ANA, media=media, protect_content=True)
    assert first["media_group_id"] == second["media_group_id"]
    assert first["caption_entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    assert first["has_protected_content"] is True
    long = [{**media[0], "caption": "x" * 1025}, media[1]]
    assert await started.no("sendMediaGroup", chat_id=ANA, media=long) == "Bad Request: message caption is too long"
    mixed = [media[0], {"type": "document", "media": file_id}]
    assert "can't be mixed" in await started.no("sendMediaGroup", chat_id=ANA, media=mixed)


async def test_an_album_of_one_is_an_ordinary_message(started: Hands) -> None:
    file_id = (await _photo(started))["photo"][0]["file_id"]
    (single,) = await started.ok("sendMediaGroup", chat_id=ANA, media=[{"type": "photo", "media": file_id}])
    assert "media_group_id" not in single


async def test_chat_actions_of_every_kind_and_their_end(started: Hands, app: Sandbox) -> None:
    chat = app.telegram.world.chats[ANA]
    for action in ("record_audio", "upload_audio", "pick_up_location"):
        assert await started.ok("sendChatAction", chat_id=ANA, action=action) is True
        assert chat.typing is not None
        assert chat.typing["action"] == action
    assert await started.ok("sendChatAction", chat_id=ANA, action="cancel") is True
    assert chat.typing is None


async def test_a_text_becomes_a_photo(started: Hands) -> None:
    file_id = (await _photo(started))["photo"][0]["file_id"]
    sent = await started.ok("sendMessage", chat_id=ANA, text="soon")
    media = {"type": "photo", "media": file_id, "caption": "now", "show_caption_above_media": True}
    edited = await started.ok("editMessageMedia", chat_id=ANA, message_id=sent["message_id"], media=media)
    assert "text" not in edited
    assert (edited["caption"], edited["photo"][0]["file_id"]) == ("now", file_id)
    place = await started.ok("sendLocation", chat_id=ANA, latitude=1, longitude=1)
    asked = {"chat_id": ANA, "message_id": place["message_id"], "media": media}
    assert await started.no("editMessageMedia", **asked) == "Bad Request: there is no media in the message to edit"


async def test_a_live_location_moves_until_it_ends(started: Hands, clock: Clock) -> None:
    sent = await started.ok(
        "sendLocation", chat_id=ANA, latitude=1, longitude=2, live_period=600, proximity_alert_radius=50
    )
    assert sent["location"]["proximity_alert_radius"] == 50
    place = {"chat_id": ANA, "message_id": sent["message_id"]}
    moved = await started.ok(
        "editMessageLiveLocation", **place, latitude=3, longitude=4, heading=7, horizontal_accuracy=9000
    )
    assert moved["location"] == {
        "latitude": 3.0,
        "longitude": 4.0,
        "horizontal_accuracy": 1500.0,
        "live_period": 600,
        "heading": 7,
    }
    clock.set(clock.now() + 601)
    assert "can't be edited" in await started.no("editMessageLiveLocation", **place, latitude=5, longitude=6)
    for_ever = await started.ok("sendLocation", chat_id=ANA, latitude=1, longitude=2, live_period=0x7FFFFFFF)
    clock.set(clock.now() + 10**7)
    place = {"chat_id": ANA, "message_id": for_ever["message_id"]}
    stopped = await started.ok("stopMessageLiveLocation", **place)
    assert stopped["location"] == {"latitude": 1.0, "longitude": 2.0}


async def test_mentions_by_id_are_filled_in_or_dropped(started: Hands) -> None:
    await started.play("person", chat_id=ANA, first_name="Ana")
    text = '<a href="tg://user?id=1001">A</a> <a href="tg://user?id=4040">B</a>'
    sent = await started.ok("sendMessage", chat_id=BRUNO, text=text, parse_mode="HTML", disable_web_page_preview=True)
    (entity,) = sent["entities"]
    assert entity["user"]["first_name"] == "Ana"
    assert sent["link_preview_options"] == {"is_disabled": True}


async def test_a_quote_and_an_effect_come_back(started: Hands) -> None:
    reply = {"message_id": 1, "quote": "<b>/start</b>", "quote_parse_mode": "HTML"}
    sent = await started.ok(
        "sendMessage", chat_id=ANA, text="x", reply_parameters=reply, message_effect_id="5104841245755180586"
    )
    assert sent["quote"]["text"] == "/start"
    assert sent["effect_id"] == "5104841245755180586"
    plain = await started.ok("sendMessage", chat_id=ANA, text="x", reply_to_message_id=1)
    assert plain["reply_to_message"]["text"] == "/start"


async def test_a_reply_to_another_chat_tells_where_it_came_from(started: Hands) -> None:
    group = -1_001_234_567_890
    await started.play("group", chat_id=group, title="Team", members=[ANA])
    there = await started.ok("sendLocation", chat_id=group, latitude=1, longitude=2)
    reply = {"chat_id": group, "message_id": there["message_id"]}
    sent = await started.ok("sendMessage", chat_id=ANA, text="x", reply_parameters=reply)
    assert "reply_to_message" not in sent
    outer = sent["external_reply"]
    assert (outer["chat"]["id"], outer["message_id"], outer["location"]["latitude"]) == (*reply.values(), 1.0)
    assert outer["origin"]["sender_user"]["is_bot"]
    reply = {"chat_id": BRUNO, "message_id": (await started.sees(BRUNO))["messages"][0]["message_id"]}
    sent = await started.ok("sendMessage", chat_id=ANA, text="x", reply_parameters=reply)
    assert list(sent["external_reply"]) == ["origin"]


async def test_options_reach_every_way_of_sending(started: Hands) -> None:
    source = {"chat_id": ANA, "from_chat_id": ANA, "message_id": 1, "protect_content": True}
    assert (await started.ok("forwardMessage", **source))["has_protected_content"] is True
    await started.ok("copyMessage", **source)
    several = {"chat_id": ANA, "from_chat_id": ANA, "message_ids": [1], "protect_content": True}
    await started.ok("copyMessages", **several)
    await started.ok("forwardMessages", **several)
    assert all(message["has_protected_content"] for message in (await started.sees(ANA))["messages"][1:])


async def test_a_document_has_a_thumbnail_where_it_is_a_picture(started: Hands) -> None:
    for content, shown in ((PIXEL, True), (b"none", False)):
        files = {"document": ("a.txt", b"x"), "thumbnail": ("t.png", content)}
        answer = await started.client.post(f"/bot{TOKEN}/sendDocument", data={"chat_id": ANA}, files=files)
        assert ("thumbnail" in answer.json()["result"]["document"]) is shown


async def test_everything_survives_the_data_file(started: Hands, app: Sandbox, clock: Clock) -> None:
    photo = await _photo(started)
    await started.ok("setMessageReaction", chat_id=ANA, message_id=1, reaction=[{"type": "emoji", "emoji": "👍"}])
    await started.ok("setWebhook", url="https://hook.example/x")
    await started.ok("pinChatMessage", chat_id=ANA, message_id=photo["message_id"])
    world = app.telegram.world
    tree = json.loads(json.dumps(app.telegram.dump()))
    other = create(clock, Faults(), 1)
    other.load(tree)
    assert other.world.messages_view(other.world.chats[ANA]) == world.messages_view(world.chats[ANA])
    assert other.world.updates.pending() == world.updates.pending()
    assert other.world.updates.webhook == world.updates.webhook
    file = other.world.files.get(photo["photo"][0]["file_id"])
    assert file is not None
    assert (file.content, file.width) == (PIXEL, 1)
    assert other.revision > 0
    assert tree["bot"]["token"] == ""


PICTURES = [
    (b"GIF89a" + struct.pack("<HH", 3, 4), (3, 4)),
    (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 4, 3) + b"xxxx", (3, 4)),
    (b"RIFFxxxxWEBPVP8X" + bytes(8) + b"\x02\x00\x00\x03\x00\x00", (3, 4)),
    (b"RIFFxxxxWEBPVP8L" + bytes(5) + (2 | 3 << 14).to_bytes(4, "little"), (3, 4)),
    (b"RIFFxxxxWEBPVP8 " + bytes(10) + struct.pack("<HH", 3, 4), (3, 4)),
    (b"RIFFxxxxWEBPVP9 " + bytes(20), None),
    (b"\xff\xd8\xff\xd9", None),
    (b"text", None),
]


@pytest.mark.parametrize(("content", "size"), PICTURES)
def test_pictures_tell_their_size(content: bytes, size: tuple[int, int] | None) -> None:
    assert picture_size(content) == size
