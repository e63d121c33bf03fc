"""What is private goes, everything else stays byte for byte."""

import html
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_api.redaction import redacted
from tests.queue_api.recorded import SAMPLES


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"vt_token": "abc", "id": "1"}', b'{"vt_token": "redacted", "id": "1"}'),
        (b'{"vt_token":"a\\"b"}', b'{"vt_token":"redacted"}'),
        (b'{"phone" : 91626592, "number": 6}', b'{"phone" : 0, "number": 6}'),
        (b'{"phone": null, "email": ""}', b'{"phone": null, "email": ""}'),
        ('{“vt_token”: “abc”, "name": "x"}'.encode(), '{“vt_token”: “redacted”, "name": "x"}'.encode()),
        ('{"vt_token": “token”}'.encode(), '{"vt_token": “redacted”}'.encode()),
        (b"<a><vt_token>abc</vt_token><id>1</id></a>", b"<a><vt_token>redacted</vt_token><id>1</id></a>"),
        (b'<n:email type="string">a@b</n:email>', b'<n:email type="string">redacted</n:email>'),
        (b"<email/><phone></phone>", b"<email/><phone></phone>"),
        (b"<phone><![CDATA[12 < 3]]></phone>", b"<phone>redacted</phone>"),
        (b'<t id="1" first_name="Ana" phone=""/>', b'<t id="1" first_name="redacted" phone=""/>'),
        (b'<user id="1" type="array" phone=""/>', b'<user id="redacted" type="array" phone=""/>'),
        (b'{"user":{"name":"Joaquim Gomes","n":1.5,"vip":true}}', b'{"user":{"name":"redacted","n":0,"vip":true}}'),
        (b'{"mobile":"+351916265920","nif":"123456789"}', b'{"mobile":"redacted","nif":"redacted"}'),
        (b'{"phone":["916265920", 7],"email":[["a@b.pt"]]}', b'{"phone":["redacted", 0],"email":[["redacted"]]}'),
        (
            b'{"user": {"birth_date": "1970-01-31"}, "name": "x"}',
            b'{"user": {"birth_date": "0000-00-00"}, "name": "x"}',
        ),
        (
            b'{"customer":{"a":[{"b":"c"},"d"]},"name":"x"}',
            b'{"customer":{"a":[{"b":"redacted"},"redacted"]},"name":"x"}',
        ),
        (b'{"firstName": "Ana", "\\u0065mail": "a"}', b'{"firstName": "redacted", "\\u0065mail": "redacted"}'),
        (b'{"user": {"name": "Joaq', b'{"user": {"name": "redacted'),
        (b"<contact_email>a@b.pt</contact_email>", b"<contact_email>redacted</contact_email>"),
        (
            b"<r><user><names>\n<n k='A'>B</n> C <!-- D --></names><state>0</state></user><name>x</name></r>",
            b"<r><user><names>\n<n k='redacted'>redacted</n> redacted <!--redacted--></names><state>0</state></user><name>x</name></r>",
        ),
        (b"<user></p></b><name>A</name><fir", b"<user></p></b><name>redacted</name><redacted"),
        (
            b'{"settings": {"request_ticket_min_customers": 9000}}',
            b'{"settings": {"request_ticket_min_customers": 9000}}',
        ),
        (b'<phone value="123"/>', b'<phone value="redacted"/>'),
        (b'{"message": "hello frewjng4 and ana"}', b'{"message": "hello redacted and ana"}'),
        (b'{"url": "/x?t=p%40ss%20word"}', b'{"url": "/x?t=redacted"}'),
        (b'{"echo": "p\\u00e4\\"ss"}', b'{"echo": "redacted"}'),
        ('{"vt_token": "abc"}'.encode("utf-16"), b""),
    ],
)
def test_what_goes_and_what_stays(body: bytes, expected: bytes) -> None:
    assert redacted(body, ["frewjng4", "ana", "p@ss word", 'pä"ss']) == expected


@pytest.mark.parametrize("written", ["json", "xml"])
def test_a_recorded_sample_of_the_customer(written: str) -> None:
    body = (SAMPLES / "seed_details" / f"body.{written}").read_bytes()
    shown = redacted(body)
    assert b"username" in shown
    for private in (b'"Name"', b">Name<", b'"username": "username"', b'"token"'):
        assert private not in shown
    if written == "json":
        assert json.loads(shown).keys() == json.loads(body).keys()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            b'{"success": true, "errno": 0, "message": "Hello Ana", "nick": "an", "state": 0}',
            b'{"success": true, "errno": 0, "message": "redacted", "nick": "redacted", "state": 0}',
        ),
        (b"<r><success>1</success><who>Ana</who></r>", b"<r><success>1</success><who>redacted</who></r>"),
    ],
)
def test_an_answer_about_whoever_signs_in_is_private_as_a_whole(body: bytes, expected: bytes) -> None:
    for operation in ("customer/register", "customer/login", "customer/details"):
        assert redacted(body, [], operation) == expected
    assert redacted(body, [], "customer/tickets") == body


