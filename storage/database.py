"""The database as the composition root sees it: open a book, bring the schema up to date, look after its health, copies and keys."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import event

from storage import backup, health, key_names, migration, presence, rotation
from storage.address import read_url, sqlite_file
from storage.belonging import Owner
from storage.crypto import KeyRing
from storage.engine import BUSY_TIMEOUT, build_engine
from storage.sealing import Sealer
from storage.spoilt import Spoilt
from storage.transaction import Gate, Transaction
from storage.unit_of_work import SqlBook
from tickets.book import Book


class Database:
    """One database, SQLite or PostgreSQL. Opened lazily; `dispose` it before the event loop ends."""

    def __init__(self, url: str, keys: KeyRing, *, bot: str = "", busy_timeout: float = BUSY_TIMEOUT) -> None:
        """`url` as in VTBOT_DATABASE_URL; `bot`: see `Owner`; `busy_timeout` in seconds.

        Raises `ValueError` as `read_url` does.
        """
        self._url = read_url(url)
        self._keys = keys
        self._busy_timeout = busy_timeout
        self._engine = build_engine(self._url, busy_timeout=busy_timeout)
        self._gate = Gate(busy_timeout) if self._file is not None else None
        self._presence = presence.Presence(self._file, busy_timeout)
        self._in_place = None if self._file is None else health.FileInPlace(self._file)
        if self._in_place is not None:
            event.listen(self._engine.sync_engine, "connect", self._in_place.opened)
        self._owner = Owner(bot)
        self._after_restore = False
        self._spoilt = Spoilt()

    @property
    def _file(self) -> Path | None:
        return sqlite_file(self._url)

    @property
    def unreadable(self) -> Mapping[str, int]:
        """What kind of row -> how often since the start one was met that cannot be read. It goes on counting."""
        return self._spoilt.met

    @asynccontextmanager
    async def open_book(self, *, reading: bool = False) -> AsyncIterator[Book]:
        """One unit of work, rolled back unless committed. `reading`: nothing will be written, so no writer is waited for."""
        self._owner.assert_ours()
        async with self._begun(reading=reading) as transaction:
            yield SqlBook(transaction, Sealer(self._keys), self._scrub, self._spoilt, after_restore=self._after_restore)

    def transaction(self, *, reading: bool = False) -> Transaction:
        """A bare transaction, for what looks after the database itself; its opener closes it."""
        if self._in_place is not None:
            self._in_place.assert_there()
        return Transaction(self._engine, self._gate, reading=reading)

    @asynccontextmanager
    async def _begun(self, *, reading: bool = False) -> AsyncIterator[Transaction]:
        transaction = self.transaction(reading=reading)
        try:
            yield transaction
        finally:
            await transaction.close()

    async def upgrade(self) -> None:
        """Create the database or migrate it to the newest revision; several processes may do so at once.

        A copy made by `backup` is recognised here and treated as `after_restore` says. A damaged file is refused.
        """
        if self._file is not None:
            await health.prepare_file(self._file, self._busy_timeout)
        await migration.upgrade(self._url, self._busy_timeout)
        async with self._begun() as transaction:
            if await backup.is_copy(transaction):
                await backup.after_restore(transaction)
            self._after_restore = await backup.unread_watches(transaction)

    async def downgrade(self, revision: str) -> None:
        """Take the schema back to an earlier revision; "base" for no tables at all."""
        await migration.downgrade(self._url, self._busy_timeout, revision)

    async def check(self) -> None:
        """Ours, healthy and writable, and all the keys are there that its secrets need; `DatabaseUnavailable` says what is wrong."""
        async with self._begun() as transaction:
            await self._owner.look(transaction)
            await health.check(transaction, self._keys)

    async def assert_ours(self) -> None:
        """`OfAnotherBot` where it belongs to another bot; from then on no book is opened until it is seen to be ours."""
        async with self._begun(reading=True) as transaction:
            await self._owner.look(transaction)

    async def own(self) -> None:
        """To be called once by whoever is about to work here with a token that Telegram accepts: what is nobody's yet becomes ours."""
        async with self._begun() as transaction:
            await self._owner.own(transaction)

    async def adopt(self) -> bool:
        """Make what belonged to another bot ours, and put aside whatever waited for it; False where it is ours already."""
        async with self._begun() as transaction:
            adopted = await self._owner.adopt(transaction)
        self._after_restore = self._after_restore or adopted
        return adopted

    async def begin_work(self) -> None:
        """To be called once, after `upgrade`, by a process that is going to take leases; `dispose` ends it.

        Where no other such process lives on this SQLite file, the leases in it are those of the dead: they are released at once.
        `DatabaseUnavailable` where something was written with a key of before the last change of keys that is not given.
        """
        async with self._begun(reading=True) as transaction:
            await key_names.assert_nothing_retired(transaction, self._keys)
        if self._presence.alone():
            async with self._begun() as transaction:
                await presence.release(transaction)
        await self._presence.stay()

    async def backup(self, path: Path) -> None:
        """A consistent copy of a SQLite database, made while others write to it; readable by its owner only."""
        await backup.backup(self._file, path, self._busy_timeout)

    async def after_restore(self) -> None:
        """To be called once after a PostgreSQL database was restored from a dump; a SQLite copy is recognised by `upgrade`.

        Nobody knows what happened between the backup and now, so nothing old is repeated: see `storage.backup`.
        """
        async with self._begun() as transaction:
            await backup.after_restore(transaction)
        self._after_restore = True

    async def rotate_keys(self, batch: int = 200, *, give_up: bool = False) -> int:
        """Encrypt anew, under the newest key, whatever is encrypted under an older one; answers how many rows were.

        Each batch is committed: a run that was killed is resumed by the next. The bot may go on meanwhile, with all keys given.
        `CannotDecrypt` where rows are left that cannot be read; `give_up` leaves them so, and needs their keys no more.
        """
        return await rotation.rotate(self.transaction, self._keys, batch, give_up=give_up)

    async def dispose(self) -> None:
        """Close every connection, and work here no more."""
        await self._engine.dispose()
        self._presence.leave()
        if self._in_place is not None:
            self._in_place.forget()

    async def _scrub(self) -> None:
        if self._file is not None:
            await health.truncate_journal(self._engine)
