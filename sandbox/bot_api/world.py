"""The whole small world of the sandbox's Telegram: one bot, its people and chats, what was said, and what is on its way to the bot."""

import hashlib
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.bot_api.world_bot import DEFAULT_MENU, Bot, in_language
from sandbox.bot_api.world_feed import Feed
from sandbox.bot_api.world_files import Files
from sandbox.bot_api.world_people import Chat, Person, load_chat
from sandbox.bot_api.world_updates import Updates
from sandbox.clock import Clock

Json = dict[str, Any]
CALLS_KEPT = 20_000


@dataclass
class Flood:
    """An order to answer the next `count` sends with 429; `chat_id` None means in any chat."""

    retry_after: int
    count: int
    chat_id: int | None = None


@dataclass
class Queries:
    """Questions of people's apps that the bot may answer by their id, and messages known by an inline_message_id."""

    callbacks: dict[str, Json] = field(default_factory=dict)
    inline: dict[str, Json] = field(default_factory=dict)
    web_apps: dict[str, Json] = field(default_factory=dict)
    inline_messages: dict[str, list[int]] = field(default_factory=dict)


class World:
    """Everything that is true in the sandbox's Telegram. Pure but for the injected clock."""

    def __init__(self, clock: Clock, seed: int) -> None:
        """Begin an empty world; the same seed gives the same identifiers."""
        self.clock = clock
        self.seed = seed
        self.feed = Feed()
        self.revision = 0
        self.updates = Updates(clock, 100_000_001 + seed % 1000)
        self.bot = Bot()
        self._last_message_id = 0
        self._last_query = 0
        self._begin()

    def _begin(self) -> None:
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.files = Files()
        self.queries = Queries()
        self.floods: list[Flood] = []
        self.calls: deque[Json] = deque(maxlen=CALLS_KEPT)

    def reset(self) -> None:
        """Forget the people and all that was said. What the bot set for itself stays, for it may be running.

        Numbers are not given twice: a running bot has confirmed the old updates and remembers the old messages.
        """
        self._begin()
        self.updates.drop()
        self.touch()
        self.feed.afresh()

    def touch(self) -> None:
        """Note that something changed that a data file should hold."""
        self.revision += 1

    def date(self) -> int:
        """Return the time as messages carry it: whole Unix seconds."""
        return int(self.clock.now())

    # People and chats

    def person(self, person_id: int) -> Person:
        """Return that person, made now where nobody knew of them."""
        if person_id not in self.people:
            self.people[person_id] = Person(person_id, f"Person {person_id}")
        return self.people[person_id]

    def private_chat(self, person_id: int) -> Chat:
        """Return that person's chat with the bot, made now where there was none."""
        self.person(person_id)
        if person_id not in self.chats:
            self.chats[person_id] = Chat(person_id)
        return self.chats[person_id]

    def chat_object(self, chat: Chat) -> Json:
        """Return the Chat object."""
        names = self.person(chat.id).names() if chat.private else {"title": chat.title}
        return {"id": chat.id, "type": chat.type, **names}

    def user(self, user_id: int) -> Json:
        """Return the User object of a person or of the bot."""
        return self.bot.user() if user_id == self.bot.id else self.person(user_id).user()

    # Messages

    def post(self, chat: Chat, sender: Json, content: Json, keyboard: Json | None = None) -> Json:
        """Write a message into a chat and show it; `keyboard` is a checked reply_markup of any kind. Returns the Message."""
        # Supergroups count their own messages; private chats and small groups share one count for each bot.
        if chat.type == "supergroup":
            chat.last_message_id += 1
            message_id = chat.last_message_id
        else:
            self._last_message_id += 1
            message_id = self._last_message_id
        message = {
            "message_id": message_id,
            "from": sender,
            "chat": self.chat_object(chat),
            "date": self.date(),
            **content,
        }
        if keyboard is not None and "inline_keyboard" in keyboard:
            message["reply_markup"] = keyboard
        chat.messages[message_id] = message
        # Apps stop showing "typing" when the message comes that was being typed.
        if sender["is_bot"] and chat.typing:
            chat.typing = None
        self.touch()
        self.feed.tell(chat.id, "message", {"message": message})
        if keyboard is not None and "inline_keyboard" not in keyboard:
            chat.unalterable.append(message_id)
            self.show_keyboard(chat, None if "remove_keyboard" in keyboard else keyboard, message_id)
        return message

    def change(self, chat: Chat, message: Json, *, dated: bool) -> Json:
        """Store an edited message in place of the earlier one and show it; `dated` gives it an edit_date."""
        if dated:
            message["edit_date"] = self.date()
        chat.messages[message["message_id"]] = message
        self.touch()
        self.feed.tell(chat.id, "message", {"message": message})
        return message

    def delete(self, chat: Chat, message_ids: list[int]) -> None:
        """Take messages away for everybody, with their pins and with the reply keyboard that came with one of them."""
        gone = [message_id for message_id in message_ids if chat.messages.pop(message_id, None) is not None]
        if not gone:
            return
        self.touch()
        self.feed.tell(chat.id, "deleted", {"message_ids": gone})
        for message_id in gone:
            chat.reactions.pop(message_id, None)
            if message_id in chat.unalterable:
                chat.unalterable.remove(message_id)
        # What hangs on a message goes with it, as apps show it.
        if any(message_id in chat.pinned for message_id in gone):
            self.set_pinned(chat, [pinned for pinned in chat.pinned if pinned not in gone])
        if chat.keyboard_message_id in gone:
            self.show_keyboard(chat, None, 0)

    def show_keyboard(self, chat: Chat, keyboard: Json | None, message_id: int) -> None:
        """Show a reply keyboard or a forced reply under the chat, or none."""
        chat.keyboard, chat.keyboard_message_id = keyboard, message_id
        self.touch()
        self.feed.tell(chat.id, "keyboard", {"keyboard": keyboard})

    def set_pinned(self, chat: Chat, pinned: list[int]) -> None:
        """Make these the pinned messages, oldest pin first."""
        chat.pinned = pinned
        self.touch()
        self.feed.tell(chat.id, "pinned", {"pinned": pinned})

    def next_query_id(self) -> str:
        """Return a new identifier for a callback, inline or web app query."""
        self._last_query += 1
        digits = int(hashlib.sha256(f"{self.seed}:{self._last_query}".encode()).hexdigest()[:10], 16)
        return f"{digits:013d}{self._last_query:06d}"

    def chat_instance(self, chat: Chat) -> str:
        """Return the identifier that is the same for all callback queries of a chat."""
        return str(int(hashlib.sha256(f"{self.seed}:{chat.id}".encode()).hexdigest()[:15], 16))

    # Views

    def messages_view(self, chat: Chat) -> Json:
        """Return what the person sees now: messages oldest first, the reply keyboard, the pins."""
        reactions = {
            str(message_id): [item for items in by.values() for item in items]
            for message_id, by in chat.reactions.items()
        }
        view: Json = {"messages": list(chat.messages.values()), "keyboard": chat.keyboard, "pinned": chat.pinned}
        return {**view, "reactions": reactions} if reactions else view

    def bot_view(self, chat: Chat, viewer: int = 0) -> Json | None:
        """Return the bot as somebody in that chat sees it, in their language; None while no bot has asked for anything.

        Where nobody is named it is the person of a private chat, or the creator of a group.
        """
        # A token is the only thing by which a bot makes itself known.
        if not self.bot.token:
            return None
        person_id = chat.id if chat.private else viewer or (chat.members or [0])[0]
        language = self.person(person_id).language_code if person_id else ""
        bot = self.bot
        return {
            "username": bot.username,
            "first_name": in_language(bot.names, language),
            "description": in_language(bot.descriptions, language),
            "short_description": in_language(bot.short_descriptions, language),
            "commands": bot.commands_for(
                chat.id, person_id, language, private=chat.private, administrator=chat.members[:1] == [person_id]
            ),
            "menu_button": chat.menu_button or bot.menu_button or DEFAULT_MENU,
        }

    def snapshot(self, chat: Chat, viewer: int = 0) -> Json:
        """Return all that a page needs to show a chat from nothing, as `viewer` sees it where several may look."""
        person = self.person(chat.id) if chat.private else None
        if chat.typing and chat.typing["until"] < self.clock.now():
            chat.typing = None
        return {
            "chat": self.chat_object(chat),
            "person": {**asdict(person), "blocked": chat.bot_status == "kicked"} if person else None,
            "members": [asdict(self.person(member)) for member in chat.members],
            **self.messages_view(chat),
            "typing": chat.typing,
            "bot": self.bot_view(chat, viewer),
            "bot_status": chat.bot_status,
        }

    def tell_bot(self) -> None:
        """Tell every page how the bot looks now."""
        self.touch()
        for chat in self.chats.values():
            if chat.private:
                self.feed.tell(chat.id, "bot", self.bot_view(chat))
            else:
                # The members of a group see the bot each in their own way.
                self.feed.afresh(chat.id)

    # The data file

    def dump(self) -> Json:
        """Return a tree for the data file. The record of calls is for tests and is not kept."""
        return {
            "bot": self.bot.dump(),
            "people": [asdict(person) for person in self.people.values()],
            "chats": [chat.dump() for chat in self.chats.values()],
            "files": self.files.dump(),
            "queries": asdict(self.queries),
            "updates": self.updates.dump(),
            "last": [self._last_message_id, self._last_query],
        }

    def load(self, tree: Json) -> None:
        """Take the state of the data file; KeyError, TypeError or ValueError where it is none of ours."""
        # All is read before anything is replaced, so that a broken file leaves the world whole.
        bot = Bot(**tree["bot"])
        people = {person["id"]: Person(**person) for person in tree["people"]}
        chats = {chat["id"]: load_chat(chat) for chat in tree["chats"]}
        self.updates.load(tree["updates"])
        self.files.load(tree["files"])
        self.queries = Queries(**tree["queries"])
        self._last_message_id, self._last_query = tree["last"]
        self.bot, self.people, self.chats = bot, people, chats
        self.touch()
        self.feed.afresh()
