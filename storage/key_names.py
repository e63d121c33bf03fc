"""Which keys something in the database may be encrypted with, by their public names: each process names its newest before it encrypts.

A name that a rotation took away is kept as a retired one: a process that still had the old key may have gone on writing with it.
"""

from sqlalchemy import delete, exists, func, literal, or_, select

from storage.crypto import HEADER_BYTES, KeyRing
from storage.leases import SqlNotes
from storage.schema import key_proofs, metadata
from storage.sealing import sealed_columns, sealed_tables
from storage.transaction import Transaction
from storage.upsert import insert_new
from tickets.errors import DatabaseUnavailable

RETIRED = "retired keys"
LACKING = "VTBOT_SECRET_KEYS lacks a key that secrets here are encrypted with: add it after the newest"
LOST = "; if it is lost, vtbot db rotate-keys --give-up"


async def name_newest(transaction: Transaction, keys: KeyRing) -> None:
    """From now on something may be encrypted with it."""
    await transaction.execute(insert_new(transaction, key_proofs, {"key_id": keys.newest.hex()}))


async def assert_known(transaction: Transaction, keys: KeyRing) -> None:
    """`DatabaseUnavailable` where one of the named is not given."""
    if await _named(transaction) - keys.known:
        raise DatabaseUnavailable(LACKING + LOST)


async def assert_nothing_retired(transaction: Transaction, keys: KeyRing) -> None:
    """`DatabaseUnavailable` where anything is encrypted with a retired key that is not given: it was written during the change."""
    missing = [bytes.fromhex(name) for name in sorted(await _retired(transaction) - keys.known)]
    if not missing:
        return
    for table in sealed_tables(metadata):
        headers = [func.substr(column, 1, HEADER_BYTES).in_(missing) for column in sealed_columns(table)]
        row = await transaction.row(
            select(exists(select(literal(1)).where(or_(*headers)).select_from(table)).label("found"))
        )
        if row is not None and row["found"]:
            raise DatabaseUnavailable(LACKING + LOST)


async def retire(transaction: Transaction, keys: KeyRing) -> None:
    """Nothing that was there is encrypted with any but the newest key any more."""
    gone = (await _named(transaction) | await _retired(transaction)) - {keys.newest.hex()}
    await SqlNotes(transaction).put(RETIRED, " ".join(sorted(gone)))
    await _forget(transaction, keys)


async def give_up(transaction: Transaction, keys: KeyRing) -> None:
    """Whatever is encrypted with any other key than the newest stays unreadable."""
    await SqlNotes(transaction).put(RETIRED, "")
    await _forget(transaction, keys)


async def _named(transaction: Transaction) -> set[str]:
    return {str(row["key_id"]) for row in await transaction.rows(select(key_proofs.c.key_id))}


async def _retired(transaction: Transaction) -> set[str]:
    return set((await SqlNotes(transaction).get(RETIRED) or "").split())


async def _forget(transaction: Transaction, keys: KeyRing) -> None:
    await transaction.execute(delete(key_proofs).where(key_proofs.c.key_id != keys.newest.hex()))
