"""The one table of Telegram's exact words of refusal, each with its source; those about formatting are in errors_of_entities.py.

Sources: C is Client.cpp, Q is Query.cpp and CM is ClientManager.cpp of tdlib/telegram-bot-api (Bot API 10.0), TD is
td/telegram of tdlib/td, D is core.telegram.org/bots/api, "seen" is known from users' reports only, "own" is this
sandbox's own word.
"""

from typing import Any, NamedTuple


class Failure(NamedTuple):
    """A refusal: HTTP status, Telegram's words (with {places} for what varies) and where they are written."""

    code: int
    text: str
    source: str


class Refusal(Exception):
    """Telegram's "no": carries the HTTP status, the description and, where there are any, the response parameters."""

    def __init__(self, failure: Failure, /, *, parameters: dict[str, int] | None = None, **values: Any) -> None:
        """Fill the failure's {places} with `values`; `parameters` become ResponseParameters."""
        self.code = failure.code
        self.description = f"{PREFIXES[failure.code]}{failure.text.format(**values)}"
        self.parameters = parameters or {}
        super().__init__(self.description)


def lowered(words: str) -> str:
    """Return words as they stand behind "Bad Request: ": the first letter is lowered, unless it begins a name (C 71-205)."""
    name = len(words) > 1 and (words[1] == "_" or "A" <= words[1] <= "Z")
    return words if name else words[:1].lower() + words[1:]


PREFIXES = {
    500: "Internal Server Error",
    400: "Bad Request: ",
    401: "Unauthorized",
    403: "Forbidden: ",
    404: "Not Found",
    409: "Conflict: ",
    429: "Too Many Requests: ",
}

BAD_TOKEN = Failure(404, "", "seen on the hosted server: a malformed token is plain Not Found; CM 76 has other words")
UNAUTHORIZED = Failure(401, "", "C get_closing_error: the token was revoked")
RESTART = Failure(500, ": restart", "C 16296")
NO_METHOD = Failure(404, ": method not found", "C 12664")
NOT_SPOKEN = Failure(400, "sandbox does not speak {method}", "own")
PARAMETER_NOT_SPOKEN = Failure(400, "sandbox does not speak the parameter {name}", "own")
NO_BUSINESS = Failure(400, "business connection not found", "C check_business_connection")
NO_THREAD = Failure(400, "message thread not found", "C check_message_thread")
NOT_FETCHED = Failure(400, "failed to get HTTP URL content: the sandbox fetches no addresses", "seen, and own")
STRINGS = Failure(400, "strings must be encoded in UTF-8", "C, Query.cpp")
JSON_OBJECT = Failure(400, "JSON object expected", "TD HttpReader.cpp, parse_json_parameters")
JSON_VALUE = Failure(400, "can't parse parameter value", "TD HttpReader.cpp, parse_json_parameters")
FORM_BROKEN = Failure(400, "can't parse the form: {why}", "TD HttpReader.cpp, parse_multipart_form_data; words own")
FIELD_WRONG = Failure(400, "{why}", "C; the words are those of errors_of_fields.py")
BAD_JSON = Failure(400, "can't parse {what} JSON object", "C 10661")

