"""Encrypted columns: which they are, and that what was sealed for one place of one row opens in that place alone."""

import pytest
from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table

from storage import schema
from storage.crypto import CannotDecrypt, KeyRing
from storage.sealing import SECRET, Sealer, sealed, sealed_columns, sealed_tables
from tests.databases import fresh_key

SEALER = Sealer(KeyRing.parse(fresh_key()))
TOKEN, PASSWORD, STEP = schema.accounts.c.vt_token, schema.accounts.c.password, schema.steps.c.data


@pytest.mark.parametrize("text", ["", "né \x00 ü", "half a pair: \ud83d", "🎫" * 50])
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert SEALER.text(TOKEN, 7, 7, SEALER.seal(TOKEN, 7, 7, text)) == text


def test_bytes_come_back_as_they_were() -> None:
    raw = bytes(range(256))
    assert SEALER.open(TOKEN, 7, 7, SEALER.seal(TOKEN, 7, 7, raw)) == raw


@pytest.mark.parametrize(
    ("column", "row", "chat_id"),
    [(PASSWORD, 7, 8), (STEP, 7, 8), (TOKEN, 8, 8), (TOKEN, 7, 7), (TOKEN, 8, 7), (TOKEN, 78, 8)],
    ids=["another column", "another table", "another row", "another chat", "row and chat exchanged", "a longer row"],
)
def test_it_opens_in_no_other_place(column: Column[bytes], row: int, chat_id: int) -> None:
    stored = SEALER.seal(TOKEN, 7, 8, "secret")
    for read in (SEALER.open, SEALER.text):
        with pytest.raises(CannotDecrypt):
            read(column, row, chat_id, stored)


def test_a_table_knows_its_encrypted_columns() -> None:
    """Rotation, the backup and the export go by these marks: a column without its mark would be forgotten or given away."""
    metadata = MetaData()
    plain = Table("plain", metadata, Column("id", BigInteger, primary_key=True))
    mixed = Table(
        "mixed", metadata, Column("id", BigInteger), sealed("body", nullable=True), sealed("key", secret=True)
    )
    assert list(sealed_tables(metadata)) == [mixed]
    assert sealed_columns(plain) == []
    assert [(one.name, one.nullable, one.info[SECRET]) for one in sealed_columns(mixed)] == [
        ("body", True, False),
        ("key", False, True),
    ]
    assert all(isinstance(one.type, LargeBinary) for one in sealed_columns(mixed))


def test_what_is_encrypted() -> None:
    """Every column in which people's words or credentials lie, and those that no export may hold."""
    columns = [column for table in sealed_tables(schema.metadata) for column in sealed_columns(table)]
    assert {f"{column.table.name}.{column.name}": column.info[SECRET] for column in columns} == {
        "accounts.vt_token": True,
        "accounts.password": True,
        "accounts.username": False,
        "accounts.display_name": False,
        "steps.data": False,
        "inbox.body": False,
    }
