"""What holds for every screen in every language: no foreign markup, Telegram's limits, distinct buttons, complete words."""

from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import ForceReply, InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.callbacks import unpack
from bot.i18n import Translator
from bot.views.screen import NAME, Screen, clean, page_of
from tests.bot.views.gallery import EN, PT, every_screen

HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("<>&\"'{}%\n\u202e\u2066\u200b\x00😀")), max_size=300
) | st.sampled_from(
    ["</b><a href='x'>", "{label}", "%{ticket.tag}", "<b>", "&lt;", "\u202eevil", "A" * 500, "😀" * 300]
)
ALLOWED = {"b", "code", "tg-time"}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(screen: Screen) -> _Tags:
    """The text read as HTML; tags must close in order."""
    tags = _Tags()
    tags.feed(str(screen.text))
    tags.close()
    assert not tags.open
    return tags


def inline_buttons(screen: Screen) -> list[tuple[str, str]]:
    """Label and callback_data (or address) of the inline buttons."""
    if not isinstance(screen.keyboard, InlineKeyboardMarkup):
        return []
    return [
        (b.text, str(b.callback_data or b.url or (b.web_app and b.web_app.url)))
        for row in screen.keyboard.inline_keyboard
        for b in row
    ]


@pytest.mark.parametrize("t", [EN, PT], ids=["en", "pt"])
@given(words=HOSTILE)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_outside_words_never_become_markup(t: Translator, words: str) -> None:
    tame = {name: parsed(screen).seen for name, screen in every_screen(t, "Name")}
    for name, screen in every_screen(t, words):
        seen = parsed(screen).seen
        assert set(seen) <= ALLOWED, name
        # A text that cleans away to nothing may take its line with it, but nothing may ever be added.
        if clean(words):
            assert seen == tame[name] or "in their words" in name, (name, str(screen.text))


@pytest.mark.parametrize("t", [EN, PT], ids=["en", "pt"])
@pytest.mark.parametrize("words", ["😀" * 300, "&" * 300, "Ç" * 300])
def test_every_screen_fits_telegram(t: Translator, words: str) -> None:
    for name, screen in every_screen(t, words, many=120):
        assert 0 < len(parsed(screen).text.encode("utf-16-le")) // 2 <= 4096, name
        for label, data in inline_buttons(screen):
            assert label.strip(), name
            assert len(data.encode()) <= 64, name
        assert len(inline_buttons(screen)) <= 100, name


@pytest.mark.parametrize("t", [EN, PT], ids=["en", "pt"])
def test_buttons_are_distinct_known_and_at_most_two_in_a_row(t: Translator) -> None:
    for name, screen in every_screen(t, "Name"):
        labels = [label for label, _ in inline_buttons(screen)]
        assert len(set(labels)) == len(labels), (name, labels)
        for _, data in inline_buttons(screen):
            assert data.startswith("https://") or unpack(data) is not None, (name, data)
        if isinstance(screen.keyboard, InlineKeyboardMarkup):
            assert all(len(row) <= 2 for row in screen.keyboard.inline_keyboard), name


def test_placeholders_of_inputs_fit() -> None:
    for t in (EN, PT):
        for name, screen in every_screen(t, "😀" * 300):
            if isinstance(screen.keyboard, ForceReply | ReplyKeyboardMarkup):
                assert len(screen.keyboard.input_field_placeholder or "x") <= 64, name


def test_portuguese_says_everything_in_its_own_words() -> None:
    english = dict(every_screen(EN, "Name"))
    for name, screen in every_screen(PT, "Name"):
        assert str(screen.text) != str(english[name].text), name


def test_unformatted_is_what_people_read() -> None:
    assert Screen(EN("<b>Hello, {name}!</b>", name="A&B <x>")).unformatted == "Hello, A&B <x>!"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("  two \n lines\t", "two lines"),
        ("\u202egnp.exe\u2066", "gnp.exe"),
        ("a\x00b\u200bc", "abc"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("x" * 65, "x" * 63 + "…"),
        ("x" * 64, "x" * 64),
        ("", ""),
    ],
)
def test_cleaning(told: str, shown: str) -> None:
    assert clean(told) == shown


@given(HOSTILE)
def test_cleaned_text_is_one_short_line_and_stays_so(told: str) -> None:
    once = clean(told)
    assert len(once) <= NAME
    assert "\n" not in once
    assert clean(once) == once


@pytest.mark.parametrize(
    ("page", "shown", "number", "last"), [(0, "abc", 0, 2), (2, "g", 2, 2), (9, "g", 2, 2), (-1, "abc", 0, 2)]
)
def test_pages_are_bounded(page: int, shown: str, number: int, last: int) -> None:
    assert page_of("abcdefg", page, 3) == (shown, number, last)
