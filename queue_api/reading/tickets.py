"""Tickets and the phase they are in (seed: Tickets)."""

import re
from collections.abc import Mapping
from datetime import datetime

from queue_api.reading.fields import Tree, Unreadable, code, identity, items, number, part, text, texts, waiting
from queue_api.reading.places import location
from queue_api.reading.records import maker
from queue_api.reading.services import service
from queue_api.reading.times import date, dated, expected_wait, wall
from tickets.model import Desk, Holder, Location, Phase, Service, Ticket

MOST_TICKETS = 2000
"""Of one customer; the seed's answer holds those of a day or so."""
_DIGITS = re.compile(r"\d{1,12}", re.ASCII)
_TEXTS = ("id", "tag", "ticket_number", "description")
_ticket, _location, _service_of = maker(Ticket), maker(Location), maker(Service)


def tickets(tree: Tree, states: Mapping[int, Phase]) -> tuple[Ticket, ...]:
    """The objects under `tickets`; `states` maps the server's codes to phases."""
    listed = items(tree, "tickets")
    if len(listed) > MOST_TICKETS:
        raise Unreadable("tickets", "too many")
    found: list[Ticket] = []
    for item in listed:
        try:
            found.append(ticket(item, states))
        except Unreadable as fault:
            raise fault.within(f"tickets[{len(found)}]") from None
    return tuple(found)


def ticket(tree: Tree, states: Mapping[int, Phase]) -> Ticket:
    """One ticket."""
    identifier, tag, label, description = texts(tree, _TEXTS)
    if not identifier:
        raise Unreadable("id", "missing")
    of_service = _service(tree)
    tag = tag or of_service.tag
    told = _number(tree, label)
    called, ended, state = dated(tree, "startcall_date"), dated(tree, "endcall_date"), code(tree, "state")
    place = _master(tree)
    zone = place.timezone
    return _ticket(
        identifier,
        tag,
        told,
        label or f"{tag} {told:03d}".strip(),
        phase(state, called, ended, states),
        place,
        of_service,
        date(tree, "create_date", zone),
        wall(called, zone),
        wall(ended, zone),
        waiting(tree),
        expected_wait(tree),
        _desk(tree),
        state,
        description,
        _holder(tree),
    )


def phase(state: int | None, called: datetime | None, ended: datetime | None, states: Mapping[int, Phase]) -> Phase:
    """Where the ticket is in its life. The first of these that holds decides:

    1. the code means cancelled or missed: such tickets may carry either date, neither or both;
    2. endcall_date: ended;
    3. startcall_date: called, even where the code says otherwise, since codes are configured and dates are not;
    4. the code, where it is known;
    5. nothing: unknown, which is watched on.
    """
    told = Phase.UNKNOWN if state is None else states.get(state, Phase.UNKNOWN)
    if told in (Phase.CANCELLED, Phase.MISSED):
        return told
    if ended is not None:
        return Phase.ENDED
    return told if called is None else Phase.CALLED


def _number(tree: Tree, label: str) -> int:
    """`number`, or the digits of a ticket_number such as "A 006"."""
    told = number(tree, "number")
    if told is not None:
        return told
    digits = _DIGITS.findall(label)
    if not digits:
        raise Unreadable("number", "missing")
    return int(digits[-1])


def _master(tree: Tree) -> Location:
    told = part(tree, "master") or part(tree, "location")
    try:
        return location(told) if told else _location(identity(tree, "master_id"), "")
    except Unreadable as fault:
        raise fault.within("master") if told else fault from None


def _holder(tree: Tree) -> Holder | None:
    """The ticket's `customer`; nothing depends on it, so one that cannot be read is none."""
    try:
        told = part(tree, "customer")
        if told is None:
            return None
        return Holder(identity(told), text(told, "display_name"), text(told, "phone"), text(told, "email"))
    except Unreadable:
        return None


def _service(tree: Tree) -> Service:
    """The ticket's service; the ticket's own tag and description stand in where it is only named by its id."""
    told = part(tree, "service")
    try:
        if told:
            return service(told)
        return _service_of(identity(tree, "service_id"), text(tree, "tag"), text(tree, "description"))
    except Unreadable as fault:
        raise fault.within("service") if told else fault from None


def _desk(tree: Tree) -> Desk | None:
    """Not in the seed's examples, though its notification texts name `ticket.desk.tag`; a bare text is the tag."""
    value = tree.get("desk")
    if isinstance(value, str | int) and not isinstance(value, bool):
        tag = text(tree, "desk")
        return Desk(tag=tag) if tag else None
    told = part(tree, "desk")
    if told is None:
        return None
    try:
        desk = Desk(id=text(told, "id"), tag=text(told, "tag"), name=text(told, "name"))
    except Unreadable as fault:
        raise fault.within("desk") from None
    return desk if desk.id or desk.tag or desk.name else None
