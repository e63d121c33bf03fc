"""How formatting of any kind becomes text and entities: explicit ones, found ones, trimmed, ordered and joined."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.bot_api.entities import discovered, formatted
from sandbox.bot_api.entities_marks import units
from sandbox.bot_api.errors import Refusal


def _short(entities: list[dict[str, Any]]) -> list[tuple[str, int, int]]:
    return [(entity["type"], entity["offset"], entity["length"]) for entity in entities]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start b42", [("bot_command", 0, 6)]),
        ("/start@queue_bot", [("bot_command", 0, 16)]),
        ("see /help, or a/b", [("bot_command", 4, 5)]),
        ("mail me@a.example @someone #tag #1", [("email", 5, 12), ("mention", 18, 8), ("hashtag", 27, 4)]),
        ("go to https://a.example/x?y=1.", [("url", 6, 23)]),
        ("go to example.com, now", [("url", 6, 11)]),
        ("1.5 and e.g. this", []),
    ],
)
def test_what_is_found_in_plain_text(text: str, entities: list[tuple[str, int, int]]) -> None:
    assert _short(discovered(text)) == entities


def test_ends_are_trimmed_and_entities_move_along() -> None:
    assert formatted("  <b> x </b> ", "HTML", None) == ("x", [{"type": "bold", "offset": 0, "length": 1}])
    assert formatted(" \n ", "", None) == ("", [])


def test_entities_are_ordered_longest_first_and_runs_are_joined() -> None:
    text, entities = formatted("<i>a<b>b</b></i><i>c</i>", "html", None)
    assert text == "abc"
    assert _short(entities) == [("italic", 0, 3), ("bold", 1, 1)]


def test_nothing_is_found_inside_code_and_links() -> None:
    _, entities = formatted('<code>/start</code> <a href="https://a.example">@someone</a> /help', "HTML", None)
    assert [entity["type"] for entity in entities] == ["code", "text_link", "bot_command"]


def test_explicit_entities_are_kept_and_automatic_kinds_are_not_believed() -> None:
    given_ = [
        {"type": "bold", "offset": 3, "length": 1},
        {"type": "mention", "offset": 0, "length": 2},
        {"type": "date_time", "offset": 0, "length": 2, "unix_time": 5, "date_time_format": "tD"},
        {"type": "italic", "offset": 0, "length": 0},
    ]
    text, entities = formatted("😀 x", "", given_)
    assert text == "😀 x"
    assert entities == [
        {"type": "date_time", "offset": 0, "length": 2, "unix_time": 5, "date_time_format": "Dt"},
        {"type": "bold", "offset": 3, "length": 1},
    ]


@pytest.mark.parametrize(
    "entities", [3, [3], [{"type": "bold", "offset": 1, "length": 1}], [{"type": "bold", "offset": 0, "length": 9}]]
)
def test_explicit_entities_that_do_not_fit_are_refused(entities: Any) -> None:
    with pytest.raises(Refusal, match="Bad Request: can't parse entities: "):
        formatted("😀", "", entities)


def test_an_unknown_parse_mode_is_refused() -> None:
    with pytest.raises(Refusal, match="Bad Request: unsupported parse_mode"):
        formatted("x", "bbcode", None)


@given(
    st.text(alphabet="ab <>/&;\"'=bi*_~|`[]()!\\.>\n😀é", max_size=40),
    st.sampled_from(["HTML", "MarkdownV2", "Markdown", ""]),
)
def test_whatever_comes_in_is_refused_or_lies_inside_the_text(text: str, mode: str) -> None:
    try:
        plain, entities = formatted(text, mode, None)
    except Refusal as refusal:
        refused = refusal.description
        plain, entities = "", []
    else:
        refused = "Bad Request: can't parse entities: "
    assert refused.startswith("Bad Request: can't parse entities: ")
    for entity in entities:
        assert entity["length"] > 0
        assert 0 <= entity["offset"] <= entity["offset"] + entity["length"] <= units(plain)
