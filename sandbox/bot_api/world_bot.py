"""Who the bot is to the people: its names, descriptions, commands and menu button, by language and scope."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

Json = dict[str, Any]
DEFAULT_MENU: Json = {"type": "commands"}


@dataclass
class Bot:
    """The one bot of this world: whoever asked last with a well-formed token."""

    id: int = 8_080_808_080
    token: str = ""
    username: str = "queue_demo_bot"
    names: dict[str, str] = field(default_factory=lambda: {"": "Queue demo"})
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[str, dict[str, list[Json]]] = field(default_factory=dict)
    menu_button: Json | None = None

    def user(self) -> Json:
        """Return the User object of the bot."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.names.get("") or "Queue demo",
            "username": self.username,
        }

    def dump(self) -> Json:
        """Return a tree for the data file; the token is nobody's business there."""
        return {**asdict(self), "token": ""}

    def set_commands(self, scope: Json, language: str, commands: list[Json]) -> None:
        """Keep the commands of exactly this scope and language; none at all deletes them."""
        slot = self.commands.setdefault(scope_key(scope), {})
        # An empty list is how clients delete commands without deleteMyCommands.
        slot.pop(language, None)
        if commands:
            slot[language] = commands

    def get_commands(self, scope: Json, language: str) -> list[Json]:
        """Return the commands of exactly this scope and language, [] where none were set."""
        return self.commands.get(scope_key(scope), {}).get(language, [])

    def commands_for(
        self, chat_id: int, user_id: int, language: str, *, private: bool, administrator: bool
    ) -> list[Json]:
        """Return what that person's menu shows there: the narrowest scope wins, and in it the language over none (D BotCommandScope)."""
        here = {"chat_id": chat_id}
        if private:
            scopes: list[Json] = [{"type": "chat", **here}, {"type": "all_private_chats"}]
        else:
            scopes = [
                {"type": "chat_member", **here, "user_id": user_id},
                *([{"type": "chat_administrators", **here}] if administrator else []),
                {"type": "chat", **here},
                *([{"type": "all_chat_administrators"}] if administrator else []),
                {"type": "all_group_chats"},
            ]
        for scope in (*scopes, {"type": "default"}):
            for code in (short(language), ""):
                if commands := self.get_commands(scope, code):
                    return commands
        return []


def short(language: str) -> str:
    """Return the two letters of a language by which a bot's texts are chosen: pt for pt-br."""
    return language.lower().partition("-")[0]


def scope_key(scope: Json) -> str:
    """Return one string for a scope, whatever the order of its fields."""
    return json.dumps({key: scope[key] for key in ("type", "chat_id", "user_id") if key in scope}, sort_keys=True)


def in_language(texts: dict[str, str], language: str) -> str:
    """Return the text in that language, or the one for everybody, or ""."""
    return texts.get(short(language)) or texts.get("", "")
