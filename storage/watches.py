"""Tickets being watched: claimed in batches under a lease, written back only by whoever still holds it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, case, delete, exists, func, or_, select, true, update

from storage.leases import lease_columns
from storage.moments import SLIP, foretold, over
from storage.outbox import SqlOutbox
from storage.restored import Restored
from storage.schema import people, watches
from storage.snapshots import read_notices, read_ticket, write_notices, write_ticket
from storage.spoilt import Spoilt, at_rest
from storage.transaction import Transaction
from storage.upsert import insert_new
from tickets.watching import Watch

_KEPT_BY_OTHERS = frozenset({"id", "chat_id", "ticket_id", "card_message_id", "card_digest", "acknowledged"})
"""What `save` leaves alone: the card and the acknowledgement are written by handlers while a tick holds the lease."""
FARTHEST = 3600.0
"""Seconds: no look at a ticket is put off for longer, whatever WATCH_MAX_AGE."""
_NOT_OF_WATCH = frozenset({"ticket_id", "began_at", "restored"})
STOPPED = "stopped"
WATCH = "watch"


class SqlWatches:
    """`tickets.book.Watches`."""

    def __init__(self, transaction: Transaction, outbox: SqlOutbox, restored: Restored, spoilt: Spoilt) -> None:
        """`outbox`: what is no longer watched is no longer told. `restored` is told of every reading, `spoilt` of what cannot be read."""
        self._transaction = transaction
        self._spoilt = spoilt
        self._outbox = outbox
        self._restored = restored
        self._seen: dict[str, tuple[float, float]] = {}

    async def add(self, watch: Watch) -> bool:
        """Begin watching; False when this chat already watches this ticket id. What cannot be read is begun anew."""
        values = {**_values(watch), "began_at": watch.read_at}
        if await self._transaction.changed(insert_new(self._transaction, watches, values)) == 1:
            return True
        known = select(watches).where(watches.c.chat_id == watch.chat_id, watches.c.ticket_id == watch.ticket.id)
        _, spoilt = self._spoilt.sort(WATCH, _watch, await self._transaction.rows(known))
        for row in spoilt:
            await self._transaction.execute(update(watches).where(watches.c.id == row["id"]).values(values))
        return bool(spoilt)

    async def get(self, watch_id: str) -> Watch | None:
        """By our id."""
        row = await self._transaction.row(select(watches).where(watches.c.id == watch_id))
        return None if row is None else self._spoilt.read(WATCH, self._read, row)

    async def find(self, chat_id: int, ticket_id: str) -> Watch | None:
        """By the ticket's id at the queue server."""
        wanted = select(watches).where(watches.c.chat_id == chat_id, watches.c.ticket_id == ticket_id)
        row = await self._transaction.row(wanted)
        return None if row is None else self._spoilt.read(WATCH, self._read, row)

    async def of(self, chat_id: int, *, live: bool = True) -> Sequence[Watch]:
        """A chat's watches, oldest first; `live=False` means all that are still kept. What cannot be read is left out."""
        wanted = select(watches).where(watches.c.chat_id == chat_id).order_by(watches.c.began_at, watches.c.id)
        if live:
            wanted = wanted.where(watches.c.live)
        return self._spoilt.sort(WATCH, self._read, await self._transaction.rows(wanted))[0]

    async def audience(self) -> Sequence[Watch]:
        """Every live watch whose chat can be reached, oldest first. What cannot be read is left out."""
        away = exists().where(people.c.chat_id == watches.c.chat_id, ~people.c.reachable)
        wanted = select(watches).where(watches.c.live, ~away).order_by(watches.c.began_at, watches.c.id)
        return self._spoilt.sort(WATCH, _watch, await self._transaction.rows(wanted))[0]

    async def count(self) -> int:
        """How many are live."""
        row = await self._transaction.row(select(func.count().label("many")).select_from(watches).where(watches.c.live))
        return 0 if row is None else int(row["many"])

    async def claim(
        self, owner: str, now: float, *, lease: float, limit: int, farthest: float = FARTHEST
    ) -> Sequence[Watch]:
        """Take at most `limit` due watches that nobody else holds, and with them the other live watches of their chats.

        `farthest`: seconds for which no look is put off longer. What cannot be read rests meanwhile, and is given up in the end.
        """
        free = over(watches.c.lease_until, now)
        # So far ahead nothing is put off: the moment is of a clock that is set back by now, which may not have read anything.
        ahead = or_(foretold(watches.c.read_at, now), watches.c.next_ask > now + farthest + SLIP)
        due_now = or_(watches.c.next_ask <= now, ahead)
        # By its time, what was read before the clock was set back would stand behind everybody, for as long as all are busy.
        urgency = case((ahead, 0.0), else_=watches.c.next_ask)
        due = (
            select(watches.c.chat_id)
            .where(watches.c.live, due_now, free)
            .order_by(urgency)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        together = (
            select(watches.c.id)
            .where(watches.c.live, free, watches.c.chat_id.in_(select(due.c.chat_id)))
            .with_for_update(skip_locked=True)
            .cte("together")
        )
        take = (
            update(watches)
            .where(watches.c.id.in_(select(together.c.id)))
            .values(lease_owner=owner, lease_until=now + lease)
            .returning(*watches.columns)
        )
        taken, spoilt = self._spoilt.sort(WATCH, _watch, await self._transaction.rows(take))
        if spoilt:
            rest = update(watches).where(watches.c.id.in_([row["id"] for row in spoilt]))
            await self._transaction.execute(rest.values(at_rest(now)))
        return sorted(taken, key=lambda watch: (watch.next_ask, watch.id))

    async def save(self, watch: Watch) -> bool:
        """Write it back and let go of the lease; False when another owner holds it by now, and then nothing is written.

        Nor is anything written where this book read the watch itself, and another reading or the person's wish to cancel came since.
        """
        seen = self._seen.get(watch.id)
        kept = _KEPT_BY_OTHERS if seen is not None else _KEPT_BY_OTHERS | {"cancelling"}
        values = {name: value for name, value in _values(watch).items() if name not in kept}
        same = true() if seen is None else (watches.c.read_at == seen[0]) & (watches.c.cancelling == seen[1])
        write = (
            update(watches)
            .where(watches.c.id == watch.id, watches.c.lease_owner == watch.lease_owner, same)
            .values(**values, acknowledged=_greatest(watch.acknowledged))
            .values(lease_columns())
        )
        saved = await self._transaction.changed(write) == 1
        if saved:
            if seen is not None:
                self._seen[watch.id] = (watch.read_at, watch.cancelling)
            await self._restored.saved(watch)
        return saved

    async def hold(self, watch_id: str) -> bool:
        """Whether it is still there, and stays so until this book is closed."""
        # SQLite has one writer; PostgreSQL makes whoever wants to delete the row wait, and nobody else.
        line = select(watches.c.id).where(watches.c.id == watch_id).with_for_update(key_share=True, read=True)
        return await self._transaction.row(line) is not None

    async def card(self, watch_id: str, message_id: int | None, digest: str) -> None:
        """Remember the live card's message and what it shows, whoever holds the lease."""
        shows = {"card_message_id": message_id, "card_digest": digest}
        await self._transaction.execute(update(watches).where(watches.c.id == watch_id).values(shows))

    async def acknowledge(self, watch_id: str, call_no: int) -> None:
        """The person reacted to that call."""
        reacted = update(watches).where(watches.c.id == watch_id).values(acknowledged=_greatest(call_no))
        await self._transaction.execute(reacted)

    async def cancelling(self, watch_id: str, since: float) -> None:
        """The person wants to give it up since then, whoever holds the lease, in each of their chats; 0: nothing came of it."""
        theirs = select(watches.c.ticket_id).where(watches.c.id == watch_id).scalar_subquery()
        await self._transaction.execute(update(watches).where(watches.c.ticket_id == theirs).values(cancelling=since))

    async def hasten(self, chat_id: int, now: float) -> None:
        """Ask for this chat's live watches at the next tick."""
        later = update(watches).where(watches.c.chat_id == chat_id, watches.c.live, watches.c.next_ask > now)
        await self._transaction.execute(later.values(next_ask=now))

    async def stop(self, chat_id: int) -> None:
        """Watch nothing for this chat any more: its tickets are forgotten, and what was to be told of them is withdrawn."""
        await self._outbox.withdraw_all(chat_id, STOPPED)
        await self._transaction.execute(delete(watches).where(watches.c.chat_id == chat_id))

    def _read(self, row: RowMapping) -> Watch:
        self._seen[row["id"]] = (row["read_at"], row["cancelling"])
        return _watch(row)


def _greatest(call_no: int) -> Any:
    return case((watches.c.acknowledged > call_no, watches.c.acknowledged), else_=call_no)


def _values(watch: Watch) -> dict[str, Any]:
    return {
        "id": watch.id,
        "chat_id": watch.chat_id,
        "ticket_id": watch.ticket.id,
        "ticket": write_ticket(watch.ticket),
        "notices": write_notices(watch.notices),
        "next_ask": watch.next_ask,
        "read_at": watch.read_at,
        "call_no": watch.call_no,
        "warned": watch.warned,
        "acknowledged": watch.acknowledged,
        "missing": watch.missing,
        "failures": watch.failures,
        "pace": watch.pace,
        "card_message_id": watch.card_message_id,
        "card_digest": watch.card_digest,
        "live": watch.live,
        "cancelling": watch.cancelling,
        "lease_owner": watch.lease_owner,
        "lease_until": watch.lease_until,
    }


def _watch(row: RowMapping) -> Watch:
    stored: dict[str, Any] = {name: value for name, value in row.items() if name not in _NOT_OF_WATCH}
    return Watch(**{**stored, "ticket": read_ticket(row["ticket"]), "notices": read_notices(row["notices"])})