CHAT_EMPTY = Failure(400, "chat_id is empty", "C 8201")
CHAT_UNNAMED = Failure(400, "chat identifier is not specified", "C process_delete_message_query")
CHAT_NOT_FOUND = Failure(400, "chat not found", "C 6571")
USER_NOT_FOUND = Failure(400, "user not found", "C 6600")
MEMBER_NOT_FOUND = Failure(400, "member not found", "seen")
USER_ID_INVALID = Failure(400, "invalid user_id specified", "C get_user_id")
BLOCKED = Failure(403, "bot was blocked by the user", "C 125-127")
NOT_STARTED = Failure(403, "bot can't initiate conversation with a user", "TD MessagesManager.cpp 27957")
DEACTIVATED = Failure(403, "user is deactivated", "C 8136")
BOT_TO_BOT = Failure(403, "the bot can't send messages to the bot", "TD MessagesManager.cpp 27952")
MIGRATED = Failure(400, "group chat was upgraded to a supergroup chat", "C 8155")
NO_SEND_RIGHTS = Failure(400, "not enough rights to send {what} to the chat", "TD MessageContent.cpp 6302")
# As NO_SEND_RIGHTS names them. A venue is a location too, so it stands before; whatever else comes is text.
SENT_WORDS = {
    "venue": "venues", "location": "locations", "contact": "contacts", "photo": "photos", "document": "documents",
    "text": "text messages",
}  # TD MessageContent.cpp, can_send_message_content  # fmt: skip
KICKED = Failure(403, "bot was kicked from the {kind} chat", "C 8162-8176")
NOT_MEMBER = Failure(403, "bot is not a member of the {kind} chat", "C 8165-8185")
NO_ADMINISTRATORS = Failure(400, "there are no administrators in the private chat", "C getChatAdministrators")
CANNOT_LEAVE = Failure(400, "chat member status can't be changed in private chats", "TD DialogParticipantManager")

TEXT_EMPTY = Failure(400, "message text is empty", "C 11401")
TEXT_BLANK = Failure(400, "text must be non-empty", "TD MessageEntity.cpp, fix_formatted_text")
TEXT_BYTES = Failure(400, "text is too long", "C get_formatted_text")
TEXT_TOO_LONG = Failure(400, "message is too long", "TD MessageContent.cpp 4759")
PREVIEW_JSON = Failure(400, "can't parse link preview options JSON object", "C get_link_preview_options")
PREVIEW_OBJECT = Failure(400, "object expected as link preview options", "C get_link_preview_options")
CAPTION_TOO_LONG = Failure(400, "message caption is too long", "TD MessageContent.cpp 5242")
PARSE_MODE = Failure(400, "unsupported parse_mode", "C 11323")
ENTITIES_WRONG = Failure(400, "can't parse entities: {why}", "TD SynchronousRequests.cpp 180")
ENTITY_WRONG = Failure(400, "can't parse MessageEntity: {why}", "C get_formatted_text")
ENTITY_URL = Failure(400, "entity URL '{url}' is invalid: {fault}", "TD MessageEntity.cpp, get_message_entities")
ENTITY_EMOJI = Failure(400, "invalid custom emoji identifier specified", "TD MessageEntity.cpp, get_message_entities")
ENTITY_TIME = Failure(400, "invalid date specified", "TD FormattedDate; words seen")
ENTITY_OFFSET = Failure(400, "receive an entity with incorrect offset {offset}", "TD fix_formatted_text")
ENTITY_LENGTH = Failure(400, "receive an entity with incorrect length {length}", "TD fix_formatted_text")
ENTITY_AFTER = Failure(
    400, "entity begins after the end of the text at UTF-16 offset {offset}", "TD clean_input_string_with_entities"
)
ENTITY_LONG = Failure(
    400,
    "entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}",
    "TD clean_input_string_with_entities",
)
ENTITY_BEGINS_WITHIN = Failure(
    400, "entity begins in a middle of a UTF-16 symbol at byte offset {place}", "TD clean_input_string_with_entities"
)
ENTITY_ENDS_WITHIN = Failure(
    400,
    "entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol at byte offset {place}",
    "TD clean_input_string_with_entities",
)
MESSAGE_ID_EMPTY = Failure(400, "message identifier is not specified", "C 12446")
MESSAGE_IDS_EMPTY = Failure(400, "message identifiers are not specified", "C 13816")
TOO_MANY_MESSAGES = Failure(400, "too many message identifiers specified", "C get_message_ids")
MESSAGE_NOT_FOUND = Failure(400, "message to {verb} not found", "C 13252-14864")
REPLY_NOT_FOUND = Failure(400, "message to be replied not found", "C 8516")
NOT_MODIFIED = Failure(
    400,
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message",
    "C 108-111",
)
NOT_EDITABLE = Failure(400, "message can't be edited", "TD MessagesManager.cpp 23386")
NO_TEXT_TO_EDIT = Failure(400, "there is no text in the message to edit", "TD MessagesManager.cpp 23393")
NO_CAPTION_TO_EDIT = Failure(400, "there is no caption in the message to edit", "TD MessagesManager.cpp 23687")
NO_MEDIA_TO_EDIT = Failure(400, "there is no media in the message to edit", "TD MessagesManager.cpp")
NO_LIVE_LOCATION = Failure(400, "message can't be edited", "TD MessagesManager.cpp 23386, for what is no live location")
NOT_DELETABLE = Failure(400, "message can't be deleted", "TD MessagesManager.cpp 8504")
NOT_DELETABLE_FOR_ALL = Failure(400, "message can't be deleted for everyone", "TD MessagesManager.cpp 8507")
NOT_COPYABLE = Failure(400, "message can't be copied", "TD ForwardMessages")
NOT_FORWARDABLE = Failure(400, "message can't be forwarded", "TD ForwardMessages")
NO_INLINE_MESSAGE = Failure(400, "MESSAGE_ID_INVALID", "seen")
REACTION_INVALID = Failure(400, "REACTION_INVALID", "seen")
PIN_RIGHTS = Failure(400, "not enough rights to manage pinned messages in the chat", "TD MessagesManager.cpp")

