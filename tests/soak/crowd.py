"""The people of a campaign: each takes one ticket after another in a chat of their own, and the desks call them.

What they hold and get is read off the sandbox. The bots' database is looked at only to learn that a push has come to an end.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field

from bot.callbacks import AsGuest, Cancel, Take, ref
from sandbox.virtual_ticket.office_model import State, Ticket
from storage.database import Database
from tests.soak.house import House
from tests.soak.ledger import Ledger, Row
from tests.soak.told import Told
from tickets.pushes import PushKind

PLACES = ("Braga Central", "Braga Lamaçães", "Porto Boavista", "Lisboa Saldanha", "London Holborn", "Vigo Príncipe")
"""Those of the town that are open at any hour and have a service for everybody."""
PATIENT = 60.0
"""Seconds of the campaign's clock before somebody who was told to try again does so."""
ROUNDS = 4
"""How often a desk calls each ticket: once, and again whenever the push of the call before has come to its end."""
WARNED_AT = 3
"""Customers ahead at which almost_your_turn is owed; the bot's own default."""
LEAVES = 6
"""One in so many of those who wait gives the ticket up instead of being called, the very first one among them."""
AWAITED = 1800.0
"""Seconds of the campaign's clock that a desk waits for a warning to come to its end; twice what such a push lives."""


@dataclass(slots=True)
class Customer:
    """One person, and where their present ticket stands."""

    chat_id: int
    location_id: str
    service_id: str
    customer_id: str = ""
    wished: int = 0
    """Tickets asked for so far."""
    held: set[str] = field(default_factory=set)
    """Tickets got so far, by id."""
    asked: float = 0.0
    """When the button was pressed whose ticket is not there yet; 0: no ticket is waited for."""


