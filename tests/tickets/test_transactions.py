"""No transaction is open across the network: inside `async with ...open_book() as book`, only the book itself is awaited."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for room in ("tickets", "bot") for path in (ROOT / room).rglob("*.py"))


def books(tree: ast.AST) -> Iterator[tuple[ast.AsyncWith, str]]:
    """Every block that opens a book, with the name it gives it."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.AsyncWith):
            continue
        for item in node.items:
            call = item.context_expr
            opens = isinstance(call, ast.Call) and ast.unparse(call.func).endswith("open_book")
            if opens and isinstance(item.optional_vars, ast.Name):
                yield node, item.optional_vars.id


def strangers(block: ast.AsyncWith, book: str) -> list[str]:
    """What is awaited in the block without being the book's own, or a function that is handed the book."""
    found = []
    for node in ast.walk(block):
        if not isinstance(node, ast.Await):
            continue
        call = node.value
        names = {part.id for part in ast.walk(call) if isinstance(part, ast.Name)}
        handed = isinstance(call, ast.Call) and any(
            isinstance(part, ast.Name) and part.id == book for argument in call.args for part in ast.walk(argument)
        )
        own = isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[0] == book
        if not (own or handed) or "server" in ast.unparse(call).casefold().replace("server_", ""):
            found.append(f"line {node.lineno}: {ast.unparse(node)} (of {sorted(names)})")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_only_the_book_is_awaited_while_it_is_open(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert [one for block, book in books(tree) for one in strangers(block, book)] == []


def test_the_check_sees_a_stranger() -> None:
    tree = ast.parse(
        "async def f():\n    async with self._open_book() as book:\n        await book.people.get(1)\n"
        "        await self._server.tickets(token)\n        await write(book, reading)\n"
    )
    ((block, book),) = books(tree)
    assert [one.split(":")[0] for one in strangers(block, book)] == ["line 4"]


def test_there_are_books_to_check() -> None:
    opened = sum(len(list(books(ast.parse(path.read_text("utf-8"))))) for path in FILES)
    assert opened > 30
