"""The server as a part of the sandbox: its state, its beginning anew, and what it needs to be built."""

import asyncio
import json

import pytest

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.virtual_ticket.app import Branches, create
from sandbox.virtual_ticket.office_model import Location
from tests.sandbox.virtual_ticket.conftest import Caller, Hands


async def test_state_goes_through_a_file(caller: Caller, branches: Branches, braga: Location, hands: Hands) -> None:
    await caller.registers()
    revision = branches.revision
    ticket = await caller.takes(braga, braga.services[0])
    assert branches.revision > revision
    kept = json.dumps(branches.dump())

    other = create(Clock(hands), Faults(), seed=7)
    other.load(json.loads(kept))
    assert json.dumps(other.dump()) == kept
    assert other.office.tickets[ticket["id"]].number == 1


async def test_reset(caller: Caller, branches: Branches, braga: Location) -> None:
    await caller.registers(email="ana@example.org")
    await caller.asks("customer/resetpassword", email="ana@example.org")
    await caller.takes(braga, braga.services[0])
    revision = branches.revision
    branches.reset()
    assert branches.revision > revision
    for path, empty in (("/play/tickets", []), ("/play/requests", {}), ("/play/outbox", [])):
        assert (await caller.http.get(path)).json() == empty
    await caller.asks("customer/tickets", 401)


async def test_a_town_that_lives_has_people_waiting_and_goes_on_after_a_restart(hands: Hands) -> None:
    clock = Clock()
    clock.set(hands.now)
    branches = create(clock, Faults(), speed=3)
    assert sum(len(line.waiting) for line in branches.office.lines.values()) > 20
    other = create(clock, Faults(), speed=3)
    other.load(branches.dump())
    assert [one.id for one in other.office.tickets.values()] == [one.id for one in branches.office.tickets.values()]
    moved = asyncio.Event()
    other.office.changed = moved.set
    async with asyncio.TaskGroup() as group:
        running = group.create_task(other.run())
        await asyncio.wait_for(moved.wait(), 10)
        running.cancel()
    other.release()


def test_a_provider_needs_an_audience(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_OIDC_ISSUER_GOOGLE", "https://accounts.google.com")
    with pytest.raises(ValueError, match="SANDBOX_OIDC_AUDIENCE_GOOGLE"):
        create(Clock(hands), Faults())
