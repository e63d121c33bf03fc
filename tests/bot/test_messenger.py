"""Pushes and cards over the sandbox's Telegram: what is sent, what is edited, and which outcome each of its moods has."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from markupsafe import Markup

from bot.brand import Brand
from bot.callbacks import Home
from bot.i18n import Translations
from bot.messenger import TelegramMessenger, message
from bot.outcomes import outcome
from bot.transport import TelegramWire, open_client
from bot.views import card as cards
from bot.views.screen import Screen, button, inline
from tests.journeys.town import TOKEN, Chat, Town, opened
from tests.tickets.town import a_ticket
from tickets.model import Desk, Notices, Phase
from tickets.pushes import BadContent, Flooded, Gone, Outcome, Push, PushKind, Sent, Unmade, Unsure
from tickets.watching import Person, Watch


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The sandbox's Telegram."""
    async with opened(tmp_path) as one:
        yield one
        # Some of these tests make Telegram talk nonsense on purpose, which the judge of the traffic must not count.
        one.errors.clear()


@pytest.fixture
async def ana(town: Town) -> Chat:
    """A person who has begun the bot; a bot may not write first."""
    chat = town.chat(7)
    await chat.says("/start")
    return chat


@pytest.fixture
async def messenger(town: Town) -> AsyncIterator[TelegramMessenger]:
    """Over the sandbox."""
    async with open_client(httpx.ASGITransport(app=town.sandbox)) as client:
        wire = TelegramWire(client, "http://sandbox", TOKEN)
        yield TelegramMessenger(wire, Translations.load(), Brand(), town.clock.now)


CALLED = a_ticket(phase=Phase.CALLED, ahead=0, desk=Desk(tag="4"))
ANA = Person(7)


def watch(town: Town, **changes: Any) -> Watch:
    """A live ticket of Ana's."""
    facts = {"ticket": a_ticket(), "notices": Notices(), "next_ask": 0.0, "read_at": town.clock.now(), **changes}
    return Watch("w", 7, **facts)


def push(town: Town, kind: PushKind = PushKind.YOUR_TURN, **changes: Any) -> Push:
    """To Ana."""
    now = town.clock.now()
    return replace(Push("p", 7, "w", kind, "key", CALLED, Notices(), now, now + 600), **changes)


async def test_a_push_arrives_and_answers_the_card(town: Town, ana: Chat, messenger: TelegramMessenger) -> None:
    card = await messenger.send(push(town, PushKind.CARD), ANA, watch(town))
    assert isinstance(card, Sent)
    assert card.shows == cards.facts(watch(town))
    told = await messenger.send(push(town), ANA, watch(town, card_message_id=card.message_id))
    assert isinstance(told, Sent)
    await ana.look()
    mine = {one["message_id"]: one for one in ana.messages}
    assert mine[told.message_id]["reply_to_message"]["message_id"] == card.message_id
    assert "A 006" in mine[told.message_id]["text"]
    assert "<" not in mine[told.message_id]["text"]


async def test_a_card_that_was_deleted_does_not_stand_in_the_way(
    town: Town, ana: Chat, messenger: TelegramMessenger
) -> None:
    assert isinstance(await messenger.send(push(town), ANA, watch(town, card_message_id=9999)), Sent)
    assert isinstance(await messenger.send(push(town), ANA, None), Sent)


async def test_a_card_is_edited_in_place_sent_again_when_gone_and_left_when_the_same(
    town: Town, ana: Chat, messenger: TelegramMessenger
) -> None:
    first = await messenger.send(push(town, PushKind.CARD), ANA, watch(town))
    assert isinstance(first, Sent)
    known = watch(town, card_message_id=first.message_id)
    assert await messenger.send(push(town, PushKind.CARD), ANA, known) == first, "it shows that already"
    moved = replace(known, ticket=a_ticket(ahead=2))
    second = await messenger.send(push(town, PushKind.CARD), ANA, moved)
    assert second == Sent(first.message_id, shows=cards.facts(moved))
    assert cards.facts(moved) != first.shows
    await ana.look()
    before = len(ana.messages)
    gone = await messenger.send(push(town, PushKind.CARD), ANA, replace(moved, card_message_id=9999))
    assert isinstance(gone, Sent)
    assert gone.message_id > first.message_id
    await ana.look()
    assert len(ana.messages) == before + 1
    calls = (await town.ask("calls", since=0))["calls"]
    sent = [call["parameters"] for call in calls if call["method"] == "sendMessage" and call["status"] == 200]
    assert str(sent[-1]["disable_notification"]).lower() == "true", "a card makes no sound"


