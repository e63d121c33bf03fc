"""The two formats: one tree from both, and hostile input refused before it costs anything."""

import json
import tracemalloc

import pytest

from queue_api import bounds, formats
from queue_api.formats import tree_of
from queue_api.reading.fields import Unreadable

MEGABYTE = 1_000_000
MOST_MEMORY = 20_000_000


def filled(piece: bytes, before: bytes = b"[", after: bytes = b"]") -> bytes:
    """About a megabyte of one piece."""
    return before + piece * ((MEGABYTE - len(before) - len(after)) // len(piece)) + after


def wide_object(prefix: str) -> bytes:
    """A megabyte in one object with as many short keys as fit."""
    return ("{" + ",".join(f'"{prefix}{key}":0' for key in range(MEGABYTE // (len(prefix) + 9))) + "}").encode()


HOSTILE = {
    "lists in lists": b"[" * MEGABYTE,
    "objects in objects": b'{"a":' * (MEGABYTE // 5),
    "balanced depth": b"[" * (MEGABYTE // 2) + b"]" * (MEGABYTE // 2),
    "empty lists": filled(b"[],") + b"1]",
    "empty objects": filled(b"{},", after=b"{}]"),
    "small objects": filled(b'{"a":0},', after=b"{}]"),
    "one wide object": b"{" + b",".join(b'"%c":0' % (33 + key % 90) for key in range(MEGABYTE // 7)) + b"}",
    "spaced objects": filled(b'{"a":0}        ,', after=b"{}]"),
    "one wide object within the bounds": wide_object(""),
    "long keys": wide_object("keys-of-some-length-"),
    "brackets in strings": filled(b'"[[[{{{",', after=b"0]"),
    "quotes": b'["' + b'\\"' * (MEGABYTE // 2) + b'"]',
    "only quotes": b"[" + b'""' * (MEGABYTE // 2),
    "huge whole number": b"[" + b"9" * MEGABYTE + b"]",
    "many big numbers": filled(b"9" * 4299 + b",", after=b"0]"),
    "infinity by exponent": b"[1e" + b"9" * MEGABYTE + b"]",
    "blanks": b" " * MEGABYTE,
    "an unclosed string": b'["' + b"a" * MEGABYTE,
    "elements in elements": b"<a>" * (MEGABYTE // 3),
    "empty elements": b"<r>" + b"<a/>" * (MEGABYTE // 4) + b"</r>",
    "spaced elements": b"<r>" + b"<a/>            " * (MEGABYTE // 16) + b"</r>",
    "attributes": b"<r " + b" ".join(b'a%d=""' % key for key in range(MEGABYTE // 10)) + b"/>",
    "elements as dense as allowed": b"<r>" + b"<a>123456789</a>" * (MEGABYTE // 16) + b"</r>",
    "long text": b"<r>" + b"a" * MEGABYTE + b"</r>",
    "character references": b"<r>" + b"&#65;" * (MEGABYTE // 5) + b"</r>",
    "comments": b"<r>" + b"<!---->" * (MEGABYTE // 7) + b"</r>",
    "processing instructions": b"<r>" + b"<?a b?>" * (MEGABYTE // 7) + b"</r>",
    "lines": b"<r>" + b"a\n" * (MEGABYTE // 2) + b"</r>",
    "billion laughs": b'<!DOCTYPE r [<!ENTITY a "'
    + b"a" * 1000
    + b'">'
    + b"".join(b'<!ENTITY a%d "%s">' % (level + 1, b"&a%d;" % level * 10) for level in range(20))
    + b"]><r>&a20;</r>",
    "an external entity": b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>',
}
UNREADABLE = {
    "a key twice": b'{"a":1,"a":2}',
    "NaN": b'{"a":NaN}',
    "Infinity": b"[Infinity]",
    "minus Infinity": b"[-Infinity]",
    "a number of 5,000 digits": b"[" + b"1" * 5000 + b"]",
    "something after the end": b"{} {}",
    "half a document": b'{"a":',
    "bad UTF-8": b'{"a":"\xff"}',
    "UTF-7": b'<?xml version="1.0" encoding="UTF-7"?><r>+ADw-a+AD4-</r>',
    "an encoding nobody knows": b'<?xml version="1.0" encoding="klingon"?><r/>',
    "an undefined entity": b"<r>&copy;</r>",
    "a DTD": b"<!DOCTYPE r><r/>",
    "two roots": b"<r/><r/>",
    "an unclosed element": b"<r><a></r>",
    "nothing": b"",
    "only blanks": b"\r\n \t",
    "a word": b"true",
    "a NUL": b"\x00{}",
    "half of a UTF-16 letter": b"\xff\xfe{",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_megabyte_of_hostile_input_stays_within_its_memory(body: bytes) -> None:
    tracemalloc.start()
    try:
        tree_of(body)
    except Unreadable as fault:
        assert fault.field == "body"  # noqa: PT017 -- some of these are odd but honest, and are read
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak <= MOST_MEMORY


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        tree_of(body)
    assert caught.value.field == "body"


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>")])
def test_the_depth_that_is_read_and_the_next_that_is_not(opening: bytes, closing: bytes) -> None:
    deepest = bounds.DEEPEST
    assert deepest == 32
    filling = b"" if opening == b"<a>" else b"0"
    tree_of(opening * deepest + filling + closing * deepest)
    with pytest.raises(Unreadable, match=r"deep|many"):
        tree_of(opening * (deepest + 1) + filling + closing * (deepest + 1))


def test_brackets_and_commas_inside_strings_do_not_count() -> None:
    text = {"a": '[[[[{"\\,' * 2000, "b": ",,,,\\\\" * 5000, "c": "]" * 100 + "\\", "d": "\\"}
    assert tree_of(json.dumps(text).encode()) == text


def test_many_values_are_refused_outside_strings_as_well() -> None:
    with pytest.raises(Unreadable, match="too many"):
        tree_of(b'["' + b"a" * 100 + b'"' + b",0" * 5000 + b"]")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("body", ['{"name": "São Tomás"}', "<r><name>São Tomás</name></r>"])
def test_marked_encodings(encoding: str, body: str) -> None:
    assert tree_of(body.encode(encoding))["name"] == "São Tomás"


def test_a_charset_of_the_content_type() -> None:
    assert tree_of('{"name": "São"}'.encode("latin-1"), "ISO-8859-1") == {"name": "São"}
    assert tree_of("<r><name>São</name></r>".encode("cp1252"), "windows-1252")["name"] == "São"
    assert tree_of('{"name": "São"}'.encode(), "no-such-charset") == {"name": "São"}
    with pytest.raises(Unreadable, match="encoding"):
        tree_of(b"{", "utf-16-le")


def test_the_encoding_that_xml_declares() -> None:
    body = '<?xml version="1.0" encoding="ISO-8859-1"?><r><name>São</name></r>'.encode("latin-1")
    assert formats.tree_of(body)["name"] == "São"


def test_xml_in_every_shape() -> None:
    body = b"""<?xml version="1.0"?><?note x?><!-- hello --><answer xmlns:x="urn:x" lang="pt">
      <x:text> a &amp; b </x:text><empty/><nil x:nil="true"/><many>1</many><many>2</many><many/>
      <value-of value="7"/><facts id="1" type="t"><tag>A</tag> stray </facts><cdata><![CDATA[<b>]]></cdata></answer>"""
    read = tree_of(body)
    assert read.pop("answer") == read
    assert read == {
        "text": "a & b",
        "empty": "",
        "nil": "",
        "many": ["1", "2", ""],
        "value-of": "7",
        "facts": {"id": "1", "tag": "A"},
        "cdata": "<b>",
    }


def test_the_text_of_an_element_with_an_id_is_its_value() -> None:
    body = b'<r><setting id="vt_max_radius">50</setting><s id="1" value="2">3</s><s unit="m">4</s></r>'
    assert tree_of(body)["r"] == {"setting": {"id": "vt_max_radius", "value": "50"}, "s": ["3", "4"]}


def test_a_document_of_one_text() -> None:
    assert tree_of(b"<success>true</success>") == {"success": "true"}


def test_a_brand_of_attributes_is_read() -> None:
    service = '<service id="{}" tag="A" description="Payments and refunds, by appointment" waiting_tickets="3" waiting_avg="00:07"/>'
    services = "".join(service.format(one) for one in range(3))
    place = '<location id="{}" name="Branch of the main road" city="Vila Nova de Gaia"><services>' + services
    places = "".join(f"{place.format(one)}</services></location>" for one in range(500))
    found = tree_of(f"<r><locations>{places}</locations></r>".encode())["locations"]["location"]
    assert [len(one["services"]["service"]) for one in found] == [3] * 500
