"""How buttons travel: what is stale, forged or unreadable means nothing, and what could not be read back is not written."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks import MOST_BYTES, Callback, Coming, Pick, Place, ref, referred, unpack


@pytest.mark.parametrize(
    "data",
    [
        "", "1", "1|", "1|nothing", "2|home", "home", "1|home|more", "1|come|abc", "1|come|abc|-1", "1|come|abc|02", "1|come|abc|1e3",
        "1|come|abc|٣", "1|place|", "1|place|a b", "1|place|<b>", "1|place|" + "a" * 25, "1|home\n", "1||", "1|place|\ud800",
    ],
)  # fmt: skip
def test_what_is_stale_or_forged_means_nothing(data: str) -> None:
    assert unpack(data) is None


@given(st.text(max_size=80) | st.text(max_size=60).map(lambda rest: f"1|pick|{rest}"))
def test_any_text_is_read_without_a_fault_and_only_its_own_writing_is_taken(data: str) -> None:
    callback = unpack(data)
    assert callback is None or callback.pack() == data


@pytest.mark.parametrize("callback", [Place(""), Place("a|b"), Place("x" * 25), Coming("a", -1), Pick("ok", "né")])
def test_what_could_not_be_read_back_is_not_packed(callback: Callback) -> None:
    with pytest.raises(ValueError, match="cannot stand in callback_data"):
        callback.pack()


def test_a_code_has_one_meaning() -> None:
    with pytest.raises(ValueError, match="has a meaning already"):

        @dataclass(frozen=True)
        class Another(Callback, code="home"):
            """It would take Home's code."""


def test_a_new_meaning_is_known_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Callback, "known", dict(Callback.known))

    @dataclass(frozen=True)
    class Novel(Callback, code="novel"):
        """A button nobody has."""

        ticket: str
        other: str
        page: int = 0

    assert Novel("a-b_C", "d", 3).pack() == "1|novel|a-b_C|d|3"
    assert unpack("1|novel|a-b_C|d|3") == Novel("a-b_C", "d", 3)
    longest = Novel("a" * 24, "b" * 24, 999_999)
    assert len(longest.pack()) == MOST_BYTES
    assert unpack(longest.pack()) == longest


def test_what_telegram_would_refuse_is_neither_packed_nor_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Callback, "known", dict(Callback.known))

    @dataclass(frozen=True)
    class Longer(Callback, code="longer"):
        """A byte more than fits."""

        ticket: str = "a" * 24
        other: str = "b" * 24
        page: int = 999_999

    with pytest.raises(ValueError, match="is longer than 64 bytes"):
        Longer().pack()
    assert unpack(f"1|longer|{'a' * 24}|{'b' * 24}|999999") is None


def test_references() -> None:
    """The first stands in old messages; the second is of an id that no server should give."""
    assert ref("81ddf0e9-9e21-4bc1-a400-f40411931fbf") == "sFg9Zt-uvb"
    assert ref("half a pair: \ud83d") != ref("half a pair: \ud83c")
    assert len(ref("")) == len(ref("x" * 1000)) == 10
    wanted = referred(ref("one"))
    assert wanted("one")
    assert not wanted("other")
