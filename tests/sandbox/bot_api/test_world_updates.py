"""getUpdates as Telegram's: offsets, limits, long polls, kinds, and who is told to go away."""

import asyncio

import httpx
import pytest

from sandbox.app import Sandbox
from sandbox.clock import Clock
from tests.sandbox.bot_api.hands import TOKEN, Hands

ANA = 1001


async def _say(hands: Hands, *texts: str) -> None:
    for text in texts:
        await hands.play("text", chat_id=ANA, text=text)


async def _until_held(hands: Hands, app: Sandbox) -> None:
    """Give a poll its turns until it waits."""
    while not app.telegram.world.updates.held:
        await hands.ok("getMe")


def _texts(updates: list[dict[str, dict[str, str]]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_offsets_confirm_and_no_offset_confirms_nothing(hands: Hands) -> None:
    await _say(hands, "a", "b", "c")
    first = await hands.updates()
    assert _texts(first) == ["a", "b", "c"]
    assert [update["update_id"] - first[0]["update_id"] for update in first] == [0, 1, 2]
    assert _texts(await hands.updates()) == ["a", "b", "c"]
    assert _texts(await hands.updates(offset=first[1]["update_id"])) == ["b", "c"]
    assert _texts(await hands.updates()) == ["b", "c"]
    await _say(hands, "d")
    assert _texts(await hands.updates(offset=-2)) == ["c", "d"]
    assert _texts(await hands.updates()) == ["c", "d"]
    assert await hands.updates(offset=first[0]["update_id"] + 99) == []


@pytest.mark.parametrize(("limit", "count"), [(2, 2), (0, 1), (-5, 1), (1000, 100), ("x", 100)])
async def test_limits_are_clamped(limit: object, count: int, hands: Hands) -> None:
    await _say(hands, *(str(number) for number in range(101)))
    assert len(await hands.updates(limit=limit)) == count


async def test_kinds_persist_until_they_are_chosen_anew(hands: Hands) -> None:
    await hands.updates(allowed_updates=["edited_message"])
    await _say(hands, "unheard")
    await hands.play("edit", chat_id=ANA, message_id=1, text="heard")
    (update,) = await hands.updates()
    assert update["edited_message"]["text"] == "heard"
    assert update["edited_message"]["edit_date"]
    await hands.updates(allowed_updates="{nonsense")
    await _say(hands, "unheard too")
    await hands.updates(allowed_updates=[], offset=-1)
    await _say(hands, "heard again")
    assert _texts((await hands.updates())[1:]) == ["heard again"]
    await hands.play("react", chat_id=ANA, message_id=1, emoji="👍")
    assert len(await hands.updates(allowed_updates=["message_reaction"])) == 2
    await hands.play("react", chat_id=ANA, message_id=1)
    reaction = (await hands.updates())[-1]["message_reaction"]
    assert reaction["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert reaction["new_reaction"] == []


async def test_a_long_poll_ends_with_the_first_update(hands: Hands, app: Sandbox) -> None:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(hands.ok("getUpdates", timeout=50))
        await _until_held(hands, app)
        assert not poll.done()
        await _say(hands, "at last")
    assert _texts(poll.result()) == ["at last"]


async def test_an_empty_poll_waits_its_time(hands: Hands) -> None:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    assert await hands.ok("getUpdates", timeout=1) == []
    assert loop.time() - begun >= 0.99


async def test_a_second_poll_ends_the_first(hands: Hands, app: Sandbox) -> None:
    async with asyncio.TaskGroup() as group:
        first = group.create_task(hands.no("getUpdates", timeout=50))
        await _until_held(hands, app)
        second = group.create_task(hands.ok("getUpdates", timeout=50))
        words = await first
        await _say(hands, "for the second")
    assert words == "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    assert _texts(second.result()) == ["for the second"]
    calls = (await hands.client.get("/play/calls")).json()["calls"]
    assert [call["status"] for call in calls if call["method"] == "getUpdates"] == [409, 200]


async def test_a_poll_that_does_not_wait_ends_no_other(hands: Hands, app: Sandbox) -> None:
    async with asyncio.TaskGroup() as group:
        first = group.create_task(hands.ok("getUpdates", timeout=50))
        await _until_held(hands, app)
        assert await hands.ok("getUpdates", timeout=0) == []
        await _say(hands, "for the first")
    assert _texts(first.result()) == ["for the first"]


async def test_kinds_that_are_none_are_ignored(hands: Hands) -> None:
    await hands.updates(allowed_updates=["poll", "no_such_thing", "Message"])
    await hands.ok("setWebhook", url="https://hook.example/x")
    assert (await hands.ok("getWebhookInfo"))["allowed_updates"] == ["poll", "message"]
    await hands.ok("setWebhook", url="https://hook.example/x", allowed_updates=["nonsense"])
    assert "allowed_updates" not in await hands.ok("getWebhookInfo")


async def test_a_running_server_holds_back_who_polls_without_a_pause(hands: Hands, app: Sandbox) -> None:
    async with app.running(), asyncio.TaskGroup() as group:
        assert await hands.ok("getUpdates", offset=5, timeout=0) == []
        assert await hands.ok("getUpdates", offset=6, timeout=0) == []
        poll = group.create_task(hands.ok("getUpdates", offset=6, timeout=0))
        await _until_held(hands, app)
        await _say(hands, "worth the wait")
    assert _texts(poll.result()) == ["worth the wait"]


async def test_how_long_a_repeated_poll_is_held(app: Sandbox) -> None:
    updates = app.telegram.world.updates
    assert [updates.seconds_for(7, seconds) for seconds in (0, 0)] == [0, 0]
    updates.patient = True
    assert [updates.seconds_for(7, seconds) for seconds in (0, 2, 50)] == [3, 3, 50]
    assert [updates.seconds_for(offset, 0) for offset in (8, 7, 7)] == [0, 0, 3]


async def test_a_webhook_ends_a_poll_and_keeps_others_away(hands: Hands, app: Sandbox) -> None:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(hands.no("getUpdates", timeout=50))
        await _until_held(hands, app)
        await hands.ok("setWebhook", url="https://hook.example/x")
    assert poll.result() == "Conflict: terminated by setWebhook request"
    words = await hands.no("getUpdates")
    assert words.startswith("Conflict: can't use getUpdates method while webhook is active; use deleteWebhook")
    await hands.ok("deleteWebhook")
    assert await hands.updates() == []


async def test_the_end_of_the_server_ends_a_poll_with_its_words_and_holds_none(hands: Hands, app: Sandbox) -> None:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(hands.no("getUpdates", timeout=50))
        await _until_held(hands, app)
        await app.release()
    assert poll.result() == await hands.no("getUpdates", timeout=50) == "Internal Server Error: restart"


async def test_a_client_that_hangs_up_releases_its_poll(app: Sandbox, address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /bot{TOKEN}/getUpdates?timeout=50 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    async with httpx.AsyncClient(base_url=address) as client:
        await _until_held(Hands(client), app)
        writer.close()
        async with asyncio.timeout(10):
            while app.telegram.world.updates.held:
                await Hands(client).ok("getMe")
    await writer.wait_closed()


async def test_updates_of_yesterday_are_dropped(hands: Hands, app: Sandbox) -> None:
    await _say(hands, "old")
    app.clock.set(app.clock.now() + 86_401)
    await _say(hands, "new")
    assert _texts(await hands.updates()) == ["new"]


async def test_updates_live_as_long_as_their_kind(hands: Hands, clock: Clock, app: Sandbox) -> None:
    await _say(hands, "a day")
    keys = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    sent = await hands.ok("sendMessage", chat_id=ANA, text="x", reply_markup=keys)
    await hands.play("press", chat_id=ANA, message_id=sent["message_id"], data="a")
    query_id = (await hands.play("inline", chat_id=ANA, query="x"))["inline_query_id"]
    article = {"type": "article", "id": "1", "title": "x", "input_message_content": {"message_text": "x"}}
    await hands.ok("answerInlineQuery", inline_query_id=query_id, results=[article])
    await hands.play("inline_choice", inline_query_id=query_id, result_id="1")
    day = ["message", "message"]
    begun = clock.now()
    for seconds, kinds in (
        (30, ["message", "callback_query", "inline_query", "message", "chosen_inline_result"]),
        (31, ["message", "callback_query", "message", "chosen_inline_result"]),
        (150, ["message", "callback_query", "message", "chosen_inline_result"]),
        (151, [*day, "chosen_inline_result"]),
        (600, [*day, "chosen_inline_result"]),
        (601, day),
        (86_400, day),
        (86_401, []),
    ):
        clock.set(begun + seconds)
        assert [next(kind for kind in update if kind != "update_id") for update in await hands.updates()] == kinds
    assert len(app.telegram.world.updates.lapsed) == 5
