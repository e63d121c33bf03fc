"""Telegram's exact words for formatting that it cannot parse, each with its source: what follows "can't parse entities: ".

Sources: TD is td/telegram of tdlib/td (MessageEntity.cpp; offsets count bytes), "own" is this sandbox's own word.
"""

from typing import Any, NamedTuple


class Words(NamedTuple):
    """What is wrong, with {places} for what varies, and where it is written."""

    text: str
    source: str


class WordsError(ValueError):
    """Something that Telegram does not take; the message says why."""

    def __init__(self, words: Words, /, **values: Any) -> None:
        """Fill the {places} with `values`."""
        super().__init__(words.text.format(**values))


class EntitiesError(WordsError):
    """Formatting that Telegram cannot parse; the message is the part after "can't parse entities: "."""


HTML_UNCLOSED = Words('Can\'t find end tag corresponding to start tag "{tag}"', "TD 3559")
HTML_START_UNCLOSED = Words("Unclosed start tag at byte offset {offset}", "TD parse_html")
HTML_UNSUPPORTED = Words('Unsupported start tag "{tag}" at byte offset {offset}', "TD 3355")
HTML_SPAN = Words('Tag "span" must have class "tg-spoiler" at byte offset {offset}', "TD parse_html")
HTML_END_UNCLOSED = Words("Unclosed end tag at byte offset {offset}", "TD parse_html")
HTML_END_UNEXPECTED = Words("Unexpected end tag at byte offset {offset}", "TD parse_html")
HTML_UNMATCHED = Words(
    'Unmatched end tag at byte offset {offset}, expected "</{expected}>", found "</{found}>"', "TD 3481"
)
EMOJI_INVALID = Words("Invalid custom emoji identifier specified", "TD parse_html")
MARKDOWN_UNCLOSED = Words("Can't find end of {kind} entity at byte offset {offset}", "TD parse_markdown_v2")
MARKDOWN_LEGACY_UNCLOSED = Words(
    "Can't find end of the entity starting at byte offset {offset}", "TD parse_markdown, the legacy one"
)
MARKDOWN_URL_UNCLOSED = Words("Can't find end of a URL at byte offset {offset}", "TD parse_markdown_v2")
MARKDOWN_RESERVED = Words(
    "Character '{letter}' is reserved and must be escaped with the preceding '\\'", "TD parse_markdown_v2"
)
MARKDOWN_EMOJI = Words("Custom emoji entity must contain a tg://emoji URL", "TD parse_markdown_v2")
MARKDOWN_EMOJI_ID = Words("Custom emoji URL must have an emoji identifier", "TD LinkManager.cpp")
TIME_INVALID = Words("Invalid date-time specified", "TD parse_html; words seen")
TIME_FORMAT_INVALID = Words("Invalid date-time format specified", "TD parse_html; words seen")
KINDS = {
    "pre": "Pre", "spoiler": "Spoiler", "underline": "Underline", "custom_emoji": "CustomEmoji", "italic": "Italic",
    "bold": "Bold", "strikethrough": "Strikethrough", "code": "Code", "text_link": "TextUrl",
}  # as MARKDOWN_UNCLOSED names them; TD parse_markdown_v2  # fmt: skip
