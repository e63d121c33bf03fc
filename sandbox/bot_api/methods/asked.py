"""What nearly every method begins with: the chat and the message that are meant, the text and the options that were sent."""

import copy
import re

from sandbox.bot_api import errors, limits
from sandbox.bot_api.entities import formatted
from sandbox.bot_api.entities_marks import units
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.markup import read_markup
from sandbox.bot_api.parameters import Json, Parameters
from sandbox.bot_api.world import World
from sandbox.bot_api.world_people import Chat


def asked_chat(world: World, parameters: Parameters, name: str = "chat_id") -> Chat:
    """Return the chat that is meant; refused where it is empty or unknown to the bot."""
    text = parameters.text(name).strip()
    if not text:
        raise Refusal(errors.CHAT_EMPTY)
    if text == str(world.bot.id):
        raise Refusal(errors.BOT_TO_BOT)
    chat = world.chats.get(int(text)) if re.fullmatch(r"-?\d{1,18}", text) else None
    if chat is None:
        raise Refusal(errors.CHAT_NOT_FOUND)
    return chat


def writable_chat(world: World, parameters: Parameters) -> Chat:
    """Return the chat that is meant, where the bot may write; refused with 403 where it may not."""
    chat = asked_chat(world, parameters)
    check_writable(chat)
    return chat


def check_writable(chat: Chat) -> None:
    """Refuse to write to those who blocked the bot, never spoke to it, or removed it."""
    if chat.deactivated:
        raise Refusal(errors.DEACTIVATED)
    if chat.private and chat.bot_status == "kicked":
        raise Refusal(errors.BLOCKED)
    if chat.private and not chat.started:
        raise Refusal(errors.NOT_STARTED)
    if not chat.private:
        check_present(chat)


def check_present(chat: Chat) -> None:
    """Refuse what is asked of a group that became another one, or that the bot is not in."""
    if chat.migrated_to:
        raise Refusal(errors.MIGRATED, parameters={"migrate_to_chat_id": chat.migrated_to})
    if chat.bot_status == "kicked":
        raise Refusal(errors.KICKED, kind=chat.type)
    if chat.bot_status == "left":
        raise Refusal(errors.NOT_MEMBER, kind=chat.type)


def check_rights(chat: Chat, content: Json) -> None:
    """Refuse content in a group that lets its ordinary members send nothing."""
    if chat.silenced and chat.bot_status != "administrator":
        raise Refusal(
            errors.NO_SEND_RIGHTS, what=next(what for kind, what in errors.SENT_WORDS.items() if kind in content)
        )


def asked_message(chat: Chat, parameters: Parameters, verb: str) -> Json:
    """Return the message that is meant; refused with "message to <verb> not found"."""
    message_id = parameters.integer("message_id")
    if message_id <= 0:
        raise Refusal(errors.MESSAGE_ID_EMPTY)
    message = chat.messages.get(message_id)
    if message is None:
        raise Refusal(errors.MESSAGE_NOT_FOUND, verb=verb)
    return message


def asked_text(world: World, parameters: Parameters) -> Json:
    """Return text and entities of a text message; refused where empty or too long after parsing."""
    if not parameters.text("text"):
        raise Refusal(errors.TEXT_EMPTY)
    text, entities = formatted(parameters.text("text"), parameters.text("parse_mode"), parameters.readable("entities"))
    if not text:
        raise Refusal(errors.TEXT_BLANK)
    if units(text) > limits.MESSAGE_TEXT:
        raise Refusal(errors.TEXT_TOO_LONG)
    content: Json = {"text": text}
    if entities := known_mentions(world, entities):
        content["entities"] = entities
    preview = parameters.tree("link_preview_options", errors.PREVIEW_JSON)
    if not isinstance(preview, dict | None):
        raise Refusal(errors.PREVIEW_OBJECT)
    if preview:
        content["link_preview_options"] = preview
    elif parameters.boolean("disable_web_page_preview"):
        content["link_preview_options"] = {"is_disabled": True}
    return content


