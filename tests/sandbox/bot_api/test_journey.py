"""What the product's main job needs of the Bot API, end to end with python-telegram-bot's own Bot and a person at /play."""

import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter

from tests.sandbox.bot_api.hands import Hands

ANA = 1001
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


async def test_a_person_starts_and_the_bot_answers_with_a_keyboard(bot: Bot, hands: Hands) -> None:
    await hands.play("person", chat_id=ANA, first_name="Ana", language_code="pt")
    await hands.play("text", chat_id=ANA, text="/start b42")

    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "/start b42"
    assert update.message.entities == (MessageEntity("bot_command", 0, 6),)
    assert update.message.from_user is not None
    assert update.message.from_user.language_code == "pt"

    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Share", request_location=True)]], one_time_keyboard=True)
    sent = await bot.send_message(
        ANA, "<b>Olá 😀</b> & <i>bem-vinda</i>", parse_mode=ParseMode.HTML, reply_markup=keyboard
    )
    assert sent.text == "Olá 😀 & bem-vinda"
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities] == [
        ("bold", 0, 6),
        ("italic", 9, 9),
    ]
    assert sent.reply_markup is None
    assert not sent.api_kwargs

    seen = await hands.sees(ANA)
    assert [message["text"] for message in seen["messages"]] == ["/start b42", "Olá 😀 & bem-vinda"]
    assert seen["keyboard"]["keyboard"][0][0]["request_location"] is True

    await hands.play("location", chat_id=ANA, latitude=38.7, longitude=-9.1)
    (update,) = await bot.get_updates(offset=update.update_id + 1)
    assert update.message is not None
    assert update.message.location is not None
    assert update.message.location.latitude == 38.7
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.message_id == sent.message_id
    assert (await hands.sees(ANA))["keyboard"] is None


async def test_a_press_is_answered_and_the_card_is_edited_in_place(bot: Bot, hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Refresh", callback_data="v1|r")]])
    card = await bot.send_message(ANA, "A042", reply_markup=markup)
    assert card.reply_markup == markup

    pressed = await hands.play("press", chat_id=ANA, message_id=card.message_id, data="v1|r")
    await hands.play("press", 409, chat_id=ANA, message_id=card.message_id, data="forged")
    update = (await bot.get_updates())[-1]
    query = update.callback_query
    assert query is not None
    assert query.id == pressed["callback_query_id"]
    assert query.data == "v1|r"
    assert query.chat_instance
    assert await query.answer("Fresh", show_alert=True)

    edited = await bot.edit_message_text("A042, 3 ahead", ANA, card.message_id, reply_markup=markup)
    assert not isinstance(edited, bool)
    assert edited.edit_date is not None
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text("A042, 3 ahead", ANA, card.message_id, reply_markup=markup)
    bare = await bot.edit_message_text("Gone", ANA, card.message_id)
    assert not isinstance(bare, bool)
    assert bare.reply_markup is None
    shown = (await hands.sees(ANA))["messages"][-1]
    assert shown["text"] == "Gone"
    assert "reply_markup" not in shown


async def test_what_a_card_needs_besides(bot: Bot, hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    venue = await bot.send_venue(ANA, 38.7, -9.1, "Centro", "Rua 1")
    assert venue.venue is not None
    assert venue.location is not None
    photo = await bot.send_photo(ANA, PIXEL, caption="<b>QR</b>", parse_mode=ParseMode.HTML)
    assert photo.photo[0].width == 1
    assert photo.caption_entities[0].type == "bold"
    file = await bot.get_file(photo.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == PIXEL
    again = await bot.send_photo(ANA, photo.photo[-1].file_id)
    assert again.photo[0].file_unique_id == photo.photo[0].file_unique_id

    assert await bot.pin_chat_message(ANA, venue.message_id)
    assert (await hands.sees(ANA))["pinned"] == [venue.message_id]
    assert (await bot.get_updates())[-1].message.pinned_message.message_id == venue.message_id  # type: ignore[union-attr]  # the update under test
    assert await bot.unpin_chat_message(ANA, venue.message_id)
    assert await bot.send_chat_action(ANA, "typing")
    assert await bot.set_my_commands([BotCommand("start", "Begin")])
    assert (await bot.get_my_commands())[0].command == "start"
    assert await bot.delete_message(ANA, photo.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(ANA, photo.message_id)
    await bot.send_message(ANA, "bye", reply_markup=ReplyKeyboardRemove())
    assert (await hands.sees(ANA))["keyboard"] is None


async def test_people_block_and_floods_come(bot: Bot, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(ANA, "hello?")
    await hands.play("text", chat_id=ANA, text="/start")
    await hands.play("flood", retry_after=7, count=1)
    with pytest.raises(RetryAfter) as flood:
        await bot.send_message(ANA, "one")
    assert flood.value._retry_after.total_seconds() == 7
    await bot.send_message(ANA, "two")
    await hands.play("block", chat_id=ANA)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ANA, "three")
    change = (await bot.get_updates())[-1].my_chat_member
    assert change is not None
    assert (change.old_chat_member.status, change.new_chat_member.status) == ("member", "kicked")
    await hands.play("unblock", chat_id=ANA)
    await bot.send_message(ANA, "four")


async def test_calls_are_on_record(bot: Bot, hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    await bot.send_message(ANA, "hello", parse_mode=ParseMode.HTML)
    calls = (await hands.client.get("/play/calls", params={"since": 0})).json()["calls"]
    assert [call["method"] for call in calls] == ["getMe", "sendMessage"]
    assert calls[-1]["chat_id"] == ANA
    assert calls[-1]["parameters"]["text"] == "hello"
    assert calls[-1]["status"] == 200
