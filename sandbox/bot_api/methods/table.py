"""Every method that the sandbox speaks, by its name in small letters, and the rules for those it does not."""

from collections.abc import Callable
from typing import Any

from sandbox.bot_api import errors
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.method_names import REAL_METHODS, SPELLING
from sandbox.bot_api.methods import answers, chats, copies, edits, intake, media, messages, places, profile
from sandbox.bot_api.parameters import Parameters
from sandbox.bot_api.world import World

Method = Callable[[World, Parameters], Any]
_FAMILIES: list[dict[str, Method]] = [
    dict(family.METHODS) for family in (intake, messages, copies, edits, media, places, answers, profile, chats)
]
METHODS: dict[str, Method] = {name.lower(): method for family in _FAMILIES for name, method in family.items()}

_UNSPOKEN = ("direct_messages_topic_id", "suggested_post_parameters", "allow_paid_broadcast", "video_start_timestamp")


def find_method(name: str) -> Method:
    """Return the method of that name in any case; 404 for a name that is none, 400 for a real one that is not spoken."""
    method = METHODS.get(name.lower())
    if method is None:
        # A loud 400 and no 404: libraries read 404 as a wrong token and give up.
        if name.lower() in REAL_METHODS:
            raise Refusal(errors.NOT_SPOKEN, method=SPELLING[name.lower()])
        raise Refusal(errors.NO_METHOD)
    return method


def is_send(name: str) -> bool:
    """Tell whether a method brings a new message into a chat, which is what flood limits count."""
    low = name.lower()
    return low.startswith(("send", "copymessage", "forwardmessage")) and low != "sendchataction"


def carry_out(world: World, name: str, parameters: Parameters) -> Any:
    """Carry out a call and return its result; Refusal where Telegram says no."""
    method = find_method(name)
    _refuse_unspoken(parameters)
    if is_send(name):
        _hold_back(world, parameters)
    result = method(world, parameters)
    world.touch()
    return result


def _refuse_unspoken(parameters: Parameters) -> None:
    """Refuse what would change the outcome and is not done here, so that no answer says more than was done."""
    if parameters.has("business_connection_id"):
        raise Refusal(errors.NO_BUSINESS)
    # No group of the sandbox has topics, so no thread can be meant.
    if parameters.integer("message_thread_id"):
        raise Refusal(errors.NO_THREAD)
    for name in _UNSPOKEN:
        if parameters.has(name) and parameters.text(name).lower() not in ("false", "0"):
            raise Refusal(errors.PARAMETER_NOT_SPOKEN, name=name)


def _hold_back(world: World, parameters: Parameters) -> None:
    """Answer 429 where a player ordered a flood for this chat."""
    chat_id = parameters.integer("chat_id")
    for flood in world.floods:
        if flood.chat_id in (None, chat_id):
            flood.count -= 1
            if flood.count <= 0:
                world.floods.remove(flood)
            seconds = flood.retry_after
            raise Refusal(errors.FLOOD, seconds=seconds, parameters={"retry_after": seconds})
