"""The fields of a JSON object, read as Telegram's server reads them: numbers are strings too, and a wrong type is said by name."""

import re
from typing import Any

from sandbox.bot_api import errors_of_fields as words
from sandbox.bot_api.errors_of_entities import Words
from sandbox.bot_api.errors_of_fields import FieldError
from sandbox.bot_api.limits import INTEGER

Json = dict[str, Any]
_INT, _LONG = 31, 63


class Fields:
    """One JSON object; FieldError says which field is not as it must be."""

    def __init__(self, tree: Any, expected: Words = words.OBJECT_EXPECTED) -> None:
        """Take the object; what is none is refused with the words `expected`."""
        if not isinstance(tree, dict):
            raise FieldError(expected)
        self.tree: Json = tree

    def has(self, name: str) -> bool:
        """Tell whether the field is there, whatever stands in it."""
        return name in self.tree

    def text(self, name: str) -> str:
        """Return a string that must be there; a number is returned as it is written."""
        if name not in self.tree:
            raise FieldError(words.MISSING, name=name)
        value = self.tree[name]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise FieldError(words.NOT_OF_TYPE, name=name, kind=words.TYPES[str])
        return str(value)

    def optional_text(self, name: str) -> str:
        """Return a string; "" where it is not there."""
        return self.text(name) if name in self.tree else ""

    def flag(self, name: str) -> bool:
        """Return a flag; False where it is not there."""
        return bool(self._typed(name, bool)) if name in self.tree else False

    def mapping(self, name: str) -> Json:
        """Return an object that must be there."""
        value: Json = self._typed(name, dict)
        return value

    def array(self, name: str) -> list[Any]:
        """Return a list that must be there."""
        value: list[Any] = self._typed(name, list)
        return value

    def integer(self, name: str, bits: int = _INT) -> int:
        """Return a whole number of at most so many bits that must be there; as a string it is taken too."""
        if name not in self.tree:
            raise FieldError(words.MISSING, name=name)
        value = self.tree[name]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise FieldError(words.NOT_A_NUMBER, name=name)
        written = str(value)
        if not re.fullmatch(r"-?(0|[1-9][0-9]*)", written) or len(written) > INTEGER:
            raise FieldError(words.NO_VALID_NUMBER, name=name)
        if not -(2**bits) <= int(written) < 2**bits:
            raise FieldError(words.NO_VALID_NUMBER, name=name)
        return int(written)

    def number(self, name: str) -> float:
        """Return a number that must be there, fractions and all."""
        value = self._typed(name, float)
        return float(value)

    def long(self, name: str) -> int:
        """Return a whole number of 64 bits that must be there."""
        return self.integer(name, _LONG)

    def _typed(self, name: str, kind: type) -> Any:
        if name not in self.tree:
            raise FieldError(words.MISSING, name=name)
        value = self.tree[name]
        # Python counts flags among the whole numbers, and JSON does not tell those from fractions.
        fits = isinstance(value, kind) if kind is not float else type(value) in (int, float)
        if not fits:
            raise FieldError(words.NOT_OF_TYPE, name=name, kind=words.TYPES[kind])
        return value
