"""Outside text through a queue server's answer, our views and the sandbox's Telegram: the template's entities, and nothing lost."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, assume, given, seed, settings
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup

from bot.brand import Brand
from bot.i18n import Translations
from bot.views import card, places, pushes, signing, taking
from bot.views.screen import Screen, clean
from queue_api.reading import locations, tickets
from queue_api.settings import QueueSettings
from sandbox.bot_api.entities import formatted
from tests.bot.views.gallery import EN, every_screen
from tests.journeys.town import Town, opened
from tickets.find import found
from tickets.model import Notice, Notices
from tickets.pushes import Push, PushKind
from tickets.take import Offer
from tickets.watching import Watch

NOW = 1_795_000_800.0
TAME = "Name"
STRINGS, PARTS = 5000, 4
PIECES = (
    "<b>", "</b>", "<a href='https://evil.example'>", "<code>", "&lt;", "&amp;", "&#60;", "<", ">", "&", '"', "'", "**",
    "__", "[x](http://evil.example)", "`", "||", "https://", "http://", "evil.com", "www.", ".", "t.me/",
    "tg://resolve?domain=evil", "@admin", "@", "#sale", "#", "/delete", "/", "$USD", "+351 912 345 678", "a@evil.com",
    "1.2.3.4", "{label}", "{0}", "%{ticket.tag}", "%s", "\u202e", "\u2066", "\u200b", "\u2060", "\n", "\0", "😀", "é", " ", "A",
)  # fmt: skip
HOSTILE = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=6).map("".join),
    st.text(max_size=40),
)


def answers(words: str) -> tuple[Any, Any]:
    """What a queue server says with these words wherever it has words of its own, read by its client."""
    service = {"id": "s1", "tag": words, "name": words, "description": words, "waiting_tickets": 3}
    place = {"id": "l1", "name": words, "city": words, "address": words, "phone": words, "website": words}
    texts = {"your_turn": {"title": words, "message": words}}
    location = {**place, "contacts": words, "services": [service], "settings": {"notification_texts": texts}}
    desk = {"id": "d", "tag": words, "name": words}
    ticket = {"id": "t1", "tag": words, "number": 6, "ticket_number": words, "state": 1, "desk": desk}
    ticket |= {"startcall_date": "2026-11-18 11:00:00", "master": place, "service": service}
    told = json.loads(json.dumps({"locations": [location], "tickets": [ticket]}))
    (read,) = locations.locations(told)
    (held,) = tickets.tickets(told, QueueSettings(base_url="http://x").states)
    return read, held


def screens(words: str) -> Iterator[Screen]:
    """Everything that shows them."""
    location, ticket = answers(words)
    one = found(location, NOW)
    notices = Notices(Notice(words, words), Notice(words, words))
    push = Push("p", 7, "w", PushKind.YOUR_TURN, "k", ticket, notices, NOW, NOW + 60)
    watch = Watch("w", 7, ticket, notices, NOW, NOW)
    yield places.place(EN, one, now=NOW)
    yield places.found(EN, words, [one])
    yield places.towns(EN, [location.city])
    yield taking.confirm(EN, Offer(location, location.services[0], None, False, (), None), now=NOW)
    yield card.card(EN, watch, NOW)
    yield pushes.tell(EN, Brand(), push, watch)
    yield signing.signed_in(EN, words)


def shown(screen: Screen) -> tuple[str, Counter[str]]:
    """The text as Telegram would show it, without joiners, and what it would make of its parts."""
    text, entities = formatted(str(screen.text), "HTML", None)
    return text.replace("\u2060", ""), Counter(one["type"] for one in entities)


EXPECTED = [shown(screen)[1] for screen in screens(TAME)]


def holds(words: str) -> None:
    """No entity beyond the template's, no word lost, no address that can be tapped."""
    line = clean(words)
    for screen, expected in zip(screens(words), EXPECTED, strict=True):
        text, entities = shown(screen)
        assert set(entities) <= set(expected), (words, entities)
        if line:
            assert line in "\n".join([text, *labels(screen)]), (words, text)
        assert not links(screen), words


@pytest.mark.parametrize("words", ["https://evil.example/x", "/delete", "a@evil.com, @admin #sale evil.com"])
def test_words_known_to_be_dangerous_are_words(words: str) -> None:
    holds(words)


@pytest.mark.parametrize("part", range(PARTS))
def test_outside_words_are_words(part: int) -> None:
    """5,000 different strings: each part draws with a seed of its own, and only those that fall to its share."""
    drawn: set[str] = set()

    @seed(part)
    @given(words=st.one_of(HOSTILE, HOSTILE.map("x{}y".format)))
    @settings(max_examples=STRINGS // PARTS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def draw(words: str) -> None:
        assume(crc32(words.encode()) % PARTS == part and words not in drawn)
        drawn.add(words)
        holds(words)

    draw()
    assert len(drawn) == STRINGS // PARTS


def labels(screen: Screen) -> list[str]:
    """What its buttons say."""
    rows = screen.keyboard.inline_keyboard if isinstance(screen.keyboard, InlineKeyboardMarkup) else ()
    return [button.text for row in rows for button in row]


def links(screen: Screen) -> list[str]:
    """Buttons that open an address."""
    rows = screen.keyboard.inline_keyboard if isinstance(screen.keyboard, InlineKeyboardMarkup) else ()
    return [button.url for row in rows for button in row if button.url]


@pytest.mark.parametrize("language", ["en", "pt"])
@pytest.mark.parametrize(
    "words", ["x https://evil.example y", "<b>x</b>", "x @admin /delete #sale evil.com", "a@evil.com"]
)
def test_every_screen_there_is(words: str, language: str) -> None:
    """All of the gallery; only the operator's own words may hold a link."""
    t = Translations.load().best(language)
    tame = {name: shown(screen)[1] for name, screen in every_screen(t, TAME)}
    for name, screen in every_screen(t, words):
        extra = set(shown(screen)[1]) - set(tame[name])
        assert not extra or name in OPERATORS, (name, extra, str(screen.text))


OPERATORS = {
    "welcome a stranger",
    "welcome a guest",
    "welcome a holder",
    "help",
    "privacy",
    "ask delete",
    "deleted",
    "incident",
    "push announcement in their words",
}


async def test_the_words_arrive_at_telegram_as_they_are(tmp_path: Path) -> None:
    """Through the whole program: a person's own name and search are the outside text, and nothing outside is asked for."""
    async with opened(tmp_path) as town:
        ana = town.chat(9001, "<b>Ana</b> https://evil.example @admin")
        await ana.says("/start")
        ana.sees(r"Hello, <b>Ana</b> https://evil\.example @admin!")
        await ana.says("see http://evil.example /delete <a href='x'>")
        ana.sees(r"see http://evil\.example /delete <a href='x'>")
        assert await kinds(town, 9001) <= {"bold"}


async def kinds(town: Town, chat_id: int) -> set[str]:
    """What Telegram made of the bot's texts."""
    seen = await town.ask("messages", chat_id=chat_id)
    return {one["type"] for m in seen["messages"] if m["from"]["is_bot"] for one in m.get("entities", [])}
