"""The doors of the rules: what use cases ask of the queue server, of Telegram and of time; `tickets.book` has those to our database."""

from collections.abc import Mapping
from typing import Protocol

from tickets.model import Credentials, Customer, Location, Registration, ServerService, Ticket
from tickets.pushes import Outcome, Push
from tickets.watching import Person, Watch


class Clock(Protocol):
    """Time, injected everywhere so that tests need not sleep."""

    def now(self) -> float:
        """Unix seconds."""
        ...

    def monotonic(self) -> float:
        """Seconds that never jump, for leases within one process."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
        ...


class QueueServer(Protocol):
    """The Virtual Ticket API. Every call may raise a `QueueServerError`; each names the seed's section it speaks."""

    async def register(self, registration: Registration) -> str:
        """Register: answers the vt_token."""
        ...

    async def login(self, credentials: Credentials, attributes: Mapping[str, str | int] | None = None) -> str:
        """Login / Update customer: answers the vt_token; `attributes` is customer_attribute."""
        ...

    async def update(self, vt_token: str, attributes: Mapping[str, str | int]) -> str:
        """Login / Update customer by vt_token alone: answers the vt_token to use from now on."""
        ...

    async def details(self, vt_token: str) -> Customer:
        """Customer details."""
        ...

    async def reset_password(self, email: str) -> bool:
        """Customer reset password."""
        ...

    async def new_password(self, token: str, password: str, *, vt: bool) -> str | None:
        """Customer new password: answers a vt_token where `vt` asked for one."""
        ...

    async def locations(
        self, *, region: str = "", city: str = "", coordinates: str = "", location_id: str = ""
    ) -> tuple[Location, ...]:
        """List locations or one specific location."""
        ...

    async def services(self, *, server_service_id: str = "", location_id: str = "") -> tuple[ServerService, ...]:
        """Services."""
        ...

    async def tickets(self, vt_token: str) -> tuple[Ticket, ...]:
        """List all tickets of the customer."""
        ...

    async def ticket(self, vt_token: str, ticket_id: str) -> Ticket | None:
        """A specific ticket; None where the server does not know it."""
        ...

    async def create(self, vt_token: str, location_id: str, service_id: str) -> Ticket:
        """Create ticket. Never repeated by the client."""
        ...

    async def cancel(self, vt_token: str, ticket_id: str) -> None:
        """Cancel ticket."""
        ...

    async def settings(self) -> Mapping[str, str]:
        """Settings: id -> value."""
        ...


class Messenger(Protocol):
    """Telegram, as the outbox sees it."""

    async def send(self, push: Push, person: Person, watch: Watch | None) -> Outcome:
        """One attempt; it answers an outcome and raises nothing but cancellation. `Unmade` where our own part of it failed."""
        ...
