"""The rules that may stand against taking a ticket: hours, distance, how many wait, and tickets held already. Pure."""

from collections.abc import Iterable
from datetime import timedelta

from tickets.errors import AlreadyHolding, Closed, QueueTooShort, RuleBroken, SwitchedOff, TooFar
from tickets.model import Location, Service, Ticket
from tickets.opening import service_open, switched_off

METRES = {"m": 1.0, "km": 1000.0, "mi": 1609.344}
"""RADIUS_UNIT -> metres."""


def rule_against(
    location: Location,
    service: Service,
    *,
    now: float,
    away: float | None,
    holding: Iterable[Ticket],
    radius_unit: str = "km",
) -> RuleBroken | None:
    """The first rule that stands against a ticket here and now, or None.

    `now` in Unix seconds, `away` in metres (None: not known, so distance says nothing), `holding` the person's live tickets.
    """
    held = held_here(location, service, holding)
    if held is not None:
        return AlreadyHolding(location, service, held)
    if switched_off(service):
        return SwitchedOff(location, service)
    if service_open(location, service, now) is False:
        return Closed(location, service)
    allowed = location.rules.radius * METRES[radius_unit] if location.rules.radius else None
    if allowed is not None and away is not None and away > allowed:
        return TooFar(location, service, distance=away, allowed=allowed)
    return QueueTooShort(location, service) if too_short(location, service) else None


def held_here(location: Location, service: Service, holding: Iterable[Ticket]) -> Ticket | None:
    """The live ticket that stands against another one: of this service always, of this location unless several are allowed."""
    several = location.rules.allow_multi_ticket is not False
    for ticket in holding:
        if ticket.location.id == location.id and (ticket.service.id == service.id or not several):
            return ticket
    return None


def too_short(location: Location, service: Service) -> bool:
    """Whether fewer wait, or more shortly, than the location asks for (request_ticket_min_customers, _min_waiting_time)."""
    rules = location.rules
    if rules.min_customers and service.waiting is not None and service.waiting < rules.min_customers:
        return True
    wanted = timedelta(minutes=rules.min_waiting_time or 0)
    return bool(wanted) and service.average_wait is not None and service.average_wait < wanted