class Crowd:
    """Takes tickets, calls them, and ends them when their push is over."""

    def __init__(self, house: House, database: Database, people: int, calls: int = ROUNDS) -> None:
        """`people`: how many chats; `calls`: how often each ticket is called."""
        self._calls = calls
        self._house = house
        self.told = Told(house)
        self.ledger = Ledger(house, database, self.told)
        places = [place for place in house.office.town.locations if place.name in PLACES]
        chosen = [places[number % len(places)] for number in range(people)]
        self.customers = [
            Customer(5000 + number, place.id, place.services[0].id) for number, place in enumerate(chosen)
        ]
        self.called: dict[str, float] = {}
        """Call -> when. A call is named by its ticket's id and its number among the calls of that ticket."""
        self.owed: dict[str, float] = {}
        """Ticket -> when it was first seen so near to the front that its person is owed a warning."""
        self.during: dict[str, str] = {}
        """Call -> what was going on when it was made, where a campaign says so."""
        self.given_up: set[str] = set()
        """Tickets whose people pressed "Yes, cancel"."""
        self.cancelled_again = 0
        """How often the queue server was asked to cancel what it had cancelled."""
        self._served = 0
        self._give_up, house.office.give_up = house.office.give_up, self._asked_to_cancel  # type: ignore[method-assign]  # seen, and done
        self._rounds: Counter[str] = Counter()
        self._first_update = int(house.world.updates.dump()["next_id"])

    async def sign_in(self, until: Callable[[Callable[[], bool]], Awaitable[None]]) -> None:
        """Everybody becomes a guest. `until` waits for something to become true while the bot runs unharmed."""
        for one in self.customers:
            await self._house.play("person", chat_id=one.chat_id, first_name=f"P{one.chat_id}", language_code="en")
            await self._house.play("text", chat_id=one.chat_id, text="/start")
        await until(lambda: all(self._house.texts(one.chat_id) for one in self.customers))
        for one in self.customers:
            # One by one, because keeping their passwords is slow work for the queue server, and the bot is in haste.
            while one.chat_id not in (known := await self.ledger.accounts()):
                newest = self._house.newest(one.chat_id)
                await self._press(one, AsGuest().pack())
                await self._answered(one, newest)
            one.customer_id = known[one.chat_id]

    async def _answered(self, one: Customer, newest: int) -> None:
        """Until there is an answer, or nobody waits for it any longer and the button is pressed again."""
        over = self._house.clock.monotonic() + PATIENT
        while self._house.newest(one.chat_id) <= newest and self._house.clock.monotonic() < over:
            await self._house.clock.sleep(0.2)

    async def step(self, *, more: bool = True) -> None:
        """Count what arrived, end what is over, call what waits, and let everybody without a ticket take another one.

        Without `more` nobody is called and no ticket is asked for any more.
        """
        over, busy = await self._over(), await self.ledger.busy()
        self.count()
        mine = self._live()
        for one in self.customers:
            ticket = mine.get(one.customer_id)
            if ticket is not None:
                await self._serve(one, ticket, over, quiet=one.chat_id not in busy, more=more)
            elif one.chat_id not in busy:
                await self._wish(one, more=more)

    async def _wish(self, one: Customer, *, more: bool) -> None:
        now = self._house.clock.now()
        if one.asked and now - one.asked < PATIENT:
            return
        if not one.asked:
            if not more:
                return
            one.wished += 1
        one.asked = now
        await self._press(one, Take(ref(one.location_id), ref(one.service_id)).pack())

    async def all_hold(self) -> bool:
        """Everybody has a ticket, or asks for one now."""
        busy, mine = await self.ledger.busy(), self._live()
        self.count()
        for one in self.customers:
            if one.customer_id not in mine and one.chat_id not in busy:
                await self._wish(one, more=True)
        return len(mine) >= len(self.customers) and not busy

    async def call_one(self, during: str) -> None:
        """A desk calls somebody who waits."""
        mine = self._live()
        for one in self.customers:
            ticket = mine[one.customer_id]
            if ticket.state is State.WAITING:
                await self._call("call", one, ticket)
                self.during[self._named(ticket.id)] = during
                return

    def count(self) -> None:
        """The tickets that people got, and what they are owed; then whatever they were told."""
        mine = self._live()
        for one in self.customers:
            ticket = mine.get(one.customer_id)
            if ticket is not None and ticket.id not in one.held:
                one.held.add(ticket.id)
                one.asked = 0.0
                self.told.note_ticket(one.chat_id, ticket.tag, ticket.number, ticket.id)
            waits = ticket is not None and ticket.state is State.WAITING and ticket.id not in self.given_up
            if ticket is not None and waits and self._house.office.ahead(ticket) <= WARNED_AT:
                self.owed.setdefault(ticket.id, self._house.clock.now())
            self.told.count(one.chat_id)

    def all_told(self) -> bool:
        """Every call was told at least once."""
        self.count()
        return all(self.told.calls[call].all for call in self.called)

    async def idle(self) -> bool:
        """Nobody waits for a ticket or an answer, and whatever was to be told has come to its end."""
        if any(one.asked for one in self.customers) or await self.ledger.busy() or await self.ledger.unfinished():
            # On PostgreSQL what a dead bot had claimed waits for its lease to be over.
            return False
        calls, warnings = await self.ledger.calls(PushKind.YOUR_TURN), await self.ledger.warnings()
        return self.called.keys() <= calls.keys() and self.owed.keys() <= warnings.keys()

    def took_more_than_wished(self) -> int:
        """Tickets beyond one for each press."""
        per_customer = Counter(ticket.customer_id for ticket in self._house.office.tickets.values())
        return sum(max(0, per_customer[one.customer_id] - one.wished) for one in self.customers)

    async def never_handled(self) -> int:
        """Updates that the sandbox made and the inbox does not have as handled, but for what Telegram dropped before anybody came."""
        updates = self._house.world.updates
        made = set(range(self._first_update, int(updates.dump()["next_id"])))
        return len(made - await self.ledger.handled() - set(updates.lapsed))

    async def _serve(self, one: Customer, ticket: Ticket, over: set[str], *, quiet: bool, more: bool) -> None:
        """A press that is to be handled again must find its ticket, so nothing happens to it before the chat is quiet."""
        if ticket.state is State.WAITING and quiet and more:
            if ticket.id in self.given_up:
                # It could not be done, and the person was told so.
                await self._press(one, Cancel(ref(ticket.id)).pack())
            elif self._warned(ticket, over):
                await self._next(one, ticket)
        elif ticket.state is State.CALLED and self._named(ticket.id) in over:
            if more and self._rounds[ticket.id] < self._calls:
                await self._call("recall", one, ticket)
            else:
                await self._desk("end", one, ticket)

    async def _next(self, one: Customer, ticket: Ticket) -> None:
        """A desk calls, or the person leaves before it does. What is given up is never called, so no call is owed for it."""
        leaves = self._served % LEAVES == 0
        self._served += 1
        if leaves:
            # Who leaves is not owed the warning that has not come until then.
            self.given_up.add(ticket.id)
            if not self.told.warnings[ticket.id]:
                self.owed.pop(ticket.id, None)
            await self._press(one, Cancel(ref(ticket.id)).pack())
        else:
            await self._call("call", one, ticket)

    def cancelled_unasked(self) -> int:
        """Tickets that are cancelled though nobody gave them up."""
        tickets = self._house.office.tickets.values()
        return sum(one.state is State.CANCELLED and one.id not in self.given_up for one in tickets)

    def _asked_to_cancel(self, customer_id: str, ticket_id: str) -> None:
        self.cancelled_again += self._house.office.tickets[ticket_id].state is State.CANCELLED
        self._give_up(customer_id, ticket_id)

    def _warned(self, ticket: Ticket, over: set[str]) -> bool:
        """Whether nothing is owed any more before the call: a call would take a warning back that was not sent yet."""
        since = self.owed.get(ticket.id)
        return since is None or ticket.id in over or self._house.clock.now() - since > AWAITED

    async def _call(self, what: str, one: Customer, ticket: Ticket) -> None:
        self._rounds[ticket.id] += 1
        call = self._named(ticket.id)
        self.called[call] = self._house.clock.now()
        desk = f"{one.chat_id}-{len(self.called)}"
        self.told.note_call(desk, call)
        await self._desk(what, one, ticket, desk)

    def _named(self, ticket_id: str) -> str:
        return f"{ticket_id}:{self._rounds[ticket_id]}"

    async def _desk(self, what: str, one: Customer, ticket: Ticket, desk: str = "") -> None:
        order = {"location_id": ticket.location_id, "ticket_id": ticket.id}
        await self._house.play(f"desk/{what}", **order, **({"desk": desk} if desk else {}))

    async def _press(self, one: Customer, data: str) -> None:
        newest = self._house.newest(one.chat_id)
        await self._house.play("press", chat_id=one.chat_id, message_id=newest, data=data, force=True)

    def _live(self) -> dict[str, Ticket]:
        tickets = self._house.office.tickets.values()
        return {ticket.customer_id: ticket for ticket in tickets if ticket.customer_id and ticket.state.live}

    async def _over(self) -> set[str]:
        """Calls of tickets still called, and tickets owed a warning, whose push has come to its end."""
        live = self._live().values()
        calls = {self._named(one.id) for one in live if one.state is State.CALLED}
        owed = {one.id for one in live if one.state is State.WAITING} & self.owed.keys()
        first = min((self.called[one] for one in calls), default=0.0)
        told = await self.ledger.calls(PushKind.YOUR_TURN, first) if calls else {}
        # A bot may have read of it before this house looked, but not before the ticket was there.
        since = min((self._house.office.tickets[one].created for one in owed), default=0.0)
        warned = await self.ledger.warnings(since) if owed else {}
        return _final(told, calls) | _final(warned, owed)


def _final(rows: Mapping[str, Row], names: Collection[str]) -> set[str]:
    return {name for name, row in rows.items() if name in names and row.state.final}
