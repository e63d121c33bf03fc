"""JSON that strangers send, read within bounds, so that whatever was read can also be kept, copied and said again."""

import json
from typing import Any

from sandbox.bot_api.limits import JSON_DEPTH


class TreeError(ValueError):
    """Text that is no JSON, or JSON that nobody sends in earnest: too deep, or with numbers without a value."""


class HalfCharacter(TreeError):
    """JSON with half of a surrogate pair in a string, which no UTF-8 answer could repeat."""


def read_tree(text: str | bytes) -> Any:
    """Return the tree of a JSON text; TreeError where it cannot be taken."""
    try:
        tree = json.loads(text, parse_constant=_no_value)
    except (ValueError, RecursionError):
        # Numbers of more than 4300 digits are refused by Python itself, as a ValueError.
        raise TreeError("no JSON") from None
    if _deeper_than(tree, JSON_DEPTH):
        raise TreeError("nested too deep")
    try:
        json.dumps(tree, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        raise HalfCharacter("half of a surrogate pair") from None
    except ValueError:
        raise TreeError("a number without a value") from None
    return tree


def _no_value(name: str) -> Any:
    raise ValueError(name)


def _deeper_than(tree: Any, most: int) -> bool:
    """Tell whether lists and objects lie in each other more than `most` times, level by level and not by recursion."""
    level = [tree]
    for _ in range(most + 1):
        level = [item for item in level if isinstance(item, dict | list)]
        if not level:
            return False
        level = [child for item in level for child in (item.values() if isinstance(item, dict) else item)]
    return True
