"""Fixtures for every test of the project."""

import logging
from collections.abc import Iterator

import pytest
import structlog

pytest_plugins = ["tests.databases"]


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


@pytest.fixture(autouse=True)
def processes_uncovered(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test marked `no_cover` begins is not traced either. Tracing makes a process take more than twice the time, and finds
    nothing there that other tests do not show."""
    if request.node.get_closest_marker("no_cover"):
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
