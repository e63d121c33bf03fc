"""Things only one process may do at a time, and small facts that outlive a process."""

from collections.abc import Collection

from sqlalchemy import delete, func, or_, select
from sqlalchemy import insert as plain_insert

from storage.crypto import KeyRing
from storage.moments import over
from storage.schema import leases, notes, tries
from storage.transaction import Transaction
from storage.upsert import insert, upsert


def lease_columns(owner: str = "", until: float = 0.0) -> dict[str, str | float]:
    """The two columns of a row under lease; without arguments, of one that nobody holds."""
    return {"lease_owner": owner, "lease_until": until}


class SqlLeases:
    """`tickets.book.Leases`."""

    def __init__(self, transaction: Transaction) -> None:
        """All in the caller's transaction."""
        self._transaction = transaction

    async def take(self, name: str, owner: str, now: float, lease: float) -> bool:
        """Take it, or keep it for longer; False while another owner holds it."""
        held = {"owner": owner, "until": now + lease}
        take = insert(self._transaction, leases, {"name": name, **held}).on_conflict_do_update(
            index_elements=["name"], set_=held, where=or_(over(leases.c.until, now), leases.c.owner == owner)
        )
        return await self._transaction.changed(take) == 1

    async def drop(self, name: str, owner: str) -> None:
        """Let go of it, where it is one's own."""
        await self._transaction.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))


class SqlTries:
    """`tickets.book.Tries`. A key's words name chats and accounts, so they are kept as a pseudonym that only our keys can make."""

    def __init__(self, transaction: Transaction, keys: KeyRing) -> None:
        """`keys` make the pseudonyms; what was counted under an older one of them still counts."""
        self._transaction = transaction
        self._keys = keys

    async def hold(self, keys: Collection[str]) -> None:
        """Locks that end with the transaction, always taken in the same order; on SQLite whoever writes is alone already."""
        if not self._transaction.on_sqlite:
            for key in sorted(keys):
                await self._transaction.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))

    async def count(self, key: str, since: float) -> int:
        """How many tries from that moment on."""
        mine = tries.c.key.in_(self._hidden(key))
        row = await self._transaction.row(
            select(func.count().label("many")).select_from(tries).where(mine, tries.c.at >= since)
        )
        return 0 if row is None else int(row["many"])

    async def add(self, key: str, now: float, chat_id: int | None = None) -> None:
        """One more; `chat_id`: whose it is, to be told of it."""
        values = {"chat_id": chat_id, "key": self._hidden(key)[0], "at": now}
        await self._transaction.execute(plain_insert(tries).values(values))

    async def clear(self, key: str) -> None:
        """It went well: the failures before do not count any more."""
        await self._transaction.execute(delete(tries).where(tries.c.key.in_(self._hidden(key))))

    def _hidden(self, key: str) -> list[str]:
        """What it is for stays readable."""
        purpose, _, rest = key.partition(":")
        return [f"{purpose}:{pseudonym}" for pseudonym in self._keys.pseudonyms(rest)]


class SqlNotes:
    """`tickets.book.Notes`."""

    def __init__(self, transaction: Transaction) -> None:
        """All in the caller's transaction."""
        self._transaction = transaction

    async def get(self, name: str) -> str | None:
        """What was noted under that name."""
        row = await self._transaction.row(select(notes.c.value).where(notes.c.name == name))
        return None if row is None else str(row["value"])

    async def put(self, name: str, value: str) -> None:
        """Note it, in place of what was noted before."""
        await self._transaction.execute(upsert(self._transaction, notes, {"name": name, "value": value}))
