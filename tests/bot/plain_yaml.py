"""Reads the plain part of YAML that our manifests are written in: mappings, lists and scalars by indentation, nothing else."""

import re
from typing import Any

_KEY = re.compile(r"([A-Za-z0-9_./-]+):(?: (.+))?")
_FANCY = tuple("&*!|>%@`{\"'#")
"""Beginnings of a scalar that mean more than they say; none of ours does."""


def read(text: str) -> Any:
    """The tree. `ValueError` with the line for what is not plain, and for a key given twice."""
    lines = [
        (number, len(line) - len(line.lstrip()), line.strip())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    tree, rest = _block(lines, 0)
    if rest:
        raise ValueError(f"line {rest[0][0]}: indentation")
    return tree


def _block(lines: list[tuple[int, int, str]], indent: int) -> tuple[Any, list[tuple[int, int, str]]]:
    if not lines or lines[0][1] < indent:
        return None, lines
    indent = lines[0][1]
    return _items(lines, indent) if lines[0][2].startswith("- ") else _keys(lines, indent)


def _items(lines: list[tuple[int, int, str]], indent: int) -> tuple[Any, list[tuple[int, int, str]]]:
    items = []
    while lines and lines[0][1] == indent and lines[0][2].startswith("- "):
        number, _, text = lines[0]
        inner = text[2:].lstrip()
        if _KEY.fullmatch(inner) and "://" not in inner.split(" ")[0]:
            # What follows the dash is the first line of a mapping that is as far in as it stands.
            item, lines = _block([(number, indent + 2, inner), *lines[1:]], indent + 2)
        else:
            item, lines = _scalar(number, inner), lines[1:]
        items.append(item)
    return items, lines


def _keys(lines: list[tuple[int, int, str]], indent: int) -> tuple[Any, list[tuple[int, int, str]]]:
    tree: dict[str, Any] = {}
    while lines and lines[0][1] == indent:
        number, _, text = lines[0]
        found = _KEY.fullmatch(text)
        if found is None or found[1] in tree:
            raise ValueError(f"line {number}: {text!r} is no key, or one given twice")
        if found[2] is not None:
            tree[found[1]], lines = _scalar(number, found[2]), lines[1:]
        else:
            tree[found[1]], lines = _block(lines[1:], indent + 1)
    if lines and lines[0][1] > indent:
        raise ValueError(f"line {lines[0][0]}: indentation")
    return tree, lines


def _scalar(number: int, text: str) -> Any:
    if text == "{}":
        return {}
    if text.startswith(_FANCY) or text.startswith("[") or " #" in text or ": " in text:
        raise ValueError(f"line {number}: {text!r} is not plain")
    known = {"true": True, "false": False, "null": None}
    return known[text] if text in known else int(text) if re.fullmatch(r"-?\d+", text) else text
