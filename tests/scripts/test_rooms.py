"""The check of the rooms' sizes complains where a budget is broken, and only there."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def rooms() -> ModuleType:
    """scripts/rooms.py as a module."""
    spec = importlib.util.spec_from_file_location("rooms", ROOT / "scripts" / "rooms.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def house(root: Path, name: str, text: str) -> Path:
    """A house with one room."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return root


def function(lines: int) -> str:
    """A function of that many lines."""
    return "def long() -> None:\n" + "    print()\n" * (lines - 1)


def test_this_house_keeps_to_its_size(rooms: ModuleType) -> None:
    assert rooms.complaints(ROOT) == []


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("tests/test_x.py", '"""Says."""\n' + "#\n" * 300, ["tests/test_x.py: 301 lines, 300 at the most"]),
        ("bot/x.py", "x = 1\n", ["bot/x.py: does not say what it is for"]),
        ("tests/x.py", '"""Says."""\n' + function(46), ["tests/x.py:2: long has 46 lines, 45 at the most"]),
        ("bot/x.py", '"""Says."""\n' + "#\n" * 199, ["nine files in ten have up to 200 lines; they should stay under 200"]),
        ("bot/x.py", '"""Says."""\n' + function(25), ["nine functions in ten have up to 25 lines; they should stay under 25"]),
    ],
)  # fmt: skip
def test_each_budget_is_held(rooms: ModuleType, tmp_path: Path, name: str, text: str, told: list[str]) -> None:
    assert rooms.complaints(house(tmp_path, name, text)) == told


def test_what_is_within_the_budgets_is_not_complained_of(rooms: ModuleType, tmp_path: Path) -> None:
    house(tmp_path, "bot/__init__.py", "")
    house(tmp_path, "storage/migrations/versions/0001.py", "#\n" * 500)
    house(tmp_path, "tests/test_x.py", '"""Says."""\n' + function(45) + "#\n" * 254)
    assert rooms.complaints(house(tmp_path, "bot/x.py", '"""Says."""\n' + function(24) + "#\n" * 174)) == []


def test_nine_in_ten(rooms: ModuleType) -> None:
    assert rooms.ninth([]) == 0
    assert rooms.ninth([7]) == 7
    assert rooms.ninth([*range(1, 11)]) == 9
    assert rooms.ninth([*range(1, 12)]) == 10
