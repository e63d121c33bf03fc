"""Starts the providers of this folder, which are Node programs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.node_programs import installed

FOLDER = Path(__file__).parent
PATIENCE = 30.0
CLIENT_ID = "vtbot"
CLIENT_SECRET = "a-secret-between-the-two-of-us"


class Provider:
    """A running provider."""

    def __init__(self, process: asyncio.subprocess.Process, issuer: str) -> None:
        """`issuer` is what it said first."""
        self._process = process
        self.issuer = issuer

    async def spoil(self, how: str) -> None:
        """From now on ID tokens are spoilt like this."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{how}\n".encode())
        await self._process.stdin.drain()
        assert await _line(self._process) == how


@asynccontextmanager
async def provider(script: str, *arguments: str) -> AsyncIterator[Provider]:
    """Run one of this folder's programs until the end of the block; it ends by itself when its input does."""
    folder = installed(FOLDER)
    process = await asyncio.create_subprocess_exec(
        "node",
        str(folder / script),
        *arguments,
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield Provider(process, await _line(process))
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), PATIENCE)


async def _line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode().strip()
