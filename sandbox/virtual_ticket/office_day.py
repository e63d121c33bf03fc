"""The turn of the day at a location, and what the office keeps over a restart."""

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from sandbox.virtual_ticket.office import Office
from sandbox.virtual_ticket.office_hours import is_open
from sandbox.virtual_ticket.office_model import Location, State, Ticket

QUARTER = 900
"""Midnight falls on a quarter of an hour of Unix time in every zone there is, so there is nothing to see within one."""


def turn_days(office: Office) -> None:
    """Begin a new day wherever midnight has passed: numbers begin at 1, finished tickets of the day before are forgotten.

    Whoever waits where the doors stay open goes on waiting; where they were closed at midnight, the ticket is cancelled.
    """
    quarter, office.last_look = int(office.last_look // QUARTER), office.now()
    if quarter != int(office.last_look // QUARTER):
        _turn_now(office)


def _turn_now(office: Office) -> None:
    for place in office.town.locations:
        before, today = office.days[place.id], office.local(place).date()
        if before != today:
            office.days[place.id] = today
            _begin_day(office, place, before)


def _begin_day(office: Office, place: Location, before: date) -> None:
    kept_open = _open_all_nights(place, before, office.days[place.id])
    there = [ticket for ticket in office.tickets.values() if ticket.location_id == place.id]
    for ticket in there:
        if not ticket.state.live:
            office.forget(ticket)
        elif not kept_open:
            office.finish(ticket, State.CANCELLED)
    if not kept_open:
        office.paces[place.id].rest()
    for service in place.services:
        office.lines[service.id].begin_day()
    office.changed()


def _open_all_nights(place: Location, before: date, today: date) -> bool:
    # Nobody may have looked at midnight: what counts is whether the doors were open then, not whether they are by now.
    # After a week the nights repeat themselves; a clock that was set back has one night to look at.
    nights = min(max((today - before).days, 1), 7)
    midnights = (datetime.combine(today - timedelta(days=number), time(0)) for number in range(nights))
    return all(is_open(place.week, midnight) for midnight in midnights)


def dump(office: Office) -> dict[str, Any]:
    """Return everything that happened as JSON can keep it; the places themselves come from the town file."""
    return {
        "ids": office.ids.made,
        "seed": office.ids.seed,
        "opened_at": office.opened_at,
        "people": office.people.dump(),
        "tickets": [asdict(ticket) for ticket in office.tickets.values()],
        "lines": {
            service_id: {"counter": line.counter, "turn": line.turn, "waiting": [ticket.id for ticket in line.waiting]}
            for service_id, line in office.lines.items()
        },
        "desks": [[*key, desk_id] for key, desk_id in office.desk_ids.items()],
        "days": {location_id: day.isoformat() for location_id, day in office.days.items()},
    }


def load(office: Office, kept: dict[str, Any]) -> None:
    """Take up what dump() returned; what belongs to places that are no longer in the town is left out.

    Where the server slept through midnight, the new day begins now: before anybody takes a ticket.
    """
    office.ids.made, office.ids.seed = kept["ids"], kept["seed"]
    office.opened_at = kept["opened_at"]
    office.people.load(kept["people"])
    for one in kept["tickets"]:
        ticket = Ticket(**{**one, "state": State(one["state"])})
        if ticket.service_id in office.lines and ticket.location_id in office.places:
            _take_up(office, ticket)
    for service_id, memory in kept["lines"].items():
        line = office.lines.get(service_id)
        if line is not None:
            line.counter, line.turn = memory["counter"], memory["turn"]
            line.waiting = [office.tickets[one] for one in memory["waiting"] if one in office.tickets]
    office.desk_ids.update({(location_id, tag): desk_id for location_id, tag, desk_id in kept["desks"]})
    days = {location_id: date.fromisoformat(day) for location_id, day in kept["days"].items()}
    office.days.update({location_id: day for location_id, day in days.items() if location_id in office.days})
    _turn_now(office)


def _take_up(office: Office, ticket: Ticket) -> None:
    office.enter(ticket)
    if ticket.state is State.CALLED and ticket.desk is not None:
        office.serving[(ticket.location_id, ticket.desk)] = ticket
        office.paces[ticket.location_id].called(ticket.desk, ticket, ticket.called_at or office.now())
