"""What an export shows of a conversation and of the inbox: what is known to be harmless, and of the rest only that it is held.

An export travels through a chat: a code, a provider's word, a pass or a password in it could be used by whoever reads along.
"""

import json
from collections.abc import Collection
from typing import Any

HELD = "(held, not shown)"
"""In place of a credential, and of whatever may be one."""
FACTS = frozenset(
    {"card", "connect_provider", "connect_until", "field", "latitude", "longitude", "position_until", "query"}
    | {"username", "wish_location", "wish_service"}
)
"""What people tell on the way through a conversation, by its name there."""
OF_UPDATES = frozenset(
    {"chat_id", "date", "edit_date", "first_name", "id", "is_bot", "is_premium", "language_code", "last_name"}
    | {"latitude", "longitude", "message_id", "phone_number", "title", "type", "update_id", "user_id", "username"}
)
"""Of an update, what says who, when and where; nobody has looked yet at what was typed, and an address may hold a pass."""


def facts(stored: bytes) -> Any:
    """Of a conversation."""
    return _told(stored, FACTS)


def of_update(stored: bytes) -> Any:
    """Of an update that waits."""
    return _told(stored, OF_UPDATES)


def _told(stored: bytes, names: Collection[str]) -> Any:
    try:
        return _harmless(json.loads(stored), names)
    except (ValueError, RecursionError):
        return HELD


def _harmless(value: Any, names: Collection[str], name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _harmless(held, names, key) for key, held in value.items()}
    if isinstance(value, list):
        return [_harmless(held, names, name) for held in value]
    return value if name in names else HELD
