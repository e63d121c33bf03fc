"""The operations of the seed's sections "Locations / Masters", "Services", "Tickets" and "Settings"."""

from typing import Any

from sandbox.virtual_ticket import render
from sandbox.virtual_ticket.asked import Asked, check_fields, refuse
from sandbox.virtual_ticket.coordinates import nearness, read_point
from sandbox.virtual_ticket.office import Office
from sandbox.virtual_ticket.office_model import Location, Service
from sandbox.virtual_ticket.operations_customer import signed_in

Json = dict[str, Any]

CREATE = {"vt_token": "text?", "tickets": "list"}
WISH = {"master_id": "text", "service_id": "text"}
CANCEL = {"vt_token": "text?", "ticket": "text"}
MOST_WISHES = 20


class Hall:
    """Shows what there is and gives out tickets."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def locations(self, asked: Asked) -> Json:
        """locations/get: all, those of a region or city, or one by its id; with coordinates the nearest first."""
        town = self._office.town
        found = [place for place in town.locations if _matches(place, asked)]
        here = asked.words("coordinates")
        if here is not None:
            point = read_point(here)
            if point is None:
                refuse('coordinates must be like "41.5725702999,-8.4263883".')
            found.sort(key=lambda place: nearness(point, read_point(place.coordinates)))
        return {
            "status": {"success": "true"},
            "locations": [render.listed_location(self._office, place) for place in found],
            "settings": render.settings(town.rules, town.notices),
        }

    async def server_services(self, asked: Asked) -> Json:
        """server_services/get: the brand's services with their locations; one service, one location, or all."""
        wanted, at = asked.words("server_service_id"), asked.words("location_id")
        kinds: dict[str, list[tuple[Location, Service]]] = {}
        for place, service in self._office.services.values():
            if wanted in (None, service.server_service_id) and at in (None, place.id):
                kinds.setdefault(service.server_service_id, []).append((place, service))
        return {
            "success": True,
            "server_services": [render.server_service(self._office, kinds[kind]) for kind in kinds],
        }

    async def tickets(self, asked: Asked) -> Json:
        """customer/tickets: the customer's tickets of the day, or the one named in the path."""
        customer = signed_in(self._office, asked)
        tickets = self._office.tickets_of(customer.id)
        if asked.item is not None:
            tickets = [self._office.ticket_of(customer.id, asked.item)]
        return {"success": True, "tickets": [render.ticket(self._office, one) for one in tickets]}

    async def create(self, asked: Asked) -> Json:
        """ticket/create: a ticket for each entry, or none at all; the first stands under `ticket`, all of several under `tickets`."""
        customer = signed_in(self._office, asked)
        wishes = asked.body["tickets"]
        if not 0 < len(wishes) <= MOST_WISHES:
            refuse(f"tickets must have between 1 and {MOST_WISHES} entries.")
        for wish in wishes:
            if not isinstance(wish, dict):
                refuse("tickets must be a list of objects.")
            check_fields(wish, WISH, "tickets.")
        taken = self._office.take(customer.id, [(wish["master_id"], wish["service_id"]) for wish in wishes])
        shown = [render.ticket(self._office, one) for one in taken]
        return {"success": True, "ticket": shown[0], **({"tickets": shown} if len(shown) > 1 else {})}

    async def cancel(self, asked: Asked) -> Json:
        """ticket/cancel: the customer gives a ticket up that waits or was called."""
        customer = signed_in(self._office, asked)
        self._office.give_up(customer.id, asked.body["ticket"])
        return {"success": True}

    async def settings(self, asked: Asked) -> Json:
        """settings/get: the brand's settings; numbers are strings here, as in the seed."""
        del asked
        return {"success": True, "settings": [{"id": "vt_max_radius", "value": str(self._office.town.max_radius)}]}


def _matches(place: Location, asked: Asked) -> bool:
    region, city, one = asked.words("region"), asked.words("city"), asked.words("location_id")
    return (
        (region is None or place.region.casefold() == region.casefold())
        and (city is None or place.city.casefold() == city.casefold())
        and one in (None, place.id)
    )
