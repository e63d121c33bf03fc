"""Text messages, their copies and forwards, chat actions and reactions."""

import copy
from collections.abc import Callable
from typing import Any

from sandbox.bot_api import errors, limits
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.markup import read_markup
from sandbox.bot_api.methods.asked import (
    asked_caption,
    asked_chat,
    asked_message,
    asked_text,
    check_present,
    check_rights,
    check_writable,
    options,
    send,
    writable_chat,
)
from sandbox.bot_api.parameters import Json, Parameters
from sandbox.bot_api.world import World
from sandbox.bot_api.world_people import Chat

# What belongs to one appearance of a message and does not travel with its copy.
_OWN = (
    "message_id", "from", "chat", "date", "edit_date", "reply_markup", "reply_to_message", "external_reply", "forward_origin",
    "quote",
    "via_bot", "media_group_id", "has_protected_content", "effect_id",
)  # fmt: skip
_SERVICE = (
    "pinned_message",
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "group_chat_created",
    "supergroup_chat_created",
    "web_app_data",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
)


def send_message(world: World, parameters: Parameters) -> Json:
    """Send a text."""
    return send(world, parameters, asked_text(world, parameters))


def send_chat_action(world: World, parameters: Parameters) -> bool:
    """Show for five seconds what the bot is doing."""
    chat = writable_chat(world, parameters)
    action = parameters.text("action").strip().lower()
    if action not in limits.CHAT_ACTIONS:
        raise Refusal(errors.ACTION_WRONG)
    shown = {"action": action, "until": world.clock.now() + limits.CHAT_ACTION}
    chat.typing = shown if action != "cancel" else None
    world.feed.tell(chat.id, "typing", chat.typing or {})
    return True


def copy_message(world: World, parameters: Parameters) -> Json:
    """Send the same content as the bot's own, with a new caption where one is given; returns a MessageId."""
    target = writable_chat(world, parameters)
    source = asked_message(asked_chat(world, parameters, "from_chat_id"), parameters, "copy")
    content = _content(source)
    if "caption" in parameters.values and not _is_text(source):
        for key in ("caption", "caption_entities", "show_caption_above_media"):
            content.pop(key, None)
        content |= asked_caption(world, parameters)
    keyboard = read_markup(parameters, private=target.private)
    check_rights(target, content)
    content = {**options(world, target, parameters), **content}
    return {"message_id": world.post(target, world.bot.user(), content, keyboard)["message_id"]}


def forward_message(world: World, parameters: Parameters) -> Json:
    """Send a message on, saying whose it was; returns the new Message."""
    target = writable_chat(world, parameters)
    source = asked_message(asked_chat(world, parameters, "from_chat_id"), parameters, "forward")
    return _forwarded(world, target, source, options(world, target, parameters))


def _forwarded(world: World, target: Chat, source: Json, added: Json) -> Json:
    if source.get("has_protected_content"):
        raise Refusal(errors.NOT_FORWARDABLE)
    origin = source.get("forward_origin") or {"type": "user", "sender_user": source["from"], "date": source["date"]}
    content = _content(source)
    check_rights(target, content)
    return world.post(target, world.bot.user(), {"forward_origin": origin, **added, **content})


def copy_messages(world: World, parameters: Parameters) -> list[Json]:
    """Copy several messages, in order; those that are not there are left out."""

    def copied(target: Chat, source: Json) -> Json:
        content = _content(source)
        if parameters.boolean("remove_caption") and not _is_text(source):
            content = {key: value for key, value in content.items() if not key.startswith("caption")}
        check_rights(target, content)
        return world.post(target, world.bot.user(), {**options(world, target, parameters), **content})

    return _several(world, parameters, "copy", copied)


def forward_messages(world: World, parameters: Parameters) -> list[Json]:
    """Forward several messages, in order; those that are not there are left out."""

    def forwarded(target: Chat, source: Json) -> Json:
        return _forwarded(world, target, source, options(world, target, parameters))

    return _several(world, parameters, "forward", forwarded)


def _several(world: World, parameters: Parameters, verb: str, act: Callable[[Chat, Json], Json]) -> list[Json]:
    target = writable_chat(world, parameters)
    source = asked_chat(world, parameters, "from_chat_id")
    message_ids = asked_ids(parameters)
    found = [source.messages[message_id] for message_id in message_ids if message_id in source.messages]
    if not found:
        raise Refusal(errors.MESSAGE_NOT_FOUND, verb=verb)
    check_writable(target)
    return [{"message_id": act(target, message)["message_id"]} for message in found]


def asked_ids(parameters: Parameters) -> list[int]:
    """Return message_ids; refused where there are none or too many."""
    message_ids = parameters.integers("message_ids")
    if not message_ids:
        raise Refusal(errors.MESSAGE_IDS_EMPTY)
    if len(message_ids) > limits.MESSAGES_AT_ONCE:
        raise Refusal(errors.TOO_MANY_MESSAGES)
    return message_ids


def _content(message: Json) -> Json:
    if message.get("has_protected_content") or any(kind in message for kind in _SERVICE):
        raise Refusal(errors.NOT_COPYABLE)
    return copy.deepcopy({key: value for key, value in message.items() if key not in _OWN})


def _is_text(message: Json) -> bool:
    return "text" in message


def set_message_reaction(world: World, parameters: Parameters) -> bool:
    """Set the bot's reactions on a message; none takes them back. A bot may set one emoji."""
    chat = asked_chat(world, parameters)
    if not chat.private:
        check_present(chat)
    message = asked_message(chat, parameters, "react")
    asked: Any = parameters.tree("reaction") or []
    if not isinstance(asked, list) or len(asked) > 1:
        raise Refusal(errors.REACTION_INVALID)
    reaction = [{"type": "emoji", "emoji": _emoji(item)} for item in asked]
    react(world, chat, message["message_id"], world.bot.id, reaction)
    return True


def _emoji(item: Any) -> str:
    """Return the emoji of a ReactionType. Custom ones are for chats that allow them, of which the sandbox has none."""
    emoji = (
        str(item.get("emoji")).replace("\ufe0f", "") if isinstance(item, dict) and item.get("type") == "emoji" else ""
    )
    if emoji not in limits.REACTIONS:
        raise Refusal(errors.REACTION_INVALID)
    return emoji


def react(world: World, chat: Chat, message_id: int, user_id: int, reaction: list[Json]) -> None:
    """Keep somebody's reactions on a message and show them."""
    by = chat.reactions.setdefault(message_id, {})
    by.pop(str(user_id), None)
    if reaction:
        by[str(user_id)] = reaction
    world.touch()
    world.feed.tell(
        chat.id, "reactions", {"message_id": message_id, "reactions": [item for items in by.values() for item in items]}
    )


METHODS = {
    "sendMessage": send_message,
    "sendChatAction": send_chat_action,
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
    "setMessageReaction": set_message_reaction,
}
