"""What people do in their chats, and what the bot is told of it. Pure but for the world's clock; Impossible says what cannot be done."""

import copy
from typing import Any

from sandbox.bot_api.entities import discovered
from sandbox.bot_api.limits import INLINE_QUERY
from sandbox.bot_api.methods.answers import post_result
from sandbox.bot_api.methods.asked import quoted
from sandbox.bot_api.methods.chats import change_bot_status, change_members
from sandbox.bot_api.methods.messages import react
from sandbox.bot_api.world import World
from sandbox.bot_api.world_people import Chat

Json = dict[str, Any]


class Impossible(Exception):
    """What cannot be done in this world; the message says why."""


class NotShown(Exception):
    """The button that was pressed is not on the screen."""


def chat_for(world: World, chat_id: int) -> Chat:
    """Return the chat of that id: a private one is made on first use, a group must have been made."""
    if chat_id > 0:
        return world.private_chat(chat_id)
    if chat_id not in world.chats:
        raise Impossible("no such group: make it with POST /play/group")
    if world.chats[chat_id].migrated_to:
        raise Impossible(f"this group became the supergroup {world.chats[chat_id].migrated_to}")
    return world.chats[chat_id]


def introduce(world: World, chat_id: int, fields: Json) -> Json:
    """Give a person a name and a language; from then on the bot may write to them. Returns the User."""
    person = world.person(chat_id)
    for name in ("first_name", "last_name", "username", "language_code"):
        if name in fields:
            setattr(person, name, str(fields[name]))
    world.private_chat(chat_id).started = True
    world.touch()
    world.feed.afresh(chat_id)
    return person.user()


def say(world: World, chat_id: int, from_id: int, content: Json, reply_to: int | None = None) -> Json:
    """Write a message as a person and tell the bot, where it may hear it. Returns the Message.

    A forced reply on the screen makes the message a reply, as people's apps do; a one-time keyboard goes away.
    """
    chat = _open_chat(world, chat_id, from_id)
    # Apps put a forced reply before the writing line, so whatever is written next answers it.
    if chat.keyboard and chat.keyboard.get("force_reply"):
        reply_to = reply_to or chat.keyboard_message_id
    answered = chat.messages.get(reply_to or 0)
    reply = {"reply_to_message": quoted(answered)} if answered else {}
    message = world.post(chat, world.user(from_id), {**reply, **content})
    if chat.keyboard and (chat.keyboard.get("one_time_keyboard") or chat.keyboard.get("force_reply")):
        world.show_keyboard(chat, None, 0)
    if _hears(world, chat, message):
        world.updates.put("message", copy.deepcopy(message))
    return message


def _open_chat(world: World, chat_id: int, from_id: int) -> Chat:
    chat = chat_for(world, chat_id)
    if chat.private and chat.bot_status == "kicked":
        raise Impossible("this person has blocked the bot: unblock it first")
    if chat.deactivated:
        raise Impossible("this person has deleted the account")
    if chat.private:
        chat.started = True
    elif from_id not in chat.members:
        # Writing in a group is how people of the sandbox join it.
        change_members(world, chat, [*chat.members, from_id], from_id)
    return chat


def _hears(world: World, chat: Chat, message: Json) -> bool:
    """Tell whether the bot gets a group's message: privacy mode lets through commands, replies to it and its inline results."""
    if chat.private or chat.bot_status == "administrator":
        return True
    if chat.bot_status in ("left", "kicked"):
        return False
    # Privacy mode is on unless the owner turns it off, so bots are tested as most of them live.
    text = str(message.get("text", ""))
    if text.startswith("/"):
        command, _, name = text.split(maxsplit=1)[0].partition("@")
        return len(command) > 1 and name.lower() in ("", world.bot.username.lower())
    reply = message.get("reply_to_message", {})
    return bool(reply.get("from", {}).get("id") == world.bot.id or message.get("via_bot"))


def text_content(text: str) -> Json:
    """Return the content of a text as people's apps send it, with the commands and addresses found in it."""
    entities = discovered(text)
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_content(text: str) -> Json:
    """Return the same of what is said with a photo or a file; nothing where nothing is said."""
    content = {"caption": text} if text else {}
    entities = discovered(text)
    return {**content, "caption_entities": entities} if entities else content


def asked_by(world: World, chat_id: int, request: str) -> int | None:
    """Return the message whose keyboard asks for a location or a contact now, which the answer replies to."""
    chat = chat_for(world, chat_id)
    rows = (chat.keyboard or {}).get("keyboard", [])
    return chat.keyboard_message_id if any(button.get(request) for row in rows for button in row) else None


def edit_text(world: World, chat_id: int, message_id: int, text: str) -> Json:
    """Change a person's own text and tell the bot."""
    return _edit(world, chat_id, message_id, "text", text_content(text))


def move_location(world: World, chat_id: int, message_id: int, place: Json) -> Json:
    """Move a person's live location and tell the bot, to whom it is an edited message."""
    return _edit(world, chat_id, message_id, "location", {"location": place})


