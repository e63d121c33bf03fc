"""The four kinds of reply_markup, read and checked as Telegram checks them."""

import json
from typing import Any

from sandbox.bot_api import errors, limits
from sandbox.bot_api.addresses import link_fault, read_address
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.parameters import Json, Parameters

_INLINE_ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
_REQUESTS = ("request_users", "request_chat", "request_contact", "request_location", "request_poll", "web_app")
_LOOKS = ("style", "icon_custom_emoji_id")
_STYLES = ("primary", "success", "danger")


def read_markup(parameters: Parameters, *, private: bool) -> Json | None:
    """Return the checked reply_markup in its wire form, or None where none was sent."""
    markup = parameters.tree("reply_markup", errors.KEYBOARD_JSON)
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise Refusal(errors.MARKUP_JSON)
    if "inline_keyboard" in markup:
        return inline_keyboard(markup, private=private)
    if "keyboard" in markup:
        return _reply_keyboard(markup, private=private)
    flags = ("selective",)
    if markup.get("remove_keyboard"):
        return {"remove_keyboard": True, **{key: bool(markup[key]) for key in flags if key in markup}}
    if markup.get("force_reply"):
        return {"force_reply": True, **_keyboard_looks(markup)}
    return None


def read_inline_markup(parameters: Parameters, *, private: bool) -> Json | None:
    """Return the inline keyboard of an edit, or None where it takes the keyboard away; other kinds are refused."""
    markup = parameters.mapping("reply_markup", errors.INLINE_JSON)
    if not markup:
        return None
    if "inline_keyboard" not in markup:
        raise Refusal(errors.INLINE_JSON)
    return inline_keyboard(markup, private=private)


def inline_keyboard(markup: Json, *, private: bool) -> Json | None:
    """Return an inline keyboard checked button by button; None where it holds no button."""
    rows = _rows(markup.get("inline_keyboard"), errors.INLINE_JSON)
    if sum(len(row) for row in rows) > limits.BUTTONS:
        raise Refusal(errors.BUTTONS_TOO_MANY)
    checked = [[_inline_button(button, private=private) for button in row] for row in rows if row]
    return {"inline_keyboard": checked} if checked else None


def _rows(rows: Any, failure: errors.Failure) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Refusal(failure)
    return rows


def _inline_button(button: Any, *, private: bool) -> Json:
    if not isinstance(button, dict):
        raise Refusal(errors.BUTTON_OBJECT)
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refusal(errors.BUTTON_TEXT)
    action = next((name for name in _INLINE_ACTIONS if name in button), None)
    if action is None:
        raise Refusal(errors.BUTTON_BARE)
    value = button[action]
    _check_inline_action(action, value, private=private)
    return {"text": text, **_looks(button), action: value}


def _check_inline_action(action: str, value: Any, *, private: bool) -> None:
    if action == "callback_data" and not (isinstance(value, str) and 1 <= len(value.encode()) <= limits.CALLBACK_DATA):
        raise Refusal(errors.BUTTON_DATA)
    if action == "url" and (fault := link_fault(str(value))):
        raise Refusal(errors.BUTTON_URL, url=value, fault=fault)
    if action == "web_app":
        if not private:
            raise Refusal(errors.PRIVATE_ONLY, what=errors.PRIVATE_WORDS[action])
        _check_web_app(value, errors.BUTTON_WEB_APP)
    if action == "copy_text":
        copied = value.get("text") if isinstance(value, dict) else None
        if not isinstance(copied, str) or not 1 <= len(copied) <= limits.COPY_TEXT:
            raise Refusal(errors.BUTTON_COPY)


def _check_web_app(value: Any, failure: errors.Failure) -> None:
    url = value.get("url") if isinstance(value, dict) else None
    if not read_address(url).trusted:
        raise Refusal(failure, url=url)


def _looks(button: Json) -> Json:
    looks = {key: button[key] for key in _LOOKS if button.get(key)}
    if "style" in looks and looks["style"] not in _STYLES:
        raise Refusal(errors.BUTTON_STYLE)
    return looks


def _reply_keyboard(markup: Json, *, private: bool) -> Json | None:
    rows = _rows(markup.get("keyboard"), errors.KEYBOARD_JSON)
    checked = [[_keyboard_button(button, private=private) for button in row] for row in rows if row]
    if not checked:
        return None
    flags = ("is_persistent", "resize_keyboard", "one_time_keyboard")
    return {
        "keyboard": checked,
        **{key: bool(markup[key]) for key in flags if key in markup},
        **_keyboard_looks(markup),
    }


def _keyboard_looks(markup: Json) -> Json:
    placeholder = markup.get("input_field_placeholder")
    looks: Json = {"input_field_placeholder": str(placeholder)[: limits.PLACEHOLDER]} if placeholder else {}
    if "selective" in markup:
        looks["selective"] = bool(markup["selective"])
    return looks


def _keyboard_button(button: Any, *, private: bool) -> Json:
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"].strip():
        raise Refusal(errors.KEYBOARD_TEXT)
    request = next((name for name in _REQUESTS if button.get(name)), None)
    if request is None:
        return {"text": button["text"], **_looks(button)}
    if not private:
        raise Refusal(errors.PRIVATE_ONLY, what=errors.PRIVATE_WORDS[request])
    if request == "web_app":
        _check_web_app(button["web_app"], errors.KEYBOARD_WEB_APP)
    return {"text": button["text"], **_looks(button), request: button[request]}


def same(one: Any, other: Any) -> bool:
    """Tell whether two trees say the same, which is how "message is not modified" is found out."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
