"""kill -9 while Telegram delivers to the webhook: whatever was answered with 200 is handled, no ticket is taken twice."""

import asyncio
import contextlib
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

from bot.callbacks import AsGuest, Cancel, Take, ref
from sandbox.virtual_ticket.office_model import State, Ticket
from tests.bot.carrier import Carrier, carrying
from tests.bot.processes import eventually
from tests.databases import fresh_key, migrated
from tests.soak import house as houses
from tests.soak.crowd import PLACES
from tests.soak.haste import Place, hasty
from tests.soak.house import House
from tests.soak.nursery import Nursery, nursery

SEED = 20261128
KILLS = 8
PEOPLE, WISHES = 8, 2
SEVERAL = "Porto Baixa"
"""Where the queue server itself lets one person hold two tickets of a service."""
NONE = "No ticket was taken"
PATIENCE = 100.0
"""Seconds for everything; only a machine that is very busy, or an update that was lost, needs so many."""
T = TypeVar("T")


@dataclass(slots=True)
class Person:
    """Takes a ticket and gives it up, and once more, and says something each time. Nobody else wants the same service."""

    house: House
    chat_id: int
    location_id: str
    service_id: str
    said: list[str] = field(default_factory=list)

    async def live(self) -> None:
        """From /start to the last ticket's end. The copy of a wish may come when its ticket is over, and must not be granted again."""
        await self.house.play("person", chat_id=self.chat_id, first_name="Ana", language_code="en")
        await self.house.play("text", chat_id=self.chat_id, text="/start")
        await becomes(lambda: self.house.texts(self.chat_id))
        await self._presses(AsGuest().pack())
        for wish in range(1, WISHES + 1):
            ticket = await self._takes(wish)
            await self._presses(Cancel(ref(ticket.id)).pack())
            await self._says()
            await becomes(lambda: not any(one.state.live for one in self.tickets()))

    async def _takes(self, wish: int) -> Ticket:
        """Their ticket of that number. Where a bot died just as it was about to ask for it, they are told so, and press once more."""
        while True:
            before = max(self.house.texts(self.chat_id))
            await self._presses(Take(ref(self.location_id), ref(self.service_id)).pack())
            await self._says()
            ticket = await becomes(lambda: self.tickets()[wish - 1 :] or self._told_of_none(before))  # noqa: B023 -- awaited here
            if isinstance(ticket, list):
                return ticket[0]

    def _told_of_none(self, before: int) -> bool:
        return any(NONE in text for text in self.house.texts(self.chat_id, before).values())

    def tickets(self) -> list[Ticket]:
        """All that they ever got, oldest first."""
        return [one for one in self.house.office.tickets.values() if one.service_id == self.service_id]

    async def _presses(self, data: str) -> None:
        newest = max(self.house.texts(self.chat_id))
        await self.house.play("press", chat_id=self.chat_id, message_id=newest, data=data, force=True)

    async def _says(self) -> None:
        """Words that the bot says again in its answer, because no location is called so."""
        self.said.append(f"nowhere-{self.chat_id}-{len(self.said)}")
        await self.house.play("text", chat_id=self.chat_id, text=self.said[-1])


async def becomes(look: Callable[[], T]) -> T:
    """Wait until there is something to be seen."""

    async def ask() -> T:
        return look()

    seen: T = await eventually(ask, PATIENCE)
    return seen


def people(house: House) -> list[Person]:
    """Each with a service of their own."""
    offered = [
        (place.id, service.id)
        for place in sorted(house.office.town.locations, key=lambda place: place.name != SEVERAL)
        if place.name in (SEVERAL, *PLACES)
        for service in place.services
        if service.state == 0
    ]
    return [Person(house, 5000 + number, *where) for number, where in enumerate(offered[:PEOPLE])]


async def struck(bots: Nursery, carrier: Carrier) -> None:
    """Bots live until a random moment, one after the other; the last one lives on."""
    for _ in range(KILLS):
        bot = await bots.begin()
        await carrier.moment()
        assert await bots.end(bot) == -signal.SIGKILL, "it had ended by itself"
    await bots.begin()


def inbox(folder: Path) -> dict[int, str]:
    """Update -> state."""
    with contextlib.closing(sqlite3.connect(folder / "bot.db")) as kept:
        return dict(kept.execute("select update_id, state from inbox"))


async def played(folder: Path, bots: Nursery, carrier: Carrier, everybody: list[Person]) -> bool:
    """People live, bots die, and everything comes to its end; whether it did in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(struck(bots, carrier))
                for one in everybody:
                    tasks.create_task(one.live())
            await carrier.rest()
            await becomes(lambda: "waiting" not in inbox(folder).values())
    except TimeoutError:
        return False
    return True


@pytest.mark.slow
async def test_whatever_was_acknowledged_is_handled(tmp_path: Path) -> None:
    """The sandbox delivers, with the secret, where setWebhook told it to; who listens there hands its very bytes on to the bot."""
    clock, chance = hasty(1.0), random.Random(SEED)
    async with houses.opened(clock, SEED) as house, carrying(clock, chance, PATIENCE) as (carrier, public, listen):
        url, first = f"sqlite+aiosqlite:///{migrated(tmp_path, 'bot.db')}", int(house.world.updates.dump()["next_id"])
        place = Place(house.address, url, fresh_key(), clock, tmp_path, listen=listen, public=public)
        everybody = people(house)
        with (tmp_path / "bots.log").open("wb") as log:
            async with nursery(place, log) as bots:
                in_time = await played(tmp_path, bots, carrier, everybody)
        # What is missing when the patience is over is said by name.
        states, made = inbox(tmp_path), range(first, int(house.world.updates.dump()["next_id"]))
        assert {number: states.get(number, "lost") for number in carrier.taken} == dict.fromkeys(carrier.taken, "done")
        assert in_time, (tmp_path / "bots.log").read_text()
        assert {*carrier.taken} == {*made}, "each came in the end"
        replies = [str(call["parameters"].get("text")) for call in house.world.calls if call["status"] == 200]
        assert not [words for one in everybody for words in one.said if not any(words in text for text in replies)]
        tickets = Counter((one.service_id, one.state) for one in house.office.tickets.values())
        assert tickets == {(one.service_id, State.CANCELLED): WISHES for one in everybody}
        assert max(carrier.taken.values()) > 1, "some were sent once more"
        assert {*carrier.happened} <= {"sent", "200", ""}, "nothing was refused"
