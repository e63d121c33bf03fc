"""What the law and the person ask for: everything held on a chat, its deletion, and forgetting in time."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import Column, RowMapping, Table, delete, select, true, update

from storage import unseen
from storage.crypto import CannotDecrypt
from storage.inbox import DONE, WAITING
from storage.schema import chat_budgets, inbox, intents, metadata, pushes, steps, tries, watches
from storage.sealing import SEALED, SECRET, Sealer
from storage.shown import HELD, facts, of_update
from storage.transaction import Transaction
from tickets.pushes import PushState

DAY = 86400.0
INBOX_KEPT = 7 * DAY
"""Telegram repeats an update for a day at most; the ids are kept longer so that none is handled twice."""
FINISHED_KEPT = 30 * DAY
TRIES_KEPT = DAY
FINAL = tuple(state.value for state in PushState if state.final)
NOBODYS: Mapping[str, Mapping[str, Any]] = {
    inbox.name: {"chat_id": 0, "body": None, "state": DONE, "poison": ""},
    tries.name: {"chat_id": None},
}
"""Table -> what makes a row of it nobody's; rows of all others are deleted with their chat."""
FIRST = (intents, watches, pushes)
"""Whoever writes about a chat by themselves locks a row of these before they write anything, and finds it gone after this."""
ERASED = "erased"
PARTLY = {("steps", "data"): facts, ("inbox", "body"): of_update}
"""Sealed columns of which an export shows a part."""
_AS_JSON = frozenset({"ticket", "notices", "known"})


def personal_tables() -> list[Table]:
    """Every table that knows a chat."""
    return [table for table in metadata.sorted_tables if "chat_id" in table.columns]


class SqlPrivacy:
    """`tickets.book.Privacy`."""

    def __init__(self, transaction: Transaction, sealer: Sealer, scrub: Callable[[], Awaitable[None]]) -> None:
        """`scrub` takes deleted data out of the journal once the deletion is committed."""
        self._transaction = transaction
        self._sealer = sealer
        self._scrub = scrub

    async def export(self, chat_id: int) -> Mapping[str, Any]:
        """Everything held on that chat: table -> rows, decrypted, JSON-able; of credentials only that there are some."""
        held = {}
        for table in personal_tables():
            mine = select(table).where(table.c.chat_id == chat_id).order_by(*table.primary_key)
            held[table.name] = [self._plain(table, row) for row in await self._transaction.rows(mine)]
        return held

    async def erase(self, chat_id: int, now: float) -> int:
        """Delete it all, pending pushes included, but for those being sent at this moment: how many these are.

        Two things stay for their short time, tied to nobody: of updates the bare ids, because Telegram may repeat one, and it must
        not come to life again; of tries the pseudonyms, because deleting must not make guessing cheaper.
        """
        sending = (pushes.c.state == PushState.SENDING.value) & (pushes.c.lease_until > now)
        for table in FIRST:
            spared = ~sending if table is pushes else true()
            await self._transaction.execute(delete(table).where(table.c.chat_id == chat_id, spared))
        in_flight = update(pushes).where(pushes.c.chat_id == chat_id).values(withdrawn=ERASED)
        left = await self._transaction.changed(in_flight)
        for table in personal_tables():
            mine = table.c.chat_id == chat_id
            if table in FIRST or (left and table is inbox):
                # Until all is done the update that asked for it stays, to be handled again by whoever finds this process dead.
                continue
            if table.name in NOBODYS:
                await self._transaction.execute(update(table).where(mine).values(NOBODYS[table.name]))
            else:
                await self._transaction.execute(delete(table).where(mine))
        self._transaction.after_commit(self._scrub)
        return left

    async def forget_old(self, now: float) -> int:
        """Retention: handled updates 7 days, finished watches and pushes 30 days, unseen people and their sign-ins a year.

        To be called hourly; by rounds farther apart nobody is forgotten, because the clock may have jumped (storage.unseen).
        Steps and tries go when they mean nothing any more. An update that waits never does: Telegram was told that we have it.
        """
        old = now - FINISHED_KEPT
        rules = (
            delete(inbox).where(inbox.c.state != WAITING, inbox.c.received_at <= now - INBOX_KEPT),
            delete(watches).where(~watches.c.live, watches.c.read_at <= old),
            delete(pushes).where(pushes.c.state.in_(FINAL), pushes.c.created_at <= old),
            delete(intents).where(intents.c.opened_at <= old),
            delete(steps).where(steps.c.expires_at <= now),
            delete(tries).where(tries.c.at <= now - TRIES_KEPT),
            delete(chat_budgets).where(chat_budgets.c.next_send_at <= now - DAY, chat_budgets.c.held_until <= now),
        )
        gone = await unseen.forget(self._transaction, now)
        for rule in rules:
            gone += await self._transaction.changed(rule)
        # Also where nothing is old: an erasure whose scrub a reader was in the way of is made good here.
        self._transaction.after_commit(self._scrub)
        return gone

    def _plain(self, table: Table, row: RowMapping) -> dict[str, Any]:
        return {column.name: self._shown(column, table, row) for column in table.columns}

    def _shown(self, column: Column[Any], table: Table, row: RowMapping) -> Any:
        value = row[column.name]
        if value is None or not column.info.get(SEALED):
            return _read(value) if column.name in _AS_JSON else value
        (key,) = table.primary_key
        try:
            plain = self._sealer.open(column, row[key.name], row["chat_id"], value)
        except CannotDecrypt:
            return HELD
        if column.info.get(SECRET):
            # A password that was forgotten when the account was kept is not said to be held.
            return HELD if plain else ""
        shown = PARTLY.get((table.name, column.name))
        return plain.decode(errors="surrogatepass") if shown is None else shown(plain)


def _read(snapshot: str) -> Any:
    """What it says; as it stands where it is spoilt, for it is the person's all the same."""
    try:
        return json.loads(snapshot)
    except (ValueError, RecursionError):
        return snapshot
