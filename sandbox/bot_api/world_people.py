"""People and the chats they write in, with everything a chat remembers; plain data that turns into the Bot API's shapes."""

from dataclasses import asdict, dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Person:
    """Somebody who plays a user of Telegram."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"

    def names(self) -> Json:
        """Return the name fields that a User and a private Chat share, without the empty ones."""
        names = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {key: value for key, value in names.items() if value}

    def user(self) -> Json:
        """Return the User object."""
        language = {"language_code": self.language_code} if self.language_code else {}
        return {"id": self.id, "is_bot": False, **self.names(), **language}


@dataclass
class Chat:
    """A private chat (its id is the person's) or a group (negative id), as the people in it see it."""

    id: int
    type: str = "private"
    title: str = ""
    started: bool = False
    bot_status: str = "member"
    members: list[int] = field(default_factory=list)
    messages: dict[int, Json] = field(default_factory=dict)
    last_message_id: int = 0
    keyboard: Json | None = None
    keyboard_message_id: int = 0
    unalterable: list[int] = field(default_factory=list)
    deactivated: bool = False
    silenced: bool = False
    migrated_to: int = 0
    pinned: list[int] = field(default_factory=list)
    typing: Json | None = None
    menu_button: Json | None = None
    reactions: dict[int, dict[str, list[Json]]] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        """Tell whether this is a chat of one person with the bot."""
        return self.type == "private"

    def dump(self) -> Json:
        """Return a tree for the data file."""
        return asdict(self)


def load_chat(tree: Json) -> Chat:
    """Rebuild a chat from the data file, where JSON made strings of its integer keys."""
    chat = Chat(**tree)
    chat.messages = {int(key): message for key, message in chat.messages.items()}
    chat.reactions = {int(key): reactions for key, reactions in chat.reactions.items()}
    return chat
