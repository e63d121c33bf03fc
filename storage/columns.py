"""Column types both databases agree on."""

from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Double, Text
from sqlalchemy.types import TypeDecorator

MOST_INTEGER = 2**63 - 1
"""What a BIGINT and SQLite's INTEGER hold."""


class Words(TypeDecorator[str]):
    """Text from anywhere: what a database cannot store (NUL, lone surrogates) is left out or replaced, never an error."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Called for every value written or compared."""
        if value is None:
            return None
        return value.replace("\x00", "").encode(errors="replace").decode()


class Seconds(TypeDecorator[float]):
    """A float on the way out too: SQLite answers whole numbers as integers where a statement returns what it wrote."""

    impl = Double
    cache_ok = True

    def process_result_value(self, value: float | None, _dialect: Dialect) -> float | None:
        """Called for every value read."""
        return None if value is None else float(value)


def words(name: str, **options: Any) -> Column[str]:
    """A text, empty unless told."""
    return Column(name, Words, nullable=False, **options)


def moment(name: str, **options: Any) -> Column[float]:
    """Unix seconds; 0 for never."""
    return Column(name, Seconds, nullable=False, **options)


def chat(**options: Any) -> Column[int]:
    """The chat a row belongs to: whatever has this column is exported and erased with the chat."""
    return Column("chat_id", BigInteger, **{"nullable": False, **options})


def fits(number: int) -> bool:
    """Whether a number from outside can be stored at all."""
    return -MOST_INTEGER <= number <= MOST_INTEGER
