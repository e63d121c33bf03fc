"""The bot's own profile: commands by scope and language, name, descriptions, menu button."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.bot_api import errors, limits
from sandbox.bot_api import errors_of_fields as words
from sandbox.bot_api.addresses import read_address
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.errors_of_fields import FieldError
from sandbox.bot_api.fields import Fields
from sandbox.bot_api.methods.asked import asked_chat
from sandbox.bot_api.parameters import Json, Parameters
from sandbox.bot_api.world import World
from sandbox.bot_api.world_bot import DEFAULT_MENU
from sandbox.bot_api.world_people import Chat

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
    given = parameters.tree("scope", errors.SCOPE_JSON)
    try:
        scope = _read_scope({"type": "default"} if given is None else given)
    except FieldError as error:
        raise Refusal(errors.SCOPE_WRONG, why=str(error)) from None
    if "chat_id" not in scope:
        return scope
    chat = asked_chat(world, Parameters(scope))
    if chat.private and scope["type"] != "chat":
        raise Refusal(errors.SCOPE_PRIVATE)
    return {**scope, "chat_id": chat.id}


def _read_scope(tree: Any) -> Json:
    fields = Fields(tree, words.SCOPE_OBJECT)
    kind = fields.text("type")
    if kind not in _SCOPES:
        raise FieldError(words.TYPE_UNSUPPORTED)
    scope: Json = {"type": kind}
    if "chat_id" in _SCOPES[kind]:
        scope["chat_id"] = fields.text("chat_id")
        if not scope["chat_id"]:
            raise FieldError(words.SCOPE_CHAT)
    if "user_id" in _SCOPES[kind]:
        scope["user_id"] = fields.long("user_id")
        if scope["user_id"] <= 0:
            raise FieldError(words.SCOPE_USER)
    return scope


def set_my_commands(world: World, parameters: Parameters) -> bool:
    """Keep the commands of one scope and language; no commands at all delete them."""
    commands = parameters.tree("commands", errors.COMMANDS_JSON)
    if not isinstance(commands, list | None):
        raise Refusal(errors.COMMANDS_ARRAY)
    try:
        read = [Fields(command) for command in commands or []]
        given = [(fields.text("command"), fields.text("description")) for fields in read]
    except FieldError as error:
        raise Refusal(errors.COMMAND_WRONG, why=str(error)) from None
    scope, language = _scope(world, parameters), _language(parameters)
    checked = [_command(name.strip(), description.strip()) for name, description in given]
    # These two are found out by Telegram's servers, which see the commands last.
    if len(checked) > limits.COMMANDS:
        raise Refusal(errors.COMMANDS_TOO_MANY)
    if not all(re.fullmatch(r"[a-z0-9_]+", command["command"]) for command in checked):
        raise Refusal(errors.COMMAND_INVALID)
    world.bot.set_commands(scope, language, checked)
    world.tell_bot()
    return True


def _command(name: str, description: str) -> Json:
    name = name.removeprefix("/")
    if not name:
        raise Refusal(errors.COMMAND_EMPTY)
    if len(name) > limits.COMMAND_NAME:
        raise Refusal(errors.COMMAND_TOO_LONG, most=limits.COMMAND_NAME)
    if not description:
        raise Refusal(errors.DESCRIPTION_EMPTY)
    if len(description) > limits.COMMAND_DESCRIPTION:
        raise Refusal(errors.DESCRIPTION_TOO_LONG, most=limits.COMMAND_DESCRIPTION)
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
    given = parameters.tree("menu_button", errors.MENU_JSON)
    try:
        chosen = _menu_button({"type": "default"} if given is None else given)
    except FieldError as error:
        raise Refusal(errors.MENU_WRONG, why=str(error)) from None
    if parameters.has("chat_id"):
        _menu_chat(world, parameters).menu_button = chosen
    else:
        world.bot.menu_button = chosen
    world.tell_bot()
    return True


def _menu_button(tree: Any) -> Json | None:
    """Return a checked MenuButton; None for the one that is no choice of its own."""
    fields = Fields(tree, words.MENU_OBJECT)
    kind = fields.text("type")
    if kind == "web_app":
        text, url = fields.text("text"), Fields(fields.mapping("web_app")).text("url")
        if not read_address(url).trusted:
            raise Refusal(errors.MENU_URL, url=url)
        return {"type": kind, "text": text, "web_app": {"url": url}}
    if kind not in ("commands", "default"):
        raise FieldError(words.MENU_TYPE)
    return {"type": kind} if kind == "commands" else None


def _menu_chat(world: World, parameters: Parameters) -> Chat:
    """Return the private chat that is meant: groups have no menu button, so only a person's id is one here."""
    if parameters.integer("chat_id") <= 0:
        raise Refusal(errors.MENU_CHAT)
    return asked_chat(world, parameters)


def get_chat_menu_button(world: World, parameters: Parameters) -> Json:
    """Return the menu button of one private chat, or the one for all."""
    own = _menu_chat(world, parameters).menu_button if parameters.has("chat_id") else None
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