def _edit(world: World, chat_id: int, message_id: int, kind: str, content: Json) -> Json:
    chat = chat_for(world, chat_id)
    message = chat.messages.get(message_id)
    if message is None or message["from"]["is_bot"] or kind not in message:
        raise Impossible(f"no {kind} message of a person with this id")
    edited = {key: value for key, value in message.items() if key not in (kind, "entities")} | content
    world.change(chat, edited, dated=True)
    if _hears(world, chat, edited):
        world.updates.put("edited_message", copy.deepcopy(edited))
    return edited


def press(world: World, chat_id: int, message_id: int, data: str, from_id: int, *, force: bool) -> str:
    """Press a callback button that is shown, or with `force` one that is not; returns the id of the callback query."""
    chat = chat_for(world, chat_id)
    message = chat.messages.get(message_id)
    rows = (message or {}).get("reply_markup", {}).get("inline_keyboard", [])
    if not force and not any(button.get("callback_data") == data for row in rows for button in row):
        raise NotShown(f"message {message_id} shows no button with this data")
    if chat.private and chat.bot_status == "kicked":
        raise Impossible("this person has blocked the bot: unblock it first")
    query_id = world.next_query_id()
    world.queries.callbacks[query_id] = {"chat_id": chat_id, "at": world.clock.now()}
    query = {
        "id": query_id,
        "from": world.user(from_id),
        **_pressed(world, chat, message_id),
        "chat_instance": world.chat_instance(chat),
        "data": data,
    }
    world.updates.put("callback_query", query)
    world.touch()
    return query_id


def _pressed(world: World, chat: Chat, message_id: int) -> Json:
    """Return how a callback query names its message: a person's own, sent by inline mode, has only an identifier."""
    place = [chat.id, message_id]
    for inline_message_id, known in world.queries.inline_messages.items():
        if known == place:
            return {"inline_message_id": inline_message_id}
    # A message that the bot can see no more is told by its number alone, with the date 0.
    gone = {"chat": world.chat_object(chat), "message_id": message_id, "date": 0}
    return {"message": copy.deepcopy(chat.messages.get(message_id, gone))}


def ask_inline(world: World, chat_id: int, from_id: int, query: str, offset: str) -> str:
    """Type an inline query, or come to the end of its results and ask for more from `offset` on; returns its id.

    The results come with the feed's event `inline`.
    """
    chat = chat_for(world, chat_id)
    query_id = world.next_query_id()
    query = query[:INLINE_QUERY]
    asked = {"chat_id": chat_id, "user_id": from_id, "query": query, "at": world.clock.now()}
    world.queries.inline[query_id] = asked
    kind = "sender" if chat.private else chat.type
    update = {"id": query_id, "from": world.user(from_id), "query": query, "offset": offset, "chat_type": kind}
    world.updates.put("inline_query", update)
    world.touch()
    return query_id


def choose_inline(world: World, query_id: str, result_id: str) -> Json:
    """Choose a result that was offered: it is posted as the person's own, and the bot is told twice, as Telegram tells it."""
    query = world.queries.inline.get(query_id)
    content = (query or {}).get("results", {}).get(result_id)
    if query is None or content is None:
        raise Impossible("no such result was offered")
    _open_chat(world, query["chat_id"], query["user_id"])
    message, inline_message_id = post_result(world, query["chat_id"], query["user_id"], content)
    chosen = {"result_id": result_id, "from": world.user(query["user_id"]), "query": query["query"]}
    if inline_message_id:
        chosen["inline_message_id"] = inline_message_id
    # The chat is the bot's own, so it also gets the posted message like any other.
    world.updates.put("message", copy.deepcopy(message))
    world.updates.put("chosen_inline_result", chosen)
    return message


def set_blocked(world: World, chat_id: int, *, blocked: bool) -> None:
    """Block or unblock the bot in private; take it out of a group, or back in."""
    chat = chat_for(world, chat_id)
    # Telegram calls a block by the same word as an expulsion.
    status = "kicked" if blocked else "member"
    if chat.bot_status != status:
        change_bot_status(world, chat, status, chat.id if chat.private else chat.members[0])


def react_to(world: World, chat_id: int, message_id: int, from_id: int, emoji: str) -> None:
    """React to a message as a person, "" takes it back; the bot is told where it asked for message_reaction."""
    chat = chat_for(world, chat_id)
    if message_id not in chat.messages:
        raise Impossible("no such message")
    old = chat.reactions.get(message_id, {}).get(str(from_id), [])
    new: list[Json] = [{"type": "emoji", "emoji": emoji}] if emoji else []
    react(world, chat, message_id, from_id, new)
    told = {
        "chat": world.chat_object(chat),
        "message_id": message_id,
        "user": world.user(from_id),
        "date": world.date(),
    }
    world.updates.put("message_reaction", {**told, "old_reaction": old, "new_reaction": new})


def deactivate(world: World, chat_id: int) -> None:
    """Let a person delete the account: the bot may write to them no more, and hears nothing of it."""
    if chat_id <= 0:
        raise Impossible("only a person has an account")
    world.private_chat(chat_id).deactivated = True
