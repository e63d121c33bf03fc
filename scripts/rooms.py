"""Holds the rooms to their size: how long files and functions may be, and that every module says what it is for.

Usage: python scripts/rooms.py. The budgets are of ARCHITECTURE.md and CONTRIBUTING.md; migrations are history and are left alone.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

PRODUCT = ("tickets", "queue_api", "storage", "bot", "sandbox")
OTHERS = ("tests", "scripts", "benchmarks")
HISTORY = "storage/migrations/versions"
LONGEST_FILE, MOST_FILES = 300, 200
"""Lines: of any file, and of nine files in ten of the product."""
LONGEST_FUNCTION, MOST_FUNCTIONS = 45, 25
"""Lines: of any function, and of nine functions in ten of the product."""


def ninth(lengths: Sequence[int]) -> int:
    """The length that nine in ten do not exceed; 0 of none."""
    return sorted(lengths)[max(0, -(-len(lengths) * 9 // 10) - 1)] if lengths else 0


def functions(tree: ast.Module) -> Iterator[tuple[str, int, int]]:
    """Name, first line and length in lines of every function, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def modules(root: Path, packages: Sequence[str]) -> list[Path]:
    """The Python files of these packages."""
    found = (path for package in packages for path in sorted((root / package).rglob("*.py")))
    return [path for path in found if HISTORY not in path.as_posix()]


def complaints(root: Path) -> list[str]:
    """What breaks a budget, a line each."""
    told: list[str] = []
    product = modules(root, PRODUCT)
    files: list[int] = []
    lengths: list[int] = []
    for path in [*product, *modules(root, OTHERS)]:
        text, name = path.read_text("utf-8"), path.relative_to(root).as_posix()
        tree, lines = ast.parse(text), text.count("\n")
        if lines > LONGEST_FILE:
            told.append(f"{name}: {lines} lines, {LONGEST_FILE} at the most")
        if tree.body and not ast.get_docstring(tree):
            told.append(f"{name}: does not say what it is for")
        for function, line, length in functions(tree):
            if length > LONGEST_FUNCTION:
                told.append(f"{name}:{line}: {function} has {length} lines, {LONGEST_FUNCTION} at the most")
            if path in product:
                lengths.append(length)
        if path in product:
            files.append(lines)
    if ninth(files) >= MOST_FILES:
        told.append(f"nine files in ten have up to {ninth(files)} lines; they should stay under {MOST_FILES}")
    if ninth(lengths) >= MOST_FUNCTIONS:
        told.append(f"nine functions in ten have up to {ninth(lengths)} lines; they should stay under {MOST_FUNCTIONS}")
    return told


def main() -> int:
    """Print the complaints; 1 where there are any."""
    told = complaints(Path(__file__).resolve().parent.parent)
    print("\n".join(told) or "The rooms keep to their size.")
    return int(bool(told))


if __name__ == "__main__":
    sys.exit(main())
