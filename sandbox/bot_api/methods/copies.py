"""Copies and forwards of messages, one and several."""

import copy
from collections.abc import Callable

from sandbox.bot_api import errors, limits
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.markup import read_markup
from sandbox.bot_api.methods.asked import (
    asked_caption,
    asked_chat,
    asked_message,
    check_rights,
    check_writable,
    options,
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
    content = {**options(world, target, parameters), **_forwarded(source)}
    check_rights(target, content)
    return world.post(target, world.bot.user(), content)


def _forwarded(source: Json) -> Json:
    if source.get("has_protected_content"):
        raise Refusal(errors.NOT_FORWARDABLE)
    origin = source.get("forward_origin") or {"type": "user", "sender_user": source["from"], "date": source["date"]}
    return {"forward_origin": origin, **_content(source)}


def copy_messages(world: World, parameters: Parameters) -> list[Json]:
    """Copy several messages, in order; those that are not there or cannot be copied are left out."""
    bare = parameters.boolean("remove_caption")

    def copied(source: Json) -> Json:
        content = _content(source)
        if bare and not _is_text(source):
            content = {key: value for key, value in content.items() if not key.startswith("caption")}
        return content

    return _several(world, parameters, "copy", copied)


def forward_messages(world: World, parameters: Parameters) -> list[Json]:
    """Forward several messages, in order; those that are not there or cannot be forwarded are left out."""
    return _several(world, parameters, "forward", _forwarded)


def _several(world: World, parameters: Parameters, verb: str, read: Callable[[Json], Json]) -> list[Json]:
    target = writable_chat(world, parameters)
    source = asked_chat(world, parameters, "from_chat_id")
    message_ids = asked_ids(parameters)
    found = [source.messages[message_id] for message_id in message_ids if message_id in source.messages]
    if not found:
        raise Refusal(errors.MESSAGE_NOT_FOUND, verb=verb)
    check_writable(target)
    # All is read before anything is posted, so that what is refused leaves nothing behind.
    added, contents = options(world, target, parameters), _readable(target, found, read)
    sent = [world.post(target, world.bot.user(), {**added, **content}) for content in contents]
    return [{"message_id": message["message_id"]} for message in sent]


def _readable(target: Chat, messages: list[Json], read: Callable[[Json], Json]) -> list[Json]:
    """Return the contents that may be sent there; refused where there are none."""
    contents, refusal = [], None
    for message in messages:
        try:
            content = read(message)
            check_rights(target, content)
        except Refusal as refused:
            refusal = refused
        else:
            contents.append(content)
    if refusal is not None and not contents:
        raise refusal
    return contents


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


METHODS = {
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
}
