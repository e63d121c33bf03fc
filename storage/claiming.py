"""Claiming pushes to send: within the bot's and each chat's budget, the most urgent first, one at a time to each chat."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, exists, func, or_, select, true, update

from storage.budget import Spent
from storage.leases import lease_columns
from storage.moments import SLIP, foretold, over
from storage.schema import bot_budget, chat_budgets, people, pushes
from storage.spoilt import REASON, Spoilt
from storage.stored_push import push_of
from storage.transaction import Transaction
from storage.upsert import insert, insert_new
from tickets.delivery import FLOOD_MOST
from tickets.errors import Unreadable
from tickets.pushes import Push, PushKind, PushState
from tickets.reading import AFTER_A_MOVE

WAITING = (PushState.PENDING.value, PushState.UNSURE.value)
KNOWN = tuple(kind.value for kind in PushKind)
"""What a newer version of the program tells besides is left to it until its time is over: it may run beside this one, or come back."""
HELD_MOST = FLOOD_MOST + SLIP
"""Seconds: a hold that ends later than this was set by a clock that is set back by now."""
_URGENCY = (pushes.c.priority, pushes.c.place, pushes.c.not_before, pushes.c.created_at, pushes.c.id)


class OutboxClaim:
    """One claim. The row of the bot's budget is locked by it, so that of several processes one claims at a time."""

    def __init__(self, transaction: Transaction, spoilt: Spoilt) -> None:
        """The caller commits, and only then opens a socket; `spoilt` counts what cannot be read."""
        self._transaction = transaction
        self._spoilt = spoilt

    async def __call__(
        self, owner: str, now: float, *, lease: float, limit: int, rate: float, chat_gap: float
    ) -> Sequence[Push]:
        """Turn due PENDING and UNSURE pushes into SENDING; most urgent first."""
        spent, held_until = await self._budget()
        free = min(limit, spent.free(now, rate))
        if now < held_until <= now + HELD_MOST:
            return []
        if held_until:
            # Forgotten once it is over: a clock that is set back would bring it to life again.
            await self._transaction.execute(update(bot_budget).where(bot_budget.c.id == 1).values(held_until=0.0))
        if free <= 0:
            return []
        rows = await self._transaction.rows(_take(owner, now, lease, free))
        if not rows:
            return []
        await self._spend(spent.plus(now, len(rows), rate))
        await self._pause({row["chat_id"] for row in rows}, now + chat_gap)
        urgent = sorted(rows, key=lambda row: tuple(row[column.name] for column in _URGENCY))
        return await self._readable(urgent)

    async def _readable(self, rows: Sequence[RowMapping]) -> Sequence[Push]:
        """What cannot be read will not be any better the next time: it is dead, and keeps nobody else waiting."""
        whole: list[Push] = []
        dead: list[str] = []
        for row in rows:
            try:
                whole.append(self._spoilt.read(f"{row['kind']} push", push_of, row))
            except Unreadable:
                dead.append(row["id"])
        if dead:
            over = {"state": PushState.DEAD.value, "reason": REASON, **lease_columns()}
            await self._transaction.execute(update(pushes).where(pushes.c.id.in_(dead)).values(over))
        return whole

    async def _budget(self) -> tuple[Spent, float]:
        line = select(bot_budget.c.spent, bot_budget.c.held_until).where(bot_budget.c.id == 1).with_for_update()
        row = await self._transaction.row(line)
        if row is None:
            fresh = {"id": 1, "spent": "", "held_until": 0.0}
            await self._transaction.execute(insert_new(self._transaction, bot_budget, fresh))
            row = await self._transaction.row(line)
        return (Spent(), 0.0) if row is None else (Spent.read(row["spent"]), row["held_until"])

    async def _spend(self, spent: Spent) -> None:
        await self._transaction.execute(update(bot_budget).where(bot_budget.c.id == 1).values(spent=spent.write()))

    async def _pause(self, chats: set[int], until: float) -> None:
        """Until a chat's next message. A hold of a chat that is sent to is over, and forgotten as the bot's own is."""
        lines = [{"chat_id": chat_id, "next_send_at": until, "held_until": 0.0} for chat_id in sorted(chats)]
        fresh = insert(self._transaction, chat_budgets, lines)
        await self._transaction.execute(
            fresh.on_conflict_do_update(
                index_elements=["chat_id"],
                set_={"next_send_at": fresh.excluded.next_send_at, "held_until": fresh.excluded.held_until},
            )
        )


def _take(owner: str, now: float, lease: float, most: int) -> Any:
    """The statement that takes them.

    Counting an attempt here is pessimistic on purpose: only a proof that nothing was sent takes it back.
    """
    first = _first_of_each_chat(now).subquery("first")
    chosen = (
        select(pushes.c.id)
        .join(first, first.c.id == pushes.c.id)
        .where(first.c.turn == 1, pushes.c.state.in_(WAITING))
        .order_by(*_URGENCY)
        .limit(most)
        .with_for_update(of=pushes, skip_locked=True)
        .cte("chosen")
    )
    return (
        update(pushes)
        .where(pushes.c.id.in_(select(chosen.c.id)))
        .values(
            state=PushState.SENDING.value,
            attempt=pushes.c.attempt + 1,
            reminder=or_(pushes.c.reminder, pushes.c.state == PushState.UNSURE.value),
            lease_owner=owner,
            lease_until=now + lease,
            withdrawn="",
        )
        .returning(*pushes.columns)
    )


def _due(now: float) -> ColumnElement[bool]:
    """Its moment has come, or it was to be sent at once, or again soon, by a clock that is set back by now.

    A pause that the clock of today has set since then is waited for.
    """
    not_of_today = and_(foretold(pushes.c.created_at, now), foretold(pushes.c.not_before, now))
    at_once = pushes.c.not_before <= pushes.c.created_at + AFTER_A_MOVE
    again = or_(pushes.c.attempt > 0, pushes.c.tries > 0)
    return or_(pushes.c.not_before <= now, and_(not_of_today, or_(at_once, again)))


def _first_of_each_chat(now: float) -> Select[Any]:
    """What is due, numbered within its chat; chats that cannot be reached, are held, or have one in flight are left out."""
    in_flight = pushes.alias("in_flight")
    turn = func.row_number().over(partition_by=pushes.c.chat_id, order_by=_URGENCY)
    return (
        select(pushes.c.id, turn.label("turn"))
        .outerjoin(people, people.c.chat_id == pushes.c.chat_id)
        .outerjoin(chat_budgets, chat_budgets.c.chat_id == pushes.c.chat_id)
        .where(
            pushes.c.state.in_(WAITING),
            pushes.c.kind.in_(KNOWN),
            _due(now),
            pushes.c.expires_at > now,
            func.coalesce(people.c.reachable, true()),
            over(func.coalesce(chat_budgets.c.held_until, 0.0), now, HELD_MOST),
            over(func.coalesce(chat_budgets.c.next_send_at, 0.0), now),
            ~exists().where(in_flight.c.chat_id == pushes.c.chat_id, in_flight.c.state == PushState.SENDING.value),
        )
    )
