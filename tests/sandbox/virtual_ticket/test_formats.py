"""JSON and XML of the same tree, whatever people have typed."""

import json
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from sandbox.virtual_ticket.formats import as_json, as_xml

TREE = {
    "success": True,
    "tickets": [{"id": "1", "number": 6, "startcall_date": None}, {"id": "2", "number": 7, "startcall_date": ""}],
    "working_hours": [{"open_today_from": "x"}],
    "services": [],
    "message": 'Tom & "Jerry" <b>\r\n',
}


def test_a_list_is_a_plural_element_with_one_child_an_item() -> None:
    root = fromstring(as_xml(TREE))
    assert [ticket.findtext("number") for ticket in root.findall("tickets/ticket")] == ["6", "7"]
    assert {child.tag for child in root.findall("tickets/*")} == {"ticket"}
    assert [child.tag for child in root.findall("working_hours/*")] == ["working_hour"]
    assert root.findall("services")
    assert not root.findall("services/*")
    assert root.findtext("tickets/ticket/startcall_date") == ""
    assert root.findtext("success") == "true"
    assert root.findtext("message") == TREE["message"]


def test_json_keeps_letters_as_they_are() -> None:
    assert "Lamaçães".encode() in as_json({"name": "Lamaçães"})
    assert json.loads(as_json(TREE)) == TREE


@pytest.mark.parametrize("letter", ["\x00", "\x0b", "\ufffe"])
def test_characters_that_no_document_can_hold_are_replaced(letter: str) -> None:
    assert fromstring(as_xml({"name": f"a{letter}b"})).findtext("name") == "a\ufffdb"


values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "items", "name"]), inner),
    max_leaves=20,
)


@given(values)
def test_any_answer_is_a_document(value: Any) -> None:
    assert fromstring(as_xml({"value": value})).tag == "response"
