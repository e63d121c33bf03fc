"""The queue server as the rules see it, in memory: it has a truth of its own, and fails as a script tells it to.

A fault `before` means that nothing happened; a fault `after` that it did and only the answer was spoilt.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from tests.tickets.hand_clock import HandClock
from tests.tickets.town import a_location
from tickets.errors import QueueServerError, Refused, ServerNonsense, ServerUnavailable, TokenRefused
from tickets.model import Credentials, Customer, Location, Phase, Registration, ServerService, Ticket


@dataclass
class Trouble:
    """One planned fault of an operation ("" for any); `proven`: the client could prove that nothing happened."""

    operation: str
    after: bool
    nonsense: bool = False
    proven: bool = False
    count: int = 1
    refused: bool = False

    def error(self, operation: str) -> QueueServerError:
        """What the client makes of it."""
        if self.refused:
            return Refused(operation, 4, "no")
        if self.nonsense:
            return ServerNonsense(operation, "tickets")
        return ServerUnavailable(operation, "planned", may_have_happened=not self.proven)


@dataclass
class FakeServer:
    """`tickets.ports.QueueServer` with customers, tokens and tickets that outlive every lost answer."""

    clock: HandClock
    town: tuple[Location, ...] = field(default_factory=lambda: (a_location(),))
    offered: tuple[ServerService, ...] = ()
    configured: dict[str, str] = field(default_factory=dict)
    """settings/get."""
    trouble: list[Trouble] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    queue: dict[str, tuple[str, Ticket]] = field(default_factory=dict)
    """Ticket id -> (customer, ticket)."""
    customers: dict[str, tuple[str, Customer]] = field(default_factory=dict)
    """User name -> (password, customer)."""
    tokens: dict[str, str] = field(default_factory=dict)
    """vt_token -> user name."""
    letters: dict[str, str] = field(default_factory=dict)
    """Token of a letter -> user name."""
    vouched: dict[str, str] = field(default_factory=dict)
    """A provider's token -> user name."""
    attaches: Literal["yes", "no", "unseen"] = "yes"
    """Whether an update may name a provider; unseen: it is left out without a word."""
    ignores: frozenset[str] = frozenset()
    """Attributes that an update leaves out without a word."""
    by_token: Literal["yes", "no token", "no credentials"] = "yes"
    """Whether an update may come with a vt_token alone, and how it is refused."""
    signs_in_by_letter: bool = True
    refuses: Refused | None = None
    """What ticket/create answers, where it is to say no."""
    lag: int = 0
    """A cache: how many more readings of the list do not show new tickets."""
    on_login: Callable[[], Awaitable[object]] | None = None
    on_update: Callable[[], Awaitable[object]] | None = None
    """Something that happens while a sign-in or an update is on its way, once."""
    on_create: Callable[[], None] = lambda: None
    on_list: Callable[[], None] = lambda: None
    """Something that happens after a ticket is made, or before a list is answered."""

    async def register(self, registration: Registration) -> str:
        """A new customer."""
        with_fault = self._enter("register")
        credentials = registration.credentials
        name = credentials.username or f"by-{credentials.oauth_token}"
        if credentials.oauth_token:
            self.vouched[credentials.oauth_token] = name
        customer = Customer(f"c{len(self.customers) + 1}", name, push_notification_key=registration.push_notification)
        self.customers[name] = (registration.credentials.password or "", customer)
        token = self.sign_in(name)
        await self._leave("register", with_fault)
        return token

    async def login(self, credentials: Credentials, attributes: Mapping[str, str | int] | None = None) -> str:
        """A token for whoever knows the password, or for whom a provider vouches."""
        with_fault = self._enter("login")
        happens, self.on_login = self.on_login, None
        if happens is not None:
            await happens()
        by_provider = bool(credentials.oauth_token)
        name = self.vouched.get(credentials.oauth_token or "", "") if by_provider else credentials.username or ""
        if name not in self.customers or not (by_provider or self.customers[name][0] == credentials.password):
            raise Refused("customer/login", 4, "no")
        if attributes:
            name = self._changed(name, attributes)
        token = self.sign_in(name)
        await self._leave("login", with_fault)
        return token

    async def update(self, vt_token: str, attributes: Mapping[str, str | int]) -> str:
        """The customer's choices, and a new token."""
        with_fault = self._enter("update")
        happens, self.on_update = self.on_update, None
        if happens is not None:
            await happens()
        name = self._whose(vt_token, "customer/login")
        if self.by_token == "no token":
            raise TokenRefused("customer/login")
        if self.by_token == "no credentials":
            raise Refused("customer/login", 22, "no credentials")
        token = self.sign_in(self._changed(name, attributes))
        await self._leave("update", with_fault)
        return token

    def _changed(self, name: str, attributes: Mapping[str, str | int]) -> str:
        """What the customer is called after that."""
        password, customer = self.customers.pop(name)
        attributes = {key: value for key, value in attributes.items() if key not in self.ignores}
        told = {_KEPT_AS.get(key, key): value for key, value in attributes.items()}
        password = str(told.pop("password", password))
        provider, word = told.pop("oauth_provider", ""), str(told.pop("oauth_token", ""))
        if provider and self.attaches == "no":
            self.customers[name] = (password, customer)
            raise Refused("customer/login", 5, "no such attribute")
        changed = replace(customer, **told)  # type: ignore[arg-type]  # the seed's names are the fields
        for old in [token for token, owner in self.tokens.items() if owner == name]:
            self.tokens[old] = changed.username
        self.queue = {
            key: (changed.username if owner == name else owner, one) for key, (owner, one) in self.queue.items()
        }
        self.customers[changed.username] = (password, changed)
        if provider and self.attaches == "yes":
            self.vouched[word] = changed.username
        return changed.username

    async def details(self, vt_token: str) -> Customer:
        """The customer."""
        with_fault = self._enter("details")
        customer = self.customers[self._whose(vt_token, "customer/details")][1]
        await self._leave("details", with_fault)
        return customer

    async def reset_password(self, email: str) -> bool:
        """A letter to whoever has that address."""
        await self._leave("reset_password", self._enter("reset_password"))
        for name, (_, customer) in self.customers.items():
            if customer.email == email:
                self.letters[f"letter-{len(self.letters) + 1}"] = name
                return True
        raise Refused("customer/reset_password", 4, "no such address")

    async def new_password(self, token: str, password: str, *, vt: bool) -> str | None:
        """A new password for whoever holds the letter, which is good for one."""
        name = self.letters.pop(token, None)
        if name is None:
            raise Refused("customer/new_password", 5, "no such letter")
        self.customers[name] = (password, self.customers[name][1])
        return self.sign_in(name) if vt and self.signs_in_by_letter else None

    async def locations(
        self, *, region: str = "", city: str = "", coordinates: str = "", location_id: str = ""
    ) -> tuple[Location, ...]:
        """The town."""
        await self._leave("locations", self._enter("locations"))
        return tuple(one for one in self.town if not city or one.city == city)

    async def services(self, *, server_service_id: str = "", location_id: str = "") -> tuple[ServerService, ...]:
        """What the locations do not say, if anything."""
        await self._leave("services", self._enter("services"))
        return self.offered

    async def tickets(self, vt_token: str) -> tuple[Ticket, ...]:
        """All of the customer's."""
        with_fault = self._enter("tickets")
        name = self._whose(vt_token, "customer/tickets")
        self.on_list()
        mine = [ticket for owner, ticket in self.queue.values() if owner == name]
        if self.lag and mine:
            self.lag -= 1
            mine.pop()
        await self._leave("tickets", with_fault)
        return tuple(mine)

    async def ticket(self, vt_token: str, ticket_id: str) -> Ticket | None:
        """One of the customer's."""
        with_fault = self._enter("ticket")
        owner, ticket = self.queue.get(ticket_id, ("", None))
        await self._leave("ticket", with_fault)
        return ticket if owner == self._whose(vt_token, "customer/tickets") else None

    async def create(self, vt_token: str, location_id: str, service_id: str) -> Ticket:
        """A ticket more, whatever becomes of the answer."""
        with_fault = self._enter("create")
        name = self._whose(vt_token, "ticket/create")
        if self.refuses is not None:
            raise self.refuses
        ticket = self.take(name, location_id, service_id)
        self.on_create()
        await self._leave("create", with_fault)
        return ticket

    async def cancel(self, vt_token: str, ticket_id: str) -> None:
        """The ticket is over, whatever becomes of the answer; one that was over already is refused."""
        with_fault = self._enter("cancel")
        self._whose(vt_token, "ticket/cancel")
        if not self.queue[ticket_id][1].phase.live:
            raise Refused("ticket/cancel", 45, "finished")
        self.change(ticket_id, phase=Phase.CANCELLED)
        await self._leave("cancel", with_fault)

    async def settings(self) -> Mapping[str, str]:
        """What is configured."""
        await self._leave("settings", self._enter("settings"))
        return self.configured

    def sign_in(self, name: str) -> str:
        """A token as a desk would hand it out."""
        self.asked["token"] += 1
        token = f"token-{self.asked['token']}"
        self.tokens[token] = name
        return token

    def take(self, name: str, location_id: str = "1", service_id: str = "10") -> Ticket:
        """A ticket for that customer, from wherever it was taken."""
        location = next(one for one in self.town if one.id == location_id)
        service = next(one for one in location.services if one.id == service_id)
        number = len(self.queue) + 1
        ticket = Ticket(f"t{number}", "A", number, f"A {number:03}", Phase.WAITING, location, service, ahead=9)
        self.queue[ticket.id] = (name, ticket)
        return ticket

    def change(self, ticket_id: str, **changes: object) -> None:
        """What a desk does to a ticket."""
        owner, ticket = self.queue[ticket_id]
        self.queue[ticket_id] = (owner, replace(ticket, **changes))  # type: ignore[arg-type]  # the test names Ticket's own fields

    def _whose(self, vt_token: str, operation: str) -> str:
        if vt_token not in self.tokens:
            raise TokenRefused(operation)
        return self.tokens[vt_token]

    def _enter(self, operation: str) -> Trouble | None:
        self.asked[operation] += 1
        planned = next((one for one in self.trouble if one.operation in ("", operation)), None)
        if planned is not None:
            planned.count -= 1
            if not planned.count:
                self.trouble.remove(planned)
            if not planned.after:
                raise planned.error(operation)
        return planned

    async def _leave(self, operation: str, planned: Trouble | None) -> None:
        await asyncio.sleep(0)
        if planned is not None:
            raise planned.error(operation)


_KEPT_AS = {"pushnotification": "push_notification_key", "name": "display_name"}
"""What the seed calls otherwise in an answer than in a request."""
