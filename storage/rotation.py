"""Encrypting everything anew under the newest key, in committed batches that can be interrupted anywhere and begun again."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, RowMapping, Table, func, or_, select, update

from storage import health
from storage.crypto import HEADER_BYTES, CannotDecrypt, KeyRing
from storage.schema import metadata
from storage.sealing import Sealer, sealed_columns, sealed_tables
from storage.transaction import Transaction


async def rotate(begin: Callable[[], Transaction], keys: KeyRing, batch: int) -> int:
    """How many rows were encrypted anew. `CannotDecrypt` where rows are left whose key is not given; all others are done then."""
    done = lost = 0
    for table in sealed_tables(metadata):
        key: int | None = None
        while True:
            transaction = begin()
            try:
                rows = await transaction.rows(_older(table, keys, key, batch))
                for row in rows:
                    fresh = await _renew(transaction, table, row, Sealer(keys))
                    done, lost = done + fresh, lost + (not fresh)
                await transaction.commit()
            finally:
                await transaction.close()
            if not rows:
                break
            key = rows[-1]["identity"]
    if lost:
        raise CannotDecrypt(f"{lost} rows are encrypted with a key that is not among VTBOT_SECRET_KEYS")
    await _forget_older(begin(), keys)
    return done


def _older(table: Table, keys: KeyRing, after: int | None, batch: int) -> Any:
    """The next rows of which any column is encrypted under another key than the newest; the key is their first column."""
    (identity,) = table.primary_key
    sealed = sealed_columns(table)
    older = or_(*(func.substr(column, 1, HEADER_BYTES) != keys.newest for column in sealed))
    rows = select(identity.label("identity"), table.c.chat_id, *sealed).where(older).order_by(identity).limit(batch)
    rows = rows.with_for_update()
    return rows if after is None else rows.where(identity > after)


async def _renew(transaction: Transaction, table: Table, row: RowMapping, sealer: Sealer) -> bool:
    """Locked since it was read, so that nothing newer is overwritten."""
    (identity,) = table.primary_key
    try:
        values = {column.name: _again(column, row, sealer) for column in sealed_columns(table)}
    except CannotDecrypt:
        return False
    await transaction.execute(update(table).where(identity == row["identity"]).values(values))
    return True


def _again(column: Column[bytes], row: RowMapping, sealer: Sealer) -> bytes:
    identity, chat_id = row["identity"], row["chat_id"]
    return sealer.seal(column, identity, chat_id, sealer.open(column, identity, chat_id, row[column.name]))


async def _forget_older(transaction: Transaction, keys: KeyRing) -> None:
    try:
        await health.forget_keys(transaction, keys)
        await transaction.commit()
    finally:
        await transaction.close()
