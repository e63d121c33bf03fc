"""The bot's profile: its names, descriptions, commands and menu by language and scope, and which of them a person sees where."""

from typing import Any

import pytest

from sandbox.app import Sandbox
from tests.sandbox.bot_api.hands import Hands

ANA, BRUNO, CHIDI, GROUP = 1001, 1002, 1003, -55
# From the narrowest scope to the widest, as the Bot API's page tells it (BotCommandScope).
PRIVATE: list[dict[str, Any]] = [{"type": "chat", "chat_id": ANA}, {"type": "all_private_chats"}, {"type": "default"}]
ADMINISTRATOR: list[dict[str, Any]] = [
    {"type": "chat_member", "chat_id": GROUP, "user_id": ANA},
    {"type": "chat_administrators", "chat_id": GROUP},
    {"type": "chat", "chat_id": GROUP},
    {"type": "all_chat_administrators"},
    {"type": "all_group_chats"},
    {"type": "default"},
]
MEMBER = [{**ADMINISTRATOR[0], "user_id": BRUNO}, ADMINISTRATOR[2], *ADMINISTRATOR[4:]]


@pytest.fixture
async def started(hands: Hands) -> Hands:
    for person in (ANA, BRUNO):
        await hands.play("text", chat_id=person, text="/start")
    return hands


async def test_a_profile_has_languages_and_scopes(started: Hands, app: Sandbox) -> None:
    await started.play("person", chat_id=ANA, language_code="pt")
    await started.ok("setMyName", name="Queue")
    await started.ok("setMyName", name="Fila", language_code="pt")
    assert await started.ok("getMyName", language_code="pt") == {"name": "Fila"}
    assert await started.ok("getMyName", language_code="de") == {"name": "Queue"}
    await started.ok("setMyName", name="", language_code="pt")
    await started.ok("setMyName", name="")
    assert await started.ok("getMyName", language_code="pt") == {"name": "Queue"}
    await started.ok("setMyDescription", description="x")
    await started.ok("setMyDescription", description="")
    assert await started.ok("getMyDescription") == {"description": ""}
    commands = {"default": [{"command": "a", "description": "A"}], "chat": [{"command": "b", "description": "B"}]}
    await started.ok("setMyCommands", commands=commands["default"])
    await started.ok(
        "setMyCommands", commands=commands["chat"], scope={"type": "chat", "chat_id": ANA}, language_code="pt"
    )
    assert await started.ok("getMyCommands", language_code="pt") == []
    world = app.telegram.world
    views = [world.bot_view(world.chats[person]) for person in (ANA, BRUNO)]
    assert [view and view["commands"] for view in views] == [commands["chat"], commands["default"]]
    await started.ok("deleteMyCommands", scope={"type": "chat", "chat_id": ANA}, language_code="pt")
    view = world.bot_view(world.chats[ANA])
    assert view is not None
    assert view["commands"] == commands["default"]


@pytest.mark.parametrize(
    ("chat_id", "person", "scopes"), [(ANA, ANA, PRIVATE), (GROUP, ANA, ADMINISTRATOR), (GROUP, BRUNO, MEMBER)]
)
async def test_the_narrowest_scope_wins_and_in_it_the_language(
    chat_id: int, person: int, scopes: list[dict[str, Any]], started: Hands, app: Sandbox
) -> None:
    await started.play("group", chat_id=GROUP, title="Team", members=[ANA, BRUNO])
    await started.play("person", chat_id=person, language_code="pt-br")
    world = app.telegram.world
    others = [{"type": "all_chat_administrators"}, {"type": "all_group_chats"}, {"type": "all_private_chats"}]
    for scope in [one for one in others if one not in scopes]:
        await started.ok("setMyCommands", commands=[{"command": "never", "description": "x"}], scope=scope)
    # From the widest to the narrowest, each is shown as soon as it is there, and its language over it.
    for place, scope in enumerate(reversed(scopes)):
        for language in ("", "pt"):
            commands = [{"command": f"c{place}{language}", "description": "x"}]
            await started.ok("setMyCommands", commands=commands, scope=scope, language_code=language)
            view = world.bot_view(world.chats[chat_id], person)
            assert view is not None
            assert view["commands"] == commands


async def test_a_regional_language_sees_the_texts_of_its_language(started: Hands, app: Sandbox) -> None:
    await started.ok("setMyName", name="Queue")
    await started.ok("setMyName", name="Fila", language_code="pt")
    await started.ok("setMyDescription", description="Tira senhas", language_code="pt")
    world = app.telegram.world
    for language, name in (("pt-br", "Fila"), ("PT", "Fila"), ("de", "Queue"), ("", "Queue")):
        await started.play("person", chat_id=CHIDI, language_code=language)
        view = world.bot_view(world.chats[CHIDI])
        assert view is not None
        assert view["first_name"] == name
    assert await started.no("setMyCommands", commands=[], language_code="pt-br") == (
        "Bad Request: invalid language code specified"
    )


@pytest.mark.parametrize("nothing", [{}, {"commands": []}, {"commands": ""}])
async def test_no_commands_at_all_delete_the_list(nothing: dict[str, Any], hands: Hands) -> None:
    await hands.ok("setMyCommands", commands=[{"command": "/a", "description": " A "}])
    assert await hands.ok("getMyCommands") == [{"command": "a", "description": "A"}]
    assert await hands.ok("setMyCommands", **nothing) is True
    assert await hands.ok("getMyCommands") == []
