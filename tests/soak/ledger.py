"""What the bots' own database says of a campaign: which pushes have come to an end, and which chats wait to be answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Executable, RowMapping, func, select

from bot.intake import chat_of
from storage.database import Database
from storage.inbox import DONE, WAITING
from storage.schema import accounts, inbox, pushes
from storage.snapshots import read_ticket
from tests.soak.house import House
from tests.soak.told import Told
from tickets.pushes import PushKind, PushState

OPEN = tuple(state.value for state in PushState if not state.final)


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one push, as the bot has it."""

    state: PushState
    attempt: int
    """Sends of it that may have arrived."""

    @property
    def unsure(self) -> bool:
        """Whether the bot itself says, and alarms, that nobody knows whether it arrived."""
        return self.state is PushState.UNSURE_FINAL


class Ledger:
    """Reads; the truth about what people got is the sandbox's, not this."""

    def __init__(self, house: House, database: Database, told: Told) -> None:
        """The house knows which updates the bots have not fetched yet, `told` which call was made to which desk."""
        self._house = house
        self._database = database
        self._told = told

    async def calls(self, kind: PushKind, since: float = 0.0) -> Mapping[str, Row]:
        """Call -> its push of that kind, of those made since then; a call is known by the desk it was made to."""
        wanted = select(pushes.c.ticket, pushes.c.state, pushes.c.attempt).where(
            pushes.c.kind == kind.value, pushes.c.created_at >= since
        )
        found = [(read_ticket(row["ticket"]).desk, _read(row)) for row in await self._rows(wanted)]
        return {self._told.call_at(desk.tag): row for desk, row in found if desk is not None}

    async def warnings(self, since: float = 0.0) -> Mapping[str, Row]:
        """Ticket -> its almost_your_turn."""
        wanted = select(pushes.c.ticket, pushes.c.state, pushes.c.attempt).where(
            pushes.c.kind == PushKind.ALMOST_YOUR_TURN.value, pushes.c.created_at >= since
        )
        return {read_ticket(row["ticket"]).id: _read(row) for row in await self._rows(wanted)}

    async def unfinished(self) -> int:
        """Pushes of which something is still to come; not the cards, which go on as long as a ticket does."""
        still = pushes.c.state.in_(OPEN) & (pushes.c.kind != PushKind.CARD.value)
        return await self._many(select(func.count().label("many")).where(still))

    async def sending(self) -> int:
        """Pushes whose send is, or looks as if it were, under way."""
        return await self._many(select(func.count().label("many")).where(pushes.c.state == PushState.SENDING.value))

    async def handled(self) -> set[int]:
        """Ids of the updates handled so far."""
        return {
            int(row["update_id"]) for row in await self._rows(select(inbox.c.update_id).where(inbox.c.state == DONE))
        }

    async def poisoned(self) -> Mapping[str, int]:
        """Why updates were put aside, and how many."""
        counted = (
            select(inbox.c.poison, func.count().label("many")).where(inbox.c.poison != "").group_by(inbox.c.poison)
        )
        return {str(row["poison"]): int(row["many"]) for row in await self._rows(counted)}

    async def busy(self) -> set[int]:
        """Chats of which an update is not handled yet."""
        pending = self._house.world.updates.pending()
        rows = await self._rows(select(inbox.c.chat_id).where(inbox.c.state == WAITING).distinct())
        return {chat_of(update) for update in pending} | {int(row["chat_id"]) for row in rows}

    async def accounts(self) -> Mapping[int, str]:
        """Chat -> the customer it is signed in as."""
        rows = await self._rows(select(accounts.c.chat_id, accounts.c.customer_id))
        return {int(row["chat_id"]): str(row["customer_id"]) for row in rows}

    async def _many(self, counted: Executable) -> int:
        return int(next(iter(await self._rows(counted)))["many"])

    async def _rows(self, wanted: Executable) -> Iterable[RowMapping]:
        transaction = self._database.transaction(reading=True)
        try:
            return await transaction.rows(wanted)
        finally:
            await transaction.close()


def _read(row: RowMapping) -> Row:
    return Row(PushState(row["state"]), int(row["attempt"]))
