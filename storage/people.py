"""Chats and what they chose, their sign-ins, and where they are in something typed."""

import json
from typing import Any

from sqlalchemy import RowMapping, and_, delete, exists, or_, select, update

from storage.schema import accounts, people, steps, watches
from storage.sealing import Sealer
from storage.spoilt import Spoilt
from storage.transaction import Transaction
from storage.upsert import change, differing, upsert
from tickets.conversation import LATE, SECRET_STEPS
from tickets.errors import Unreadable
from tickets.watching import Account, Person, Step


class SqlPeople:
    """`tickets.book.People`."""

    def __init__(self, transaction: Transaction) -> None:
        """All in the caller's transaction."""
        self._transaction = transaction
        self._seen: dict[int, Person] = {}

    async def get(self, chat_id: int) -> Person | None:
        """What the chat chose."""
        row = await self._transaction.row(select(people).where(people.c.chat_id == chat_id))
        if row is None:
            return None
        self._seen[chat_id] = Person(**row)
        return self._seen[chat_id]

    async def put(self, person: Person) -> None:
        """Insert, or write what differs from what this book read. What it read and somebody has erased since stays erased."""
        values = {column.name: getattr(person, column.name) for column in people.columns}
        changed = differing(self._seen.get(person.chat_id), person, values)
        if changed is None:
            await self._transaction.execute(upsert(self._transaction, people, values))
        elif changed:
            await self._transaction.execute(change(people, values, changed))
        self._seen[person.chat_id] = person


class SqlAccounts:
    """`tickets.book.Accounts`; everything that identifies or admits a customer is sealed."""

    def __init__(self, transaction: Transaction, sealer: Sealer, spoilt: Spoilt) -> None:
        """The sealer has the keys; `spoilt` counts what cannot be read."""
        self._transaction = transaction
        self._sealer = sealer
        self._spoilt = spoilt
        self._seen: dict[int, Account] = {}

    async def get(self, chat_id: int) -> Account | None:
        """The chat's sign-in."""
        row = await self._transaction.row(select(accounts).where(accounts.c.chat_id == chat_id))
        if row is None:
            return None
        self._seen[chat_id] = self._account(row)
        return self._seen[chat_id]

    async def put(self, account: Account) -> None:
        """Insert, or write what differs from what this book read. What it read and somebody has erased since stays erased."""
        values = {
            column.name: self._stored(account, column.name) if column.info else getattr(account, column.name)
            for column in accounts.columns
        }
        changed = differing(self._seen.get(account.chat_id), account, values)
        if changed is None:
            await self._transaction.execute(upsert(self._transaction, accounts, values))
        elif changed:
            await self._transaction.execute(change(accounts, values, changed))
        self._seen[account.chat_id] = account

    async def exchange(self, held: Account, account: Account) -> bool:
        """Write what differs from `held`, where the chat still has that vt_token; the row is locked meanwhile, and never made anew."""
        mine = accounts.c.chat_id == held.chat_id
        row = await self._transaction.row(select(accounts).where(mine).with_for_update())
        if row is None or self._account(row).vt_token != held.vt_token:
            return False
        values = {
            name: self._stored(account, name) if accounts.c[name].info else getattr(account, name)
            for name in differing(held, account, accounts.columns.keys()) or ()
        }
        if values:
            await self._transaction.execute(update(accounts).where(mine).values(values))
        return True

    async def due(self, now: float, *, untold_since: float, read_since: float) -> Account | None:
        """The one longest not compared with the queue server's, where something is untold or its chat has a live ticket.

        One that cannot be read counts as tried at this moment, and the next one's turn has come.
        """
        waits = exists().where(watches.c.chat_id == accounts.c.chat_id, watches.c.live)
        late = or_(
            and_(accounts.c.untold != "", accounts.c.synced_at <= untold_since),
            and_(accounts.c.synced_at <= read_since, waits),
        )
        line = select(accounts).where(late).order_by(accounts.c.synced_at).limit(1).with_for_update(skip_locked=True)
        while (row := await self._transaction.row(line)) is not None:
            try:
                account = self._account(row)
            except Unreadable:
                tried = update(accounts).where(accounts.c.chat_id == row["chat_id"]).values(synced_at=now)
                await self._transaction.execute(tried)
            else:
                self._seen[account.chat_id] = account
                return account
        return None

    async def other_chat(self, chat_id: int, customer_id: str) -> int | None:
        """Another chat that holds the same customer, the one that signed in last."""
        same = accounts.c.customer_id == customer_id, accounts.c.customer_id != "", accounts.c.chat_id != chat_id
        row = await self._transaction.row(
            select(accounts.c.chat_id).where(*same).order_by(accounts.c.signed_in_at.desc()).limit(1)
        )
        return None if row is None else int(row["chat_id"])

    async def forget(self, chat_id: int) -> None:
        """Sign the chat out here."""
        self._seen.pop(chat_id, None)
        await self._transaction.execute(delete(accounts).where(accounts.c.chat_id == chat_id))

    def _stored(self, account: Account, name: str) -> bytes:
        return self._sealer.seal(accounts.c[name], account.chat_id, account.chat_id, getattr(account, name))

    def _account(self, row: RowMapping) -> Account:
        return self._spoilt.read("account", self._opened, row)

    def _opened(self, row: RowMapping) -> Account:
        chat_id = row["chat_id"]
        facts: dict[str, Any] = {
            column.name: self._sealer.text(column, chat_id, chat_id, row[column.name])
            if column.info
            else row[column.name]
            for column in accounts.columns
        }
        return Account(**facts)


class SqlSteps:
    """`tickets.book.Steps`; what people typed is sealed."""

    def __init__(self, transaction: Transaction, sealer: Sealer, spoilt: Spoilt) -> None:
        """The sealer has the keys; `spoilt` counts what cannot be read."""
        self._transaction = transaction
        self._sealer = sealer
        self._spoilt = spoilt
        self._seen: set[int] = set()

    async def get(self, chat_id: int, now: float) -> Step | None:
        """Where the chat is, unless it took too long.

        A step that cannot be read is over, and the person asked anew; where it asked for a secret, the answer is one all the same.
        """
        row = await self._transaction.row(select(steps).where(steps.c.chat_id == chat_id, steps.c.expires_at > now))
        if row is None:
            return None
        self._seen.add(chat_id)
        whole, _ = self._spoilt.sort("step", self._step, [row])
        if whole:
            return whole[0]
        return Step(chat_id, LATE, {}, row["expires_at"]) if row["name"] in SECRET_STEPS else None

    async def put(self, step: Step) -> None:
        """Insert or replace; only replace where this book read the step before, for it may have been cleared since."""
        data = self._sealer.seal(steps.c.data, step.chat_id, step.chat_id, json.dumps(dict(step.data)))
        values = {"chat_id": step.chat_id, "name": step.name, "data": data, "expires_at": step.expires_at}
        if step.chat_id in self._seen:
            await self._transaction.execute(change(steps, values, ("name", "data", "expires_at")))
        else:
            await self._transaction.execute(upsert(self._transaction, steps, values))

    def _step(self, row: RowMapping) -> Step:
        data = json.loads(self._sealer.open(steps.c.data, row["chat_id"], row["chat_id"], row["data"]))
        return Step(row["chat_id"], row["name"], dict(data), row["expires_at"])

    async def clear(self, chat_id: int) -> None:
        """Forget it."""
        self._seen.discard(chat_id)
        await self._transaction.execute(delete(steps).where(steps.c.chat_id == chat_id))
