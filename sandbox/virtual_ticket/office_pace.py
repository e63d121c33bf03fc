"""How long somebody will wait at a location, from what its desks have shown of their own service times. Pure.

A customer keeps a desk from the call until the desk is free for the next who waits. Desks that call the same services work off one
common line, so everybody who came before counts, whatever their service.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sandbox.virtual_ticket.office_line import Line
from sandbox.virtual_ticket.office_model import Ticket

AT_WORK_TURNS = 4.0
"""For how many services' time a desk that is free still counts as working."""
MET_SECONDS = 3600.0
"""How long it is remembered that a desk called a service."""


@dataclass(slots=True)
class Sitting:
    """The latest customer of a desk, called there when and gone since when; the service is the one they were called for."""

    ticket_id: str
    service_id: str
    called_at: float
    left_at: float | None = None


class Pace:
    """What one location has learned. `desks` is how many it should have, for as long as none has called."""

    def __init__(self, lines: Mapping[str, Line], desks: int) -> None:
        """`lines` are those of the location's services, which keep their service times themselves."""
        self._lines = lines
        self._desks = desks
        self.rest()

    def rest(self) -> None:
        """Forget who works where, as after a night; service times are kept."""
        self._sittings: dict[str, Sitting] = {}
        self._met: dict[tuple[str, str], float] = {}

    def called(self, desk: str, ticket: Ticket, now: float) -> None:
        """Note that a desk calls a ticket, and learn from it how long the customer before kept the desk."""
        before = self._sittings.get(desk)
        if before is not None:
            self._learn(before, ticket, now)
        self._sittings[desk] = Sitting(ticket.id, ticket.service_id, now)
        self._met[desk, ticket.service_id] = now

    def left(self, desk: str, ticket: Ticket, now: float) -> None:
        """Note that a customer is gone from the desk."""
        sitting = self._sittings.get(desk)
        if sitting is not None and sitting.ticket_id == ticket.id:
            sitting.left_at = now

    def wait(self, service_id: str, now: float, ticket: Ticket | None = None) -> float:
        """Return the seconds until this ticket's call, or that of somebody who comes now for the service."""
        services, desks = self._pool(service_id, now)
        ahead = [one for name in services for one in self._before(name, ticket)]
        at_work = [desk for desk in desks if self._works(desk, now)] or list(desks)
        if not ahead and (not at_work or any(self._sittings[desk].left_at is not None for desk in at_work)):
            return 0.0
        # Half a service is left, on average, of the one that is just being given.
        seconds = sum(self._lines[one.service_id].turn for one in ahead) + self._lines[service_id].turn / 2
        return seconds / max(len(at_work) or self._desks, 1)

    def _before(self, service_id: str, ticket: Ticket | None) -> list[Ticket]:
        waiting = self._lines[service_id].waiting
        if ticket is None:
            return waiting
        if ticket in waiting:
            return waiting[: waiting.index(ticket)]
        return [one for one in waiting if one.created < ticket.created]

    def _learn(self, before: Sitting, ticket: Ticket, now: float) -> None:
        left = now if before.left_at is None else before.left_at
        if before.left_at is None and ticket.created > before.called_at:
            # Nobody ended this service, and for a part of the time nobody waited: how long it took cannot be told.
            return
        free = max(now - max(left, ticket.created), 0.0)
        self._lines[before.service_id].learn(left - before.called_at + free)

    def _works(self, desk: str, now: float) -> bool:
        sitting = self._sittings[desk]
        return sitting.left_at is None or now - sitting.left_at <= AT_WORK_TURNS * self._lines[sitting.service_id].turn

    def _pool(self, service_id: str, now: float) -> tuple[Iterable[str], set[str]]:
        """Return the services that share their desks with this one, and those desks; all, where nobody called it lately."""
        met = {pair for pair, moment in self._met.items() if now - moment <= MET_SECONDS}
        services, desks = {service_id}, set[str]()
        for _ in self._lines:
            desks |= {desk for desk, name in met if name in services}
            services |= {name for desk, name in met if desk in desks}
        return (services, desks) if desks else (self._lines, set(self._sittings))
