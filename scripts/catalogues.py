"""Keeps the translations true: `update` extracts the texts from the code into every catalogue, `check` finds what is missing or wrong."""

import ast
import re
import string
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LONGEST_LABEL = 40
"""Characters of a button's label: longer ones are cut on phones."""
_KEYWORDS = {"t": (1,), "n": (1, 2), "plain": (1,), "plain_n": (1, 2)}
"""The methods of bot.i18n.Translator, and which of their arguments are texts."""
_BUTTONS = ("button", "link", "KeyboardButton", "InlineKeyboardButton")
_HEADER = "# The texts of the bot. English is the source; there is one folder per language beside this file."
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
"""A fixed date in the template: the history has the real ones, and a date that moves would be noise in every diff."""
_TAG = re.compile(r"</?[a-z][^>]*>")


def extracted(root: Path) -> Catalog:
    """The template as the code asks for it now."""
    template = Catalog(
        project="vtbot",
        version="1",
        header_comment=_HEADER,
        creation_date=_BEGAN,
        last_translator="",
        language_team="",
        msgid_bugs_address="",
        fuzzy=False,
    )
    for name, _, text, _, _ in extract_from_dir(root / "bot", keywords=_KEYWORDS):
        template.add(text, locations=[(f"bot/{Path(name).as_posix()}", 0)])
    return template


def labels(root: Path) -> set[str]:
    """The texts that are buttons' labels: inside a button's first argument, or given by a function named `..._label`."""
    found: set[str] = set()
    for path in sorted((root / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in _BUTTONS and node.args:
                found.update(_texts(node.args[0]))
            elif isinstance(node, ast.FunctionDef) and node.name.endswith("_label"):
                found.update(_texts(node))
    return found


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in ("plain", "plain_n"):
            texts = node.args[: 1 if _name(node.func) == "plain" else 2]
            yield from (text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str))


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def check(root: Path) -> list[str]:
    """What is wrong, one sentence each; empty when all is well."""
    now, short = extracted(root), labels(root)
    template = root / "locales" / "messages.pot"
    faults = []
    if not template.is_file() or _seen(_read(template)) != _seen(now):
        faults.append("locales/messages.pot: is not what the code asks for; run `make translations`")
    for text in short:
        faults += _too_long("the code", text)
    for path in _catalogues(root):
        where = path.relative_to(root).as_posix()
        faults += [f"{where}: {fault}" for fault in _faults(now, _read(path), short)]
    return faults


def _faults(template: Catalog, catalogue: Catalog, short: set[str]) -> Iterator[str]:
    for message in template:
        if message.id:
            told = catalogue.get(message.id[0] if isinstance(message.id, tuple) else message.id)
            yield from [f"{_shown(message)} is missing"] if told is None else _wrong(told, catalogue, short)
    for message in catalogue:
        if message.id and message.id not in template:
            yield f"{_shown(message)} is not in the code any more"


def _wrong(message: Message, catalogue: Catalog, short: set[str]) -> Iterator[str]:
    """The faults of one translated text."""
    ids, told = _all(message.id), _all(message.string)
    wanted = catalogue.num_plurals if message.pluralizable else 1
    if message.fuzzy:
        yield f"{_shown(message)} is fuzzy"
    if len(told) != wanted or not all(told):
        yield f"{_shown(message)} needs {wanted} translated form(s)"
    for text in filter(None, told):
        if _placeholders(text) != _placeholders("".join(ids)):
            yield f"{_shown(message)} has other placeholders in {text!r}"
        if Counter(_TAG.findall(text)) != Counter(_TAG.findall(ids[0])):
            yield f"{_shown(message)} has other tags in {text!r}"
        if not short.isdisjoint(ids):
            yield from _too_long("the label", text)


def _too_long(where: str, text: str) -> Iterable[str]:
    filled = re.sub(r"\{\w*\}", "A 006", text)
    return [f"{where}: {text!r} is longer than {LONGEST_LABEL} characters"] if len(filled) > LONGEST_LABEL else []


def _placeholders(text: str) -> frozenset[str]:
    """Their names; a text that cannot be read as a format has the name "?"."""
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
    except ValueError:
        return frozenset({"?"})


def _all(texts: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts or ())


def _shown(message: Message) -> str:
    return repr(_all(message.id)[0])


def _seen(catalogue: Catalog) -> set[tuple[str, ...]]:
    return {_all(message.id) for message in catalogue if message.id}


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _catalogues(root: Path) -> list[Path]:
    return sorted((root / "locales").glob("*/LC_MESSAGES/messages.po"))


def update(root: Path) -> None:
    """Write the template, and bring every catalogue up to it: new texts come in empty, old ones go."""
    template = extracted(root)
    _write(root / "locales" / "messages.pot", template)
    for path in _catalogues(root):
        catalogue = _read(path)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        _write(path, catalogue)


def _write(path: Path, catalogue: Catalog) -> None:
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, ignore_obsolete=True, include_lineno=False, sort_by_file=True)


def main(arguments: list[str]) -> int:
    """`check` or `update`."""
    if arguments == ["update"]:
        update(ROOT)
        return 0
    if arguments != ["check"]:
        print("usage: catalogues.py check|update", file=sys.stderr)
        return 64
    faults = check(ROOT)
    print("\n".join(faults) if faults else "The catalogues are complete.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
