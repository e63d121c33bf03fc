"""Single values in every form that the seed mixes, and in forms that nobody can read."""

from collections.abc import Callable
from typing import Any

import pytest

from queue_api.reading.fields import Unreadable, code, flag, items, measure, number, part, text, texts, waiting

BAD = object()
"""Stands for: raises `Unreadable` and names the field."""

READINGS: list[tuple[Callable[[Any, str], Any], Any, Any]] = [
    (text, " São ", "São"),
    (text, None, ""),
    (text, "", ""),
    (text, [], ""),
    (text, {}, ""),
    (text, 0, "0"),
    (text, 91626592, "91626592"),
    (text, 1.5, "1.5"),
    (text, True, BAD),
    (text, False, BAD),
    (text, ["a"], BAD),
    (text, {"a": 1}, BAD),
    (number, 6, 6),
    (number, "6", 6),
    (number, " 006 ", 6),
    (number, 6.0, 6),
    (number, 0, 0),
    (number, None, None),
    (number, "", None),
    (number, "  ", None),
    (number, [], None),
    (number, {}, None),
    (number, "6.0", BAD),
    (number, "1_0", BAD),
    (number, "٣", BAD),
    (number, "-1", BAD),
    (number, -1, BAD),
    (number, 10**13, BAD),
    (number, "9" * 5000, BAD),
    (number, True, BAD),
    (number, [6], BAD),
    (number, float("inf"), BAD),
    (code, "17", 17),
    (code, "waiting", None),
    (code, [], None),
    (measure, 50, 50.0),
    (measure, "2.5", 2.5),
    (measure, "", None),
    (measure, None, None),
    (measure, "far", BAD),
    (measure, "nan", BAD),
    (measure, "inf", BAD),
    (measure, -1, BAD),
    (measure, True, BAD),
    (measure, 10**400, BAD),
    (measure, [1], BAD),
    (flag, True, True),
    (flag, "true", True),
    (flag, " True ", True),
    (flag, 1, True),
    (flag, "1", True),
    (flag, False, False),
    (flag, "false", False),
    (flag, 0, False),
    (flag, None, None),
    (flag, "", None),
    (flag, [], None),
    (flag, "perhaps", BAD),
    (flag, 2, BAD),
    (flag, 1.0, BAD),
    (flag, {"a": 1}, BAD),
    (part, {"a": 1}, {"a": 1}),
    (part, [{"a": 1}], {"a": 1}),
    (part, {}, None),
    (part, "", None),
    (part, [], None),
    (part, None, None),
    (part, "a", BAD),
    (part, [{"a": 1}, {"a": 2}], BAD),
    (items, [{"id": 1}, {"id": 2}], [{"id": 1}, {"id": 2}]),
    (text, {"id": "12", "value": " Braga "}, "Braga"),
    (text, {"id": "12"}, BAD),
    (text, {"value": "Braga"}, BAD),
    (items, {"id": 1}, [{"id": 1}]),
    (items, {"item": {"id": 1}}, [{"id": 1}]),
    (items, {"item": [{"id": 1}, {"id": 2}]}, [{"id": 1}, {"id": 2}]),
    (items, {"0": {"id": 1}, "1": {"id": 2}}, [{"id": 1}, {"id": 2}]),
    (items, {"item": ""}, []),
    (items, {"page": 1, "item": [{"id": 1}, {"id": 2}]}, [{"id": 1}, {"id": 2}]),
    (items, {"success": "true", "item": {"id": 1}}, [{"id": 1}]),
    (items, {"status": {"success": "true"}, "item": {"id": 1}}, [{"id": 1}]),
    (items, {"success": "true"}, []),
    (items, {"success": "false"}, BAD),
    (items, {"page": 1}, BAD),
    (items, {"page": 1, "item": []}, []),
    (items, {"total": 0, "item": []}, []),
    (items, {"count": "0"}, []),
    (items, {"success": "true", "message": "none", "item": []}, []),
    (items, {"status": {"success": "true", "errno": 0}}, []),
    (items, {"errno": 20, "message": "token expired"}, BAD),
    (items, {"errno": "20"}, BAD),
    (items, {"message": "Internal error"}, BAD),
    (items, {"status": "error", "item": []}, BAD),
    (items, {"status": {"success": False, "errno": 20}}, BAD),
    (items, {"success": False, "item": []}, BAD),
    (items, {"success": True, "server": "x"}, BAD),
    (items, None, []),
    (items, "", []),
    (items, "  ", []),
    (items, [], []),
    (items, "A, B", BAD),
    (items, 5, BAD),
    (items, {"tag": "A"}, BAD),
]


@pytest.mark.parametrize(("read", "value", "expected"), READINGS)
def test_a_value(read: Callable[[Any, str], Any], value: Any, expected: Any) -> None:
    if expected is not BAD:
        assert read({"f": value}, "f") == expected
        return
    with pytest.raises(Unreadable) as caught:
        read({"f": value}, "f")
    assert caught.value.field == "f"


def test_a_server_that_does_not_know_how_many_wait() -> None:
    told: list[Any] = [-1, "-1", 3, None]
    assert [waiting({"waiting_tickets": one}) for one in told] == [None, None, 3, None]
    with pytest.raises(Unreadable):
        waiting({"waiting_tickets": -2})


def test_what_is_not_there() -> None:
    assert [read({}, "f") for read in (text, number, code, measure, flag, part, items)] == ["", *[None] * 5, []]


def test_several_texts_at_once_read_as_one_by_one() -> None:
    tree = {"a": " x ", "b": 5, "c": None, "d": ""}
    names = ("a", "b", "c", "d", "e")
    assert tuple(texts(tree, names)) == tuple(text(tree, name) for name in names)
    with pytest.raises(Unreadable):
        tuple(texts({"a": {"b": 1}}, ("a",)))


def test_an_item_that_is_no_object_is_named() -> None:
    with pytest.raises(Unreadable) as caught:
        items({"f": [{"id": 1}, "x"]}, "f")
    assert caught.value.field == "f[1]"


def test_the_path_of_a_field() -> None:
    fault = Unreadable("number", "missing").within("tickets[0]").within("answer")
    assert (fault.field, fault.detail) == ("answer.tickets[0].number", "missing")
    assert Unreadable("[2]", "").within("list").field == "list[2]"
