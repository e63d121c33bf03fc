"""The thirteen operations of the Virtual Ticket API in one table: address, method, fields, and who answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sandbox.virtual_ticket import operations_customer as customer
from sandbox.virtual_ticket import operations_queue as queue
from sandbox.virtual_ticket.asked import Asked, Fields

Answer = Callable[[Asked], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `fields` are the body's (None: it has no body), `query` the query parameters it reads."""

    name: str
    method: str
    answer: Answer
    fields: Fields | None = None
    query: tuple[str, ...] = ()
    signed: bool = False
    """Whether it answers 401 without a vt_token."""
    takes_item: bool = False
    """Whether an id may follow the name in the path."""
    acts: bool = False
    """Whether asking does something, though it is a GET: then HEAD, which people's programs send to see what is there, is refused."""

    def methods(self) -> tuple[str, ...]:
        """The HTTP methods it answers to."""
        return ("GET", "HEAD") if self.method == "GET" and not self.acts else (self.method,)


def operations(reception: customer.Reception, hall: queue.Hall) -> dict[str, Operation]:
    """Return the table by name. customer/login is also the update, customer/tickets/<id> the single ticket."""
    place = ("region", "city", "coordinates", "location_id")
    service = ("server_service_id", "location_id")
    table = (
        Operation("customer/register", "POST", reception.register, customer.REGISTER),
        Operation("customer/login", "POST", reception.login, customer.LOGIN),
        Operation("customer/details", "POST", reception.details, customer.DETAILS, signed=True),
        Operation("customer/resetpassword", "GET", reception.reset_password, query=("email",), acts=True),
        Operation("customer/newpassword", "POST", reception.new_password, customer.NEW_PASSWORD),
        Operation("locations/get", "GET", hall.locations, query=place),
        Operation("server_services/get", "GET", hall.server_services, query=service),
        Operation("customer/tickets", "GET", hall.tickets, signed=True, takes_item=True),
        Operation("ticket/create", "POST", hall.create, queue.CREATE, signed=True),
        Operation("ticket/cancel", "POST", hall.cancel, queue.CANCEL, signed=True),
        Operation("settings/get", "GET", hall.settings),
    )
    return {operation.name: operation for operation in table}
