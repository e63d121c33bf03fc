"""Changing, deleting and pinning what was sent."""

import copy
from collections.abc import Callable

from sandbox.bot_api import errors, limits
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.markup import read_inline_markup, same
from sandbox.bot_api.methods.asked import (
    asked_caption,
    asked_chat,
    asked_message,
    asked_text,
    check_present,
    quoted,
    writable_chat,
)
from sandbox.bot_api.methods.copies import asked_ids
from sandbox.bot_api.parameters import Json, Parameters
from sandbox.bot_api.world import World
from sandbox.bot_api.world_people import Chat

_TEXT = ("text", "entities", "link_preview_options")
_CAPTION = ("caption", "caption_entities", "show_caption_above_media")
_CAPTIONED = ("photo", "document", "video", "audio", "voice", "animation")


def edit(world: World, parameters: Parameters, alter: Callable[[Json], Json], *, dated: bool = True) -> Json | bool:
    """Change one message of the bot with `alter(copy) -> altered` and its inline keyboard with what was sent.

    Returns the Message, or True for an inline message. An edit without reply_markup removes the keyboard, and one that
    changes nothing is refused.
    """
    chat, message = _to_edit(world, parameters)
    if message["from"]["id"] != world.bot.id and message.get("via_bot", {}).get("id") != world.bot.id:
        raise Refusal(errors.NOT_EDITABLE)
    # What apps do with a keyboard of theirs depends on the message it came with, so that one stays as it is.
    if "forward_origin" in message or message["message_id"] in chat.unalterable:
        raise Refusal(errors.NOT_EDITABLE)
    altered = alter(copy.deepcopy(message))
    keyboard = read_inline_markup(parameters, private=chat.private)
    # The keyboard never survives by default: bots that forget it lose it here as they do at Telegram.
    altered.pop("reply_markup", None)
    if keyboard is not None:
        altered["reply_markup"] = keyboard
    if same(altered, message):
        raise Refusal(errors.NOT_MODIFIED)
    edited = world.change(chat, altered, dated=dated)
    return True if _inline(parameters) else edited


def _inline(parameters: Parameters) -> bool:
    return not parameters.has("chat_id") and not parameters.integer("message_id")


def _to_edit(world: World, parameters: Parameters) -> tuple[Chat, Json]:
    # Only where neither a chat nor a message is named does the identifier of an inline message count.
    if _inline(parameters):
        if not parameters.has("inline_message_id"):
            raise Refusal(errors.MESSAGE_ID_EMPTY)
        place = world.queries.inline_messages.get(parameters.text("inline_message_id"))
        chat = world.chats.get(place[0]) if place else None
        message = chat.messages.get(place[1]) if chat and place else None
        if chat is None or message is None:
            raise Refusal(errors.NO_INLINE_MESSAGE)
        return chat, message
    chat = writable_chat(world, parameters)
    return chat, asked_message(chat, parameters, "edit")


def edit_message_text(world: World, parameters: Parameters) -> Json | bool:
    """Give a text message another text."""
    content = asked_text(world, parameters)

    def alter(message: Json) -> Json:
        if "text" not in message:
            raise Refusal(errors.NO_TEXT_TO_EDIT)
        return _replaced(message, _TEXT, content)

    return edit(world, parameters, alter)


def edit_message_caption(world: World, parameters: Parameters) -> Json | bool:
    """Give a message with media another caption, or none."""
    content = asked_caption(world, parameters)

    def alter(message: Json) -> Json:
        if not any(kind in message for kind in _CAPTIONED):
            raise Refusal(errors.NO_CAPTION_TO_EDIT)
        return _replaced(message, _CAPTION, content)

    return edit(world, parameters, alter)


def edit_message_reply_markup(world: World, parameters: Parameters) -> Json | bool:
    """Give a message another inline keyboard, or none; this alone does not mark it as edited."""
    return edit(world, parameters, lambda message: message, dated=False)


def _replaced(message: Json, keys: tuple[str, ...], content: Json) -> Json:
    """Return the message with new content under `keys`, in the place where fields of content stand."""
    kept = {key: value for key, value in message.items() if key not in keys and key != "reply_markup"}
    rest = {"reply_markup": message["reply_markup"]} if "reply_markup" in message else {}
    return {**kept, **content, **rest}


def delete_message(world: World, parameters: Parameters) -> bool:
    """Delete one message, where the bot may."""
    chat = _to_delete_in(world, parameters)
    message = asked_message(chat, parameters, "delete")
    _check_deletable(world, chat, message)
    world.delete(chat, [message["message_id"]])
    return True


def delete_messages(world: World, parameters: Parameters) -> bool:
    """Delete several messages; those that are not there are skipped."""
    chat = _to_delete_in(world, parameters)
    found = [chat.messages[number] for number in asked_ids(parameters) if number in chat.messages]
    for message in found:
        _check_deletable(world, chat, message)
    world.delete(chat, [message["message_id"] for message in found])
    return True


def _to_delete_in(world: World, parameters: Parameters) -> Chat:
    """Return the chat that is meant, where the bot still is: one that was thrown out deletes nothing."""
    if not parameters.has("chat_id"):
        raise Refusal(errors.CHAT_UNNAMED)
    chat = asked_chat(world, parameters)
    if not chat.private:
        check_present(chat)
    return chat


def _check_deletable(world: World, chat: Chat, message: Json) -> None:
    """Refuse to delete what a bot may not: older than 48 hours, or others' messages in a group (D deleteMessage)."""
    if chat.bot_status == "administrator":
        return
    if not chat.private and message["from"]["id"] != world.bot.id:
        raise Refusal(errors.NOT_DELETABLE)
    # The old ones could still vanish from the bot's own side, which a bot cannot ask for; hence the other words.
    if world.clock.now() - message["date"] > limits.DELETABLE:
        raise Refusal(errors.NOT_DELETABLE_FOR_ALL)


def pin_chat_message(world: World, parameters: Parameters) -> bool:
    """Pin a message and say so in the chat, as Telegram does with a service message that the bot receives too."""
    chat = writable_chat(world, parameters)
    message = asked_message(chat, parameters, "pin")
    _check_pin_rights(chat)
    message_id = message["message_id"]
    # A pin that is there already is no news, so nothing is posted for it.
    if message_id not in chat.pinned:
        world.set_pinned(chat, [*chat.pinned, message_id])
        notice = world.post(chat, world.bot.user(), {"pinned_message": quoted(message)})
        world.updates.put("message", notice)
    return True


def unpin_chat_message(world: World, parameters: Parameters) -> bool:
    """Unpin one message; without message_id the one pinned last."""
    chat = writable_chat(world, parameters)
    _check_pin_rights(chat)
    message_id = parameters.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.messages:
        raise Refusal(errors.MESSAGE_NOT_FOUND, verb="unpin")
    if message_id in chat.pinned:
        world.set_pinned(chat, [pinned for pinned in chat.pinned if pinned != message_id])
    return True


def unpin_all_chat_messages(world: World, parameters: Parameters) -> bool:
    """Unpin every message of a chat."""
    chat = writable_chat(world, parameters)
    _check_pin_rights(chat)
    if chat.pinned:
        world.set_pinned(chat, [])
    return True


def _check_pin_rights(chat: Chat) -> None:
    if not chat.private and chat.bot_status != "administrator":
        raise Refusal(errors.PIN_RIGHTS)


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
}