MARKUP_JSON = Failure(400, "object expected as reply markup", "C 9717")
KEYBOARD_JSON = Failure(400, "can't parse reply keyboard markup JSON object", "C 9708")
KEYBOARD_ROWS = Failure(400, 'field "keyboard" must be an Array of Arrays', "C get_reply_markup")
INLINE_ROWS = Failure(
    400, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays', "C get_reply_markup"
)
INLINE_EXPECTED = Failure(400, "inline keyboard expected", "TD ReplyMarkup.cpp, get_reply_markup")
BUTTON_WRONG = Failure(400, "can't parse inline keyboard button: {why}", "C get_reply_markup")
KEY_WRONG = Failure(400, "can't parse keyboard button: {why}", "C get_reply_markup")
BUTTON_TYPE = Failure(
    400, "BUTTON_TYPE_INVALID", "seen: telegraf issue 2031, TelegramBot/Api issue 337, aiogram issue 1569"
)
BUTTON_DATA = Failure(400, "BUTTON_DATA_INVALID", "seen: python-telegram-bot issue 528")
BUTTON_URL = Failure(400, "inline keyboard button URL '{url}' is invalid: {fault}", "TD ReplyMarkup.cpp 694")
BUTTON_WEB_APP = Failure(
    400, "inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed", "TD ReplyMarkup.cpp 694"
)
KEYBOARD_WEB_APP = Failure(
    400, "keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed", "TD ReplyMarkup.cpp"
)
BUTTON_LOGIN = Failure(
    400, "inline keyboard button login URL '{url}' is invalid: Only HTTPS links are allowed", "TD ReplyMarkup.cpp"
)
NO_CHOSEN_CHATS = Failure(400, "at least one chat type must be allowed", "TD TargetDialogTypes.cpp; words own")
BUTTON_COPY = Failure(400, "BUTTON_COPY_TEXT_INVALID", "seen")
BUTTONS_TOO_MANY = Failure(400, "reply markup is too long", "C fail_query_with_error, for REPLY_MARKUP_TOO_LONG")
_PRIVATE = "TD ReplyMarkup.cpp, get_keyboard_button"
PRIVATE_ONLY = {
    "request_contact": Failure(400, "phone number can be requested in private chats only", _PRIVATE),
    "request_location": Failure(400, "location can be requested in private chats only", _PRIVATE),
    "request_poll": Failure(400, "poll can be requested in private chats only", _PRIVATE),
    "request_users": Failure(400, "users can be requested in private chats only", _PRIVATE),
    "request_chat": Failure(400, "chats can be requested in private chats only", _PRIVATE),
    "web_app": Failure(400, "web App buttons can be used in private chats only", _PRIVATE),
}  # by what a key asks for; TD ReplyMarkup.cpp, get_keyboard_button

