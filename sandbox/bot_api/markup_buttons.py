"""One button of a keyboard, inline or below the chat, with the value that its kind must have; FieldError says what cannot be read."""

from typing import Any

from sandbox.bot_api import errors, limits
from sandbox.bot_api import errors_of_fields as words
from sandbox.bot_api.addresses import read_address
from sandbox.bot_api.errors import Failure, Refusal
from sandbox.bot_api.errors_of_fields import FieldError
from sandbox.bot_api.errors_of_links import LinkError
from sandbox.bot_api.fields import Fields
from sandbox.bot_api.links import checked_link, link_user

Json = dict[str, Any]
# In the order in which Telegram looks for them: what it finds first is what the button does.
_ACTIONS = (
    "url", "callback_data", "callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat", "login_url", "web_app", "copy_text",
)  # fmt: skip
_FLAGS = ("request_contact", "request_location")
_REQUESTS = ("request_poll", "web_app", "request_users", "request_chat")
_LOOKS = ("style", "icon_custom_emoji_id")
_STYLES = ("primary", "success", "danger")
_CHATS = ("allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats")


def inline_button(button: Any, *, private: bool) -> Json | None:
    """Return one checked InlineKeyboardButton; None where it has no words, which hides it."""
    fields = Fields(button, words.INLINE_BUTTON)
    text = fields.text("text")
    action = next((name for name in _ACTIONS if _has(fields, name)), None)
    if action is None:
        raise FieldError(words.TEXT_BUTTON)
    value = _inline_value(fields, action, private=private)
    return {"text": text, **_looks(fields), action: value} if text else None


def _has(fields: Fields, name: str) -> bool:
    """Tell whether a button has that action: empty strings are no addresses and no data, all else counts by being there."""
    return bool(fields.optional_text(name)) if name in ("url", "callback_data") else fields.has(name)


def _inline_value(fields: Fields, action: str, *, private: bool) -> Any:
    if action in ("callback_game", "pay") or (action == "web_app" and not private):
        raise Refusal(errors.BUTTON_TYPE)
    if action == "callback_data" and len(fields.text(action).encode()) > limits.CALLBACK_DATA:
        raise Refusal(errors.BUTTON_DATA)
    if action == "url":
        return _link(fields.text(action))
    if action in ("login_url", "web_app"):
        _check_page(fields, action, errors.BUTTON_LOGIN if action == "login_url" else errors.BUTTON_WEB_APP)
    elif action == "copy_text":
        if not 1 <= len(Fields(fields.mapping(action)).text("text")) <= limits.COPY_TEXT:
            raise Refusal(errors.BUTTON_COPY)
    elif action == "switch_inline_query_chosen_chat":
        _check_chosen(Fields(fields.mapping(action)))
    else:
        return fields.text(action)
    return fields.mapping(action)


def _link(url: str) -> str:
    """Return the address of a button as Telegram keeps it; refused where it leads nowhere."""
    if user := link_user(url):
        return f"tg://user?id={user}"
    try:
        return checked_link(url)
    except LinkError as error:
        raise Refusal(errors.BUTTON_URL, url=url, fault=str(error)) from None


def _check_page(fields: Fields, name: str, failure: Failure) -> None:
    url = Fields(fields.mapping(name)).text("url")
    if not read_address(url).trusted:
        raise Refusal(failure, url=url)


def _check_chosen(chosen: Fields) -> None:
    chosen.optional_text("query")
    allowed = [name for name in _CHATS if chosen.flag(name)]
    if not allowed:
        raise Refusal(errors.NO_CHOSEN_CHATS)


def _looks(fields: Fields) -> Json:
    looks = {name: fields.optional_text(name) for name in _LOOKS}
    if looks["style"] and looks["style"] not in _STYLES:
        raise FieldError(words.BUTTON_STYLE)
    return {name: value for name, value in looks.items() if value}


def keyboard_button(button: Any, *, private: bool) -> Json | None:
    """Return one checked KeyboardButton; None where it has no words, which hides it."""
    if isinstance(button, str):
        return {"text": button} if button else None
    fields = Fields(button, words.KEYBOARD_BUTTON)
    text = fields.text("text")
    flags = [name for name in _FLAGS if fields.flag(name)]
    request = next(iter([*flags, *(name for name in _REQUESTS if fields.has(name))]), None)
    if request in _REQUESTS:
        fields.mapping(request)
    if request in ("request_users", "request_chat"):
        Fields(fields.mapping(request)).integer("request_id")
    looks = _looks(fields)
    if not text:
        return None
    if request is None:
        return {"text": text, **looks}
    if not private:
        raise Refusal(errors.PRIVATE_ONLY[request])
    if request == "web_app":
        _check_page(fields, request, errors.KEYBOARD_WEB_APP)
    return {"text": text, **looks, request: fields.tree[request]}
