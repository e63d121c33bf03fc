"""What the bot may learn about chats and their members, and leaving them."""

import copy

from sandbox.bot_api import errors, limits
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.methods.asked import asked_chat, check_writable
from sandbox.bot_api.parameters import Json, Parameters
from sandbox.bot_api.world import World
from sandbox.bot_api.world_people import Chat

_GONE = ("left", "kicked")
_NO_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_promote_members", "can_manage_video_chats", "can_restrict_members",
    "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip
# Newer than Bot API 10.0: libraries that know it cannot do without it, and those that do not are used to strangers.
_NEWER_RIGHTS = ("can_send_welcome_messages",)
_RIGHTS = ("can_manage_chat", "can_delete_messages", "can_change_info", "can_invite_users", "can_pin_messages")
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
)  # fmt: skip


def get_chat(world: World, parameters: Parameters) -> Json:
    """Return the ChatFullInfo."""
    chat = asked_chat(world, parameters)
    full = {
        **world.chat_object(chat),
        "accent_color_id": chat.id % 7 if chat.private else 0,
        "max_reaction_count": limits.CHAT_REACTIONS,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }
    if not chat.private:
        check_writable(chat)
        full["permissions"] = {name: not (chat.silenced and name.startswith("can_send_")) for name in _PERMISSIONS}
    if chat.pinned:
        full["pinned_message"] = chat.messages[chat.pinned[-1]]
    return full


def member(world: World, chat: Chat, user_id: int) -> Json:
    """Return the ChatMember of somebody in a chat, "left" for who is not in it."""
    user = world.user(user_id)
    if user_id != world.bot.id:
        if chat.private:
            return {"status": "member" if user_id == chat.id else "left", "user": user}
        if chat.members[:1] == [user_id]:
            return {"status": "creator", "user": user, "is_anonymous": False}
        return {"status": "member" if user_id in chat.members else "left", "user": user}
    return bot_member(chat.bot_status, user)


def bot_member(status: str, user: Json) -> Json:
    """Return the ChatMember of the bot with that status."""
    if status == "kicked":
        return {"status": "kicked", "user": user, "until_date": 0}
    if status == "administrator":
        rights = {**dict.fromkeys((*_NO_RIGHTS, *_NEWER_RIGHTS), False), **dict.fromkeys(_RIGHTS, True)}
        return {"status": "administrator", "user": user, **rights}
    return {"status": status, "user": user}


def get_chat_member(world: World, parameters: Parameters) -> Json:
    """Return one member of a chat; refused for people nobody knows."""
    chat = asked_chat(world, parameters)
    if not chat.private:
        check_writable(chat)
    user_id = parameters.integer("user_id")
    if user_id <= 0:
        raise Refusal(errors.USER_ID_INVALID)
    if user_id != world.bot.id and user_id not in world.people:
        raise Refusal(errors.MEMBER_NOT_FOUND)
    return member(world, chat, user_id)


def get_chat_administrators(world: World, parameters: Parameters) -> list[Json]:
    """Return the creator, and the bot where it is an administrator."""
    chat = asked_chat(world, parameters)
    if chat.private:
        raise Refusal(errors.NO_ADMINISTRATORS)
    check_writable(chat)
    user_ids = [*chat.members[:1], *([world.bot.id] if chat.bot_status == "administrator" else [])]
    return [member(world, chat, user_id) for user_id in user_ids]


def get_chat_member_count(world: World, parameters: Parameters) -> int:
    """Return how many are in a chat, the bot included."""
    chat = asked_chat(world, parameters)
    return 2 if chat.private else len(chat.members) + (chat.bot_status not in ("left", "kicked"))


def leave_chat(world: World, parameters: Parameters) -> bool:
    """Take the bot out of a group."""
    chat = asked_chat(world, parameters)
    if chat.private:
        raise Refusal(errors.CANNOT_LEAVE)
    check_writable(chat)
    change_bot_status(world, chat, "left", world.bot.id)
    return True


def change_bot_status(world: World, chat: Chat, status: str, by: int) -> None:
    """Give the bot another status in a chat and tell it so with my_chat_member."""
    old, chat.bot_status = chat.bot_status, status
    change = {
        "chat": world.chat_object(chat),
        "from": world.user(by),
        "date": world.date(),
        "old_chat_member": bot_member(old, world.bot.user()),
        "new_chat_member": bot_member(status, world.bot.user()),
    }
    world.updates.put("my_chat_member", change)
    if not chat.private and (old in _GONE) != (status in _GONE):
        me = world.bot.user()
        announce(world, chat, by, {"left_chat_member": me} if status in _GONE else {"new_chat_members": [me]})
    world.touch()
    world.feed.afresh(chat.id)


def announce(world: World, chat: Chat, by: int, content: Json) -> None:
    """Post a service message and tell the bot: it hears them where it is, and of its own going (C need_skip_update_message)."""
    message = world.post(chat, world.user(by), content)
    goes = content.get("left_chat_member", {}).get("id") == world.bot.id
    if chat.bot_status not in _GONE or goes:
        world.updates.put("message", copy.deepcopy(message))


def change_members(world: World, chat: Chat, members: list[int], by: int) -> None:
    """Make these the people of a group, the first its creator, and say who came and who went."""
    earlier, before = chat.members, {one: member(world, chat, one) for one in (*chat.members, *members)}
    chat.members = members
    if joined := [world.user(one) for one in members if one not in earlier]:
        announce(world, chat, by, {"new_chat_members": joined})
    for one in earlier:
        if one not in members:
            # Whoever is gone did not put others out any more, so they went by themselves.
            announce(world, chat, by if by in members else one, {"left_chat_member": world.user(one)})
    # Only administrators hear of members one by one, and only those who asked for it (D chat_member).
    if chat.bot_status != "administrator":
        return
    for one, old in before.items():
        new = member(world, chat, one)
        if new != old:
            told = {"chat": world.chat_object(chat), "from": world.user(by), "date": world.date()}
            world.updates.put("chat_member", {**told, "old_chat_member": old, "new_chat_member": new})


def get_user_profile_photos(world: World, parameters: Parameters) -> Json:
    """Return the photos of a person: nobody in the sandbox has any."""
    user_id = parameters.integer("user_id")
    if user_id not in world.people and user_id != world.bot.id:
        raise Refusal(errors.USER_NOT_FOUND)
    return {"total_count": 0, "photos": []}


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "getUserProfilePhotos": get_user_profile_photos,
}