PHOTO_MISSING = Failure(400, "there is no {what} in the request", "C 12958")
FILE_WRONG = Failure(400, "wrong file identifier/HTTP URL specified", "TD MessagesManager.cpp 27975")
FILE_ID_INVALID = Failure(400, "invalid file_id", "C 6857")
FILE_UNAVAILABLE = Failure(400, "wrong file_id or the file is temporarily unavailable", "C 8719")
FILE_TOO_BIG = Failure(400, "file is too big", "C getFile")
FILE_EMPTY = Failure(400, "file must be non-empty", "TD FileManager.cpp")
PHOTO_BROKEN = Failure(400, "IMAGE_PROCESS_FAILED", "seen")
PHOTO_TOO_BIG = Failure(400, "file is too big: 10 MB is the most for a photo", "D sendPhoto, and own")
ALBUM_EMPTY = Failure(400, "there are no messages to send", "TD MessagesManager.cpp, send_message_group")
ALBUM_TOO_LONG = Failure(400, "too many messages to send as an album", "TD MessagesManager.cpp, send_message_group")
ALBUM_MIXED = Failure(400, "document can't be mixed with other media types", "C check of media groups")
MEDIA_JSON = Failure(400, "can't parse InputMedia JSON object", "C get_input_media")
MEDIA_KIND = Failure(400, "can't parse InputMedia: type {kind} is not spoken by the sandbox", "own")

ACTION_WRONG = Failure(400, "wrong parameter action in request", "C 13446")
PLACE_EMPTY = Failure(400, "{what} is empty", "C 11412")
PLACE_WRONG = Failure(400, "wrong location specified", "TD Location.cpp, process_input_message_location")
VENUE_WRONG = Failure(400, "wrong venue location specified", "TD Venue.cpp, process_input_message_venue")
LIVE_PERIOD_WRONG = Failure(
    400, "wrong live location period specified", "TD Location.cpp, process_input_message_location"
)
REQUIRED = Failure(400, 'parameter "{name}" is required', "C get_required_string_arg")
VENUE_EMPTY = Failure(400, "{what} is empty", "D sendVenue; words own")

QUERY_TOO_OLD = Failure(400, "query is too old and response timeout expired or query ID is invalid", "C 146-148")
ANSWER_TOO_LONG = Failure(400, "MESSAGE_TOO_LONG", "seen")
ANSWER_URL = Failure(400, "URL_INVALID", "seen")
RESULTS_ARRAY = Failure(400, "expected an Array of inline query results", "C get_inline_query_results")
RESULTS_TOO_MANY = Failure(400, "too many inline query results specified", "C get_inline_query_results")
RESULTS_JSON = Failure(
    400, "can't parse JSON encoded inline query results", "C get_inline_query_results; the reason is left out"
)
RESULT_DOUBLE = Failure(400, "RESULT_ID_DUPLICATE", "seen")
RESULT_WRONG = Failure(400, "can't parse inline query result: {why}", "C get_inline_query_results")
RESULT_KIND = Failure(400, "sandbox does not speak inline query results of type {kind}", "own")
RESULT_MISSING = Failure(400, "result isn't specified", "C get_inline_query_result")
WEB_APP_RESULT_JSON = Failure(
    400, "can't parse JSON encoded web view query results", "C get_inline_query_result; the reason is left out"
)
COMMANDS_JSON = Failure(400, "can't parse commands JSON object", "C 10661")
COMMANDS_ARRAY = Failure(400, "expected an Array of BotCommand", "C get_bot_commands")
COMMAND_WRONG = Failure(400, "can't parse BotCommand: {why}", "C get_bot_commands")
COMMAND_EMPTY = Failure(400, "command must be non-empty", "TD BotCommand.cpp, set_commands")
COMMAND_TOO_LONG = Failure(400, "command length must not exceed {most}", "TD BotCommand.cpp, set_commands")
COMMAND_INVALID = Failure(400, "BOT_COMMAND_INVALID", "seen")
DESCRIPTION_EMPTY = Failure(400, "command description must be non-empty", "TD BotCommand.cpp, set_commands")
DESCRIPTION_TOO_LONG = Failure(
    400, "command description length must not exceed {most}", "TD BotCommand.cpp, set_commands"
)
COMMANDS_TOO_MANY = Failure(400, "BOT_COMMANDS_TOO_MUCH", "seen")
SCOPE_JSON = Failure(400, "can't parse BotCommandScope JSON object", "C get_bot_command_scope")
SCOPE_WRONG = Failure(400, "can't parse BotCommandScope: {why}", "C get_bot_command_scope")
SCOPE_PRIVATE = Failure(400, "can't use specified scope in private chats", "TD BotCommandScope.cpp")
LANGUAGE_WRONG = Failure(400, "invalid language code specified", "TD BotInfoManager.cpp")
PROFILE_TOO_LONG = Failure(400, "bot {what} is too long", "TD BotInfoManager.cpp; words seen")
MENU_JSON = Failure(400, "can't parse menu button JSON object", "C get_bot_menu_button")
MENU_WRONG = Failure(400, "can't parse menu button: {why}", "C get_bot_menu_button")
MENU_URL = Failure(
    400, "menu button Web App URL '{url}' is invalid: Only HTTPS links are allowed", "TD BotMenuButton.cpp; words own"
)
MENU_CHAT = Failure(400, "invalid chat_id specified", "C get_user_id")