async def test_a_card_of_nothing_is_nothing_to_send(town: Town, messenger: TelegramMessenger) -> None:
    assert await messenger.send(push(town, PushKind.CARD), ANA, None) == Sent(0)


async def test_every_kind_can_be_said_in_every_language(town: Town, ana: Chat, messenger: TelegramMessenger) -> None:
    for language in Translations.load().languages:
        for kind in PushKind:
            for reminder in (False, True):
                person = Person(7, language=language)
                arrived = await messenger.send(push(town, kind, reminder=reminder), person, watch(town))
                assert isinstance(arrived, Sent), (language, kind, arrived)


async def test_the_words_are_in_the_language_of_the_moment(town: Town, ana: Chat, messenger: TelegramMessenger) -> None:
    await messenger.send(push(town), Person(7, language="en"), watch(town))
    await ana.look()
    english = ana.last()
    await messenger.send(push(town), Person(7, language="pt"), watch(town))
    await ana.look()
    assert ana.last() != english


MOODS: dict[str, tuple[dict[str, Any], type[Outcome]]] = {
    "500": ({"kind": "500", "apply": "after"}, Unsure),
    "502": ({"kind": "502", "apply": "before"}, Unsure),
    "garbage": ({"kind": "garbage", "apply": "after"}, Unsure),
    "html": ({"kind": "html", "apply": "after"}, Unsure),
}


@pytest.mark.parametrize("mood", MOODS)
async def test_faults_are_what_they_are(mood: str, town: Town, ana: Chat, messenger: TelegramMessenger) -> None:
    fault, expected = MOODS[mood]
    await town.tell("fault", target="telegram", operation="sendMessage", count=1, **fault)
    assert isinstance(await messenger.send(push(town), ANA, None), expected)
    assert isinstance(await messenger.send(push(town), ANA, None), Sent), "the fault was one"


async def test_a_flood_and_a_block(town: Town, ana: Chat, messenger: TelegramMessenger) -> None:
    await town.tell("flood", retry_after=9, count=1, chat_id=7)
    assert await messenger.send(push(town), ANA, None) == Flooded(9.0)
    await town.tell("block", chat_id=7)
    assert isinstance(await messenger.send(push(town), ANA, None), Gone)
    await town.tell("unblock", chat_id=7)
    assert isinstance(await messenger.send(push(town, chat_id=123_456), ANA, None), Gone), "nobody of that number"


@pytest.mark.parametrize("kind", [PushKind.YOUR_TURN, PushKind.CARD])
async def test_a_push_that_cannot_be_made_is_proven_unsent(
    kind: PushKind, town: Town, messenger: TelegramMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> Screen:
        raise KeyError("desk")

    monkeypatch.setattr("bot.messenger.pushes.tell", broken)
    monkeypatch.setattr("bot.messenger.cards.card", broken)
    before = len((await town.ask("calls", since=0))["calls"])
    assert await messenger.send(push(town, kind), ANA, watch(town)) == Unmade("KeyError")
    assert len((await town.ask("calls", since=0))["calls"]) == before


async def test_formatting_that_is_refused_goes_plain(town: Town, ana: Chat, messenger: TelegramMessenger) -> None:
    odd = replace(CALLED, label="A < 006 & more")
    assert isinstance(await messenger.send(push(town, ticket=odd, plain=True), ANA, None), Sent)
    await ana.look()
    assert "A < 006 & more" in ana.last()
    calls = (await town.ask("calls", since=0))["calls"]
    assert "parse_mode" not in calls[-1]["parameters"]


async def test_what_telegram_cannot_take_is_bad_content(town: Town, ana: Chat, messenger: TelegramMessenger) -> None:
    wire = messenger._wire
    answer = await wire.call("sendMessage", {"chat_id": 7, "text": "<b>open", "parse_mode": "HTML"})
    assert isinstance(outcome(answer), BadContent)


def test_a_screen_as_parameters() -> None:
    screen = Screen(Markup("<b>A &amp; B</b>"), inline(button("Go", Home())))
    assert message(screen) == {
        "text": "<b>A &amp; B</b>",
        "link_preview_options": {"is_disabled": True},
        "parse_mode": "HTML",
        "reply_markup": {"inline_keyboard": [[{"callback_data": "1|home", "text": "Go"}]]},
    }
    assert message(Screen(screen.text), plain=True) == {"text": "A & B", "link_preview_options": {"is_disabled": True}}
