"""What happens to groups: they are made, fall silent, and become supergroups, and what the bot is told of it."""

import copy
from typing import Any

from sandbox.bot_api.acts import Impossible, chat_for
from sandbox.bot_api.methods.chats import announce, change_bot_status, change_members
from sandbox.bot_api.world import World
from sandbox.bot_api.world_people import Chat

Json = dict[str, Any]
_SUPERGROUPS = -1_000_000_000_000


def make_group(world: World, chat_id: int, title: str, members: list[int], administrator: bool | None) -> Json:
    """Make a group with the bot in it, or change its title and members. Returns the Chat.

    `administrator` makes the bot one or an ordinary member; None leaves it as it is.
    """
    if chat_id >= 0:
        raise Impossible("the id of a group is negative")
    if not members:
        raise Impossible("a group needs members; the first one is its creator")
    for person_id in members:
        world.person(person_id)
    chat = world.chats.get(chat_id) or _new_group(world, chat_id, title, members)
    creator = chat.members[0]
    if title != chat.title:
        chat.title = title
        announce(world, chat, creator, {"new_chat_title": title})
    change_members(world, chat, list(dict.fromkeys(members)), creator)
    if administrator is not None and (status := "administrator" if administrator else "member") != chat.bot_status:
        change_bot_status(world, chat, status, members[0])
    world.touch()
    world.feed.afresh(chat_id)
    return world.chat_object(chat)


def _new_group(world: World, chat_id: int, title: str, members: list[int]) -> Chat:
    # Supergroups have identifiers that begin with -100 and count their own messages.
    kind = "supergroup" if chat_id <= _SUPERGROUPS else "group"
    people = list(dict.fromkeys(members))
    chat = Chat(chat_id, kind, title, started=True, bot_status="left", members=people)
    world.chats[chat_id] = chat
    change_bot_status(world, chat, "member", people[0])
    return chat


def silence(world: World, chat_id: int, *, silenced: bool) -> None:
    """Let a group's ordinary members, the bot among them, send nothing; or let them again."""
    chat = chat_for(world, chat_id)
    if chat.private:
        raise Impossible("only a group can be silenced")
    chat.silenced = silenced


def migrate(world: World, chat_id: int, to_chat_id: int) -> Json:
    """Make a supergroup of a group and tell the bot in both. Returns the new Chat; the old one takes no messages any more."""
    old = chat_for(world, chat_id)
    if old.type != "group":
        raise Impossible("only a group becomes a supergroup")
    if to_chat_id > _SUPERGROUPS or to_chat_id in world.chats:
        raise Impossible("the id of the supergroup must be a new one that begins with -100")
    new = Chat(to_chat_id, "supergroup", old.title, True, old.bot_status, members=old.members)
    world.chats[to_chat_id] = new
    creator = world.user(old.members[0])
    for chat, content in ((old, {"migrate_to_chat_id": to_chat_id}), (new, {"migrate_from_chat_id": chat_id})):
        world.updates.put("message", copy.deepcopy(world.post(chat, creator, content)))
    old.migrated_to = to_chat_id
    return world.chat_object(new)
