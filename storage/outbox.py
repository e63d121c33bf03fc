"""The outbox: pushes are inserted with the reading that caused them, and settled only by whoever holds their lease."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, literal, select, update

from storage.claiming import OutboxClaim
from storage.leases import lease_columns
from storage.moments import over
from storage.restored import Restored
from storage.schema import bot_budget, chat_budgets, pushes
from storage.snapshots import write_notices, write_ticket
from storage.spoilt import Spoilt
from storage.stored_push import push_of
from storage.transaction import Transaction
from storage.upsert import insert, insert_new
from tickets.pushes import Push, PushKind, PushState

FARTHEST = 1_000_000
"""The place of a card whose ticket does not say how many are ahead."""
UNSENT = (PushState.PENDING.value, PushState.UNSURE.value)
SUPERSEDED = "superseded"


class SqlOutbox:
    """`tickets.book.Outbox`."""

    def __init__(self, transaction: Transaction, restored: Restored, spoilt: Spoilt) -> None:
        """`restored` judges what the first readings after a restore want to tell; `spoilt` counts what cannot be read."""
        self._transaction = transaction
        self._restored = restored
        self._spoilt = spoilt
        self._claim = OutboxClaim(transaction, spoilt)

    async def add(self, push: Push) -> bool:
        """Insert it; False when its dedupe key is known.

        A CARD takes the place of the card of the same watch that still waits; behind one that is being sent it waits itself.
        """
        values = _values(self._restored.judged(push))
        if push.kind is PushKind.CARD and await self._replace_card(push, values):
            return True
        return await self._transaction.changed(insert_new(self._transaction, pushes, values)) == 1

    async def claim(
        self, owner: str, now: float, *, lease: float, limit: int, rate: float, chat_gap: float
    ) -> Sequence[Push]:
        """See `storage.claiming`."""
        return await self._claim(owner, now, lease=lease, limit=limit, rate=rate, chat_gap=chat_gap)

    async def settle(self, push: Push) -> bool:
        """Write the outcome of an attempt; False when the lease was lost, and then nothing was written.

        What was withdrawn while the attempt was under way is not tried again, nor a card that a newer one waits to replace.
        """
        kept = push
        if not push.state.final:
            row = await self._transaction.row(
                select(pushes.c.withdrawn, _newer_card().label("newer"))
                .where(pushes.c.id == push.id, _held(push))
                .with_for_update(of=pushes)
            )
            if row is None:
                return False
            why = row["withdrawn"] or (SUPERSEDED if row["newer"] else "")
            kept = replace(push, state=PushState.EXPIRED, reason=why) if why else push
        changed = {name: value for name, value in _values(kept).items() if name in _SETTLED} | lease_columns()
        write = update(pushes).where(pushes.c.id == push.id, _held(push)).values(changed)
        return await self._transaction.changed(write) == 1

    async def hold(self, chat_id: int | None, until: float) -> None:
        """Send nothing to this chat (None: to anybody) before that moment; a longer hold stays."""
        fresh: dict[str, Any] = {"id": 1, "spent": ""} if chat_id is None else {"chat_id": chat_id, "next_send_at": 0.0}
        table = bot_budget if chat_id is None else chat_budgets
        line = insert(self._transaction, table, {**fresh, "held_until": until})
        longest = case((table.c.held_until > until, table.c.held_until), else_=until)
        await self._transaction.execute(
            line.on_conflict_do_update(index_elements=list(table.primary_key), set_={"held_until": longest})
        )

    async def held(self, now: float) -> Mapping[int | None, float]:
        """Chat (None: the bot) -> until when nothing is sent, of those that wait now."""
        chats = select(chat_budgets.c.chat_id, chat_budgets.c.held_until).where(chat_budgets.c.held_until > now)
        found: dict[int | None, float] = {
            int(row["chat_id"]): row["held_until"] for row in await self._transaction.rows(chats)
        }
        bot = await self._transaction.row(select(bot_budget.c.held_until).where(bot_budget.c.held_until > now))
        return found if bot is None else found | {None: bot["held_until"]}

    async def expire(self, now: float) -> int:
        """Close everything not final whose time is over. What is being sent just now is left to its sender."""
        over = update(pushes).where(pushes.c.state.in_(UNSENT), pushes.c.expires_at <= now)
        return await self._transaction.changed(over.values(state=PushState.EXPIRED.value, reason="too late"))

    async def withdraw(self, watch_id: str, kinds: Sequence[str], reason: str) -> int:
        """Expire the watch's unsent pushes of these kinds; how many.

        One that is being sent at this moment is not counted: it may arrive; it only is not tried again after that.
        """
        if not kinds:
            return 0
        return await self._withdraw(reason, pushes.c.watch_id == watch_id, pushes.c.kind.in_(kinds))

    async def withdraw_all(self, chat_id: int, reason: str) -> int:
        """Expire everything unsent of a chat."""
        return await self._withdraw(reason, pushes.c.chat_id == chat_id)

    async def recover(self, now: float) -> int:
        """SENDING whose lease is over becomes UNSURE, or EXPIRED where it was withdrawn meanwhile; how many."""
        left = update(pushes).where(pushes.c.state == PushState.SENDING.value, over(pushes.c.lease_until, now))
        gone = pushes.c.withdrawn != ""
        return await self._transaction.changed(
            left.values(
                state=case((gone, PushState.EXPIRED.value), else_=PushState.UNSURE.value),
                reason=case((gone, pushes.c.withdrawn), else_="its sender was interrupted"),
                **lease_columns(),
            )
        )

    async def confirm(self, push_id: str) -> None:
        """Evidence that it arrived: SENT, whatever we thought before."""
        arrived = update(pushes).where(pushes.c.id == push_id, pushes.c.state != PushState.SENT.value)
        await self._transaction.execute(
            arrived.values(state=PushState.SENT.value, reason="confirmed by the person", **lease_columns())
        )

    async def get(self, push_id: str) -> Push | None:
        """By id."""
        row = await self._transaction.row(select(pushes).where(pushes.c.id == push_id))
        return None if row is None else self._spoilt.read("push", push_of, row)

    async def counts(self) -> Mapping[str, int]:
        """State name -> how many, every state named."""
        counted = select(pushes.c.state, func.count().label("many")).group_by(pushes.c.state)
        found = {row["state"]: int(row["many"]) for row in await self._transaction.rows(counted)}
        return {state.value: found.get(state.value, 0) for state in PushState}

    async def _replace_card(self, push: Push, values: Mapping[str, Any]) -> bool:
        """It keeps the older card's place in the line, or one that changes all the time would never be sent."""
        known = select(pushes.c.id).where(pushes.c.dedupe_key == push.dedupe_key)
        if await self._transaction.row(known) is not None:
            return False
        waiting = (
            select(pushes.c.id)
            .where(pushes.c.watch_id == push.watch_id, pushes.c.kind == PushKind.CARD.value, pushes.c.state.in_(UNSENT))
            .order_by(pushes.c.created_at, pushes.c.id)
            .with_for_update()
        )
        ids = [str(row["id"]) for row in await self._transaction.rows(waiting)]
        if not ids:
            return False
        first, *others = ids
        if others:
            # A dead process left one being sent behind which the next one waited already.
            spare = update(pushes).where(pushes.c.id.in_(others))
            await self._transaction.execute(spare.values(state=PushState.EXPIRED.value, reason=SUPERSEDED))
        since = case((pushes.c.not_before < push.not_before, pushes.c.not_before), else_=push.not_before)
        replaced = update(pushes).where(pushes.c.id == first).values({**values, "not_before": since})
        return await self._transaction.changed(replaced) > 0

    async def _withdraw(self, reason: str, *which: ColumnElement[bool]) -> int:
        """In one statement, because on PostgreSQL a push may be claimed or settled between two."""
        in_flight = pushes.c.state == PushState.SENDING.value
        untrue = (
            update(pushes)
            .where(*which, pushes.c.state.in_((*UNSENT, PushState.SENDING.value)))
            .values(
                state=case((in_flight, pushes.c.state), else_=PushState.EXPIRED.value),
                reason=case((in_flight, pushes.c.reason), else_=reason),
                withdrawn=case((in_flight, reason), else_=""),
            )
            .returning(pushes.c.state)
        )
        return sum(row["state"] == PushState.EXPIRED.value for row in await self._transaction.rows(untrue))


