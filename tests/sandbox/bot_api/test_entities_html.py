"""Telegram's HTML: what it becomes, counted in UTF-16 units, and the exact words for what is wrong."""

import pytest

from sandbox.bot_api.entities_html import parse_html
from sandbox.bot_api.errors_of_entities import EntitiesError

GOOD = [
    ("plain", "plain", []),
    ("<b>a</b><i>b</i>", "ab", [("bold", 0, 1), ("italic", 1, 1)]),
    ("<strong>a</strong> <em>b</em> <ins>c</ins>", "a b c", [("bold", 0, 1), ("italic", 2, 1), ("underline", 4, 1)]),
    ("<s>a</s><u>b</u>", "ab", [("strikethrough", 0, 1), ("underline", 1, 1)]),
    ("<strike>a</strike><del>b</del>", "ab", [("strikethrough", 0, 1), ("strikethrough", 1, 1)]),
    ("😀 <b>x</b>", "😀 x", [("bold", 3, 1)]),
    ("<b>😀</b>", "😀", [("bold", 0, 2)]),
    ("a &lt;b&gt; &amp; &quot;c&quot; &#65;&#x42; &nbsp; & &bogus;", 'a <b> & "c" AB &nbsp; & &bogus;', []),
    ('<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>', "xy", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
    ("<b>bold <i>both</i></b>", "bold both", [("italic", 5, 4), ("bold", 0, 9)]),
    ("<blockquote>q</blockquote><blockquote expandable>r</blockquote>", "qr", [("blockquote", 0, 1), ("expandable_blockquote", 1, 1)]),
    ("<B>x</B>", "x", [("bold", 0, 1)]),
    ("<b></b>x", "x", []),
    ("<b >x</b >", "x", [("bold", 0, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "plain", "marks"), GOOD)
def test_what_it_becomes(text: str, plain: str, marks: list[tuple[str, int, int]]) -> None:
    got, found = parse_html(text)
    assert got == plain
    wires = [mark.wire(got) for mark in found]
    assert [(wire["type"], wire["offset"], wire["length"]) for wire in wires] == marks


EXTRAS = [
    ('<a href="https://a.example/x?a=1&amp;b=2">x</a>', {"type": "text_link", "url": "https://a.example/x?a=1&b=2"}),
    ("<a href='http://a.example'>x</a>", {"type": "text_link", "url": "http://a.example/"}),
    ("<a href=a.example>x</a>", {"type": "text_link", "url": "http://a.example/"}),
    ('<pre><code class="language-python">x</code></pre>', {"type": "pre", "language": "python"}),
    ("<pre>x</pre>", {"type": "pre"}),
    ('<code class="language-python">x</code>', {"type": "code"}),
    ('<tg-emoji emoji-id="5368324170671202286">x</tg-emoji>', {"type": "custom_emoji", "custom_emoji_id": "5368324170671202286"}),
    ('<tg-time unix="1800000000" format="Dwt">x</tg-time>', {"type": "date_time", "unix_time": 1_800_000_000, "date_time_format": "wDt"}),
    ('<tg-time unix="1800000000" format="r">x</tg-time>', {"type": "date_time", "unix_time": 1_800_000_000, "date_time_format": "r"}),
    ('<tg-time unix="1800000000">x</tg-time>', {"type": "date_time", "unix_time": 1_800_000_000, "date_time_format": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "entity"), EXTRAS)
def test_what_it_carries(text: str, entity: dict[str, object]) -> None:
    plain, (mark,) = parse_html(text)
    assert mark.wire(plain) == {**entity, "offset": 0, "length": 1}


def test_a_link_that_is_none_is_plain_text() -> None:
    assert parse_html('<a href="javascript:alert(1)">x</a>') == ("x", [])
    assert parse_html("<a>just words</a>") == ("just words", [])


BAD = [
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("é<foo>x</foo>", 'Unsupported start tag "foo" at byte offset 2'),
    ("<>x", 'Unsupported start tag "" at byte offset 0'),
    ("a<br/>b", 'Unsupported start tag "br/" at byte offset 1'),
    ("<b/>x", 'Unsupported start tag "b/" at byte offset 0'),
    ('<a href="x">y</b>', 'Unmatched end tag at byte offset 13, expected "</a>", found "</b>"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("1 <b", "Unclosed start tag at byte offset 2"),
    ("<b x=", "Unclosed start tag at byte offset 2"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
    ('<tg-time unix="soon">y</tg-time>', "Invalid date-time specified"),
    ('<tg-time unix="1" format="q">y</tg-time>', "Invalid date-time format specified"),
]


@pytest.mark.parametrize(("text", "words"), BAD)
def test_what_is_wrong_is_said_in_telegrams_words(text: str, words: str) -> None:
    with pytest.raises(EntitiesError) as error:
        parse_html(text)
    assert str(error.value) == words
