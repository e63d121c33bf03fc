"""Whatever a server says, every operation makes a model of it or raises an error of the tree: never anything else."""

import json
import random
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_api.wire.verdict import Answer
from tests.queue_api.recorded import OPERATIONS, recorded
from tickets.errors import QueueServerError

STATUSES = st.sampled_from([200, 200, 200, 201, 204, 301, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503])
TYPES = st.sampled_from(
    ["", "application/json", "text/plain", "application/xml; charset=utf-16", "text/html", "a/b; c", "json;charset=ä"]
)
SEED = """success status errno message vt_token user locations server_services tickets ticket settings id tag name number state
services working_hours open_today_from open_today_to coordinates waiting_tickets waiting_avg hours minutes isOpen master service
desk create_date startcall_date endcall_date ticket_number contacts value notification_texts your_turn title"""
NAMES = st.sampled_from(SEED.split())
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**17, max_value=10**40)
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(
        [
            "true",
            "false",
            "",
            " ",
            "0",
            "00",
            "A 006",
            "41.5,-8.4",
            "nan,inf",
            "1e999,0",
            "hh:mm",
            "99:99",
            "²",
            "٣",
            "1_0",
            "-1",
        ]
    )
    | st.datetimes().map(str)
    | st.sampled_from(
        ["9999-12-31 23:59:59", "0001-01-01 00:00", "2019-02-30 25:61", "2019-12-23 47:59", "2019-W01-1", "Z"]
    )
)
TREES = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=8),
    max_leaves=30,
)
SAMPLES = recorded()


def xml(value: Any, name: str) -> str:
    """A tree as XML, well-formed or not: names and texts are put in as they come."""
    if isinstance(value, dict):
        return f"<{name}>{''.join(xml(one, key) for key, one in value.items())}</{name}>"
    if isinstance(value, list):
        return f"<{name}>{''.join(xml(one, 'item') for one in value)}</{name}>"
    return f"<{name}>{'' if value is None else value}</{name}>"


def survives(operation: str, answer: Answer) -> None:
    """Read it; anything but a `QueueServerError` fails the test."""
    request, reader = OPERATIONS[operation]
    with suppress(QueueServerError):
        reader(request, answer)


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=40, deadline=None)
@given(tree=TREES, status=STATUSES)
def test_any_json(operation: str, tree: Any, status: int) -> None:
    survives(operation, Answer(status, {"content-type": "application/json"}, json.dumps(tree).encode()))


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=40, deadline=None)
@given(tree=TREES, status=STATUSES)
def test_any_xml(operation: str, tree: Any, status: int) -> None:
    body = xml(tree, "response").encode("utf-8", "surrogatepass")
    survives(operation, Answer(status, {"content-type": "text/xml"}, body))


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=40, deadline=None)
@given(body=st.binary(max_size=200), kind=TYPES, status=STATUSES)
def test_any_bytes(operation: str, body: bytes, kind: str, status: int) -> None:
    survives(operation, Answer(status, {"content-type": kind}, body))


@settings(max_examples=40, deadline=None)
@given(retry=st.text(max_size=30) | st.integers().map(str), date=st.text(max_size=30), kind=st.text(max_size=60))
def test_any_headers(retry: str, date: str, kind: str) -> None:
    for status in (200, 429, 503):
        headers = {"retry-after": retry, "date": date, "content-type": kind}
        survives("customer/tickets", Answer(status, headers, b'{"success": true, "tickets": []}'))


@settings(max_examples=400, deadline=None)
@given(one=st.sampled_from(SAMPLES), seed=st.integers(0, 2**32), other=st.sampled_from(SAMPLES))
def test_spoilt_samples(one: Any, seed: int, other: Any) -> None:
    chance = random.Random(seed)
    body = bytearray(one.answer.body)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(body) + 1)
        length = chance.choice([0, 1, 1, 2, 8, 60])
        start = chance.randrange(len(other.answer.body) or 1)
        body[place : place + length] = chance.choice(
            [
                b"",
                bytes([chance.randrange(256)]),
                b'"',
                b"null",
                b"9" * 5000,
                b"</",
                other.answer.body[start : start + 40],
            ]
        )
    survives(one.meta["operation"], Answer(one.answer.status, one.answer.headers, bytes(body)))


@settings(max_examples=400, deadline=None)
@given(
    one=st.sampled_from([one for one in SAMPLES if one.format == "json"]),
    value=VALUES | TREES,
    seed=st.integers(0, 2**32),
)
def test_samples_with_one_value_exchanged(one: Any, value: Any, seed: int) -> None:
    try:
        tree = json.loads(one.answer.body)
    except ValueError:
        return
    places = list(_places(tree))
    if places:
        within, key = random.Random(seed).choice(places)
        within[key] = value
    survives(one.meta["operation"], Answer(200, one.answer.headers, json.dumps(tree).encode()))


def _places(tree: Any) -> Any:
    """Every (container, key) of a tree."""
    keys = tree.keys() if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        yield tree, key
        yield from _places(tree[key])
