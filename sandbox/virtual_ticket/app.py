"""The Virtual Ticket server as one part of the sandbox: its API, its desks and desk page, its state and the life of its own."""

import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.virtual_ticket import office_day
from sandbox.virtual_ticket.api import Api, operation_of
from sandbox.virtual_ticket.desk_feed import DeskFeed
from sandbox.virtual_ticket.office import Office
from sandbox.virtual_ticket.operations import operations
from sandbox.virtual_ticket.operations_customer import Reception
from sandbox.virtual_ticket.operations_queue import Hall
from sandbox.virtual_ticket.outbox import Outbox
from sandbox.virtual_ticket.play import Play
from sandbox.virtual_ticket.providers import Verify, from_environment
from sandbox.virtual_ticket.town import read_town
from sandbox.virtual_ticket.town_life import TownLife

TARGET = "queue"


class Branches:
    """A brand's offices with everything around them. `revision` grows with every change worth keeping."""

    def __init__(self, office: Office, clock: Clock, faults: Faults, verify: Verify, speed: float = 0.0) -> None:
        """`speed` paces the desks; 0 means that nothing moves unless told."""
        self.office = office
        self.revision = 0
        self._clock = clock
        self._feed = DeskFeed()
        self.outbox = Outbox()
        self._requests: Counter[str] = Counter()
        self._life = TownLife(office, speed)
        office.changed = self._changed
        self._table = operations(Reception(office, verify, self.outbox), Hall(office))
        self._api = faults.wrap(Api(self._table, lambda: office_day.turn_days(office)), TARGET, operation_of)
        play = Play(office, self._feed, self.outbox, self._requests, self._life.leave_desk)
        api = Mount("/vt/api", app=self._counted)
        # The router's own pattern stops at a line feed, and such a path would get an answer that is not the API's.
        api.path_regex = re.compile(api.path_regex.pattern, re.DOTALL)
        self.routes: list[BaseRoute] = [api, *play.routes()]

    def dump(self) -> dict[str, Any]:
        """Return the state as a tree of JSON."""
        return office_day.dump(self.office)

    def load(self, tree: dict[str, Any], /) -> None:
        """Take a state that dump() returned; KeyError, TypeError or ValueError where it is none."""
        self.office.begin()
        office_day.load(self.office, tree)
        self._life.resume()

    def reset(self) -> None:
        """Begin anew: no customers, no tickets, no e-mails, nothing counted."""
        self._requests.clear()
        self.outbox.emails.clear()
        self.office.begin()
        self._life.resume()

    def release(self) -> None:
        """Let go of the pages that watch, so that the server can end quickly."""
        self._feed.close()

    async def run(self) -> None:
        """Let the town live by itself, until cancelled."""
        await self._life.run(self._clock)

    def _changed(self) -> None:
        self.revision += 1
        self._feed.tell()

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        # What is no operation is counted together, or whoever tries out paths would fill the memory.
        name = operation_of(scope)
        self._requests[name if name in self._table else ""] += 1
        await self._api(scope, receive, send)


def create(
    clock: Clock,
    faults: Faults,
    seed: int = 0,
    town: Path | None = None,
    speed: float = 0.0,
    verify: Verify | None = None,
) -> Branches:
    """Build the server. ValueError says in one sentence what is wrong with the town file or the environment.

    `verify` checks providers' tokens in place of what the environment configures.
    """
    office = Office(read_town(town), clock.now, seed)
    return Branches(office, clock, faults, verify or from_environment(os.environ, clock.now), speed)
