"""One unit of work on our database: the doors of `tickets.ports`, all in one transaction."""

from collections.abc import Awaitable, Callable

from storage.inbox import SqlInbox
from storage.leases import SqlLeases, SqlNotes, SqlTries
from storage.outbox import SqlOutbox
from storage.people import SqlAccounts, SqlPeople, SqlSteps
from storage.privacy import SqlPrivacy
from storage.restored import Restored
from storage.sealing import Sealer
from storage.spoilt import Spoilt
from storage.taking import SqlIntents
from storage.transaction import Transaction
from storage.watches import SqlWatches
from tickets import book


class SqlBook:
    """`tickets.book.Book`."""

    def __init__(
        self,
        transaction: Transaction,
        sealer: Sealer,
        scrub: Callable[[], Awaitable[None]],
        spoilt: Spoilt,
        *,
        after_restore: bool,
    ) -> None:
        """`scrub` cleans the journal after an erasure; `spoilt` counts what cannot be read.

        `after_restore`: some watches may not have been read since a restore.
        """
        self._transaction = transaction
        restored = Restored(transaction, possible=after_restore)
        outbox = SqlOutbox(transaction, restored, spoilt)
        self.people: book.People = SqlPeople(transaction)
        self.accounts: book.Accounts = SqlAccounts(transaction, sealer, spoilt)
        self.steps: book.Steps = SqlSteps(transaction, sealer, spoilt)
        self.intents: book.Intents = SqlIntents(transaction, spoilt)
        self.watches: book.Watches = SqlWatches(transaction, outbox, restored, spoilt)
        self.outbox: book.Outbox = outbox
        self.inbox: book.Inbox = SqlInbox(transaction, sealer)
        self.tries: book.Tries = SqlTries(transaction, sealer.keys)
        self.notes: book.Notes = SqlNotes(transaction)
        self.leases: book.Leases = SqlLeases(transaction)
        self.privacy: book.Privacy = SqlPrivacy(transaction, sealer, scrub)

    async def commit(self) -> None:
        """Make it so, shielded from cancellation; may raise `DatabaseUnavailable`. The book can be used on afterwards."""
        await self._transaction.commit()
