"""Whose database this is: the ids of messages and updates in it, and who can be written to, hold for one bot of Telegram's alone."""

from sqlalchemy import delete, update

from storage import backup
from storage.leases import SqlNotes
from storage.schema import inbox, notes, steps, watches
from storage.transaction import Transaction
from storage.upsert import insert_new
from tickets.deliver import REFUSAL
from tickets.errors import OfAnotherBot

OWNER = "the bot's number"
"""The name of the note. A database that lacks it is of an earlier version, or was never worked on."""


class Owner:
    """Compares, for one process, the number of its bot with the note, and remembers whether they differed."""

    def __init__(self, bot: str) -> None:
        """`bot`: what stands before the colon of its token, which a renewed token keeps; "" for who speaks to no Telegram."""
        self._bot = bot
        self._other = ""

    def assert_ours(self) -> None:
        """Before each unit of work, by what was seen last."""
        if self._other:
            raise OfAnotherBot(
                f"it belongs to the bot {self._other}; each bot needs a database of its own, "
                "and if this bot takes the other's place for good, say so with `vtbot db adopt`"
            )

    async def look(self, transaction: Transaction) -> None:
        """See whose it is: `OfAnotherBot` where it is another's. What nobody owns yet is open to all."""
        noted = await SqlNotes(transaction).get(OWNER)
        self._other = noted if self._bot and noted not in (None, self._bot) else ""
        self.assert_ours()

    async def own(self, transaction: Transaction) -> None:
        """Ours from now on, where it is nobody's yet; of several that begin at once, the first's."""
        if self._bot:
            await transaction.execute(insert_new(transaction, notes, {"name": OWNER, "value": self._bot}))
            await transaction.commit()
        await self.look(transaction)

    async def adopt(self, transaction: Transaction) -> bool:
        """Ours instead of whoever's it was, in one commit; False where it is ours already, and then nothing is touched.

        What was under way is put aside as after a restore. The numbers of the old bot's updates would swallow ours, its messages cannot
        be edited by us (and ours may have the same ids), and what its chats were asked for was not asked by us.
        """
        noted = SqlNotes(transaction)
        if await noted.get(OWNER) == self._bot:
            return False
        for statement in (
            delete(inbox),
            delete(steps),
            update(watches).values(card_message_id=None, card_digest=""),
            delete(notes).where(notes.c.name == REFUSAL),
        ):
            await transaction.execute(statement)
        await noted.put(OWNER, self._bot)
        await backup.after_restore(transaction)
        self._other = ""
        return True
