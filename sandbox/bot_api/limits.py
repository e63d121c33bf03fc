"""The one table of Telegram's limits and of the names it knows, each with its source; its words of refusal are in errors.py.

Sources: C is Client.cpp, Q is Query.cpp and CM is ClientManager.cpp of tdlib/telegram-bot-api (Bot API 10.0), TD is
td/telegram of tdlib/td, D is core.telegram.org/bots/api, "seen" is known from users' reports only, "own" is this
sandbox's own measure.
"""

MESSAGE_TEXT = 4096  # UTF-16 units after parsing; D sendMessage
TEXT_BYTES = 1 << 15  # bytes before parsing; C get_formatted_text
CAPTION_TEXT = 1024  # UTF-16 units after parsing; D sendPhoto
ENTITIES = 100  # entities of one message that are kept; D limits
ENTITY_PLACE = 1_000_000  # UTF-16 units that an entity's offset and length may be at most; TD fix_formatted_text
CALLBACK_DATA = 64  # bytes; D InlineKeyboardButton
COPY_TEXT = 256  # characters; D CopyTextButton
BUTTONS = 100  # inline buttons of one message; seen
CALLBACK_ANSWER = 200  # characters; D answerCallbackQuery
CALLBACK_LIFE = 900  # seconds that a callback query waits for its answer; seen
COMMANDS = 100  # commands of one scope and language; D setMyCommands
COMMAND_NAME = 32  # characters; D BotCommand
COMMAND_DESCRIPTION = 256  # characters; D BotCommand
BOT_NAME = 64  # characters; D setMyName
BOT_DESCRIPTION = 512  # characters; D setMyDescription
BOT_SHORT_DESCRIPTION = 120  # characters; D setMyShortDescription
PLACEHOLDER = 64  # characters of an input placeholder; D ReplyKeyboardMarkup
UPDATES = 100  # updates of one getUpdates; D getUpdates
POLL_SECONDS = 50  # longest timeout of getUpdates; C LONG_POLL_MAX_TIMEOUT
UPDATE_LIFE = 86_400  # seconds that an update is kept; D "Getting updates"
UPDATE_LIVES = {
    "callback_query": 150, "inline_query": 30, "chosen_inline_result": 600, "shipping_query": 150, "pre_checkout_query": 150,
}  # seconds that updates of some kinds are kept instead; C add_update and its callers  # fmt: skip
WEBHOOK_QUEUES = {
    "inline_query": 1, "chosen_inline_result": 2, "callback_query": 3, "my_chat_member": 5, "chat_member": 6,
    "message_reaction": 8, "message_reaction_count": 9,
}  # of one chat or person each; messages of all kinds share a queue, 0; C add_update and its callers  # fmt: skip
WEBHOOK_CONNECTIONS = 100  # D setWebhook
WEBHOOK_CONNECTIONS_DEFAULT = 40  # D setWebhook
SAME_POLL = 3  # seconds in which a repeated offset is held at least that long; C process_get_updates_query
WEBHOOK_PAUSE = 60  # seconds, up to twice that: the longest pause between two tries; WebhookActor.h
WEBHOOK_RETRY_AFTER = 3600  # seconds, the longest Retry-After that is heeded; WebhookActor.cpp, on_update_error
WEBHOOK_GONE = 23 * 3600  # seconds of nothing but HTTP 410 that end a webhook; WebhookActor.h, WEBHOOK_DROP_TIMEOUT
WEBHOOK_PORTS = (443, 80, 88, 8443)  # D setWebhook
WEBHOOK_IP_VERSION = 4  # of a webhook's fixed address; WebhookActor.cpp, check_ip_address
START = 64  # characters of t.me/bot?start=; D bots/features, deep linking
URL_PORT = 65535  # the highest of an address; TD HttpUrl.cpp, parse_url
USER_ID = (1 << 40) - 1  # the highest; TD UserId.h
WEBHOOK_SECRET = 256  # characters; C 16020
INLINE_RESULTS = 50  # D answerInlineQuery
INLINE_LIFE = 60  # seconds that an inline query waits for its answer; seen
INLINE_QUERY = 256  # characters; D InlineQuery
MESSAGES_AT_ONCE = 100  # messages of deleteMessages, copyMessages, forwardMessages; D
ALBUM = 10  # media of one group; TD MessagesManager.cpp, MAX_GROUPED_MESSAGES
DOWNLOAD = 20 << 20  # bytes that getFile serves; D getFile
PHOTO = 10 << 20  # bytes of a photo; D sendPhoto
UPLOAD = 50 << 20  # bytes of another file; D sendDocument
LATITUDE = 90.0  # degrees either way; D Location
LONGITUDE = 180.0  # degrees either way; D Location
ACCURACY = 1500.0  # metres; D sendLocation
HEADING = 360  # degrees; D sendLocation
ALERT_RADIUS = 100_000  # metres; D sendLocation
CHAT_ACTION = 5  # seconds that an action is shown; D sendChatAction
CHAT_ACTIONS = (
    "cancel", "record_audio", "upload_audio", "pick_up_location",
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
)  # D sendChatAction; the first line, old names, is C get_chat_action  # fmt: skip
CHAT_REACTIONS = 11  # max_reaction_count; seen
WEBHOOK_ANSWER = 60  # seconds that a webhook has for its answer; WebhookActor.cpp, create_connection
RESULT_KINDS = (
    "audio", "contact", "document", "game", "gif", "mpeg4_gif", "photo", "sticker", "video", "voice",
)  # that Telegram knows besides article, location and venue; C get_inline_query_result  # fmt: skip
RESULT_ID = 64  # bytes; D InlineQueryResult
LIVE_PERIOD = (60, 86_400)  # seconds of a live location; D sendLocation
LIVE_FOR_EVER = 0x7FFFFFFF  # a live location without an end; D sendLocation
JSON_DEPTH = 100  # lists and objects in each other; TD HttpReader.cpp, DEFAULT_MAX_DEPTH
INTEGER = 21  # digits and sign of a whole number that are looked at: 64 bits hold no more; C get_integer_arg
_REACTIONS = """
    ❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋
    🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡
"""
REACTIONS = frozenset(_REACTIONS.split())  # emoji that a bot may react with; D ReactionTypeEmoji
DELETABLE = 48 * 3600  # seconds after which a bot may no longer delete; D deleteMessage
