"""initData: who opened a Mini App, signed by Telegram; read strictly and believed only when everything about it holds.

https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

OLDEST = 300.0
"""Seconds since the page was opened."""
AHEAD = 30.0
"""Seconds that Telegram's clock may be ahead of ours."""
MOST_CHARACTERS = 8192
_NUMBER = re.compile(r"[1-9][0-9]{0,15}")
_HASH = re.compile(r"[0-9a-f]{64}")


class Invalid(ValueError):
    """This initData is not to be believed; the text says why and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class InitData:
    """What was signed, as far as we use it."""

    user_id: int
    language_code: str
    auth_date: int
    """Unix seconds."""
    query_id: str
    hash: str


def validate(init_data: str, bot_token: str, now: float) -> InitData:
    """Read initData and check it; `Invalid` where anything is wrong. `now` in Unix seconds.

    The data-check string is every field but `hash` (`signature` stays in), sorted, one a line.
    """
    fields = _fields(init_data)
    told = fields.pop("hash", "")
    if not _HASH.fullmatch(told) or not hmac.compare_digest(told, _signed(fields, bot_token)):
        raise Invalid("the hash does not fit")
    # Nothing is read before the hash was found right: from here on it is Telegram's own word.
    auth_date = _number(fields.get("auth_date", ""), "auth_date")
    if not now - OLDEST <= auth_date <= now + AHEAD:
        raise Invalid("auth_date is not of these minutes")
    user = _user(fields.get("user", ""))
    language = user.get("language_code", "")
    return InitData(
        user_id=user["id"],
        language_code=language if isinstance(language, str) else "",
        auth_date=auth_date,
        query_id=fields.get("query_id", ""),
        hash=told,
    )


def _fields(init_data: str) -> dict[str, str]:
    if len(init_data) > MOST_CHARACTERS:
        raise Invalid("it is too long")
    try:
        # Half of a surrogate pair may stand in JSON and in no signed text.
        init_data.encode()
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=32)
    except (ValueError, RecursionError):
        raise Invalid("it is not a query string") from None
    # A line break would let one field sum up like two.
    if any("\n" in text for pair in pairs for text in pair):
        raise Invalid("a field has two lines")
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Invalid("a field stands twice")
    return fields


def _signed(fields: dict[str, str], bot_token: str) -> str:
    checked = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hmac.new(b"WebAppData", bot_token.encode(), hashlib.sha256).digest()
    return hmac.new(key, checked.encode(), hashlib.sha256).hexdigest()


def _number(text: str, name: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise Invalid(f"{name} is not a number")
    return int(text)


def _user(text: str) -> dict[str, Any]:
    try:
        user = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid("user is not JSON") from None
    if not isinstance(user, dict):
        raise Invalid("user is not an object")
    identifier = user.get("id")
    # A truth value is an int in Python, and nobody's id.
    if not isinstance(identifier, int) or isinstance(identifier, bool) or not 0 < identifier < 2**52:
        raise Invalid("user has no id")
    if user.get("is_bot"):
        raise Invalid("a bot opens no pages")
    return user
