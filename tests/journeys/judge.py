"""The judge of the Bot API between real processes: a proxy the bot speaks through, and its verdict on all that passed."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests import botapi
from tests.bot import processes


def report_in(folder: Path) -> Path:
    """Where the judge writes down what it saw."""
    return folder / "traffic.jsonl"


@asynccontextmanager
async def telegram_of(town: str, folder: Path) -> AsyncIterator[str]:
    """The address the bot is given: the judging proxy's, or the sandbox's own where there is no judge."""
    if botapi.conform() is None:
        yield town
        return
    port = processes.free_port()
    proxy = await processes.start(
        sys.executable, str(botapi.FOLDER / "conform.py"), "proxy", "--spec", str(botapi.DESCRIPTION), "--listen",
        str(port), "--upstream", town.rpartition(":")[2], "--report", str(report_in(folder)),
    )  # fmt: skip
    try:
        await processes.line(proxy.stdout, "conform proxy")
        yield f"http://127.0.0.1:{port}"
    finally:
        await processes.end(proxy)


def judged(folder: Path) -> None:
    """Nothing that either side said breaks the description; without the judge the test is not called passed."""
    if botapi.conform() is None:
        pytest.skip(f"the journey held, but {botapi.ABSENT}, so its traffic was not judged")
    calls = [json.loads(line) for line in report_in(folder).read_text("utf-8").splitlines()]
    errors = [(call["method"], *found) for call in calls for found in call["findings"] if found[0] == "error"]
    assert errors == []
    assert {"getMe", "getUpdates", "sendMessage"} <= {call["method"] for call in calls}
