"""Telegram's exact words for a JSON object that it cannot read, each with its source: what follows "can't parse <this>: ".

Sources: TD is tdlib/td (JsonBuilder.cpp stands in its tdutils), C is Client.cpp of tdlib/telegram-bot-api.
"""

from typing import Any

from sandbox.bot_api.errors_of_entities import Words


class FieldError(ValueError):
    """An object that Telegram cannot read; the message is the part after "can't parse <this>: "."""

    def __init__(self, words: Words, /, **values: Any) -> None:
        """Fill the {places} with `values`."""
        super().__init__(words.text.format(**values))


MISSING = Words('Can\'t find field "{name}"', "TD JsonBuilder.cpp, get_required_string_field and its neighbours")
NOT_OF_TYPE = Words(
    'Field "{name}" must be of type {kind}', "TD JsonBuilder.cpp, extract_required_field, get_optional_bool_field"
)
NOT_A_NUMBER = Words('Field "{name}" must be a Number', "TD JsonBuilder.cpp, get_required_int_field")
NO_VALID_NUMBER = Words('Field "{name}" must be a valid Number', "TD JsonBuilder.cpp, get_integer_field")
TYPES = {
    str: "String", float: "Number", dict: "Object", list: "Array", bool: "Boolean",
}  # as NOT_OF_TYPE names them; TD JsonBuilder.cpp  # fmt: skip
OBJECT_EXPECTED = Words("expected an Object", "C get_text_entity, get_bot_command, get_input_media")
TYPE_MISSING = Words("Type is not specified", "C get_text_entity_type")
TYPE_UNSUPPORTED = Words("Unsupported type specified", "C get_text_entity_type, get_bot_command_scope")
TIME_FORMAT = Words("Invalid date-time format specified", "C get_date_time_formatting_type; words seen")
INLINE_BUTTON = Words("InlineKeyboardButton must be an Object", "C get_inline_keyboard_button")
TEXT_BUTTON = Words("Text buttons are unallowed in the inline keyboard", "C get_inline_keyboard_button")
KEYBOARD_BUTTON = Words("KeyboardButton must be a String or an Object", "C get_keyboard_button")
BUTTON_STYLE = Words("invalid button style specified", "C get_inline_keyboard_button; words own")
INLINE_RESULT = Words("Inline query result must be an object", "C get_inline_query_result")
RESULT_TYPE = Words('type "{kind}" is unsupported for the inline query result', "C get_inline_query_result")
RESULT_ID = Words("every result needs an id of 1-64 bytes", "D InlineQueryResult; words own")
CONTENT_MISSING = Words("Input message content is not specified", "C get_input_message_content")
SCOPE_OBJECT = Words("BotCommandScope must be an Object", "C get_bot_command_scope")
SCOPE_CHAT = Words("Empty chat_id specified", "C get_bot_command_scope")
SCOPE_USER = Words("Invalid user_id specified", "C get_bot_command_scope")
MENU_OBJECT = Words("MenuButton must be an Object", "C get_bot_menu_button")
MENU_TYPE = Words("MenuButton has unsupported type", "C get_bot_menu_button")
