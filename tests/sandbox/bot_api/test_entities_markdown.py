"""MarkdownV2 and the legacy Markdown: what they become, and the exact words for what is wrong."""

import pytest

from sandbox.bot_api.entities_markdown import parse_markdown
from sandbox.bot_api.errors_of_entities import EntitiesError

GOOD = [
    ("plain", "plain", []),
    ("*a* _b_ __c__ ~d~ ||e|| `f`", "a b c d e f", [
        ("bold", 0, 1), ("italic", 2, 1), ("underline", 4, 1), ("strikethrough", 6, 1), ("spoiler", 8, 1), ("code", 10, 1),
    ]),
    (r"1\.5 \- \*no\* \\", "1.5 - *no* \\", []),
    ("*bold _both_ bold*", "bold both bold", [("italic", 5, 4), ("bold", 0, 14)]),
    ("__under _both___", "under both", [("italic", 6, 4), ("underline", 0, 10)]),
    ("```python\nx = 1\n```", "x = 1\n", [("pre", 0, 5)]),
    ("```\nx\n```", "x\n", [("pre", 0, 1)]),
    ("`a.b!` `\\``", "a.b! `", [("code", 0, 4), ("code", 5, 1)]),
    (">one\n>two\nthree", "one\ntwo\nthree", [("blockquote", 0, 7)]),
    (">one\n>two||", "one\ntwo", [("expandable_blockquote", 0, 7)]),
    (">a\n**>b||\nc", "a\nb\nc", [("blockquote", 0, 1), ("expandable_blockquote", 2, 1)]),
    (">||hidden|| seen", "hidden seen", [("spoiler", 0, 6), ("blockquote", 0, 11)]),
    ("😀*x*", "😀x", [("bold", 2, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "plain", "marks"), GOOD)
def test_what_it_becomes(text: str, plain: str, marks: list[tuple[str, int, int]]) -> None:
    got, found = parse_markdown(text)
    assert got == plain
    wires = [mark.wire(got) for mark in found]
    assert [(wire["type"], wire["offset"], wire["length"]) for wire in wires] == marks


EXTRAS = [
    (r"[x](https://a.example/\)y)", {"type": "text_link", "url": "https://a.example/)y"}),
    ("[x](tg://user?id=42)", {"type": "text_mention", "user": {"id": 42, "is_bot": False, "first_name": ""}}),
    ("![x](tg://emoji?id=5368)", {"type": "custom_emoji", "custom_emoji_id": "5368"}),
    ("![x](tg://time?unix=1800000000&format=wDT)", {"type": "date_time", "unix_time": 1_800_000_000, "date_time_format": "wDT"}),
    ("```python\nx```", {"type": "pre", "language": "python"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "entity"), EXTRAS)
def test_what_it_carries(text: str, entity: dict[str, object]) -> None:
    plain, (mark,) = parse_markdown(text)
    assert mark.wire(plain) == {**entity, "offset": 0, "length": 1}


BAD = [
    ("1.5", "Character '.' is reserved and must be escaped with the preceding '\\'"),
    ("a - b", "Character '-' is reserved and must be escaped with the preceding '\\'"),
    ("x > y", "Character '>' is reserved and must be escaped with the preceding '\\'"),
    ("é *bold", "Can't find end of Bold entity at byte offset 3"),
    ("_it", "Can't find end of Italic entity at byte offset 0"),
    ("__un", "Can't find end of Underline entity at byte offset 0"),
    ("`x", "Can't find end of Code entity at byte offset 0"),
    ("```x", "Can't find end of Pre entity at byte offset 0"),
    (">*x\ny*", "Can't find end of Bold entity at byte offset 1"),
    ("[x](http://a", "Can't find end of a URL at byte offset 3"),
    ("[x", "Can't find end of TextUrl entity at byte offset 0"),
    ("![x]", "Custom emoji entity must contain a tg://emoji URL"),
    ("![x](https://a.example)", "Custom emoji URL must have an emoji identifier"),
]


@pytest.mark.parametrize(("text", "words"), BAD)
def test_what_is_wrong_is_said_in_telegrams_words(text: str, words: str) -> None:
    with pytest.raises(EntitiesError) as error:
        parse_markdown(text)
    assert str(error.value) == words


def test_the_legacy_kind_knows_less_and_forgives_more() -> None:
    plain, marks = parse_markdown(r"*a* 1.5 - \_x\_ __ [y](http://a.example) `c` ```d```", legacy=True)
    assert plain == "a 1.5 - _x_  y c d"
    assert [mark.kind for mark in marks] == ["bold", "text_link", "code", "pre"]
    with pytest.raises(EntitiesError, match="Can't find end of the entity starting at byte offset 2"):
        parse_markdown("a *b", legacy=True)
