"""Whatever staff and customers do in whatever order, nights and restarts between, the books of the office stay true."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sandbox.virtual_ticket.office import PAPER_TICKETS_KEPT, Office
from sandbox.virtual_ticket.office_day import dump, load, turn_days
from sandbox.virtual_ticket.office_desks import Desks, NotPossible
from sandbox.virtual_ticket.office_model import State, Ticket
from sandbox.virtual_ticket.refusals import Refusal
from sandbox.virtual_ticket.town import read_town
from tests.sandbox.virtual_ticket.conftest import Hands, place_named

TOWN = read_town()
customers = st.sampled_from(["ana", "rui", "eva"])
places = st.sampled_from(["Braga Central", "Braga University", "Porto Baixa"])
numbers = st.integers(0, 50)
desk_tags = st.sampled_from(["1", "2", "made up"])


class Books(RuleBasedStateMachine):
    """An office under arbitrary hands."""

    def __init__(self) -> None:
        super().__init__()
        self.hands = Hands()
        self.office = Office(TOWN, self.hands)
        self.desks = Desks(self.office)

    def some_ticket(self, number: int) -> Ticket | None:
        """Pick a ticket, if there is one."""
        tickets = list(self.office.tickets.values())
        return tickets[number % len(tickets)] if tickets else None

    @rule(customer=customers, name=places, number=numbers)
    def a_customer_takes_a_ticket(self, customer: str, name: str, number: int) -> None:
        place = place_named(self.office, name)
        service = place.services[number % len(place.services)]
        before = len(self.office.tickets)
        try:
            self.office.take(customer, [(place.id, service.id)])
        except Refusal:
            assert len(self.office.tickets) == before

    @rule(name=places, number=numbers)
    def somebody_comes(self, name: str, number: int) -> None:
        place = place_named(self.office, name)
        with suppress(Refusal):
            self.office.arrive(place.id, place.services[number % len(place.services)].id)

    @rule(name=places, desk=desk_tags)
    def a_desk_calls(self, name: str, desk: str) -> None:
        place = place_named(self.office, name)
        lines = [self.office.lines[service.id] for service in place.services]
        try:
            ticket = self.desks.call_next(place.id, None, desk)
        except NotPossible:
            assert not any(True for line in lines for _ in line.callable_at(desk))
        else:
            assert (ticket.state, ticket.desk, ticket.called_at) == (State.CALLED, desk, self.hands.now)

    @rule(number=numbers, desk=desk_tags, act=st.sampled_from(["call", "recall", "end", "no_show", "cancel", "move"]))
    def staff_act(self, number: int, desk: str, act: str) -> None:
        ticket = self.some_ticket(number)
        if ticket is None:
            return
        acts: dict[str, Callable[[], Any]] = {
            "call": lambda: self.desks.call(ticket, desk),
            "recall": lambda: self.desks.recall(ticket, desk),
            "end": lambda: self.desks.end(ticket),
            "no_show": lambda: self.desks.no_show(ticket),
            "cancel": lambda: self.desks.cancel(ticket),
            "move": lambda: self.desks.transfer(ticket, None, desk),
        }
        with suppress(NotPossible):
            acts[act]()

    @rule(number=numbers, service=numbers)
    def staff_send_on(self, number: int, service: int) -> None:
        ticket = self.some_ticket(number)
        if ticket is not None and ticket.state.live:
            services = self.office.places[ticket.location_id].services
            self.desks.transfer(ticket, services[service % len(services)].id, None)
            assert self.office.lines[ticket.service_id].waiting[-1] is ticket

    @rule(customer=customers, number=numbers)
    def a_customer_gives_up(self, customer: str, number: int) -> None:
        ticket = self.some_ticket(number)
        if ticket is not None:
            with suppress(Refusal):
                self.office.give_up(customer, ticket.id)
                assert ticket.customer_id == customer

    @rule(hours=st.sampled_from([0.01, 1, 7, 30]))
    def time_passes(self, hours: float) -> None:
        self.hands.pass_time(hours * 3600)
        turn_days(self.office)

    @rule()
    def the_server_is_restarted(self) -> None:
        kept = json.dumps(dump(self.office))
        self.office = Office(TOWN, self.hands)
        self.desks = Desks(self.office)
        load(self.office, json.loads(kept))
        assert json.dumps(dump(self.office)) == kept

    @invariant()
    def who_waits_stands_in_one_line(self) -> None:
        waiting = {one.id for one in self.office.tickets.values() if one.state is State.WAITING}
        standing = [(one.id, service_id) for service_id, line in self.office.lines.items() for one in line.waiting]
        assert sorted(waiting) == sorted(ticket_id for ticket_id, _ in standing)
        assert all(self.office.tickets[ticket_id].service_id == service_id for ticket_id, service_id in standing)

    @invariant()
    def who_was_called_is_at_one_desk(self) -> None:
        called = {
            one.id: (one.location_id, one.desk) for one in self.office.tickets.values() if one.state is State.CALLED
        }
        assert called == {ticket.id: key for key, ticket in self.office.serving.items()}

    @invariant()
    def moments_and_numbers_make_sense(self) -> None:
        for one in self.office.tickets.values():
            assert 1 <= one.number <= 999
            assert (one.ended_at is None) is one.state.live
            assert one.state is not State.WAITING or one.called_at is None
            assert one in self.office.tickets_of(one.customer_id or "") or one.customer_id is None

    @invariant()
    def few_paper_tickets_are_kept(self) -> None:
        finished = [one for one in self.office.tickets.values() if one.customer_id is None and not one.state.live]
        assert len(finished) <= PAPER_TICKETS_KEPT * 3


Books.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestBooks = Books.TestCase
