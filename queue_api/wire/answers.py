"""One reader an operation: status, headers and bytes to a typed model, or one error that names operation and field."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from queue_api.reading.customer import customer, settings
from queue_api.reading.fields import Tree, Unreadable, items, part, text
from queue_api.reading.locations import locations, server_services
from queue_api.reading.rules import rules
from queue_api.reading.tickets import ticket, tickets
from queue_api.wire.requests import Request
from queue_api.wire.verdict import Answer, approved
from tickets.errors import Refused, ServerNonsense
from tickets.model import Customer, Location, Phase, ServerService, Ticket

T = TypeVar("T")

_LONGEST_TOKEN = 4096
_NOTHING_FOUND = 6
"""An errno of the vendor's queue management API ("no values found"); the seed lists none."""


def vt_token(request: Request, answer: Answer) -> str:
    """Register, Login: the vt_token."""
    token = optional_token(request, answer)
    if token is None:
        raise ServerNonsense(request.operation, "vt_token", "missing")
    return token


def optional_token(request: Request, answer: Answer) -> str | None:
    """Customer new password, Update customer: a vt_token where the server gives one."""
    tree = approved(request, answer, payload="vt_token")
    return _read(request, lambda: _token(tree))


def details(request: Request, answer: Answer) -> Customer:
    """Customer details: `user`."""
    tree = approved(request, answer, payload="user")

    def user() -> Customer:
        told = part(tree, "user")
        if told is None:
            raise Unreadable("user", "missing")
        return _within("user", lambda: customer(told))

    return _read(request, user)


def yes(request: Request, answer: Answer) -> bool:
    """Customer reset password: true or false."""
    try:
        approved(request, answer)
    except Refused:
        return False
    return True


def done(request: Request, answer: Answer) -> None:
    """Cancel ticket: success, or an error."""
    approved(request, answer)


def all_locations(request: Request, answer: Answer) -> tuple[Location, ...]:
    """List locations. The answer's own `settings` hold for every location that has none."""
    tree = approved(request, answer, payload="locations")
    return _read(request, lambda: locations(_with(tree, "locations"), rules(tree)))


def all_services(request: Request, answer: Answer) -> tuple[ServerService, ...]:
    """Services."""
    tree = approved(request, answer, payload="server_services")
    return _read(request, lambda: server_services(_with(tree, "server_services")))


def all_tickets(request: Request, answer: Answer, states: Mapping[int, Phase]) -> tuple[Ticket, ...]:
    """List all tickets of the customer."""
    tree = approved(request, answer, payload="tickets")
    return _read(request, lambda: tickets(_under_tickets(tree), states))


def one_ticket(request: Request, answer: Answer, states: Mapping[int, Phase], ticket_id: str) -> Ticket | None:
    """List a specific ticket; None where the server, in its own words, does not know it."""
    try:
        tree = approved(request, answer, payload="tickets")
    except Refused as refusal:
        if answer.status == 404 or refusal.errno == _NOTHING_FOUND:
            return None
        raise
    found = _read(request, lambda: tickets(_under_tickets(tree), states))
    return next((one for one in found if one.id == ticket_id), None)


def created(request: Request, answer: Answer, states: Mapping[int, Phase]) -> Ticket:
    """Create ticket: `ticket`, or the first of `tickets`."""
    tree = approved(request, answer, payload="ticket")
    told = _read(request, lambda: part(tree, "ticket"))
    if told is not None:
        return _read(request, lambda: _within("ticket", lambda: ticket(told, states)))
    several = _read(request, lambda: tickets(tree, states))
    if not several:
        raise ServerNonsense(request.operation, "ticket", "missing")
    return several[0]


def server_settings(request: Request, answer: Answer) -> Mapping[str, str]:
    """Get Settings: id -> value."""
    tree = approved(request, answer, payload="settings")
    return _read(request, lambda: settings(_with(tree, "settings")))


def _under_tickets(tree: Tree) -> Tree:
    """A server that answers one ticket may call it `ticket` here too."""
    if "tickets" not in tree and "ticket" in tree:
        return {"tickets": items(tree, "ticket")}
    return _with(tree, "tickets")


def _with(tree: Tree, name: str) -> Tree:
    """A tree that has the list asked for, be it null: an answer that forgot it does not say that there is nothing."""
    if name not in tree:
        raise Unreadable(name, "missing")
    return tree


def _token(tree: Tree) -> str | None:
    token = text(tree, "vt_token")
    if len(token) > _LONGEST_TOKEN or not token.isascii() or not token.isprintable():
        # It has to travel in a header later; what cannot is refused here, where it can still be named.
        raise Unreadable("vt_token", "not a token")
    return token or None


def _read(request: Request, reader: Callable[[], T]) -> T:
    """Run a reader and put the operation to whatever it cannot read."""
    try:
        return reader()
    except Unreadable as fault:
        raise ServerNonsense(request.operation, fault.field, fault.detail) from None


def _within(place: str, reader: Callable[[], T]) -> T:
    try:
        return reader()
    except Unreadable as fault:
        raise fault.within(place) from None
