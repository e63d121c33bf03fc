"""What is private goes, everything else stays byte for byte."""

import json

import pytest

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
        (b'<n:email type="x">a@b</n:email>', b'<n:email type="x">redacted</n:email>'),
        (b"<email/><phone></phone>", b"<email/><phone></phone>"),
        (b"<phone><![CDATA[12 < 3]]></phone>", b"<phone>redacted</phone>"),
        (b'<user id="1" first_name="Ana" phone=""/>', b'<user id="1" first_name="redacted" phone=""/>'),
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


@pytest.mark.parametrize("written", ["json", "xml"])
def test_what_holds_nothing_private_is_not_touched(written: str) -> None:
    body = (SAMPLES / "seed_settings" / f"body.{written}").read_bytes()
    assert redacted(body, ["frewjng4"]) == body
