"""Fixtures for every test of the project."""

import gc
import logging
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import structlog
from coverage import Coverage
from hypothesis import settings

# On top of the profile there is, which in a pipeline is hypothesis's own: how long an example takes decides nothing.
settings.register_profile("patient", settings.default, deadline=None)
settings.load_profile("patient")
pytest_plugins = ["tests.databases"]
TESTS = Path(__file__).parent
HANDED_ON = "COVERAGE_PROCESS_CONFIG"
"""By this variable a process that is begun knows that it is to be traced."""
UNTRACED = (
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


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end, so nobody need look for garbage in it again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Trace neither a test that plays what others show already nor what it begins: tracing triples their time, and finds few lines more."""
    tracing = Coverage.current()
    if tracing is None or not item.path.relative_to(TESTS).as_posix().startswith(UNTRACED):
        return (yield)
    handed_on = os.environ.pop(HANDED_ON, None)
    tracing.stop()
    try:
        return (yield)
    finally:
        tracing.start()
        if handed_on is not None:
            os.environ[HANDED_ON] = handed_on
