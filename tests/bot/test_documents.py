"""What the documents say is what the program does: settings, conversations, states and numbers."""

import importlib
import os
import re
from pathlib import Path
from typing import get_args

import pytest
from dotenv import dotenv_values
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from bot.cli import cli
from bot.handlers import typed
from bot.routes import PRESSES
from bot.settings import PREFIX, Settings, load
from tests.bot.conftest import KEY
from tickets.pushes import Outcome, PushState

ROOT = Path(__file__).resolve().parents[2]
NEEDED = {"telegram_token", "queue_url", "secret_keys"}
TOLD_IN_WORDS = {"queue_ca_file": "the system's", "webhook_secret": "derived"}
"""Defaults that are no value."""


def default(name: str) -> str:
    """A setting's default as it is written in an environment; an empty text where there is none."""
    field = Settings.model_fields[name]
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined or value is None:
        return ""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return f"{value:g}" if isinstance(value, float) else "{}" if value == {} else str(value)


def commented() -> dict[str, str]:
    """The settings of .env.example, those that stand there as a comment included."""
    text = (ROOT / ".env.example").read_text("utf-8")
    return dict(re.findall(rf"^(?:# )?{PREFIX}([A-Z_]+)=(\S*)$", text, re.MULTILINE))


def table(document: str, heading: str) -> list[list[str]]:
    """The cells of the first table after a heading."""
    text = (ROOT / document).read_text("utf-8").split(heading, 1)[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in _first_table(text)]
    return rows[2:]


def _first_table(text: str) -> list[str]:
    lines = text.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("| "))
    end = next((number for number in range(begin, len(lines)) if not lines[number].startswith("|")), len(lines))
    return lines[begin:end]


def test_every_setting_stands_in_the_example_with_its_default() -> None:
    shown = {name.lower(): value for name, value in commented().items()}
    assert set(shown) == set(Settings.model_fields)
    assert {name: value for name, value in shown.items() if name not in NEEDED} == {
        name: default(name) for name in Settings.model_fields if name not in NEEDED
    }
    assert {shown[name] for name in NEEDED} == {""}


def test_the_example_is_a_file_that_can_be_filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line uncommented and the three needed ones given: the settings are the defaults."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    text = re.sub(rf"^# ({PREFIX}[A-Z_]+=\S*)$", r"\1", (ROOT / ".env.example").read_text("utf-8"), flags=re.MULTILINE)
    given = {"TELEGRAM_TOKEN": "1:" + "A" * 35, "QUEUE_URL": "https://q.example", "SECRET_KEYS": KEY}
    for name, value in given.items():
        text = text.replace(f"{PREFIX}{name}=\n", f"{PREFIX}{name}={value}\n")
    (tmp_path / "filled").write_text(text)
    assert len(dotenv_values(tmp_path / "filled")) == len(Settings.model_fields)
    (tmp_path / "filled").rename(tmp_path / ".env")
    settings = load()
    for name in set(Settings.model_fields) - NEEDED:
        field = Settings.model_fields[name]
        assert getattr(settings, name) == field.get_default(call_default_factory=True, validated_data={}), name


def test_every_setting_stands_in_the_readme_with_its_default() -> None:
    rows = {name.lower(): cell.strip("`") for name, cell, _ in table("README.md", "### Settings")}
    assert set(rows) == set(Settings.model_fields)
    expected = {name: default(name) or "empty" for name in rows if name not in NEEDED} | TOLD_IN_WORDS
    assert rows == expected | dict.fromkeys(NEEDED, "required")


def diagrams(document: str) -> list[str]:
    """The Mermaid drawings of a document, in order."""
    return re.findall(r"```mermaid\n(.*?)```", (ROOT / document).read_text("utf-8"), re.DOTALL)


ARROW = re.compile(r"^\s*(\S+) --> (\S+?)(?:: (.*))?$", re.MULTILINE)


def states(diagram: str) -> set[str]:
    """Every state drawn, without the beginning and the end."""
    assert diagram.startswith("stateDiagram-v2\n")
    arrows = ARROW.findall(diagram)
    assert len(arrows) == len([line for line in diagram.splitlines()[1:] if line.strip()]), "a line is no arrow"
    return {name for arrow in arrows for name in arrow[:2]} - {"[*]"}


def reached(diagram: str) -> set[str]:
    """The states that can be come to from the beginning."""
    arrows, seen = ARROW.findall(diagram), {"[*]"}
    while fresh := {target for source, target, _ in arrows if source in seen} - seen:
        seen |= fresh
    return seen - {"[*]"}


def test_the_steps_drawn_are_the_steps_there_are() -> None:
    steps, _ = diagrams("docs/conversations.md")
    assert states(steps) == {name or "free" for name in typed.STEPS}
    assert reached(steps) == states(steps)


def test_the_buttons_drawn_are_the_buttons_there_are() -> None:
    _, buttons = diagrams("docs/conversations.md")
    words = {word for _, _, label in ARROW.findall(buttons) for word in re.findall(r"\b[A-Z][A-Za-z]+\b", label)}
    assert words == {kind.__name__ for kind in PRESSES}
    assert reached(buttons) == states(buttons)


def test_the_life_of_a_push_drawn_is_the_one_there_is() -> None:
    (life,) = diagrams("docs/reliability.md")
    assert states(life) == {state.name for state in PushState}
    final = {source for source, target, _ in ARROW.findall(life) if target == "[*]"}
    assert final == {state.name for state in PushState if state.final}


def test_the_numbers_written_down_are_the_numbers_there_are() -> None:
    rows = table("docs/reliability.md", "## The numbers")
    assert len(rows) > 10
    for where, value, _ in rows:
        module, _, name = where.strip("`").rpartition(".")
        assert getattr(importlib.import_module(module), name) == float(value), where


def test_every_outcome_is_explained() -> None:
    told = {outcome for _, outcome, _ in table("docs/reliability.md", "## What is sure after a send")}
    assert told == {kind.__name__ for kind in get_args(Outcome)}


@pytest.mark.parametrize(
    "document", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
)
def test_every_link_between_documents_leads_somewhere(document: str | Path) -> None:
    path = ROOT / document
    for target in re.findall(r"\]\((?!https?://|mailto:|#)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


def test_every_command_is_explained() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for command in cli.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "")
        assert f"`vtbot {name}" in text, name
    for group in cli.registered_groups:
        assert f"`vtbot {group.name} " in text, group.name
