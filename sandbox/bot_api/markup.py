"""The four kinds of reply_markup, read and checked as Telegram checks them (C get_reply_markup, then TD ReplyMarkup.cpp)."""

import json
from collections.abc import Callable
from typing import Any

from sandbox.bot_api import errors, limits
from sandbox.bot_api.errors import Failure, Refusal, lowered
from sandbox.bot_api.errors_of_fields import FieldError
from sandbox.bot_api.fields import Fields
from sandbox.bot_api.markup_buttons import inline_button, keyboard_button
from sandbox.bot_api.parameters import Json, Parameters

_INLINE, _KEYS = "inline_keyboard", "keyboard"
_KEYBOARD_FLAGS = ("is_persistent", "resize_keyboard", "one_time_keyboard")


def read_markup(parameters: Parameters, *, private: bool) -> Json | None:
    """Return the checked reply_markup in its wire form, or None where none was sent."""
    markup = parameters.tree("reply_markup", errors.KEYBOARD_JSON)
    return None if markup is None else checked_markup(markup, private=private)


def read_inline_markup(parameters: Parameters, *, private: bool) -> Json | None:
    """Return the inline keyboard of an edit, or None where it takes the keyboard away; other kinds are refused."""
    markup = read_markup(parameters, private=private)
    if markup is not None and _INLINE not in markup:
        raise Refusal(errors.INLINE_EXPECTED)
    return markup


def checked_markup(markup: Any, *, private: bool) -> Json | None:
    """Return a reply_markup checked field by field and button by button; None where it holds nothing."""
    if not isinstance(markup, dict):
        raise Refusal(errors.MARKUP_JSON)
    try:
        return _read(Fields(markup), private=private)
    except FieldError as error:
        raise Refusal(errors.FIELD_WRONG, why=lowered(str(error))) from None


def _read(fields: Fields, *, private: bool) -> Json | None:
    keys = _rows(fields, _KEYS, errors.KEYBOARD_ROWS, errors.KEY_WRONG, keyboard_button, private=private)
    inline = _rows(fields, _INLINE, errors.INLINE_ROWS, errors.BUTTON_WRONG, inline_button, private=private)
    removed, forced, looks = fields.flag("remove_keyboard"), fields.flag("force_reply"), _looks(fields)
    # What comes first counts, however much more there is.
    if keys is not None:
        shown = {name: fields.flag(name) for name in _KEYBOARD_FLAGS if fields.has(name)}
        return {_KEYS: keys, **shown, **looks} if keys else None
    if inline is not None:
        if sum(len(row) for row in inline) > limits.BUTTONS:
            raise Refusal(errors.BUTTONS_TOO_MANY)
        return {_INLINE: inline} if inline else None
    if removed:
        return {"remove_keyboard": True, **({"selective": looks["selective"]} if "selective" in looks else {})}
    return {"force_reply": True, **looks} if forced else None


def _rows(
    fields: Fields,
    name: str,
    not_rows: Failure,
    wrong: Failure,
    read: Callable[..., Json | None],
    *,
    private: bool,
) -> list[list[Json]] | None:
    """Return the rows of buttons that show something; None where there are no rows at all."""
    rows = fields.array(name) if fields.has(name) else []
    if not rows:
        return None
    if not all(isinstance(row, list) for row in rows):
        raise Refusal(not_rows)
    try:
        checked = [[read(button, private=private) for button in row] for row in rows]
    except FieldError as error:
        raise Refusal(wrong, why=str(error)) from None
    # A button without words and a row without buttons are not shown, and nobody is told.
    shown = [[button for button in row if button is not None] for row in checked]
    return [row for row in shown if row]


def _looks(fields: Fields) -> Json:
    placeholder = fields.optional_text("input_field_placeholder")
    looks: Json = {"input_field_placeholder": placeholder[: limits.PLACEHOLDER]} if placeholder else {}
    if fields.has("selective"):
        looks["selective"] = fields.flag("selective")
    return looks


def same(one: Any, other: Any) -> bool:
    """Tell whether two trees say the same, which is how "message is not modified" is found out."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
