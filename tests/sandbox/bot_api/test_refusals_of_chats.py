"""Chats that take nothing: people who left, groups that fell silent, moved or threw the bot out, and what Telegram says of each."""

import pytest
from telegram import Bot
from telegram.error import ChatMigrated, Forbidden, InvalidToken

from tests.sandbox.bot_api.hands import Hands

ANA, BRUNO, GROUP, SUPER = 1001, 1002, -55, -1_001_234_567_890


async def test_those_whom_the_bot_may_not_write_to(hands: Hands) -> None:
    await hands.play("group", chat_id=GROUP, title="Team", members=[ANA, BRUNO])
    await hands.play("inline", chat_id=BRUNO, query="")
    assert (
        await hands.no("sendMessage", chat_id=BRUNO, text="x")
        == "Forbidden: bot can't initiate conversation with a user"
    )
    sent = await hands.ok("sendMessage", chat_id=GROUP, text="x")
    assert await hands.no("pinChatMessage", chat_id=GROUP, message_id=sent["message_id"]) == (
        "Bad Request: not enough rights to manage pinned messages in the chat"
    )
    said = (await hands.play("text", chat_id=GROUP, from_id=ANA, text="/x"))["message"]
    assert (
        await hands.no("deleteMessage", chat_id=GROUP, message_id=said["message_id"])
        == "Bad Request: message can't be deleted"
    )
    await hands.play("block", chat_id=GROUP)
    assert await hands.no("sendMessage", chat_id=GROUP, text="x") == "Forbidden: bot was kicked from the group chat"
    await hands.play("unblock", chat_id=GROUP)
    await hands.ok("leaveChat", chat_id=GROUP)
    assert await hands.no("sendMessage", chat_id=GROUP, text="x") == "Forbidden: bot is not a member of the group chat"
    await hands.play("group", chat_id=SUPER, title="Big", members=[ANA])
    await hands.play("block", chat_id=SUPER)
    assert await hands.no("getChat", chat_id=SUPER) == "Forbidden: bot was kicked from the supergroup chat"


async def test_an_account_that_was_deleted(hands: Hands, bot: Bot) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    await hands.play("deactivate", chat_id=ANA)
    assert await hands.no("sendMessage", chat_id=ANA, text="x") == "Forbidden: user is deactivated"
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(ANA, "x")
    assert "deleted" in (await hands.play("text", 400, chat_id=ANA, text="x"))["error"]
    assert "person" in (await hands.play("deactivate", 400, chat_id=GROUP))["error"]


async def test_the_bot_does_not_write_to_itself(hands: Hands) -> None:
    me = await hands.ok("getMe")
    words = "Forbidden: the bot can't send messages to the bot"
    assert await hands.no("sendMessage", chat_id=me["id"], text="x") == words


async def test_a_silenced_group_takes_nothing_of_its_members(hands: Hands) -> None:
    await hands.play("group", chat_id=GROUP, title="Team", members=[ANA])
    await hands.play("silence", chat_id=GROUP)
    words = "Bad Request: not enough rights to send {} to the chat"
    assert await hands.no("sendMessage", chat_id=GROUP, text="x") == words.format("text messages")
    place = {"chat_id": GROUP, "latitude": 1, "longitude": 2}
    assert await hands.no("sendLocation", **place) == words.format("locations")
    assert await hands.no("sendVenue", **place, title="x", address="x") == words.format("venues")
    assert (await hands.ok("getChat", chat_id=GROUP))["permissions"]["can_send_messages"] is False
    await hands.play("group", chat_id=GROUP, title="Team", members=[ANA], administrator=True)
    await hands.ok("sendMessage", chat_id=GROUP, text="x")
    await hands.play("group", chat_id=GROUP, title="Team", members=[ANA], administrator=False)
    await hands.play("silence", chat_id=GROUP, silenced=False)
    await hands.ok("sendMessage", chat_id=GROUP, text="x")
    assert "only a group" in (await hands.play("silence", 400, chat_id=ANA))["error"]


async def test_a_group_that_became_a_supergroup_says_where_it_went(hands: Hands, bot: Bot) -> None:
    await hands.play("group", chat_id=GROUP, title="Team", members=[ANA, BRUNO])
    moved = (await hands.play("migrate", chat_id=GROUP))["chat"]
    assert moved == {"id": -1_000_000_000_055, "type": "supergroup", "title": "Team"}
    there, here = (update["message"] for update in (await hands.updates())[-2:])
    assert (there["chat"]["id"], there["migrate_to_chat_id"]) == (GROUP, moved["id"])
    assert (here["chat"]["id"], here["migrate_from_chat_id"]) == (moved["id"], GROUP)
    answer = await hands.call("sendMessage", chat_id=GROUP, text="x")
    assert answer == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": moved["id"]},
    }
    with pytest.raises(ChatMigrated) as migrated:
        await bot.send_message(GROUP, "x")
    assert (await bot.send_message(migrated.value.new_chat_id, "x")).message_id
    assert str(moved["id"]) in (await hands.play("text", 400, chat_id=GROUP, from_id=ANA, text="x"))["error"]
    for order in ({"chat_id": moved["id"]}, {"chat_id": ANA}):
        assert "only a group" in (await hands.play("migrate", 400, **order))["error"]
    await hands.play("group", chat_id=-56, title="Two", members=[ANA])
    assert "-100" in (await hands.play("migrate", 400, chat_id=-56, to_chat_id=-57))["error"]


async def test_a_bot_that_was_thrown_out_deletes_nothing(hands: Hands) -> None:
    await hands.play("group", chat_id=GROUP, title="Team", members=[ANA])
    sent = await hands.ok("sendMessage", chat_id=GROUP, text="x")
    await hands.play("block", chat_id=GROUP)
    words = "Forbidden: bot was kicked from the group chat"
    assert await hands.no("deleteMessage", chat_id=GROUP, message_id=sent["message_id"]) == words
    assert await hands.no("deleteMessages", chat_id=GROUP, message_ids=[sent["message_id"]]) == words
    assert sent["message_id"] in [message["message_id"] for message in (await hands.sees(GROUP))["messages"]]


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("restart", 500, "Internal Server Error: restart"),
        ("unauthorized", 401, "Unauthorized"),
        ("unavailable", 400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
    ],
)
@pytest.mark.parametrize(("apply", "shown"), [("before", 0), ("after", 1)])
async def test_refusals_that_a_player_plans(
    kind: str, status: int, words: str, apply: str, shown: int, hands: Hands
) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    await hands.play("fault", target="telegram", operation="sendMessage", kind=kind, apply=apply, count=1)
    answer = await hands.call("sendMessage", chat_id=ANA, text="x")
    assert answer == {"ok": False, "error_code": status, "description": words}
    assert len((await hands.sees(ANA))["messages"]) == 1 + shown
    await hands.play("fault", 400, target="queue", kind=kind)


async def test_a_revoked_token_ends_a_client(hands: Hands, bot: Bot) -> None:
    await hands.play("fault", target="telegram", operation="getMe", kind="unauthorized", count=1)
    with pytest.raises(InvalidToken):
        await bot.get_me()