SECRET_LETTERS = Failure(400, "secret token contains unallowed characters", "C 16023")
SECRET_TOO_LONG = Failure(400, "secret token is too long", "C 16020")
WEBHOOK_URL = Failure(400, "invalid webhook URL specified", "C do_set_webhook")
WEBHOOK_HTTPS = Failure(
    400, "bad webhook: An HTTPS URL must be provided for webhook", "C webhook_closed, WebhookActor.cpp start_up"
)
WEBHOOK_PORT = Failure(
    400,
    "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
    "C webhook_closed, WebhookActor.cpp start_up",
)
WEBHOOK_IP = Failure(
    400, "bad webhook: Invalid IP address specified", "C webhook_closed, WebhookActor.cpp check_ip_address"
)
WEBHOOK_IP_VERSION = Failure(
    400, "bad webhook: IPv6-only addresses are not allowed", "C webhook_closed, WebhookActor.cpp check_ip_address"
)
WEBHOOK_IP_RESERVED = Failure(
    400, "bad webhook: IP address {address} is reserved", "C webhook_closed, WebhookActor.cpp check_ip_address"
)
WEBHOOK_WAS_SET = "Webhook was set"  # description of a result; C 15877
WEBHOOK_IS_SET = "Webhook is already set"  # description of a result; C 15769
WEBHOOK_WAS_DELETED = "Webhook was deleted"  # description of a result; C 16058
WEBHOOK_IS_DELETED = "Webhook is already deleted"  # description of a result; C 15769
WRONG_RESPONSE = "Wrong response from the webhook: {code} {phrase}"  # last_error_message; WebhookActor.cpp 636
READ_TIMEOUT = "Read timeout expired"  # last_error_message; seen
CONNECTION_REFUSED = "Connection refused"  # last_error_message; seen
CONNECTION_CLOSED = "Connection closed"  # last_error_message; seen
WEBHOOK_ACTIVE = Failure(
    409,
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    "C 15703",
)
OTHER_POLL = Failure(
    409, "terminated by other getUpdates request; make sure that only one bot instance is running", "C 16232"
)
WEBHOOK_CAME = Failure(409, "terminated by setWebhook request", "C 16229")
FLOOD = Failure(429, "retry after {seconds}", "Q set_retry_after_error")
FAULTS = {"restart": RESTART, "unauthorized": UNAUTHORIZED, "unavailable": FILE_UNAVAILABLE}  # by kind of /play/fault
