"""The life of the town: people come as the day goes (`town_day`), and desks call, serve and wait in vain, `speed` times as fast."""

import random
from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.virtual_ticket.identities import named
from sandbox.virtual_ticket.office import Office
from sandbox.virtual_ticket.office_day import turn_days
from sandbox.virtual_ticket.office_desks import Desks
from sandbox.virtual_ticket.office_line import FIRST_GUESS
from sandbox.virtual_ticket.office_model import Location, Service, State, Ticket
from sandbox.virtual_ticket.town_day import (
    CYCLE_SECONDS,
    PAUSE_SECONDS,
    RELIEF_SECONDS,
    SERVICE_SECONDS,
    arrivals,
    desks_at_work,
    full_line,
    leisure,
)

SHORTEST, LONGEST = 0.4, 1.7
"""How far a service may be from its mean, as factors."""
NO_SHOW_SECONDS = 60.0
NO_SHOW_SHARE = 0.06
TICK_SECONDS = 0.5
STAFF_STAYS_SECONDS = 600.0
FIRST_IN_LINE = (2, 3)
EMPTY_SECONDS = 5.0
"""How long a line stays empty before somebody comes in, whatever the hour: there is always something to watch."""


@dataclass
class Shift:
    """One desk on duty: whom it serves until when, or from when on it calls again. Unix seconds."""

    until: float = 0.0
    ticket: Ticket | None = None
    fails: bool = field(default=False)


class TownLife:
    """Moves the office by itself. Pure but for the office's clock: step() does all that is due."""

    def __init__(self, office: Office, speed: float) -> None:
        """`speed` 0 leaves everything alone."""
        self._office = office
        self._desks = Desks(office)
        self._speed = speed
        self._staffed: dict[tuple[str, str], float] = {}
        self.resume()

    def resume(self) -> None:
        """Begin with what the office holds now; an office where nobody waits gets its first people."""
        self._random = random.Random(named(f"{self._office.ids.seed}:{self._office.ids.made}"))
        self._shifts = {(place.id, tag): Shift() for place in self._office.town.locations for tag in place.desks}
        self._staffed.clear()
        self._stepped_at = self._office.now()
        if self._speed > 0:
            self._expect_own_pace()
            self._open_doors()

    def leave_desk(self, location_id: str, desk: str) -> None:
        """A person works at this desk: nothing happens there by itself for a while."""
        self._staffed[(location_id, desk)] = self._office.now() + STAFF_STAYS_SECONDS

    async def run(self, clock: Clock) -> None:
        """Live until cancelled."""
        while True:
            await clock.sleep(TICK_SECONDS)
            self.step()

    def step(self) -> None:
        """Turn the day where it is midnight; let people come and desks work, for the time since the last step."""
        turn_days(self._office)
        now = self._office.now()
        # After a leap of the clock, people come as if a minute had passed: nobody needs the crowd of a missing night.
        elapsed = min(max(now - self._stepped_at, 0.0), 60.0) * self._speed
        self._stepped_at = now
        if self._speed <= 0:
            return
        for place in self._office.town.locations:
            hour = self._hour(place)
            if self._office.is_open(place):
                self._let_people_come(place, hour, elapsed)
            at_work = self._at_work(place, hour)
            for desk in place.desks:
                self._work(place, desk, now, leisure(hour) if desk in at_work else RELIEF_SECONDS)

    def _expect_own_pace(self) -> None:
        # Until a line has learned its own, it expects a service to take what it takes here.
        for place in self._office.town.locations:
            for service in place.services:
                line = self._office.lines[service.id]
                if line.turn == FIRST_GUESS:
                    line.turn = self._seconds(CYCLE_SECONDS)

    def _open_doors(self) -> None:
        for place in self._office.town.locations:
            for service in self._taking(place):
                if not self._office.lines[service.id].waiting:
                    self._fill(place, service)

    def _fill(self, place: Location, service: Service) -> None:
        # They came before anybody looked: at a quiet hour the first of them has waited for long enough already.
        patience = self._seconds(leisure(self._hour(place)))
        waited = (self._random.random() * patience for _ in range(self._random.randint(*FIRST_IN_LINE)))
        for seconds in sorted(waited, reverse=True):
            self._office.arrive(place.id, service.id).created -= seconds

    def _let_people_come(self, place: Location, hour: float, elapsed: float) -> None:
        services = self._taking(place)
        if not services:
            return
        full = full_line(place)
        often = arrivals(place, len(services), hour)
        for service in services:
            waiting = len(self._office.lines[service.id].waiting)
            # A long line sends people away, so nobody waits for ever; an empty one draws somebody in.
            chance = max(often, 1 / EMPTY_SECONDS if waiting == 0 else 0.0) * elapsed
            if waiting < full and self._random.random() < chance:
                self._office.arrive(place.id, service.id)

    def _hour(self, place: Location) -> float:
        local = self._office.local(place)
        return local.hour + local.minute / 60

    def _at_work(self, place: Location, hour: float) -> list[str]:
        # Where a person sits is their own business: the desks of the simulation are staffed beside them.
        now = self._office.now()
        free = [desk for desk in place.desks if self._staffed.get((place.id, desk), 0.0) <= now]
        return free[: desks_at_work(place, hour)]

    def _taking(self, place: Location) -> list[Service]:
        return [service for service in place.services if self._office.takes_tickets(place, service)]

    def _work(self, place: Location, desk: str, now: float, patience: float) -> None:
        key = (place.id, desk)
        if self._staffed.get(key, 0.0) > now:
            self._shifts[key] = Shift()
            return
        shift = self._shifts[key]
        serving = self._office.serving.get(key)
        if serving is not None and serving is not shift.ticket:
            # Somebody else called here, or the server was restarted meanwhile: serve that customer as our own.
            self._begin(shift, serving, now)
        elif serving is None and shift.ticket is not None:
            shift.ticket, shift.until = None, now
        elif now >= shift.until:
            self._go_on(place, desk, shift, now - self._seconds(patience))

    def _go_on(self, place: Location, desk: str, shift: Shift, here_since: float) -> None:
        now = self._office.now()
        if shift.ticket is not None:
            self._office.finish(shift.ticket, State.MISSED if shift.fails else State.ENDED)
            shift.ticket, shift.until = None, now + self._seconds(PAUSE_SECONDS)
            return
        lines = [self._office.lines[service.id] for service in place.services]
        heads = [ticket for line in lines if (ticket := next(line.callable_at(desk), None)) is not None]
        # Somebody sent to this very desk is called whether it is staffed or not: nobody else may.
        if any(one.for_desk is not None or one.created <= here_since for one in heads):
            self._begin(shift, self._desks.call_next(place.id, None, desk), now)

    def _begin(self, shift: Shift, ticket: Ticket, now: float) -> None:
        # Customers of the API are really there, somewhere; only people of the simulation fail to come.
        shift.fails = ticket.customer_id is None and self._random.random() < NO_SHOW_SHARE
        length = min(max(self._random.lognormvariate(-0.08, 0.4), SHORTEST), LONGEST) * SERVICE_SECONDS
        shift.ticket, shift.until = ticket, now + self._seconds(NO_SHOW_SECONDS if shift.fails else length)

    def _seconds(self, length: float) -> float:
        return length / self._speed
