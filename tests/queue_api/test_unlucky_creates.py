"""Two hundred wishes over the real client against the sandbox's server, a fault around every create: two hundred tickets there.

tests/tickets/test_take_unlucky.py does the same on a neighbour in memory, where lists lag and commits fail as well.
"""

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

from queue_api.client import VirtualTicket
from queue_api.settings import QueueSettings
from sandbox.faults import KINDS, Fault, Faults
from storage.database import Database
from tests.queue_api.test_against_sandbox import NOON, SETTINGS, Queue, open_service
from tests.tickets.hand_clock import HandClock
from tests.tickets.house import Killed
from tickets.acting import Actor
from tickets.errors import ServerNonsense, ServerUnavailable, Undecided
from tickets.model import Location, Service, Ticket
from tickets.session import Session
from tickets.take import Policy, Take

WISHES = 200
CREATE, LIST = "ticket/create", "customer/tickets"


class Mortal(VirtualTicket):
    """The client in a process that may die right after the server's answer came, before anything is written down."""

    dies = False
    looks: Fault | None = None
    """What befalls the lists that are asked for once the create is over."""

    def __init__(self, queue: Queue, settings: QueueSettings, pause: Callable[[float], Awaitable[None]]) -> None:
        """Without sockets."""
        super().__init__(queue.http, settings, pause=pause)
        self._faults = queue.faults

    async def create(self, vt_token: str, location_id: str, service_id: str) -> Ticket:
        """The answer, or the end."""
        try:
            made = await super().create(vt_token, location_id, service_id)
        finally:
            if self.looks is not None:
                self._faults.plan(self.looks)
                self.looks = None
        if self.dies:
            raise Killed
        return made


class Bot:
    """What one process of ours needs to take tickets."""

    def __init__(self, queue: Queue, database: Database, clock: HandClock, written: str) -> None:
        """`written` is the format."""
        self.client = Mortal(queue, replace(SETTINGS, format=written), clock.sleep)
        secrets: Iterator[str] = (f"{random.getrandbits(128):032x}" for _ in range(10 * WISHES))
        self.session = Session(self.client, database.open_book, clock, lambda: next(secrets))
        self.take = Take(self.client, database.open_book, clock, self.session, Policy())


def plan(faults: Faults, client: Mortal, dice: random.Random, met: Counter[str]) -> None:
    """One fault around the next create, and often trouble with the looks that follow it."""
    faults.reset()
    kind, moment = dice.choice(KINDS), dice.choice(("before", "after"))
    met[f"{kind} {moment}"] += 1
    faults.plan(Fault("queue", kind, moment, operation=CREATE))
    # A client repeats a list three times before it gives up, and three looks are taken: nine failures leave it open.
    trouble = Fault("queue", dice.choice(KINDS), "before", operation=LIST, count=dice.randrange(1, 14))
    client.looks = trouble if dice.random() < 0.5 else None
    client.dies = dice.random() < 0.2


async def wish(bot: Bot, actor: Actor, place: Location, service: Service, dice: random.Random) -> Counter[str]:
    """Press until there is a ticket. A press that failed is a new press; one that a death interrupted is the same once more."""
    met, key = Counter[str](), 0
    while True:
        try:
            offer = await bot.take.offer(actor, place, service)
            await bot.take.take(actor, offer, key=f"{actor.chat_id}:{key}")
        except (ServerUnavailable, ServerNonsense, Undecided) as error:
            met[type(error).__name__] += 1
            key += 1
        except Killed:
            met["Killed"] += 1
        else:
            return met
        bot.client.dies = dice.random() < 0.1


async def test_two_hundred_unlucky_creates_make_two_hundred_tickets(sqlite_database: Database) -> None:
    queue, clock, dice, met = Queue(), HandClock(NOON), random.Random(11), Counter[str]()
    queue.faults.drip, queue.faults.bulk = 0.0, 300_000
    bots = [Bot(queue, sqlite_database, clock, written) for written in ("json", "xml")]
    place, service = await open_service(bots[0].client)
    for chat_id in range(1, WISHES + 1):
        bot, actor = bots[chat_id % 2], Actor(chat_id, chat_id)
        await bot.session.as_guest(actor)
        plan(queue.faults, bot.client, dice, met)
        met.update(await wish(bot, actor, place, service, dice))
    queue.faults.reset()
    truth = (await queue.http.get("http://queue.test/play/tickets")).json()
    assert Counter(Counter(one["customer"] for one in truth).values()) == {1: WISHES}, "each has one, and nobody two"
    async with sqlite_database.open_book() as book:
        watched = [[one.ticket.id for one in await book.watches.of(chat_id)] for chat_id in range(1, WISHES + 1)]
        assert await book.intents.left_open(clock.now() + 1) == []
    assert sorted(watched) == sorted([one["id"]] for one in truth)
    told = {name for name in met if " " not in name}
    assert told == {"Undecided", "Killed"}, "no answer that is lost on the wire proves that nothing was taken"
    assert {f"{kind} {moment}" for kind in KINDS for moment in ("before", "after")} <= set(met)
    await queue.http.aclose()
