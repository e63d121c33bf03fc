"""Fixtures for every test of the project."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

pytest_plugins = ["tests.databases"]
TESTS = Path(__file__).parent
UNCOVERED = (
    "bot/test_death", "bot/test_ending", "bot/test_poison", "bot/test_poster", "bot/views/test_screen",
    "journeys/oauth/test_attacks", "journeys/test_demo", "journeys/test_erasure", "journeys/test_formats", "journeys/test_newcomer",
    "journeys/test_passwords", "journeys/test_rules", "journeys/test_sign_in_page", "journeys/test_whole_journey",
    "queue_api/test_any_answer", "queue_api/test_hostile", "queue_api/test_unlucky_creates",
    "sandbox/bot_api/test_nonsense", "sandbox/clients/", "sandbox/pages/", "sandbox/virtual_ticket/test_office_pace",
    "sandbox/virtual_ticket/test_schemathesis", "sandbox/virtual_ticket/test_town_life",
    "scripts/", "security/", "soak/",
    "storage/test_migration", "storage/test_outbox_machine", "storage/test_processes",
    "tickets/test_deliver_floods", "tickets/test_erasure_races",
)  # fmt: skip


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A test that configures logging, as the program does at its start, leaves it to the next one as it found it."""
    root = logging.getLogger()
    level, disabled = root.level, logging.root.manager.disable
    known = {name: one for name, one in logging.root.manager.loggerDict.items() if isinstance(one, logging.Logger)}
    before = {name: (one.level, one.disabled, one.filters[:]) for name, one in known.items()}
    # Left to itself structlog draws every traceback with the values in it, which takes a quarter of a second.
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, plain])
    yield
    # pytest's own handlers come and go with each phase of a test; the program's is a bare StreamHandler.
    for handler in [one for one in root.handlers if type(one) is logging.StreamHandler]:
        root.removeHandler(handler)
    root.level, logging.root.manager.disable = level, disabled
    for name, one in list(logging.root.manager.loggerDict.items()):
        if isinstance(one, logging.Logger):
            one.level, one.disabled, one.filters[:] = before.get(name, (logging.NOTSET, False, one.filters[:]))
    logging.root.manager._clear_cache()  # type: ignore[attr-defined]  # levels were set without it
    structlog.reset_defaults()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that play what others show already with `no_cover`: tracing them triples their time and finds no other line."""
    for item in items:
        if item.path.relative_to(TESTS).as_posix().startswith(UNCOVERED):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(autouse=True)
def processes_uncovered(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test marked `no_cover` begins is not traced either."""
    if request.node.get_closest_marker("no_cover"):
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