def _held(push: Push) -> ColumnElement[bool]:
    """Still being sent, and by the very attempt that this push was claimed for: owner and end of the lease are both its own."""
    return (
        (pushes.c.state == PushState.SENDING.value)
        & (pushes.c.lease_owner == push.lease_owner)
        & (pushes.c.lease_until == push.lease_until)
    )


def _newer_card() -> ColumnElement[bool]:
    newer = pushes.alias("newer")
    return (
        exists()
        .where(newer.c.watch_id == pushes.c.watch_id, newer.c.kind == PushKind.CARD.value)
        .where(newer.c.state.in_(UNSENT), newer.c.id != pushes.c.id, pushes.c.kind == literal(PushKind.CARD.value))
    )


def _values(push: Push) -> dict[str, Any]:
    ahead = push.ticket.ahead
    return {
        "id": push.id,
        "chat_id": push.chat_id,
        "watch_id": push.watch_id,
        "kind": push.kind.value,
        "dedupe_key": push.dedupe_key,
        "priority": push.kind.priority,
        "place": (FARTHEST if ahead is None else min(ahead, FARTHEST)) if push.kind is PushKind.CARD else 0,
        "ticket": write_ticket(push.ticket),
        "notices": write_notices(push.notices),
        "created_at": push.created_at,
        "expires_at": push.expires_at,
        "not_before": push.not_before,
        "state": push.state.value,
        "attempt": push.attempt,
        "tries": push.tries,
        "reminder": push.reminder,
        "plain": push.plain,
        "lease_owner": push.lease_owner,
        "lease_until": push.lease_until,
        "message_id": push.message_id,
        "reason": push.reason,
        "withdrawn": "",
        "words": push.words,
    }


_SETTLED = frozenset(
    {"chat_id", "state", "attempt", "tries", "reminder", "plain", "not_before", "message_id", "reason"}
)
"""What the outcome of an attempt may change; the facts of a push are never rewritten."""
