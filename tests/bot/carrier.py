"""Stands between the sandbox and the bot's webhook and carries updates as Telegram does: each until it is taken, some once more."""

import asyncio
import contextlib
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.bot import scripted
from tests.bot.processes import eventually, free_port
from tickets.ports import Clock

COPIED = 0.3
"""The share of updates that are delivered once more though they were acknowledged."""
LATE = 0.15
"""The chance after each delivery that a copy comes then: many come when what they asked for is long over, the last ones at the very end."""
WINDOW = 0.05
"""Seconds; updates that set out within them arrive in any order, but for those of one lane, which the sandbox keeps in order."""
MOMENTS = (0.0, 0.02, 0.2)
"""A moment is at most this many seconds after something was delivered: at once, to be ahead of a late commit, or while it is handled."""
MOST = 5
"""Deliveries between two moments, at most."""


class Carrier:
    """What the sandbox pushes is answered with 200 when the bot has answered so, and not before."""

    def __init__(self, clock: Clock, door: int, chance: random.Random, patience: float) -> None:
        """`door`: the port where bots listen, one after the other."""
        self._clock = clock
        self._door = door
        self._chance = chance
        self._patience = patience
        self._news = asyncio.Event()
        self._copies: list[bytes] = []
        self.happened: Counter[str] = Counter()
        """How often something was sent, and what was answered: a status, or nothing by one who was killed."""
        self.taken: Counter[int] = Counter()
        """Update -> how often it was answered with 200."""

    def __call__(self, server: scripted.Server) -> scripted.Act:
        """What happens on a connection of the sandbox's."""

        async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            request = await server.request(reader)
            await self._clock.sleep(self._chance.uniform(0, WINDOW))
            await self._until_taken(request)
            if self._chance.random() < COPIED:
                self._copies.append(request)
            if self._copies and self._chance.random() < LATE:
                await self._until_taken(self._copies.pop(self._chance.randrange(len(self._copies))))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()

        return act

    async def moment(self) -> None:
        """Wait until a random moment: of a delivery, of an answer, or soon after it."""
        what = self._chance.choice(("sent", "200"))
        goal = self.happened[what] + self._chance.randint(1, MOST)
        while self.happened[what] < goal:
            self._news.clear()
            await self._news.wait()
        longest = self._chance.choice(MOMENTS)
        if longest:
            await self._clock.sleep(self._chance.uniform(0, longest))

    async def rest(self) -> None:
        """Deliver the copies that are left."""
        while self._copies:
            await self._until_taken(self._copies.pop())

    async def _until_taken(self, request: bytes) -> None:
        await eventually(lambda: self._post(request), self._patience)

    async def _post(self, request: bytes) -> bool:
        """The very bytes that the sandbox sent, secret and all; whether the answer was 200."""
        status = ""
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self._door)
            try:
                writer.write(request)
                self._note("sent")
                line = (await reader.readline()).decode().split()
                status = line[1] if len(line) > 1 else ""
            finally:
                writer.close()
        if status == "200":
            self.taken[json.loads(request.partition(b"\r\n\r\n")[2])["update_id"]] += 1
        self._note(status)
        return status == "200"

    def _note(self, what: str) -> None:
        self.happened[what] += 1
        self._news.set()


@asynccontextmanager
async def carrying(clock: Clock, chance: random.Random, patience: float) -> AsyncIterator[tuple[Carrier, str, str]]:
    """A carrier, the address that Telegram is to be told, and the address where bots are to listen."""
    door = free_port()
    carrier = Carrier(clock, door, chance, patience)
    async with scripted.scripted(carrier) as server:
        yield carrier, server.url, f"127.0.0.1:{door}"
