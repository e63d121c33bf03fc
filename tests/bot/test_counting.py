"""What is counted: read from both databases, absent where they cannot be read, explained, and used by the alerts and the dashboard."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from bot.counting import Stored
from bot.running import Running
from storage.crypto import KeyRing
from storage.database import Database
from storage.inbox import STATES
from tests.bot.alerts import Page, read_page, rules
from tests.bot.conftest import KEY
from tests.journeys.test_main_job import take
from tests.journeys.town import Town, opened
from tests.storage.records import NOW, push, watch
from tickets.book import Book
from tickets.pushes import PushKind, PushState

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = ROOT / "deploy" / "dashboard.json"
SELECTOR = re.compile(r"(vtbot_\w+)(?:\{([^}]*)\})?")


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The bot between the sandbox's servers."""
    async with opened(tmp_path) as one:
        yield one


async def page(town: Town) -> Page:
    """As it is now."""
    return read_page((await town.parts.measures.render()).decode())


async def test_what_is_stored_is_counted_in_sqlite(sqlite_database: Database) -> None:
    await counted(sqlite_database)


async def test_what_is_stored_is_counted_in_postgresql(postgresql_database: Database) -> None:
    await counted(postgresql_database)


async def counted(database: Database) -> None:
    """Fill it, and look."""
    async with database.open_book() as book:
        for chat_id, state in enumerate(PushState, start=1):
            await book.outbox.add(push(PushKind.MOVED, chat_id, state=state))
        await book.watches.add(watch(1))
        await book.watches.add(watch(2, live=False))
        for number in (1, 2, 3):
            await book.inbox.add(number, number, b"{}", NOW)
        await book.inbox.done(1)
        await book.inbox.done(2, poison="ValueError")
        await book.commit()
    stored = Stored(partial(database.open_book, reading=True))
    await stored.look()
    assert stored.pushes == {state.value: 1 for state in PushState}
    assert stored.inbox == {"waiting": 1, "done": 1, "poison": 1}
    assert (stored.watches, stored.readable) == ({"": 1}, {"": 1})


async def test_a_database_that_is_away_leaves_no_old_numbers(tmp_path: Path) -> None:
    away = Database(f"sqlite+aiosqlite:///{tmp_path / 'none' / 'bot.db'}", KeyRing.parse(KEY))
    stored = Stored(partial(away.open_book, reading=True))
    stored.pushes = {"pending": 7}
    await stored.look()
    assert (stored.pushes, stored.inbox, stored.watches, stored.readable) == ({}, {}, {}, {"": 0})
    await away.dispose()


async def test_a_database_that_does_not_answer_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.counting.DEADLINE", 0.01)

    @asynccontextmanager
    async def hanging() -> AsyncIterator[Book]:
        await asyncio.Event().wait()
        yield  # type: ignore[misc]  # never reached

    stored = Stored(hanging)
    async with asyncio.timeout(5):
        await stored.look()
    assert (stored.pushes, stored.readable) == ({}, {"": 0})


async def test_a_life_as_the_page_tells_it(town: Town) -> None:
    Running(town.parts)
    ana = town.chat(1001)
    await take(ana)
    await town.passes(5)
    before = await page(town)
    assert (before["vtbot_watches_live", ""], before["vtbot_database_readable", ""]) == (1, 1)
    assert before["vtbot_inbox", "waiting"] == 0
    assert before["vtbot_inbox", "done"] == before["vtbot_updates", "handled"] > 0
    assert (before["vtbot_queue_asks_failed", ""], before["vtbot_tick_errors", ""]) == (0, 0)
    await town.tell("fault", target="queue", kind="500", apply="before", count=1000)
    await town.passes(60)
    after = await page(town)
    assert 0 < after["vtbot_queue_asks_failed", ""] < after["vtbot_queue_asks", ""]
    silent = after["vtbot_polling_silent_seconds", ""]
    town.clock.passes(100)
    assert (await page(town))["vtbot_polling_silent_seconds", ""] == silent + 100


async def test_a_process_tells_of_its_own_roles(town: Town) -> None:
    """Who does not poll was not silent, and who does not watch says nothing of whether anybody asks."""
    Running(town.parts, ["web", "deliver"])
    named = {name for name, _ in await page(town)}
    assert "vtbot_tick_errors" in named
    assert not named & {
        "vtbot_polling_silent_seconds",
        "vtbot_webhook_set",
        "vtbot_queue_asks",
        "vtbot_queue_asks_failed",
    }


async def test_every_number_is_explained(town: Town) -> None:
    Running(town.parts)
    # The first table of the section is of addresses, the second of metrics.
    told = set(re.findall(r"^\| `(vtbot_\w+)", (ROOT / "docs" / "operations.md").read_text("utf-8"), re.MULTILINE))
    assert town.parts.measures.names == told


def expressions() -> Iterator[tuple[str, str]]:
    """Name and expression of every alert and every line of the dashboard."""
    for rule in rules():
        yield rule["alert"], rule["expr"]
    for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        for target in panel["targets"]:
            yield f"{panel['title']}, {target['legendFormat']}", target["expr"]


async def test_alerts_and_dashboard_use_numbers_and_labels_there_are(town: Town) -> None:
    Running(town.parts)
    known = {
        "pushes": {state.value for state in PushState},
        "inbox": set(STATES),
        "updates": {label for name, label in await page(town) if name == "vtbot_updates"},
    }
    used = set()
    for place, expression in expressions():
        for name, selector in SELECTOR.findall(expression):
            used.add(name)
            values = re.findall(r'(?:state|what)=~?"([^"]+)"', selector)
            named = {value for told in values for value in told.split("|")}
            assert named <= known.get(name.removeprefix("vtbot_"), set()), (place, named)
    assert used == town.parts.measures.names, "each is looked at somewhere"


def test_each_alert_says_what_to_do() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names)) > 5
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "warn")
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["action"]
        assert rule["expr"].count("(") == rule["expr"].count(")")


def test_the_dashboards_panels_do_not_overlap() -> None:
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(taken)) == len(taken)
