"""What the desk page and the board see of a location, and the truth about tickets that tests ask for."""

from typing import Any

from sandbox.virtual_ticket.office import Office
from sandbox.virtual_ticket.office_model import Location, Service, State, Ticket

Json = dict[str, Any]
SHOWN_IN_LINE = 60
RECENT = 8


def truth(office: Office, ticket: Ticket) -> Json:
    """A ticket as it really is; moments are Unix seconds, `customer` is null for a paper ticket."""
    return {
        "id": ticket.id,
        "customer": ticket.customer_id,
        "location": ticket.location_id,
        "service": ticket.service_id,
        "tag": ticket.tag,
        "number": ticket.number,
        "state": int(ticket.state),
        "created": ticket.created,
        "called_at": ticket.called_at,
        "ended_at": ticket.ended_at,
        "desk": ticket.desk,
        "ahead": office.ahead(ticket),
    }


def town_view(office: Office) -> Json:
    """The places to choose from."""
    return {
        "brand": office.town.brand,
        "locations": [
            {
                "id": place.id,
                "name": place.name,
                "city": place.city,
                "address": place.address,
                "coordinates": place.coordinates,
                "desks": desk_tags(office, place),
            }
            for place in office.town.locations
            if place.services
        ],
    }


def location_view(office: Office, place: Location) -> Json:
    """Everything the page shows of one location."""
    called = [one for one in office.tickets.values() if one.location_id == place.id and one.called_at is not None]
    called.sort(key=lambda one: one.called_at or 0.0, reverse=True)
    return {
        "now": office.now(),
        "brand": office.town.brand,
        "location": {
            "id": place.id,
            "name": place.name,
            "city": place.city,
            "open": office.is_open(place),
            "timezone": place.timezone,
        },
        "services": [_service_view(office, place, service) for service in place.services],
        "desks": [_desk_view(office, place, tag) for tag in desk_tags(office, place)],
        "called": [ticket_view(office, one) for one in called[:RECENT]],
    }


def find_tickets(office: Office, place: Location, wanted: str) -> list[Json]:
    """Find the day's tickets by what is printed on them, "A 012", "a12" or only "12"; the live ones first."""
    letters = wanted.replace(" ", "").casefold()
    tag, number = letters.rstrip("0123456789"), letters[len(letters.rstrip("0123456789")) :].lstrip("0")
    found = [
        one
        for one in office.tickets.values()
        if one.location_id == place.id and str(one.number) == number and tag in ("", one.tag.casefold())
    ]
    return [ticket_view(office, one) for one in sorted(found, key=lambda one: (not one.state.live, -one.created))]


def ticket_view(office: Office, ticket: Ticket) -> Json:
    """A ticket as the staff sees it: the truth, what is printed on it, and whose it is."""
    holder = office.people.customers.get(ticket.customer_id or "")
    return {
        **truth(office, ticket),
        "printed": ticket.printed,
        "service_name": office.services[ticket.service_id][1].name,
        "color": office.services[ticket.service_id][1].color,
        "for_desk": ticket.for_desk,
        "holder": (holder.display_name or "Customer") if holder else None,
        "phase": ticket.state.name.lower(),
    }


def desk_tags(office: Office, place: Location) -> list[str]:
    """The town file's desks and those whose tags staff made up."""
    used = [tag for location_id, tag in office.desk_ids if location_id == place.id]
    return list(dict.fromkeys([*place.desks, *used]))


def _service_view(office: Office, place: Location, service: Service) -> Json:
    line = office.lines[service.id]
    return {
        "id": service.id,
        "tag": service.tag,
        "name": service.name,
        "color": service.color,
        "on": office.takes_tickets(place, service),
        "waiting": len(line.waiting),
        "average": office.wait(service.id),
        "line": [ticket_view(office, one) for one in line.waiting[:SHOWN_IN_LINE]],
    }


def _desk_view(office: Office, place: Location, tag: str) -> Json:
    serving = office.serving.get((place.id, tag))
    shown = serving is not None and serving.state is State.CALLED
    return {"tag": tag, "ticket": ticket_view(office, serving) if serving and shown else None}
