"""The player's side of the queue: work at any desk, send people in, and see the truth, the requests and the e-mails."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sse_starlette.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.virtual_ticket.desk_feed import DeskFeed
from sandbox.virtual_ticket.desk_view import find_tickets, location_view, town_view, truth
from sandbox.virtual_ticket.office import Office
from sandbox.virtual_ticket.office_day import turn_days
from sandbox.virtual_ticket.office_desks import Desks, NotPossible
from sandbox.virtual_ticket.office_model import Location, Ticket
from sandbox.virtual_ticket.outbox import Outbox
from sandbox.virtual_ticket.refusals import Refusal

PAGE = Path(__file__).with_name("page")
MOST_BYTES = 16 * 1024
MOST_ARRIVALS = 500
TEXTS = ("location_id", "service_id", "ticket_id", "desk", "to_service_id", "to_desk")
Order = dict[str, Any]


class Play:
    """The routes under /play and the desk page."""

    def __init__(
        self, office: Office, feed: DeskFeed, outbox: Outbox, requests: Counter[str], worked: Callable[[str, str], None]
    ) -> None:
        """`worked(location_id, desk)` is told when a person works at a desk, so that nobody else does."""
        self._office = office
        self._desks = Desks(office)
        self._feed = feed
        self._outbox = outbox
        self._requests = requests
        self._worked = worked

    def routes(self) -> list[BaseRoute]:
        """Return the routes, for the composition."""
        return [
            Route("/desk", _page("desk.html")),
            Route("/desk/", _page("desk.html")),
            Route("/desk/board", _page("board.html")),
            Mount("/desk", StaticFiles(directory=PAGE)),
            Route("/play/desk/events", self._events),
            Route("/play/desk/town", lambda _: JSONResponse(town_view(self._office))),
            Route("/play/desk/find", self._find),
            Route("/play/desk/{act}", self._act, methods=["POST"]),
            Route("/play/tickets", self._tickets),
            Route("/play/requests", lambda _: JSONResponse(dict(self._requests))),
            Route("/play/outbox", lambda _: JSONResponse(list(self._outbox.emails))),
        ]

    async def _tickets(self, _: Request) -> Response:
        return JSONResponse([truth(self._office, one) for one in self._office.tickets.values()])

    async def _events(self, request: Request) -> Response:
        place = self._office.places.get(request.query_params.get("location_id", ""))
        if place is None:
            return _error("there is no such location", 404)
        return EventSourceResponse(self._feed.views(lambda: location_view(self._office, place)))

    async def _find(self, request: Request) -> Response:
        place = self._office.places.get(request.query_params.get("location_id", ""))
        if place is None:
            return _error("there is no such location", 404)
        return JSONResponse(find_tickets(self._office, place, request.query_params.get("number", "")))

    async def _act(self, request: Request) -> Response:
        turn_days(self._office)
        try:
            order = await _order(request)
            place = self._place(order["location_id"])
            if request.path_params["act"] == "arrive":
                return JSONResponse([truth(self._office, one) for one in self._arrive(order)])
            ticket = self._carry_out(request.path_params["act"], place, order)
        except NotPossible as error:
            return _error(str(error), error.status)
        except Refusal as refusal:
            return _error(refusal.message, 409)
        return JSONResponse(truth(self._office, ticket))

    def _place(self, location_id: str) -> Location:
        place = self._office.places.get(location_id)
        if place is None:
            raise NotPossible("there is no such location", 404)
        return place

    def _arrive(self, order: Order) -> list[Ticket]:
        count = order.get("count", 1)
        if not isinstance(count, int) or isinstance(count, bool) or not 0 < count <= MOST_ARRIVALS:
            raise NotPossible(f"count must be a whole number up to {MOST_ARRIVALS}", 400)
        service_id = order.get("service_id")
        if service_id is None:
            raise NotPossible("service_id is missing", 400)
        return [self._office.arrive(order["location_id"], service_id) for _ in range(count)]

    def _carry_out(self, act: str, place: Location, order: Order) -> Ticket:
        acts = {"end": self._desks.end, "no_show": self._desks.no_show, "cancel": self._desks.cancel}
        if act not in (*acts, "call", "recall", "transfer"):
            raise NotPossible("there is no such act at a desk", 404)
        desk, ticket_id = order.get("desk"), order.get("ticket_id")
        if desk and not (act == "transfer" and ticket_id):
            self._worked(place.id, desk)
        if act == "call":
            if not desk:
                raise NotPossible("desk is missing", 400)
            if ticket_id is None:
                return self._desks.call_next(place.id, order.get("service_id"), desk)
            return self._desks.call(self._desks.ticket(place.id, ticket_id, None), desk)
        ticket = self._desks.ticket(place.id, ticket_id, desk)
        if act == "recall":
            return self._desks.recall(ticket, desk)
        if act == "transfer":
            return self._transfer(ticket, order)
        return acts[act](ticket)

    def _transfer(self, ticket: Ticket, order: Order) -> Ticket:
        service_id = order.get("to_service_id", order.get("service_id"))
        # With a ticket named and no service, `desk` is where the ticket goes; otherwise it is the desk that lets it go.
        to_desk = order.get("to_desk", order.get("desk") if service_id is None and "ticket_id" in order else None)
        if service_id is None and to_desk is None:
            raise NotPossible("a service or a desk to go to is missing", 400)
        return self._desks.transfer(ticket, service_id, to_desk)


def _page(name: str) -> Callable[[Request], Response]:
    return lambda _: FileResponse(PAGE / name, headers={"Cache-Control": "no-cache"})


async def _order(request: Request) -> Order:
    """Read a player's order; NotPossible (400) where it is none."""
    body = await request.body()
    if len(body) > MOST_BYTES:
        raise NotPossible("the order is too large", 413)
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise NotPossible("the order is not JSON", 400) from None
    if not isinstance(found, dict):
        raise NotPossible("the order must be an object", 400)
    order = {name: value for name, value in found.items() if value is not None}
    for name in TEXTS:
        if name in order and not (isinstance(order[name], str) and 0 < len(order[name]) <= 64):
            raise NotPossible(f"{name} must be a short text", 400)
    if "location_id" not in order:
        raise NotPossible("location_id is missing", 400)
    return order


def _error(reason: str, status: int) -> Response:
    return JSONResponse({"error": reason}, status)
