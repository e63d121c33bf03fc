"""What the staff does at a desk: call, call again, end, note a no-show, cancel, and send somebody on to another service or desk."""

from sandbox.virtual_ticket.office import Office
from sandbox.virtual_ticket.office_model import State, Ticket


class NotPossible(Exception):
    """The order makes no sense now (409) or names what does not exist (404); the text says why."""

    def __init__(self, reason: str, status: int = 409) -> None:
        super().__init__(reason)
        self.status = status


class Desks:
    """All desks of all locations; a desk is known by its tag, and any tag will do."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def ticket(self, location_id: str, ticket_id: str | None, desk: str | None) -> Ticket:
        """Return the ticket meant: the one named, else the one the desk is serving."""
        if ticket_id is not None:
            ticket = self._office.tickets.get(ticket_id)
            if ticket is None or ticket.location_id != location_id:
                raise NotPossible("there is no such ticket at this location", 404)
            return ticket
        serving = self._office.serving.get((location_id, desk or ""))
        if serving is None:
            raise NotPossible("this desk is serving nobody")
        return serving

    def call_next(self, location_id: str, service_id: str | None, desk: str) -> Ticket:
        """Call who comes next, of one service or of all; NotPossible when nobody waits for this desk."""
        services = [service_id] if service_id is not None else self._services(location_id)
        if any(not self._at(location_id, one) for one in services):
            raise NotPossible("there is no such service at this location", 404)
        heads = [next(self._office.lines[one].callable_at(desk), None) for one in services]
        waiting = [ticket for ticket in heads if ticket is not None]
        if not waiting:
            raise NotPossible("nobody is waiting")
        # Somebody sent to this very desk has waited twice and comes first; then whoever came first.
        return self.call(min(waiting, key=lambda one: (one.for_desk is None, one.created)), desk)

    def call(self, ticket: Ticket, desk: str) -> Ticket:
        """Call this ticket to the desk, which ends what that desk was serving."""
        if ticket.state is not State.WAITING:
            raise NotPossible("this ticket is not waiting")
        if ticket.for_desk not in (None, desk):
            raise NotPossible(f"this ticket waits for desk {ticket.for_desk}")
        self._office.lines[ticket.service_id].leave(ticket)
        self._office.paces[ticket.location_id].called(desk, ticket, self._office.now())
        return self._serve(ticket, desk)

    def recall(self, ticket: Ticket, desk: str | None) -> Ticket:
        """Call a called or missed ticket once more, at the same desk unless another is named."""
        if ticket.state not in (State.CALLED, State.MISSED):
            raise NotPossible("only a ticket that was called can be called again")
        at = desk or ticket.desk or ""
        if at != ticket.desk:
            self._office.free_desk(ticket)
        self._office.revive(ticket)
        return self._serve(ticket, at)

    def end(self, ticket: Ticket) -> Ticket:
        """The customer was served."""
        return self._finish(ticket, State.ENDED)

    def no_show(self, ticket: Ticket) -> Ticket:
        """The customer was called and did not come."""
        return self._finish(ticket, State.MISSED)

    def cancel(self, ticket: Ticket) -> Ticket:
        """The staff cancels a ticket that waits or was called."""
        if not ticket.state.live:
            raise NotPossible("this ticket is finished already")
        self._office.finish(ticket, State.CANCELLED)
        return ticket

    def transfer(self, ticket: Ticket, service_id: str | None, desk: str | None) -> Ticket:
        """Send a live ticket to the end of another service's line, or to one desk, which then serves it next."""
        if not ticket.state.live:
            raise NotPossible("this ticket is finished already")
        if service_id is not None and not self._at(ticket.location_id, service_id):
            raise NotPossible("there is no such service at this location", 404)
        self._office.lines[ticket.service_id].leave(ticket)
        self._office.free_desk(ticket)
        ticket.service_id = service_id or ticket.service_id
        ticket.for_desk = desk
        ticket.state, ticket.called_at, ticket.desk = State.WAITING, None, None
        self._office.lines[ticket.service_id].join(ticket)
        self._office.changed()
        return ticket

    def _serve(self, ticket: Ticket, desk: str) -> Ticket:
        key = (ticket.location_id, desk)
        before = self._office.serving.get(key)
        if before is not None and before is not ticket:
            self._office.finish(before, State.ENDED)
        self._office.desk_id(*key)
        self._office.serving[key] = ticket
        ticket.state, ticket.desk, ticket.for_desk = State.CALLED, desk, None
        ticket.called_at, ticket.ended_at = self._office.now(), None
        self._office.changed()
        return ticket

    def _finish(self, ticket: Ticket, state: State) -> Ticket:
        if ticket.state is not State.CALLED:
            raise NotPossible("this ticket is not being served")
        self._office.finish(ticket, state)
        return ticket

    def _services(self, location_id: str) -> list[str]:
        place = self._office.places.get(location_id)
        if place is None:
            raise NotPossible("there is no such location", 404)
        return [service.id for service in place.services]

    def _at(self, location_id: str, service_id: str) -> bool:
        found = self._office.services.get(service_id)
        return found is not None and found[0].id == location_id
