"""One service's line at one location: who waits in which order, the last number printed, and how long a service takes."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sandbox.virtual_ticket.office_model import LAST_NUMBER, Ticket

FIRST_GUESS = 120.0
"""Seconds that a service keeps a desk, before a line has learned its own."""
SLOWEST_TURN = 1800.0
LEARNING = 0.2


@dataclass
class Line:
    """First come, first served. `turn` is the learned time for which one of its customers keeps a desk, in seconds."""

    counter: int = 0
    """The last number printed today: the API's ticket_counter."""
    turn: float = FIRST_GUESS
    waiting: list[Ticket] = field(default_factory=list)

    def next_number(self) -> int:
        """Print the next number; after 999 comes 1 again."""
        self.counter = self.counter % LAST_NUMBER + 1
        return self.counter

    def join(self, ticket: Ticket) -> None:
        """Put a ticket at the end; one that is meant for a desk goes before those that any desk may call."""
        if ticket.for_desk is None:
            self.waiting.append(ticket)
            return
        place = sum(1 for other in self.waiting if other.for_desk is not None)
        self.waiting.insert(place, ticket)

    def leave(self, ticket: Ticket) -> None:
        """Take a ticket out, wherever it stands."""
        if ticket in self.waiting:
            self.waiting.remove(ticket)

    def callable_at(self, desk: str) -> Iterator[Ticket]:
        """Go through the tickets this desk may call, in order."""
        return (ticket for ticket in self.waiting if ticket.for_desk in (None, desk))

    def ahead(self, ticket: Ticket) -> int:
        """Return how many customers stand before this ticket; 0 when it does not wait."""
        return self.waiting.index(ticket) if ticket in self.waiting else 0

    def learn(self, seconds: float) -> None:
        """Take one more service time into account; a break for lunch counts no more than the slowest turn."""
        # The clock may have been set back in between, and no service takes less than nothing.
        self.turn += LEARNING * (min(max(seconds, 0.0), SLOWEST_TURN) - self.turn)

    def begin_day(self) -> None:
        """Begin numbering afresh; the pace stays what it was."""
        self.counter = 0
