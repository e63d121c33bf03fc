"""How formatting of any kind becomes text and entities: explicit ones, found ones, trimmed, ordered and joined."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.bot_api.entities import discovered, formatted
from sandbox.bot_api.entities_marks import Mark, units
from sandbox.bot_api.entities_nested import CODE, QUOTES, STYLES, nested
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


@pytest.mark.parametrize(
    ("sent", "text", "entities"),
    [
        ("a\r\nb\r\n<b>c d</b> e", "a\nb\nc d e", [("bold", 4, 3)]),
        ("<b>a\r</b>\r<i>b</i>", "ab", [("bold", 0, 1), ("italic", 1, 1)]),
        ("\u202e😀\u2028<b>b\u202a</b><i>\r</i>c", "😀bc", [("bold", 2, 1)]),
        ("a\t\x00<b>b\x1f</b>c\n", "a  b c", [("bold", 3, 1)]),
        ("o\u030a<b>n\u0333\u033f</b>", "on", [("bold", 1, 1)]),
        ("a\u200f\u200e\u200f<b>b</b>\u200e.", "a\u200c\u200c\u200fb\u200e.", [("bold", 4, 1)]),
    ],
)
def test_what_telegram_cleans_away_shifts_no_entity(sent: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    plain, marks = formatted(sent, "HTML", None)
    assert (plain, _short(marks)) == (text, entities)


def test_explicit_entities_are_counted_in_the_text_as_it_was_sent() -> None:
    plain, entities = formatted("a\r\nb\r\nc d e", "", [{"type": "bold", "offset": 6, "length": 3}])
    assert (plain, _short(entities)) == ("a\nb\nc d e", [("bold", 4, 3)])


def test_entities_are_ordered_longest_first_and_runs_are_joined() -> None:
    text, entities = formatted("<i>a<b>b</b></i><i>c</i>", "html", None)
    assert text == "abc"
    assert _short(entities) == [("italic", 0, 1), ("italic", 1, 2), ("bold", 1, 1)]


NESTED: list[tuple[str, list[tuple[str, int, int]]]] = [
    ("<code><b>x</b></code>", [("code", 0, 1)]),
    ("<b><code>x</code></b>", [("code", 0, 1)]),
    ("<b>a<code>x</code>b</b>", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
    ("<pre>a<i>b</i>c</pre>", [("pre", 0, 3)]),
    ("<blockquote>a<blockquote>b</blockquote></blockquote>", [("blockquote", 0, 2)]),
    ("<blockquote><b>a</b><code>b</code></blockquote>", [("blockquote", 0, 2), ("bold", 0, 1), ("code", 1, 1)]),
    ("<blockquote>a</blockquote>\n<blockquote expandable>b</blockquote>",
     [("blockquote", 0, 1), ("expandable_blockquote", 2, 1)]),
    ('<a href="https://a.example">x<a href="https://b.example">y</a></a>', [("text_link", 0, 2)]),
    ('<a href="https://a.example">x<code>y</code></a>', [("text_link", 0, 2)]),
    ('<a href="https://a.example">x<b>y</b></a>', [("text_link", 0, 2), ("bold", 1, 1)]),
    ('<b>a<a href="https://a.example">x</a></b>', [("bold", 0, 1), ("text_link", 1, 1), ("bold", 1, 1)]),
    ('<a href="https://a.example">x<blockquote>y</blockquote></a>', [("blockquote", 1, 1)]),
    ("<b>/start now</b>", [("bot_command", 0, 6), ("bold", 0, 6), ("bold", 6, 4)]),
    ("<blockquote>see exam</blockquote>ple.com", [("blockquote", 0, 8)]),
]  # fmt: skip


@pytest.mark.parametrize(("html", "entities"), NESTED)
def test_what_may_lie_in_what(html: str, entities: list[tuple[str, int, int]]) -> None:
    assert _short(formatted(html, "HTML", None)[1]) == entities


CROSSING: list[tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]]] = [
    ([("bold", 0, 4), ("italic", 2, 4)], [("bold", 0, 2), ("italic", 2, 4), ("bold", 2, 2)]),
    ([("bold", 0, 4), ("bold", 2, 4)], [("bold", 0, 6)]),
    ([("bold", 0, 2), ("bold", 2, 2)], [("bold", 0, 4)]),
    ([("bold", 0, 4), ("code", 2, 4)], [("bold", 0, 2), ("code", 2, 4)]),
    ([("code", 2, 4), ("pre", 0, 4)], [("pre", 0, 4)]),
    ([("blockquote", 0, 4), ("code", 2, 4)], [("blockquote", 0, 4)]),
    ([("blockquote", 0, 4), ("expandable_blockquote", 2, 2)], [("blockquote", 0, 4)]),
    ([("blockquote", 2, 2), ("underline", 0, 6)],
     [("underline", 0, 2), ("blockquote", 2, 2), ("underline", 2, 2), ("underline", 4, 2)]),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "kept"), CROSSING)
def test_entities_that_cross_are_cut_or_left_out(
    sent: list[tuple[str, int, int]], kept: list[tuple[str, int, int]]
) -> None:
    given_ = [{"type": kind, "offset": offset, "length": length} for kind, offset, length in sent]
    assert _short(formatted("abcdef", "", given_)[1]) == kept


_MARKS = st.builds(
    lambda kind, start, length: Mark(kind, start, start + length),
    st.sampled_from([*STYLES, *QUOTES, *CODE, "text_link", "custom_emoji", "url"]),
    st.integers(0, 8),
    st.integers(0, 8),
)


@given(st.lists(_MARKS, max_size=8))
def test_no_two_marks_cross_and_nesting_again_changes_nothing(marks: list[Mark]) -> None:
    kept = nested(marks)
    for one, other in combinations(kept, 2):
        apart = one.end <= other.start or other.end <= one.start
        assert apart or (one.start <= other.start and other.end <= one.end) or other.start == one.start
        assert apart or not {one.kind, other.kind} & {*CODE} or {one.kind, other.kind} & {*QUOTES}
        assert apart or not {one.kind, other.kind} <= {*QUOTES}
    assert nested(kept) == kept


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


PARSE = "can't parse MessageEntity: "
UNUSABLE: list[tuple[Any, str]] = [
    (3, PARSE + "expected an Object"),
    ({"offset": 0, "length": 1}, PARSE + 'Can\'t find field "type"'),
    ({"type": "bold", "length": 1}, PARSE + 'Can\'t find field "offset"'),
    ({"type": "bold", "offset": [], "length": 1}, PARSE + 'Field "offset" must be a Number'),
    ({"type": "bold", "offset": "x", "length": 1}, PARSE + 'Field "offset" must be a valid Number'),
    ({"type": "bold", "offset": 0, "length": 2**31}, PARSE + 'Field "length" must be a valid Number'),
    ({"type": "", "offset": 0, "length": 1}, PARSE + "Type is not specified"),
    ({"type": "wonder", "offset": 0, "length": 1}, PARSE + "Unsupported type specified"),
    ({"type": [], "offset": 0, "length": 1}, PARSE + 'Field "type" must be of type String'),
    ({"type": "text_link", "offset": 0, "length": 1}, PARSE + 'Can\'t find field "url"'),
    ({"type": "text_link", "offset": 0, "length": 1, "url": True}, PARSE + 'Field "url" must be of type String'),
    ({"type": "text_link", "offset": 0, "length": 1, "url": "nodot"}, "entity URL 'nodot' is invalid: Wrong HTTP URL"),
    ({"type": "text_link", "offset": 0, "length": 1, "url": "ssh://a.example"},
     "entity URL 'ssh://a.example' is invalid: Unsupported URL protocol"),
    ({"type": "text_mention", "offset": 0, "length": 1}, PARSE + 'Can\'t find field "user"'),
    ({"type": "text_mention", "offset": 0, "length": 1, "user": 5}, PARSE + 'Field "user" must be of type Object'),
    ({"type": "custom_emoji", "offset": 0, "length": 1}, PARSE + 'Can\'t find field "custom_emoji_id"'),
    ({"type": "custom_emoji", "offset": 0, "length": 1, "custom_emoji_id": "x"},
     PARSE + 'Field "custom_emoji_id" must be a valid Number'),
    ({"type": "custom_emoji", "offset": 0, "length": 1, "custom_emoji_id": "0"},
     "invalid custom emoji identifier specified"),
    ({"type": "date_time", "offset": 0, "length": 1}, PARSE + 'Can\'t find field "unix_time"'),
    ({"type": "date_time", "offset": 0, "length": 1, "unix_time": 0}, "invalid date specified"),
    ({"type": "date_time", "offset": 0, "length": 1, "unix_time": 5, "date_time_format": "zz"},
     PARSE + "Invalid date-time format specified"),
    ({"type": "pre", "offset": 0, "length": 1, "language": []}, PARSE + 'Field "language" must be of type String'),
    ({"type": "bold", "offset": -1, "length": 1}, "receive an entity with incorrect offset -1"),
    ({"type": "bold", "offset": 0, "length": -1}, "receive an entity with incorrect length -1"),
    ({"type": "bold", "offset": 9, "length": 1}, "entity begins after the end of the text at UTF-16 offset 9"),
    ({"type": "bold", "offset": 2, "length": 9},
     "entity beginning at UTF-16 offset 2 ends after the end of the text at UTF-16 offset 11"),
    ({"type": "bold", "offset": 1, "length": 1}, "entity begins in a middle of a UTF-16 symbol at byte offset 4"),
    ({"type": "bold", "offset": 0, "length": 1},
     "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4"),
]  # fmt: skip


@pytest.mark.parametrize(("entity", "words"), UNUSABLE)
def test_explicit_entities_that_do_not_fit_are_refused(entity: Any, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        formatted("😀ab", "", [entity])
    assert refused.value.description == f"Bad Request: {words}"


def test_numbers_are_taken_as_strings_and_strings_as_numbers() -> None:
    given_ = [{"type": "pre", "offset": "0", "length": "1", "language": 5}]
    assert formatted("x", "", given_)[1] == [{"type": "pre", "offset": 0, "length": 1, "language": "5"}]


def test_entities_that_are_no_list_count_as_none() -> None:
    assert formatted("x", "", 3) == ("x", [])


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
