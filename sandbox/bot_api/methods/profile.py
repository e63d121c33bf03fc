"""The bot's own profile: commands by scope and language, name, descriptions, menu button."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.bot_api import errors, limits
from sandbox.bot_api.addresses import read_address
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.methods.asked import asked_chat
from sandbox.bot_api.parameters import Json, Parameters
from sandbox.bot_api.world import World
from sandbox.bot_api.world_bot import DEFAULT_MENU

_SCOPES = {
    "default": (), "all_private_chats": (), "all_group_chats": (), "all_chat_administrators": (), "chat": ("chat_id",),
    "chat_administrators": ("chat_id",), "chat_member": ("chat_id", "user_id"),
}  # fmt: skip


def _language(parameters: Parameters) -> str:
    language = parameters.text("language_code").strip().lower()
    # Only two-letter codes are known to Telegram here, so pt-br is refused and pt is taken.
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise Refusal(errors.LANGUAGE_WRONG)
    return language


def _scope(world: World, parameters: Parameters) -> Json:
    scope = parameters.mapping("scope") or {"type": "default"}
    fields = _SCOPES.get(str(scope.get("type")))
    if fields is None:
        raise Refusal(errors.SCOPE_WRONG)
    if "chat_id" in fields:
        chat = asked_chat(world, Parameters(scope))
        scope = {**scope, "chat_id": chat.id}
    if "user_id" in fields and not re.fullmatch(r"\d{1,18}", str(scope.get("user_id", ""))):
        raise Refusal(errors.USER_ID_INVALID)
    return {"type": scope["type"], **{name: int(scope[name]) for name in fields}}


def set_my_commands(world: World, parameters: Parameters) -> bool:
    """Keep the commands of one scope and language; an empty list deletes them."""
    commands = parameters.tree("commands", errors.COMMANDS_JSON)
    if not isinstance(commands, list):
        raise Refusal(errors.COMMANDS_JSON)
    if len(commands) > limits.COMMANDS:
        raise Refusal(errors.COMMANDS_TOO_MANY)
    checked = [_command(command) for command in commands]
    world.bot.set_commands(_scope(world, parameters), _language(parameters), checked)
    world.tell_bot()
    return True


def _command(command: Any) -> Json:
    if not isinstance(command, dict):
        raise Refusal(errors.COMMAND_OBJECT)
    name = str(command.get("command", "")).removeprefix("/")
    description = str(command.get("description", ""))
    if not re.fullmatch(rf"[a-z0-9_]{{1,{limits.COMMAND_NAME}}}", name):
        raise Refusal(errors.COMMAND_NAME)
    if not 1 <= len(description) <= limits.COMMAND_DESCRIPTION:
        raise Refusal(errors.COMMAND_DESCRIPTION)
    return {"command": name, "description": description}


def get_my_commands(world: World, parameters: Parameters) -> list[Json]:
    """Return the commands of exactly this scope and language."""
    return world.bot.get_commands(_scope(world, parameters), _language(parameters))


def delete_my_commands(world: World, parameters: Parameters) -> bool:
    """Delete the commands of one scope and language."""
    world.bot.set_commands(_scope(world, parameters), _language(parameters), [])
    world.tell_bot()
    return True


def _setter(texts_of: Callable[[World], dict[str, str]], field: str, limit: int) -> Callable[[World, Parameters], bool]:
    named = field.replace("_", " ")

    def set_text(world: World, parameters: Parameters) -> bool:
        text, language = parameters.text(field), _language(parameters)
        if len(text) > limit:
            raise Refusal(errors.PROFILE_TOO_LONG, what=named)
        texts = texts_of(world)
        # An empty text in a language takes it back; a bot without any name is not possible, so that one stays.
        if text:
            texts[language] = text
        elif language or field != "name":
            texts.pop(language, None)
        world.tell_bot()
        return True

    return set_text


def _getter(texts_of: Callable[[World], dict[str, str]], field: str) -> Callable[[World, Parameters], Json]:
    def get_text(world: World, parameters: Parameters) -> Json:
        # What is shown to people of that language, so the text for everybody where the language has none.
        texts = texts_of(world)
        return {field: texts.get(_language(parameters)) or texts.get("", "")}

    return get_text


def set_chat_menu_button(world: World, parameters: Parameters) -> bool:
    """Set the menu button of one private chat, or of all where no chat is named."""
    button = parameters.mapping("menu_button") or DEFAULT_MENU
    kind = button.get("type")
    if kind == "web_app":
        app = button.get("web_app")
        url = app.get("url") if isinstance(app, dict) else None
        if not button.get("text") or not read_address(url).trusted:
            raise Refusal(errors.MENU_APP)
    elif kind not in ("commands", "default"):
        raise Refusal(errors.MENU_KIND)
    chosen = None if kind == "default" else button
    if parameters.has("chat_id"):
        asked_chat(world, parameters).menu_button = chosen
    else:
        world.bot.menu_button = chosen
    world.tell_bot()
    return True


def get_chat_menu_button(world: World, parameters: Parameters) -> Json:
    """Return the menu button of one private chat, or the one for all."""
    own = asked_chat(world, parameters).menu_button if parameters.has("chat_id") else None
    return own or world.bot.menu_button or DEFAULT_MENU


METHODS: dict[str, Callable[[World, Parameters], Any]] = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _setter(lambda world: world.bot.names, "name", limits.BOT_NAME),
    "getMyName": _getter(lambda world: world.bot.names, "name"),
    "setMyDescription": _setter(lambda world: world.bot.descriptions, "description", limits.BOT_DESCRIPTION),
    "getMyDescription": _getter(lambda world: world.bot.descriptions, "description"),
    "setMyShortDescription": _setter(
        lambda world: world.bot.short_descriptions, "short_description", limits.BOT_SHORT_DESCRIPTION
    ),
    "getMyShortDescription": _getter(lambda world: world.bot.short_descriptions, "short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}
