"""Encrypting everything anew under the newest key, in committed batches that can be interrupted anywhere and begun again."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Column, RowMapping, Table, func, or_, select, update

from storage import key_names
from storage.crypto import HEADER_BYTES, CannotDecrypt, KeyRing, UnknownKey
from storage.schema import metadata
from storage.sealing import Sealer, sealed_columns, sealed_tables
from storage.transaction import Transaction


async def rotate(begin: Callable[[], Transaction], keys: KeyRing, batch: int, *, give_up: bool = False) -> int:
    """How many rows were encrypted anew. `CannotDecrypt` where rows are left that cannot be read; all others are done then.

    With `give_up` such rows are left as they are, and the keys that they would need are forgotten.
    """
    came = Counter[type[CannotDecrypt] | None]()
    for table in sealed_tables(metadata):
        key: int | None = None
        while rows := await _batch(begin(), table, keys, key, batch):
            came.update(rows.values())
            key = max(rows)
    done = came.pop(None, 0)
    if came and not give_up:
        raise CannotDecrypt(_sentence(came))
    await _finish(begin(), keys, give_up=give_up)
    return done


async def _batch(
    transaction: Transaction, table: Table, keys: KeyRing, after: int | None, batch: int
) -> Mapping[int, type[CannotDecrypt] | None]:
    """The next rows, each encrypted anew and committed, or what is the matter with it."""
    came: dict[int, type[CannotDecrypt] | None] = {}
    try:
        for row in await transaction.rows(_older(table, keys, after, batch)):
            try:
                await _renew(transaction, table, row, Sealer(keys))
                came[row["identity"]] = None
            except CannotDecrypt as error:
                came[row["identity"]] = type(error)
        if None in came.values():
            # With the rows, so that a process that has not been given this key knows at once that it cannot read them.
            await key_names.name_newest(transaction, keys)
            await transaction.commit()
    finally:
        await transaction.close()
    return came


def _sentence(came: Mapping[type[CannotDecrypt] | None, int]) -> str:
    """What is the matter with the rows that are left, and the way on."""
    without = came.get(UnknownKey, 0)
    spoilt = sum(came.values()) - without
    said = []
    if without:
        said.append(
            f"{without} rows are encrypted with a key that is not among VTBOT_SECRET_KEYS: put it back behind the newest"
        )
    if spoilt:
        said.append(f"{spoilt} rows are spoilt and open with no key")
    return f"{'; '.join(said)}; all others are done; --give-up leaves these as they are, and their people begin anew"


def _older(table: Table, keys: KeyRing, after: int | None, batch: int) -> Any:
    """The next rows of which any column is encrypted under another key than the newest; the key is their first column."""
    (identity,) = table.primary_key
    sealed = sealed_columns(table)
    older = or_(*(func.substr(column, 1, HEADER_BYTES) != keys.newest for column in sealed))
    rows = select(identity.label("identity"), table.c.chat_id, *sealed).where(older).order_by(identity).limit(batch)
    rows = rows.with_for_update()
    return rows if after is None else rows.where(identity > after)


async def _renew(transaction: Transaction, table: Table, row: RowMapping, sealer: Sealer) -> None:
    """Locked since it was read, so that nothing newer is overwritten."""
    (identity,) = table.primary_key
    values = {column.name: _again(column, row, sealer) for column in sealed_columns(table)}
    await transaction.execute(update(table).where(identity == row["identity"]).values(values))


def _again(column: Column[bytes], row: RowMapping, sealer: Sealer) -> bytes:
    identity, chat_id = row["identity"], row["chat_id"]
    return sealer.seal(column, identity, chat_id, sealer.open(column, identity, chat_id, row[column.name]))


async def _finish(transaction: Transaction, keys: KeyRing, *, give_up: bool) -> None:
    try:
        await (key_names.give_up(transaction, keys) if give_up else key_names.retire(transaction, keys))
        await transaction.commit()
    finally:
        await transaction.close()
