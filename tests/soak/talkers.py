"""A few people who go on typing and pressing whatever is spoilt just now, so that replies meet every fault, and not pushes alone."""

import asyncio

from bot.callbacks import Home, MyTickets, Towns
from tests.soak.house import House
from tests.soak.ledger import Ledger

FIRST, MANY = 8000, 3
LOOK = 0.05
"""Real seconds between two looks."""
PRESSED = (MyTickets().pack(), Towns(0).pack(), Home().pack())


class Talkers:
    """Nobody of them holds a ticket: what they are told is a reply."""

    def __init__(self, house: House, ledger: Ledger) -> None:
        """The ledger knows what is not handled yet."""
        self._house = house
        self._ledger = ledger
        self._turn = 0
        self.chats = range(FIRST, FIRST + MANY)

    async def speak(self) -> None:
        """One begins anew, one looks for a town, one presses a button; the next time they change places."""
        newcomer, searcher, presser = (FIRST + (self._turn + number) % MANY for number in range(MANY))
        await self._house.play("text", chat_id=newcomer, text="/start")
        await self._house.play("text", chat_id=searcher, text="Braga")
        data = PRESSED[self._turn // MANY % len(PRESSED)]
        await self._house.play("press", chat_id=presser, message_id=self._house.newest(presser), data=data, force=True)
        self._turn += 1

    async def unanswered(self, seconds: float) -> int:
        """How many get no answer to something new, said when all that they said before is dealt with."""
        silent = {*self.chats}
        try:
            async with asyncio.timeout(seconds):
                while await self._ledger.busy() & silent:
                    await self._house.clock.sleep(LOOK * self._house.clock.haste)
                before = {chat_id: self._house.newest(chat_id) for chat_id in self.chats}
                for chat_id in self.chats:
                    await self._house.play("text", chat_id=chat_id, text="/start")
                while silent := {chat_id for chat_id in self.chats if self._house.newest(chat_id) == before[chat_id]}:
                    await self._house.clock.sleep(LOOK * self._house.clock.haste)
        except TimeoutError:
            return len(silent)
        return 0
