"""grammY: polling and webhook, JSON on the wire, and answers that fit its own types with no field unknown or missing."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.node_programs import installed
from tests.sandbox.bot_api.hands import TOKEN, Hands
from tests.sandbox.clients.visit import visit

FOLDER = Path(__file__).resolve().parents[2] / "grammy"
PATIENCE = 60.0
# Its types are of a newer Bot API than the 10.0 that is spoken, and it runs without this one.
NEWER = ("'supports_join_request_queries' is missing",)


class SmallBot:
    """The bot of the visit, running in Node."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def hears(self) -> str:
        """Return the next line that it says."""
        assert self._process.stdout is not None
        return (await asyncio.wait_for(self._process.stdout.readline(), PATIENCE)).decode().strip()

    def ends(self) -> None:
        """Let it end; it says then what its types found."""
        assert self._process.stdin is not None
        self._process.stdin.close()


@asynccontextmanager
async def small_bot(address: str, intake: str) -> AsyncIterator[SmallBot]:
    """Run it until the end of the block."""
    folder = installed(FOLDER)
    process = await asyncio.create_subprocess_exec(
        "node",
        str(folder / "bot.mjs"),
        address,
        TOKEN,
        intake,
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield SmallBot(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.parametrize("intake", ["polling", "webhook"])
async def test_a_small_bot(intake: str, address: str, outside: Hands) -> None:
    async with small_bot(address, intake) as bot:
        assert await bot.hears() == "ready"
        await visit(outside)
        bot.ends()
        missed = json.loads(await bot.hears())
    assert [words for words in missed if not any(name in words for name in NEWER)] == []


SPOILT = [
    {"method": "getMyCommands", "result": [{"command": "start", "description": "Begin"}]},
    {"method": "getMyCommands", "result": [{"command": "start"}]},
    {"method": "getMyCommands", "result": [{"command": "start", "description": "Begin", "stranger": 1}]},
    {"method": "sendMessage", "result": True},
]


async def test_the_judge_sees_what_is_missing_unknown_or_of_another_kind() -> None:
    program = f'import {{ findings }} from "./check.mjs"; console.log(JSON.stringify(findings({json.dumps(SPOILT)})))'
    judging = await asyncio.create_subprocess_exec(
        "node", "--input-type=module", "-e", program, cwd=installed(FOLDER), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await judging.communicate()
    missing, unknown, other = json.loads(said)
    assert "'description' is missing" in missing
    assert "only specify known properties" in unknown
    assert "stranger" in unknown
    assert "is not assignable" in other
