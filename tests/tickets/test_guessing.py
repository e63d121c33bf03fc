"""Limits hold on both databases, however many try at one moment, and nobody's tries are in anybody else's way."""

import asyncio
from collections.abc import Callable

import pytest

from storage.database import Database
from tests.tickets.hand_clock import HandClock
from tests.tickets.neighbours import FakeServer
from tickets.acting import Actor
from tickets.errors import Refused, TooManyTries
from tickets.guessing import MOST_TRIES
from tickets.model import Customer
from tickets.session import Session

ME, SHE = Actor(7, 7), Actor(8, 8)
Sessions = Callable[[], Session]


@pytest.fixture
def server() -> FakeServer:
    server = FakeServer(HandClock())
    server.customers["ann"] = ("pass", Customer("c9", "ann"))
    return server


@pytest.fixture
def sessions(database: Database, server: FakeServer) -> Sessions:
    """Processes on one database."""
    return lambda: Session(server, database.open_book, server.clock, lambda: "secret-of-a-guest")


async def guess(session: Session, actor: Actor, password: str) -> str:
    """One try."""
    try:
        await session.with_password(actor, "ann", password)
    except (Refused, TooManyTries) as error:
        return type(error).__name__
    return "in"


async def test_many_guesses_at_one_moment_are_no_more_than_allowed(sessions: Sessions, server: FakeServer) -> None:
    processes = [sessions() for _ in range(4)]
    got = await asyncio.gather(*(guess(processes[number % 4], ME, f"{number}") for number in range(4 * MOST_TRIES)))
    assert sorted(got) == ["Refused"] * MOST_TRIES + ["TooManyTries"] * 3 * MOST_TRIES
    assert server.asked["login"] == MOST_TRIES
    assert await guess(sessions(), SHE, "pass") == "in", "the owner gets in from her own chat all the while"


async def test_each_try_is_told_to_whoever_made_it(sessions: Sessions, database: Database) -> None:
    await guess(sessions(), ME, "0")
    async with database.open_book() as book:
        mine, hers = await book.privacy.export(ME.chat_id), await book.privacy.export(SHE.chat_id)
    assert (len(mine["tries"]), len(hers["tries"])) == (2, 0)