SECRET = """p/ä +&"'é😀=\\s"""
NET = "".join(f"\\u{ord(one):04X}" if one in "ä+&\"'é" else one for one in SECRET[:-4]) + "\\uD83D\\uDE00=\\\\s"
ECHOES = {
    "JSON": json.dumps(SECRET),
    "JSON of PHP": json.dumps(SECRET).replace("/", "\\/"),
    "JSON in UTF-8": json.dumps(SECRET, ensure_ascii=False),
    "JSON of .NET": f'"{NET}"',
    "a URL": f'"{quote(SECRET)}"',
    "a URL's parameter": f'"{quote(SECRET, safe="")}"',
    "a form": f'"{quote_plus(SECRET)}"',
    "a URL in small letters": f'"{quote(SECRET, safe="").lower()}"',
    "CDATA": f"<r><![CDATA[{SECRET}]]></r>",
    "XML": f"<r>{escape(SECRET)}</r>",
    "XML's attribute": f"<r a={quoteattr(SECRET)}/>",
    "both quotes": "<r>{}</r>".format(escape(SECRET, {'"': "&quot;", "'": "&apos;"})),
    "HTML": f"<r>{html.escape(SECRET)}</r>",
    "HTML of PHP": f"<r>{html.escape(SECRET).replace('&#x27;', '&#039;')}</r>",
    "htmlentities of PHP": f"<r>{html.escape(SECRET).replace('ä', '&auml;').replace('é', '&eacute;')}</r>",
    "numbers": "<r>{}</r>".format("".join(f"&#{ord(one)};" for one in SECRET)),
}


@pytest.mark.parametrize("written", ECHOES)
def test_a_secret_goes_however_it_is_written(written: str) -> None:
    shown = redacted(ECHOES[written].encode(), [SECRET])
    assert shown.replace(b"<![CDATA[redacted]]>", b"redacted") in (
        b'"redacted"',
        b"<r>redacted</r>",
        b'<r a="redacted"/>',
    )


def test_a_secret_goes_in_the_bytes_of_latin_1() -> None:
    assert redacted('{"echo": "Sé nº 1"}'.encode("latin-1"), ["Sé nº"]) == b'{"echo": "redacted 1"}'


PEOPLE_IN_JSON = '{"tickets":[{"customer":{"display_name":"André Gomes","phone":"916265920"}}]}'
PEOPLE_IN_XML = '<tickets><ticket><customer phone="916265920"><n>André Gomes</n></customer></ticket></tickets>'


@pytest.mark.parametrize(
    "body",
    [
        "<br />\n<b>Notice</b>: Undefined index: x in <b>/a.php</b><br />\n" + PEOPLE_IN_JSON,
        PEOPLE_IN_JSON + "\n<br />Notice",
        "Notice: x\n" + PEOPLE_IN_XML,
        "<!-- x -->Notice " + PEOPLE_IN_XML,
        "<!DOCTYPE html><p>André Gomes",
        '<!DOCTYPE r [<!ENTITY c "André Gomes">]><r>&c;</r>',
        "<html><body><p>Hello André Gomes, 916265920</p></body></html>",
        "Hello André Gomes",
        'Unknown: "André Gomes": 916265920',
        "<p>Unknown: <André Gomes 916265920></André Gomes></p>",
        f"<string>{PEOPLE_IN_JSON}</string>",
        f"<string>{PEOPLE_IN_JSON.replace('{', '&#123;').replace('[', '&#x5b;')}</string>",
        f"<r><![CDATA[{PEOPLE_IN_XML}]]></r>",
        f"<r>{PEOPLE_IN_XML.replace('<', '&lt;')}</r>",
        f"<r><!-- {PEOPLE_IN_XML} --></r>",
        f"<r><?note {PEOPLE_IN_JSON}?></r>",
        f"<r d='{PEOPLE_IN_JSON}'/>",
        json.dumps({"d": PEOPLE_IN_JSON}),
        json.dumps({"d": [PEOPLE_IN_XML]}, ensure_ascii=False),
        json.dumps({PEOPLE_IN_JSON: ""}, ensure_ascii=False),
        json.dumps(PEOPLE_IN_JSON, ensure_ascii=False),
        json.dumps({"d": PEOPLE_IN_XML}, ensure_ascii=False).replace("<", "\\u003c"),
        f"callback({PEOPLE_IN_JSON})",
        PEOPLE_IN_JSON * 2,
        PEOPLE_IN_JSON.replace('"', "'"),
        PEOPLE_IN_JSON.replace('"tickets"', "tickets").replace('"customer"', "customer"),
        '{"name": "a "b", "customer": {"name": "André Gomes", "phone": "916265920"}}',
        '{"waiting_customers": [{"name": "André Gomes"}], "customers_ahead": "916265920"}',
        "<r><waiting_customers><n>André Gomes</n></waiting_customers></r>",
    ],
)
def test_people_are_found_in_what_is_not_one_clean_document(body: str) -> None:
    shown = redacted(body.encode(), [], "customer/tickets").decode()
    for private in ("Andr", "Gomes", "9162"):
        assert private not in shown


