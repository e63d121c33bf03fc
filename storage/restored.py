"""What came back from a backup is old: the first reading of a restored watch brings it up to date without telling old news again."""

from dataclasses import replace

from sqlalchemy import update

from storage.schema import watches
from storage.transaction import Transaction
from tickets.model import Phase
from tickets.pushes import Push, PushKind, PushState
from tickets.watching import Watch

REASON = "restored"


class Restored:
    """Knows, within one book, which watches were just read for the first time since a restore."""

    def __init__(self, transaction: Transaction, *, possible: bool) -> None:
        """`possible` is False in nearly every life of the program, and then nothing is asked of the database."""
        self._transaction = transaction
        self._possible = possible
        self._first: set[str] = set()

    async def saved(self, watch: Watch) -> None:
        """A reading of the watch was written. Readings that failed, or lack the ticket for now, prove nothing yet."""
        if not self._possible or watch.failures or (watch.missing and watch.live):
            return
        waiting = update(watches).where(watches.c.id == watch.id, watches.c.restored).values(restored=False)
        if await self._transaction.changed(waiting):
            self._first.add(watch.id)

    def judged(self, push: Push) -> Push:
        """The push as it may be added.

        Nobody knows what was told between the backup and the restore. A call that still stands is told as a reminder, since a missed
        call costs the place in the queue; everything else of the first reading is old news and expires unsent. Cards are edits.
        """
        if push.watch_id not in self._first or push.kind is PushKind.CARD:
            return push
        if push.kind is PushKind.YOUR_TURN and push.ticket.phase is Phase.CALLED:
            return replace(push, reminder=True)
        return replace(push, state=PushState.EXPIRED, reason=REASON)
