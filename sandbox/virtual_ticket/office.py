"""The offices of a brand: customers take tickets here, wait in line and give up. Pure but for the injected clock.

What the staff does stands in `office_desks`, the turn of the day in `office_day`, the accounts in `office_people`.
"""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime

from sandbox.virtual_ticket.identities import Identities, secret
from sandbox.virtual_ticket.office_hours import is_open
from sandbox.virtual_ticket.office_line import Line
from sandbox.virtual_ticket.office_model import Location, Service, State, Ticket, Town
from sandbox.virtual_ticket.office_pace import Pace
from sandbox.virtual_ticket.office_people import People
from sandbox.virtual_ticket.refusals import Errno, Refusal

PAPER_TICKETS_KEPT = 30


class Office:
    """All locations of a town with their lines and tickets."""

    def __init__(self, town: Town, now: Callable[[], float], seed: int = 0, token: Callable[[], str] = secret) -> None:
        """Open with empty lines; `now` gives Unix seconds, `seed` the ids, `token` the secrets."""
        self.town = town
        self.now = now
        self.changed: Callable[[], None] = lambda: None
        self.places = {place.id: place for place in town.locations}
        self.services = {service.id: (place, service) for place in town.locations for service in place.services}
        self._seed = seed
        self._token = token
        self.begin()

    def begin(self) -> None:
        """Forget everything and everybody."""
        self.ids = Identities(self._seed)
        self.people = People(self.ids.new, self.now, self._token)
        self.tickets: dict[str, Ticket] = {}
        self.lines = {service_id: Line() for service_id in self.services}
        self.paces = {place.id: self._pace(place) for place in self.town.locations}
        self.serving: dict[tuple[str, str], Ticket] = {}
        self.desk_ids: dict[tuple[str, str], str] = {}
        self.opened_at = self.last_look = self.now()
        self.days = {place.id: self.local(place).date() for place in self.town.locations}
        self._holders: dict[str, list[Ticket]] = {}
        self._paper: dict[str, deque[Ticket]] = {place.id: deque() for place in self.town.locations}
        self.changed()

    def local(self, place: Location, moment: float | None = None) -> datetime:
        """Return a moment (Unix seconds; now if None) on that location's own clock."""
        return datetime.fromtimestamp(self.now() if moment is None else moment, place.zone)

    def is_open(self, place: Location) -> bool:
        """Tell whether the location is open now."""
        return is_open(place.week, self.local(place))

    def takes_tickets(self, place: Location, service: Service) -> bool:
        """Tell whether the service is open now: switched on, in an open location."""
        return service.state == 0 and self.is_open(place)

    def find(self, location_id: str, service_id: str) -> tuple[Location, Service]:
        """Return a location and its service; Refusal where they do not exist or do not belong together."""
        found = self.services.get(service_id)
        if found is None or found[0].id != location_id:
            raise Refusal(Errno.NOT_FOUND, "There is no such service at this location.")
        return found

    def take(self, customer_id: str, wishes: Iterable[tuple[str, str]]) -> list[Ticket]:
        """Give a customer one ticket a wish (location id, service id): all of them, or a Refusal and none."""
        found = [self.find(*wish) for wish in wishes]
        taken_at: set[str] = set()
        for place, service in found:
            self._admit(customer_id, place, service, taken_at)
            taken_at.add(place.id)
        tickets = [self._issue(place, service, customer_id) for place, service in found]
        self.changed()
        return tickets

    def arrive(self, location_id: str, service_id: str) -> Ticket:
        """Give a paper ticket to somebody at the door; Refusal where the place is closed or the service off."""
        place, service = self.find(location_id, service_id)
        self._check_open(place, service)
        ticket = self._issue(place, service, None)
        self.changed()
        return ticket

    def tickets_of(self, customer_id: str) -> list[Ticket]:
        """Return a customer's tickets of the day, newest last."""
        return list(self._holders.get(customer_id, ()))

    def ticket_of(self, customer_id: str, ticket_id: str) -> Ticket:
        """Return one ticket of this customer; Refusal where it is another's or does not exist."""
        ticket = self.tickets.get(ticket_id)
        if ticket is None or ticket.customer_id != customer_id:
            raise Refusal(Errno.NOT_FOUND, "There is no such ticket.")
        return ticket

    def give_up(self, customer_id: str, ticket_id: str) -> None:
        """Cancel a customer's own ticket; Refusal where it is finished already."""
        ticket = self.ticket_of(customer_id, ticket_id)
        if not ticket.state.live:
            raise Refusal(Errno.FINISHED)
        self.finish(ticket, State.CANCELLED)

    def ahead(self, ticket: Ticket) -> int:
        """Return how many customers stand before this one."""
        return self.lines[ticket.service_id].ahead(ticket)

    def wait(self, service_id: str, ticket: Ticket | None = None) -> float:
        """Return the expected wait in seconds: of this ticket, or of somebody who comes for the service now."""
        return self.paces[self.services[service_id][0].id].wait(service_id, self.now(), ticket)

    def desk_id(self, location_id: str, tag: str) -> str:
        """Return the id of a desk, which begins to exist when its tag is first used."""
        key = (location_id, tag)
        if key not in self.desk_ids:
            self.desk_ids[key] = self.ids.new()
        return self.desk_ids[key]

    def finish(self, ticket: Ticket, state: State) -> None:
        """End a ticket's life in that state, whatever it was doing."""
        self.lines[ticket.service_id].leave(ticket)
        self.free_desk(ticket)
        ticket.state = state
        ticket.ended_at = self.now()
        if ticket.customer_id is None:
            self._keep_few(ticket)
        self.changed()

    def free_desk(self, ticket: Ticket) -> None:
        """Let go of a ticket at the desk that serves it."""
        key = (ticket.location_id, ticket.desk or "")
        if self.serving.get(key) is ticket:
            del self.serving[key]
            self.paces[ticket.location_id].left(key[1], ticket, self.now())

    def revive(self, ticket: Ticket) -> None:
        """Take a ticket up again that was finished."""
        if ticket.customer_id is None and ticket in self._paper[ticket.location_id]:
            self._paper[ticket.location_id].remove(ticket)

    def forget(self, ticket: Ticket) -> None:
        """Remove a ticket from the books: nobody finds it any more."""
        del self.tickets[ticket.id]
        if ticket.customer_id is None:
            self.revive(ticket)
            return
        held = self._holders[ticket.customer_id]
        held.remove(ticket)
        if not held:
            del self._holders[ticket.customer_id]

    def enter(self, ticket: Ticket) -> None:
        """Write a ticket into the books."""
        self.tickets[ticket.id] = ticket
        if ticket.customer_id is not None:
            self._holders.setdefault(ticket.customer_id, []).append(ticket)
        elif not ticket.state.live:
            self._paper[ticket.location_id].append(ticket)

    def _pace(self, place: Location) -> Pace:
        return Pace({service.id: self.lines[service.id] for service in place.services}, len(place.desks))

    def _issue(self, place: Location, service: Service, customer_id: str | None) -> Ticket:
        line = self.lines[service.id]
        ticket = Ticket(self.ids.new(), place.id, service.id, service.tag, line.next_number(), self.now(), customer_id)
        self.enter(ticket)
        line.join(ticket)
        return ticket

    def _check_open(self, place: Location, service: Service) -> None:
        if not self.is_open(place):
            raise Refusal(Errno.LOCATION_CLOSED)
        if service.state != 0:
            raise Refusal(Errno.SERVICE_OFF)

    def _admit(self, customer_id: str, place: Location, service: Service, taken_at: set[str]) -> None:
        self._check_open(place, service)
        rules, line = place.rules, self.lines[service.id]
        if len(line.waiting) < rules.request_ticket_min_customers:
            raise Refusal(Errno.TOO_FEW_WAITING)
        if self.wait(service.id) < rules.request_ticket_min_waiting_time * 60:
            raise Refusal(Errno.WAIT_TOO_SHORT)
        if rules.allow_multi_ticket:
            return
        held = any(one.location_id == place.id and one.state.live for one in self.tickets_of(customer_id))
        if held or place.id in taken_at:
            raise Refusal(Errno.HAS_TICKET)

    def _keep_few(self, ticket: Ticket) -> None:
        # Thousands of paper tickets pass in a day; only the latest are still of interest to anybody.
        kept = self._paper[ticket.location_id]
        kept.append(ticket)
        if len(kept) > PAPER_TICKETS_KEPT:
            self.forget(kept[0])
