"""What a bot hears of its groups: who comes and goes, how they are called, and its own coming and going."""

from typing import Any

import pytest

from tests.sandbox.bot_api.hands import Hands

ANA, BRUNO, CHIDI, GROUP = 1001, 1002, 1003, -55
SERVICE = ("new_chat_title", "new_chat_members", "left_chat_member")


@pytest.fixture
async def team(hands: Hands) -> Hands:
    await hands.play("group", chat_id=GROUP, title="Team", members=[ANA, BRUNO])
    await hands.updates(offset=2**31 - 1)
    return hands


async def _heard(hands: Hands) -> list[tuple[int, str, Any]]:
    """Return who did what in the waiting updates, members by their ids, and forget the updates."""
    heard: list[tuple[int, str, Any]] = []
    for update in await hands.updates():
        if "message" in update:
            message = update["message"]
            kind = next((name for name in SERVICE if name in message), "text")
            what = message[kind]
            people = what if isinstance(what, list) else [what]
            heard.append((message["from"]["id"], kind, [one["id"] if isinstance(one, dict) else one for one in people]))
        else:
            kind = next(name for name in update if name != "update_id")
            change = update[kind]
            states = [change[name]["status"] for name in ("old_chat_member", "new_chat_member")]
            heard.append((change["from"]["id"], kind, [change["new_chat_member"]["user"]["id"], *states]))
    await hands.updates(offset=2**31 - 1)
    return heard


async def test_a_title_and_members_that_change_are_told(team: Hands) -> None:
    await team.play("group", chat_id=GROUP, title="Crew", members=[ANA, CHIDI])
    assert await _heard(team) == [
        (ANA, "new_chat_title", ["Crew"]),
        (ANA, "new_chat_members", [CHIDI]),
        (ANA, "left_chat_member", [BRUNO]),
    ]
    await team.play("group", chat_id=GROUP, title="Crew", members=[ANA, CHIDI])
    assert await _heard(team) == []
    shown = (await team.sees(GROUP))["messages"]
    assert [name for message in shown[1:] for name in SERVICE if name in message] == [*SERVICE]


async def test_whoever_writes_joins_first(team: Hands) -> None:
    await team.play("text", chat_id=GROUP, from_id=CHIDI, text="/hello")
    assert await _heard(team) == [(CHIDI, "new_chat_members", [CHIDI]), (CHIDI, "text", ["/hello"])]


async def test_an_administrator_who_asks_hears_of_every_member(team: Hands) -> None:
    wanted = ["message", "my_chat_member", "chat_member"]
    await team.play("group", chat_id=GROUP, title="Team", members=[ANA, BRUNO, CHIDI])
    await team.updates(allowed_updates=wanted)
    assert await _heard(team) == [(ANA, "new_chat_members", [CHIDI])]
    await team.play("group", chat_id=GROUP, title="Team", members=[ANA, BRUNO, CHIDI], administrator=True)
    await _heard(team)
    await team.play("group", chat_id=GROUP, title="Team", members=[BRUNO, CHIDI])
    assert await _heard(team) == [
        (ANA, "left_chat_member", [ANA]),
        (ANA, "chat_member", [ANA, "creator", "left"]),
        (ANA, "chat_member", [BRUNO, "member", "creator"]),
    ]
    await team.updates(allowed_updates=[])
    await team.play("text", chat_id=GROUP, from_id=ANA, text="back")
    assert await _heard(team) == [(ANA, "new_chat_members", [ANA]), (ANA, "text", ["back"])]


async def test_a_bot_hears_of_its_own_going_and_then_no_more(team: Hands) -> None:
    me = (await team.ok("getMe"))["id"]
    await team.play("block", chat_id=GROUP)
    assert await _heard(team) == [(ANA, "my_chat_member", [me, "member", "kicked"]), (ANA, "left_chat_member", [me])]
    await team.play("group", chat_id=GROUP, title="Crew", members=[ANA])
    assert await _heard(team) == []
    await team.play("unblock", chat_id=GROUP)
    assert await _heard(team) == [(ANA, "my_chat_member", [me, "kicked", "member"]), (ANA, "new_chat_members", [me])]
    await team.ok("leaveChat", chat_id=GROUP)
    assert await _heard(team) == [(me, "my_chat_member", [me, "member", "left"]), (me, "left_chat_member", [me])]
