"""Sends what the outbox holds: makes the words in the person's language at that moment and tries once."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from bot.brand import Brand
from bot.i18n import Translations
from bot.outcomes import card_lost, outcome, unchanged
from bot.transport import TelegramWire
from bot.views import card as cards
from bot.views import pushes
from bot.views.screen import Screen
from tickets.pushes import Outcome, Push, PushKind, Sent, Unmade
from tickets.watch import STALE_AFTER
from tickets.watching import Person, Watch

log = structlog.get_logger(__name__)
_TAG = re.compile(r"<[^>]+>")


class TelegramMessenger:
    """`tickets.ports.Messenger` over the Bot API."""

    def __init__(self, wire: TelegramWire, translations: Translations, brand: Brand, now: Callable[[], float]) -> None:
        """`now` in Unix seconds."""
        self._wire = wire
        self._translations = translations
        self._brand = brand
        self._now = now

    async def send(self, push: Push, person: Person, watch: Watch | None) -> Outcome:
        """One attempt; see `Messenger.send`."""
        card = push.kind is PushKind.CARD
        if card and watch is None:
            return Sent(0)
        try:
            fields = self._fields(push, person, watch)
        except Exception as error:
            # A mistake in our words or our data: certainly nothing left, and it will be the same the next time.
            log.error("a push could not be made", kind=push.kind.value, exc_info=error)
            return Unmade(type(error).__name__)
        if card and watch is not None:
            return await self._show_card(push, watch, fields)
        return outcome(await self._wire.call("sendMessage", {"chat_id": push.chat_id, **fields}))

    def _fields(self, push: Push, person: Person, watch: Watch | None) -> dict[str, Any]:
        t = self._translations.for_person(person, "", self._brand.default_language)
        if push.kind is PushKind.CARD and watch is not None:
            stale_since = watch.read_at if watch.failures >= STALE_AFTER else None
            return message(cards.card(t, watch, self._now(), stale_since=stale_since), plain=push.plain)
        fields = message(pushes.tell(t, self._brand, push, watch), plain=push.plain)
        if watch is not None and watch.card_message_id and not push.plain:
            fields["reply_parameters"] = {"message_id": watch.card_message_id, "allow_sending_without_reply": True}
        return fields

    async def _show_card(self, push: Push, watch: Watch, fields: Mapping[str, Any]) -> Outcome:
        digest, known = cards.facts(watch), watch.card_message_id
        if known is not None:
            target = {"chat_id": push.chat_id, "message_id": known}
            answer = await self._wire.call("editMessageText", {**target, **fields})
            if unchanged(answer):
                return Sent(known, shows=digest)
            if not card_lost(answer):
                return shown(outcome(answer), digest)
        silent = {"chat_id": push.chat_id, "disable_notification": True}
        return shown(outcome(await self._wire.call("sendMessage", {**silent, **fields})), digest)


def shown(what: Outcome, digest: str) -> Outcome:
    """The outcome, with what the card shows where it arrived."""
    return replace(what, shows=digest) if isinstance(what, Sent) else what


def message(screen: Screen, *, plain: bool = False) -> dict[str, Any]:
    """A screen as sendMessage's or editMessageText's parameters; `plain`: without formatting, after it was refused once."""
    text = html.unescape(_TAG.sub("", str(screen.text))) if plain else str(screen.text)
    fields: dict[str, Any] = {"text": text, "link_preview_options": {"is_disabled": True}}
    if not plain:
        fields["parse_mode"] = "HTML"
    if screen.keyboard is not None:
        markup: Mapping[str, Any] = screen.keyboard.to_dict()
        fields["reply_markup"] = markup
    return fields
