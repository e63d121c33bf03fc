"""The inbox: raw updates, committed before Telegram may forget them, handled in order within each chat, blanked once handled."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, RowMapping, Select, case, exists, func, or_, select, update

from storage.columns import fits
from storage.crypto import HEADER_BYTES, CannotDecrypt
from storage.leases import lease_columns
from storage.moments import over
from storage.schema import inbox, key_proofs
from storage.sealing import Sealer
from storage.transaction import Transaction
from storage.upsert import insert_new
from tickets.book import Received

WAITING = "waiting"
DONE = "done"
POISON = "poison"
STATES = (WAITING, DONE, POISON)
LEFT_TO_OTHERS = 86400.0
"""Seconds that what is encrypted with a key of another process waits for one that has it; then it is put aside as any other."""


class SqlInbox:
    """`tickets.book.Inbox`."""

    def __init__(self, transaction: Transaction, sealer: Sealer) -> None:
        """The sealer has the keys."""
        self._transaction = transaction
        self._sealer = sealer

    async def add(self, update_id: int, chat_id: int, body: bytes, now: float) -> bool:
        """Insert; False when the id is known, or is a number that Telegram never gives."""
        if not (fits(update_id) and fits(chat_id)):
            return False
        values = {
            "update_id": update_id,
            "chat_id": chat_id,
            "body": self._sealer.seal(inbox.c.body, update_id, chat_id, body),
            "received_at": now,
            "state": WAITING,
            "attempt": 0,
            "poison": "",
            **lease_columns(),
        }
        return await self._transaction.changed(insert_new(self._transaction, inbox, values)) == 1

    async def waiting(self, chat_id: int) -> int:
        """How many of that chat are not handled yet."""
        if not fits(chat_id):
            return 0
        counted = (
            select(func.count().label("many"))
            .select_from(inbox)
            .where(inbox.c.chat_id == chat_id, inbox.c.state == WAITING)
        )
        row = await self._transaction.row(counted)
        return 0 if row is None else int(row["many"])

    async def claim(
        self,
        owner: str,
        now: float,
        *,
        lease: float,
        limit: int,
        again: int | None = None,
        without: Collection[int] = (),
    ) -> Sequence[Received]:
        """The oldest unhandled update of each chat that has none in flight, at most `limit`; of those claimed before at most `again`.

        One that another process encrypted with a newer key than ours is left to whoever has it, and its chat's later ones with it.
        """
        if limit <= 0:
            return []
        heads = _heads(now, without).where(or_(~self._of_others(), inbox.c.received_at <= now - LEFT_TO_OTHERS))
        fresh = heads.where(inbox.c.attempt == 0).limit(limit)
        repeated = heads.where(inbox.c.attempt > 0).limit(limit if again is None else min(limit, again))
        free = (inbox.c.state == WAITING) & over(inbox.c.lease_until, now)
        # The lock is taken in a statement part of its own: rows that another process claims just now are passed over.
        mine = (
            select(inbox.c.update_id)
            .where(or_(inbox.c.update_id.in_(fresh), inbox.c.update_id.in_(repeated)), free)
            .order_by(inbox.c.update_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("mine")
        )
        take = (
            update(inbox)
            .where(inbox.c.update_id.in_(select(mine.c.update_id)))
            .values(attempt=inbox.c.attempt + 1, **lease_columns(owner, now + lease))
            .returning(*inbox.columns)
        )
        rows = sorted(await self._transaction.rows(take), key=lambda row: int(row["update_id"]))
        opened = [await self._received(row) for row in rows]
        return [received for received in opened if received is not None]

    async def put_back(self, update_id: int, owner: str, until: float) -> None:
        """Not handled: due again at that moment, where the owner still holds it."""
        held = update(inbox).where(inbox.c.update_id == update_id, inbox.c.lease_owner == owner)
        await self._transaction.execute(held.values(lease_until=until))

    async def done(self, update_id: int, *, poison: str = "") -> None:
        """Blank the body. With `poison` the row is counted apart; its body goes too, for it may hold anything people type."""
        over = {"state": POISON if poison else DONE, "poison": poison, "body": None, **lease_columns()}
        await self._transaction.execute(update(inbox).where(inbox.c.update_id == update_id).values(over))

    async def counts(self) -> Mapping[str, int]:
        """State -> how many, every state named: waiting, done, poison."""
        row = await self._transaction.row(
            select(*(func.count(case((inbox.c.state == state, 1))).label(state) for state in STATES))
        )
        return {state: 0 if row is None else int(row[state]) for state in STATES}

    def _of_others(self) -> ColumnElement[bool]:
        """Whether it is encrypted with a key that some process here writes with, and we have not been given."""
        header = func.substr(inbox.c.body, 1, HEADER_BYTES)
        name = func.lower(func.hex(header)) if self._transaction.on_sqlite else func.encode(header, "hex")
        return exists().where(key_proofs.c.key_id == name, key_proofs.c.key_id.not_in(self._sealer.keys.known))

    async def _received(self, row: RowMapping) -> Received | None:
        """One that cannot be decrypted is poison: it must not keep the others from being handled."""
        update_id, chat_id = row["update_id"], row["chat_id"]
        try:
            body = self._sealer.open(inbox.c.body, update_id, chat_id, row["body"])
        except CannotDecrypt:
            await self.done(update_id, poison=CannotDecrypt.__name__)
            return None
        return Received(update_id, chat_id, body, row["received_at"], row["attempt"])


def _heads(now: float, without: Collection[int]) -> Select[tuple[int]]:
    """The oldest unhandled update of each chat that has none in flight and is not left out, oldest first."""
    oldest = (
        select(func.min(inbox.c.update_id))
        .where(inbox.c.state == WAITING, inbox.c.chat_id.not_in(without))
        .group_by(inbox.c.chat_id)
        .having(over(func.max(inbox.c.lease_until), now))
    )
    return select(inbox.c.update_id).where(inbox.c.update_id.in_(oldest)).order_by(inbox.c.update_id)