@pytest.mark.parametrize(
    "body",
    [
        '{"message": "Head to desk %{ticket.desk.tag}.", "name": "Braga", "customers_ahead": "12"}',
        "<r><message>Head to desk %{ticket.desk.tag}.</message><min_customers>9000</min_customers><?x y?><!-- z --></r>",
        '{“name”: “Braga”, "city": "Vila “Nova”"}',
    ],
)
def test_what_holds_nobody_stays(body: str) -> None:
    assert redacted(body.encode(), [], "customer/tickets") == body.encode()


def test_a_document_of_another_charset_is_one_document() -> None:
    body = '{"name": "Évora", "phone": "916265920"}'.encode("latin-1")
    assert redacted(body) == '{"name": "Évora", "phone": "redacted"}'.encode("latin-1")


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(10000)
    | st.floats(10000, 1e9)
    | st.text("abcdé <&\"'\\/,:{}[]@\n", max_size=12)
)
NAMES = st.sampled_from(
    ["id", "name", "user", "phone", "number", "state", "created_at", "hours", "errno", "items", "value", "x"]
)
PEOPLE = st.recursive(
    st.dictionaries(NAMES, LEAVES, min_size=1),
    lambda inner: st.dictionaries(NAMES, LEAVES | inner | st.lists(LEAVES | inner, max_size=3), min_size=1),
    max_leaves=12,
)


def leaves(tree: Any) -> Iterator[Any]:
    """Every value that is neither list nor object."""
    inner = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else None
    if inner is None:
        yield tree
    for one in inner or ():
        yield from leaves(one)


def shape(tree: Any) -> Any:
    """The same with the kinds of values in place of the values."""
    if isinstance(tree, dict):
        return {name: shape(one) for name, one in tree.items()}
    if isinstance(tree, list):
        return [shape(one) for one in tree]
    return "number" if isinstance(tree, float | int) and not isinstance(tree, bool) else type(tree).__name__


@settings(max_examples=300, deadline=None)
@given(person=PEOPLE, about=st.sampled_from(["user", "customer"]))
def test_no_text_of_a_customer_survives_in_json(person: dict[str, Any], about: str) -> None:
    ticket = {"id": "17", "number": 6, about: person, "name": "Payments"}
    told = {"success": True, "tickets": [ticket], "settings": []}
    for ascii_only in (True, False):
        shown = json.loads(redacted(json.dumps(told, ensure_ascii=ascii_only).encode(), [], "customer/tickets"))
        assert shape(shown) == shape(told)
        assert {**shown["tickets"][0], about: person} == ticket, "what is not theirs stays"
        for one in leaves(shown["tickets"][0][about]):
            assert one in (None, True, False, 0, "redacted") or not str(one).strip()


def xml(tree: Any, name: str, attributes: bool) -> ET.Element:
    """An element with the tree's leaves as attributes, where they can be, or all as elements."""
    element = ET.Element(name)
    for key, one in tree.items():
        for item in one if isinstance(one, list) else [one]:
            if isinstance(item, dict):
                element.append(xml(item, key, attributes))
            elif attributes and not isinstance(one, list):
                element.set(key, str(item))
            else:
                ET.SubElement(element, key).text = str(item)
    return element


@settings(max_examples=300, deadline=None)
@given(person=PEOPLE, attributes=st.booleans())
def test_no_text_of_a_customer_survives_in_xml(person: dict[str, Any], attributes: bool) -> None:
    told = ET.Element("response")
    told.append(xml({"customer": person, "name": "Payments"}, "ticket", attributes))
    ET.SubElement(told, "name").text = "Braga"
    shown = fromstring(redacted(ET.tostring(told), [], "customer/tickets"))
    assert [one.tag for one in shown.iter()] == [one.tag for one in told.iter()]
    assert shown.findtext("name") == "Braga"
    customer = shown.find("ticket/customer")
    assert customer is not None
    for element in customer.iter():
        for text in (element.text, element.tail, *element.attrib.values()):
            assert (text or "").strip().lower() in ("", "redacted", "true", "false")


@pytest.mark.parametrize("written", ["json", "xml"])
def test_what_holds_nothing_private_is_not_touched(written: str) -> None:
    body = (SAMPLES / "seed_settings" / f"body.{written}").read_bytes()
    assert redacted(body, ["frewjng4"]) == body