def asked_caption(world: World, parameters: Parameters) -> Json:
    """Return caption and caption_entities, nothing where there is no caption; refused where too long."""
    raw, mode = parameters.text("caption"), parameters.text("parse_mode")
    text, entities = formatted(raw, mode, parameters.readable("caption_entities"))
    if units(text) > limits.CAPTION_TEXT:
        raise Refusal(errors.CAPTION_TOO_LONG)
    content: Json = {"caption": text} if text else {}
    if entities := known_mentions(world, entities):
        content["caption_entities"] = entities
    if parameters.boolean("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content


def known_mentions(world: World, entities: list[Json]) -> list[Json]:
    """Fill in the people that are mentioned by id and drop mentions of people nobody knows, as the server does."""
    kept = []
    for entity in entities:
        if entity["type"] == "text_mention":
            person = world.people.get(Parameters(entity.get("user", {})).integer("id"))
            if person is None:
                continue
            entity = {**entity, "user": person.user()}
        kept.append(entity)
    return kept


def asked_reply(world: World, chat: Chat, parameters: Parameters) -> Json:
    """Return reply_to_message, or external_reply to another chat, where a reply is asked for; refused where it is not there."""
    reply = Parameters(parameters.mapping("reply_parameters") or {})
    for name in ("checklist_task_id", "poll_option_id"):
        if reply.has(name):
            raise Refusal(errors.PARAMETER_NOT_SPOKEN, name=f"reply_parameters.{name}")
    message_id = reply.integer("message_id") or parameters.integer("reply_to_message_id")
    if not message_id:
        return {}
    there = asked_chat(world, reply) if reply.has("chat_id") else chat
    original = there.messages.get(message_id)
    if original is None:
        # The old parameters of before Bot API 7.0 are still sent by libraries that know no others.
        if reply.boolean("allow_sending_without_reply") or parameters.boolean("allow_sending_without_reply"):
            return {}
        raise Refusal(errors.REPLY_NOT_FOUND)
    answer: Json = (
        {"reply_to_message": quoted(original)} if there is chat else {"external_reply": _external(there, original)}
    )
    if reply.has("quote"):
        text, entities = formatted(
            reply.text("quote"), reply.text("quote_parse_mode"), reply.readable("quote_entities")
        )
        shown = {"text": text, "position": reply.integer("quote_position"), "is_manual": True}
        answer["quote"] = {**shown, "entities": entities} if entities else shown
    return answer


def _external(chat: Chat, message: Json) -> Json:
    """Return what a reply tells of a message in another chat; only supergroups are named, with the message's number."""
    origin = message.get("forward_origin") or {"type": "user", "sender_user": message["from"], "date": message["date"]}
    place = {"chat": message["chat"], "message_id": message["message_id"]} if chat.type == "supergroup" else {}
    kinds = ("photo", "document", "location", "venue", "contact")
    return copy.deepcopy({"origin": origin, **place, **{kind: message[kind] for kind in kinds if kind in message}})


def quoted(message: Json) -> Json:
    """Return a message as another one carries it: a copy of now, without what it was itself a reply to."""
    bare = ("reply_to_message", "external_reply", "pinned_message", "quote")
    return copy.deepcopy({key: value for key, value in message.items() if key not in bare})


def send(world: World, parameters: Parameters, content: Json) -> Json:
    """Post a message of the bot with the options that all send methods share, and return the Message."""
    chat = writable_chat(world, parameters)
    check_rights(chat, content)
    keyboard = read_markup(parameters, private=chat.private)
    return world.post(chat, world.bot.user(), {**options(world, chat, parameters), **content}, keyboard)


def options(world: World, chat: Chat, parameters: Parameters) -> Json:
    """Return what the options that all ways of sending share add to a message."""
    added = asked_reply(world, chat, parameters)
    if parameters.boolean("protect_content"):
        added["has_protected_content"] = True
    if chat.private and parameters.has("message_effect_id"):
        added["effect_id"] = parameters.text("message_effect_id")
    return added
