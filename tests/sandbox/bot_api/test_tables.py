"""Telegram's limits and words stand in their tables alone, each with its source beside it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.bot_api import errors, errors_of_entities, errors_of_fields, errors_of_links, limits
from sandbox.bot_api.errors import Failure, Refusal
from sandbox.bot_api.errors_of_entities import Words

FOLDER = Path(errors.__file__).parent
TABLES = {"errors.py", "errors_of_entities.py", "errors_of_fields.py", "errors_of_links.py", "limits.py"}
SPEAKING = {path for path in FOLDER.rglob("*.py") if path.name not in TABLES}
# These speak to people who play, whose words are the sandbox's own.
PLAY = {"acts.py", "group_acts.py", "orders.py", "play.py", "web_apps.py"}
# Measures of the sandbox itself, of which Telegram knows nothing.
OWN = {"_PING_SECONDS", "CALLS_KEPT", "LONGEST_QUEUE", "_SUPERGROUPS"}
SOURCE = re.compile(r"\b(C|CM|HC|Q|TD|D|WA|own|seen)\b|\.(cpp|h)\b")
RAISED = {"Refusal", "EntitiesError", "FieldError", "LinkError", "Described"}


def _words() -> list[Words]:
    return [
        value
        for table in (errors_of_entities, errors_of_fields, errors_of_links)
        for value in vars(table).values()
        if isinstance(value, Words)
    ]


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _texts(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


@pytest.mark.parametrize("path", sorted(SPEAKING), ids=lambda path: path.name)
def test_no_other_module_holds_words_of_refusal(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    said = [text for call in _calls(tree) if _name(call) in RAISED for text in _texts(call)]
    # Names of parameters and verbs fill places in the words; whatever has a space or a capital is a word itself.
    assert [text for text in said if not re.fullmatch(r"[a-z_.]+", text)] == []
    made = [_name(call) for call in _calls(tree)]
    assert not {"Failure", "Words"} & set(made)


@pytest.mark.parametrize("path", sorted(SPEAKING), ids=lambda path: path.name)
def test_no_other_module_holds_words_that_the_tables_hold(path: Path) -> None:
    if path.name in PLAY:
        return
    failures = [value.text for value in vars(errors).values() if isinstance(value, Failure)]
    pieces = {
        piece
        for text in (*failures, *(entry.text for entry in _words()))
        for piece in re.split(r"\{\w+\}", text)
        if len(piece.split()) > 2
    }
    assert [text for text in _texts(ast.parse(path.read_text("utf-8"))) if text in pieces] == []


@pytest.mark.parametrize("path", sorted(SPEAKING), ids=lambda path: path.name)
def test_no_other_module_holds_limits(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            name = getattr(node.targets[0], "id", "")
            assert not isinstance(node.value.value, int | float) or name in OWN, f"{name} belongs into limits.py"
    clamped = [call for call in _calls(tree) if _name(call) == "integer"]
    numbers = [arg.value for call in clamped for arg in call.args if isinstance(arg, ast.Constant)]
    assert [number for number in numbers if isinstance(number, int) and number > 1] == []


def test_every_entry_has_its_source() -> None:
    failures = [value for value in vars(errors).values() if isinstance(value, Failure)]
    words = _words()
    assert len(failures) > 100
    assert len(words) > 15
    sources = {entry.text: entry.source for entry in failures} | {entry.text: entry.source for entry in words}
    assert [text for text, source in sources.items() if not SOURCE.search(source)] == []


@pytest.mark.parametrize(
    "table", [limits, errors, errors_of_entities, errors_of_fields, errors_of_links], ids=lambda table: table.__name__
)
def test_every_plain_line_of_a_table_ends_with_its_source(table: object) -> None:
    text = Path(str(getattr(table, "__file__", ""))).read_text("utf-8")
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if not isinstance(node, ast.Assign) or (
            isinstance(node.value, ast.Call) and _name(node.value) in ("Failure", "Words")
        ):
            continue
        name = getattr(node.targets[0], "id", "")
        _, _, comment = lines[(node.end_lineno or 1) - 1].partition("  # ")
        assert name.startswith("_") or name in ("PREFIXES", "FAULTS") or SOURCE.search(comment), name


def test_a_description_begins_with_its_prefix() -> None:
    assert str(Refusal(Failure(403, "no {what}", "x"), what="way")) == "Forbidden: no way"
