"""What a handler may use: the use cases, the acting person, their words, and one way to show a screen."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.error import BadRequest
from telegram.ext import Application, CallbackContext, ExtBot

from bot import showing
from bot.brand import Brand
from bot.callbacks import Callback
from bot.i18n import Translations, Translator
from bot.throttle import Seldom
from bot.views.screen import Screen
from tickets.acting import Actor
from tickets.conversation import Conversation, Passes
from tickets.find import Find
from tickets.mine import MyTickets
from tickets.people import Known, People
from tickets.preferences import Preferences
from tickets.profile import Profile
from tickets.session import Session
from tickets.take import Take


@dataclass(frozen=True, slots=True)
class Entrance:
    """The ways in that lead over our own pages."""

    url: str = ""
    """PUBLIC_URL; empty where there are no pages."""
    providers: tuple[str, ...] = ()
    """Those that may vouch for people: "google", "facebook"."""


@dataclass(frozen=True, slots=True)
class Services:
    """The menu of what a handler may do. Handlers see no database, no HTTP client and no repository."""

    people: People
    preferences: Preferences
    session: Session
    find: Find
    take: Take
    mine: MyTickets
    conversation: Conversation
    passes: Passes
    profile: Profile
    brand: Brand
    translations: Translations
    now: Callable[[], float]
    """Unix seconds."""
    warn_ahead: int = 3
    """The operator's WARN_AHEAD, which holds where nobody chose anything."""
    entrance: Entrance = Entrance()


class BotApplication(Application[ExtBot[None], "Context", dict[Any, Any], dict[Any, Any], dict[Any, Any], None]):
    """python-telegram-bot's application, given the services when it is built (ApplicationBuilder.application_class)."""

    def __init__(self, *, services: Services, groups: Seldom, **settings: Any) -> None:
        """`groups` remembers which were answered; `settings` are the builder's own."""
        super().__init__(**settings)
        self.services = services
        self.groups = groups
        self.presses: Mapping[type[Callback], Callable[[Context, Any], Awaitable[None]]] = {}
        """What each button does; bot.routes fills it in."""

    def __repr__(self) -> str:
        """Without the bot, whose own repr holds the token."""
        return "BotApplication()"


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """The context of one update, or of what happens in a private chat without one."""

    known: Known | None = None
    _update: Update | None = None

    @classmethod
    def from_update(cls, update: object, application: Any) -> "Context":
        """Keep the update: every screen answers it."""
        context = super().from_update(update, application)
        context.answering(update)
        return context

    @classmethod
    async def in_chat(cls, application: "BotApplication", actor: Actor) -> "Context":
        """For something that happened on a page: the private chat it is to be told in, and its person, where they are `known`."""
        context = cls(application, chat_id=actor.chat_id, user_id=actor.person_id)
        await context.meet_again()
        return context

    async def beside(self) -> "Context":
        """The same chat without the update: what it shows stands beside the message whose button was pressed, not in its place."""
        return await Context.in_chat(self._bot_application, self.actor)

    def answering(self, update: object) -> None:
        """This context is about that update."""
        self._update = update if isinstance(update, Update) else None

    async def refresh_data(self) -> None:
        """Called once before the handlers of an update: meet the person, where they are alone with the bot."""
        await super().refresh_data()
        update = self._update
        user = update.effective_user if update is not None else None
        if user is not None and not user.is_bot and self.actor.private and not self._leaving:
            self.known = await self.services.people.meet(self.actor, user.language_code or "")

    async def meet_again(self) -> None:
        """The person has just changed something about themselves: speak accordingly from here on."""
        self.known = await self.services.people.look(self.actor)

    @property
    def _leaving(self) -> bool:
        """A person who has just blocked the bot is not met again by saying so."""
        return self._update is not None and self._update.my_chat_member is not None

    @property
    def services(self) -> Services:
        """The use cases."""
        return self._bot_application.services

    @property
    def _bot_application(self) -> BotApplication:
        application = self.application
        assert isinstance(application, BotApplication)  # noqa: S101 -- the builder was given this class
        return application

    @property
    def actor(self) -> Actor:
        """Who acts, and where. An inline query has no chat: the person is alone with the bot there."""
        update = self._update
        user = update.effective_user if update is not None else None
        chat = update.effective_chat if update is not None else None
        if update is None:
            return Actor(self._user_id or 0, self._chat_id or 0)
        person_id = user.id if user is not None else 0
        return Actor(person_id, chat.id if chat is not None else person_id)

    @property
    def name(self) -> str:
        """What Telegram calls who acts; empty where no update is in hand."""
        user = self._update.effective_user if self._update is not None else None
        called = user.full_name if user is not None else ""
        return f"{called} (@{user.username})" if user is not None and user.username else called

    @property
    def incoming(self) -> Update:
        """The update in hand."""
        assert self._update is not None  # noqa: S101 -- handlers are only called for updates
        return self._update

    @property
    def t(self) -> Translator:
        """The person's words: their choice, their account's, their client's, the brand's."""
        brand = self.services.brand
        if self.known is None:
            user = self._update.effective_user if self._update is not None else None
            return self.services.translations.best((user.language_code or "") if user else "", brand.default_language)
        account = self.known.account
        preferred = account.preferred_language if account is not None else ""
        return self.services.translations.for_person(self.known.person, preferred, brand.default_language)

    async def show(self, screen: Screen, *, fresh: bool = False) -> int | None:
        """Answer the update with a screen, or send it where there is none; the message id.

        A group is answered once in a while: all it is ever told is the way to the private chat.
        """
        if not self.actor.private and not self._bot_application.groups.answer(self.actor.chat_id):
            return None
        try:
            if self._update is None:
                return await showing.send(self.bot, self.actor.chat_id, screen)
            return await showing.show(self.bot, self.incoming, screen, fresh=fresh)
        except Exception as error:
            if not isinstance(error, BadRequest):
                self._bot_application.groups.unanswered(self.actor.chat_id)
            raise

    async def show_on(self, message_id: int | None, screen: Screen) -> int | None:
        """Show a screen in place of that message of ours; as a new one where it is gone."""
        return await showing.put(self.bot, self.actor.chat_id, message_id, screen)

    async def press(self, meaning: Callback) -> None:
        """Do what that button does, as if it had been pressed in a message of its own."""
        await self._bot_application.presses[type(meaning)](self, meaning)

    async def go(self, step: str, **facts: str) -> None:
        """The person's next typed message belongs to that step."""
        facts_told: Mapping[str, str] = facts
        await self.services.conversation.go(self.actor, step, facts_told)

    async def answered(self, step: str, **facts: str) -> None:
        """As `go`, by the message in hand: handled again after a crash, it is not the answer to the next question too."""
        message = self.incoming.effective_message
        await self.go(step, **facts, answered=str(message.message_id) if message is not None else "")
