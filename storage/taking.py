"""Tickets being asked for: the row that stands between a crash and a second ticket."""

import json
from collections.abc import Sequence

from sqlalchemy import RowMapping, delete, or_, select, update

from storage.moments import SLIP, foretold
from storage.schema import intents
from storage.spoilt import Spoilt, read_json
from storage.transaction import Transaction
from storage.upsert import insert_new
from tickets.watching import Intent


class SqlIntents:
    """`tickets.book.Intents`. A row is an open intent; closing one deletes it."""

    def __init__(self, transaction: Transaction, spoilt: Spoilt) -> None:
        """All in the caller's transaction; `spoilt` counts what cannot be read."""
        self._transaction = transaction
        self._spoilt = spoilt

    async def open(self, intent: Intent) -> bool:
        """Write it; False when the chat already has one open."""
        values = {
            "id": intent.id,
            "chat_id": intent.chat_id,
            "location_id": intent.location_id,
            "service_id": intent.service_id,
            "opened_at": intent.opened_at,
            "known": json.dumps(intent.known),
        }
        return await self._transaction.changed(insert_new(self._transaction, intents, values)) == 1

    async def asked(self, intent_id: str, now: float) -> bool:
        """From now on it may have been asked for; False where it was closed, or erased, before."""
        asked = update(intents).where(intents.c.id == intent_id).values(opened_at=now)
        return await self._transaction.changed(asked) == 1

    async def of(self, chat_id: int) -> Intent | None:
        """The chat's open intent."""
        row = await self._transaction.row(select(intents).where(intents.c.chat_id == chat_id))
        return None if row is None else self._spoilt.read("intent", _intent, row)

    async def close(self, intent_id: str) -> bool:
        """It is known what became of it; False where it was closed, or erased, before."""
        return await self._transaction.changed(delete(intents).where(intents.c.id == intent_id)) == 1

    async def forget(self, chat_id: int) -> None:
        """Nobody will look the chat's up any more."""
        await self._transaction.execute(delete(intents).where(intents.c.chat_id == chat_id))

    async def left_open(self, before: float) -> Sequence[Intent]:
        """Intents asked for before that moment and still open, oldest first; those of times to come are old ones, too.

        One that cannot be read is closed, or its chat could take no ticket any more. The ticket it may have made is in the queue server's
        list by now: whoever looks at their tickets, or asks for that service again, finds it.
        """
        old = or_(intents.c.opened_at < before, foretold(intents.c.opened_at, before + SLIP))
        late = select(intents).where(old, intents.c.opened_at > 0).order_by(intents.c.opened_at)
        left, spoilt = self._spoilt.sort("intent", _intent, await self._transaction.rows(late))
        for row in spoilt:
            await self.close(row["id"])
        return left


def _intent(row: RowMapping) -> Intent:
    return Intent(**{**row, "known": tuple(read_json(row["known"]))})
