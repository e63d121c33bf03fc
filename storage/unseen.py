"""Who has not been seen for a year is forgotten, but never by a clock that has jumped: guests' only credentials go with them."""

from sqlalchemy import Delete, delete, exists

from storage.leases import SqlNotes
from storage.moments import SLIP
from storage.schema import accounts, people, watches
from storage.transaction import Transaction

DAY = 86400.0
KEPT = 365 * DAY
"""Whoever does not write to the bot for that long is forgotten, sign-in and all, unless a ticket of theirs lives."""
STEADY = 7 * DAY
"""For that long the clock has to have gone on without a leap, round after round, before anybody is forgotten by it."""
LEAP = DAY
"""More than that between two rounds, which are hourly, is one; so is a month in which no process was at work, which costs another week."""
CLOCK = "steady clock"
"""Of the last rounds: the moments of the first since a leap, and of the newest."""


async def forget(transaction: Transaction, now: float) -> int:
    """One round of it; how many rows went."""
    if not await _steady(SqlNotes(transaction), now):
        return 0
    return sum([await transaction.changed(rule) for rule in _rules(now - KEPT)])


async def _steady(notes: SqlNotes, now: float) -> bool:
    """Whether the clock has come to this moment round after round; the round is noted."""
    first, newest = _moments(await notes.get(CLOCK), now)
    if not -SLIP <= now - newest <= LEAP:
        first = now
    await notes.put(CLOCK, f"{first!r} {now!r}")
    return now - first >= STEADY


def _moments(noted: str | None, now: float) -> tuple[float, float]:
    try:
        first, newest = (noted or "").split()
        return float(first), float(newest)
    except ValueError:
        return now, now


def _rules(since: float) -> tuple[Delete, Delete]:
    """People unseen and not signed in since, without a live ticket; then the sign-ins that are left without their person."""
    waits = exists().where(watches.c.chat_id == people.c.chat_id, watches.c.live)
    signed_in = exists().where(accounts.c.chat_id == people.c.chat_id, accounts.c.signed_in_at > since)
    gone = delete(people).where(people.c.seen_at <= since, ~waits, ~signed_in)
    left = exists().where(people.c.chat_id == accounts.c.chat_id)
    still_waits = exists().where(watches.c.chat_id == accounts.c.chat_id, watches.c.live)
    return gone, delete(accounts).where(accounts.c.signed_in_at <= since, ~left, ~still_waits)
