"""Which columns are encrypted, and how a value of theirs is bound to its row so that it can be read nowhere else."""

from collections.abc import Iterable

from sqlalchemy import Column, LargeBinary, MetaData, Table

from storage.crypto import KeyRing

SEALED = "sealed"
"""The mark in a column's `info`."""
SECRET = "secret"  # noqa: S105 -- the name of a mark, not a secret
"""The mark of credentials: encrypted like the rest, and never written into an export."""


def sealed(name: str, *, secret: bool = False, nullable: bool = False) -> Column[bytes]:
    """An encrypted column; `secret` for credentials."""
    return Column(name, LargeBinary, nullable=nullable, info={SEALED: True, SECRET: secret})


def sealed_columns(table: Table) -> list[Column[bytes]]:
    """The encrypted columns of a table."""
    return [column for column in table.columns if column.info.get(SEALED)]


def sealed_tables(metadata: MetaData) -> Iterable[Table]:
    """The tables that hold anything encrypted; each is keyed by one integer and knows the chat it belongs to."""
    return [table for table in metadata.sorted_tables if sealed_columns(table)]


def place(column: Column[bytes], row: int, chat_id: int) -> str:
    """The one place a ciphertext belongs to: table, column, row and chat."""
    return f"{column.table.name}|{column.name}|{row}|{chat_id}"


class Sealer:
    """Encrypts and decrypts the text and bytes of one row after another."""

    def __init__(self, keys: KeyRing) -> None:
        """The operator's keys."""
        self.keys = keys

    def seal(self, column: Column[bytes], row: int, chat_id: int, plain: bytes | str) -> bytes:
        """What is to be stored in that column of that row."""
        raw = plain.encode(errors="surrogatepass") if isinstance(plain, str) else plain
        return self.keys.seal(raw, place(column, row, chat_id))

    def open(self, column: Column[bytes], row: int, chat_id: int, stored: bytes) -> bytes:
        """What was sealed; `CannotDecrypt` where it was sealed for another place or under an unknown key."""
        return self.keys.open(stored, place(column, row, chat_id))

    def text(self, column: Column[bytes], row: int, chat_id: int, stored: bytes) -> str:
        """`open`, of a text."""
        return self.open(column, row, chat_id, stored).decode(errors="surrogatepass")
