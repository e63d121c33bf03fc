"""Text messages, chat actions and reactions."""

from typing import Any

from sandbox.bot_api import errors, limits
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.methods.asked import (
    asked_chat,
    asked_message,
    asked_text,
    check_present,
    send,
    writable_chat,
)
from sandbox.bot_api.parameters import Json, Parameters
from sandbox.bot_api.world import World
from sandbox.bot_api.world_people import Chat


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
    "setMessageReaction": set_message_reaction,
}
