"""Hands that play the people of the sandbox and call its Bot API without any client library."""

import asyncio
from typing import Any

import httpx

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
NOON = 1_800_000_000.0


class Hands:
    """Plays people over HTTP and calls methods without any client library."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def play(self, what: str, status: int = 200, **body: Any) -> Any:
        """Post to /play and return the answer, which must have that status."""
        answer = await self.client.post(f"/play/{what}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def sees(self, chat_id: int) -> Any:
        """Return what the person sees."""
        return (await self.client.get("/play/messages", params={"chat_id": chat_id})).json()

    async def call(self, method: str, **parameters: Any) -> Any:
        """Call a method with a JSON body and return the whole envelope."""
        answer = await self.client.post(f"/bot{TOKEN}/{method}", json=parameters)
        envelope = answer.json()
        assert envelope.get("error_code", 200) == answer.status_code
        # In one process a whole call may pass without anybody else having a turn.
        await asyncio.sleep(0)
        return envelope

    async def ok(self, method: str, **parameters: Any) -> Any:
        """Call a method that must succeed and return its result."""
        envelope = await self.call(method, **parameters)
        assert envelope["ok"], envelope
        return envelope["result"]

    async def no(self, method: str, **parameters: Any) -> str:
        """Call a method that must be refused and return Telegram's words."""
        envelope = await self.call(method, **parameters)
        assert not envelope["ok"], envelope
        return str(envelope["description"])

    async def updates(self, **parameters: Any) -> Any:
        """Return the updates that wait."""
        return await self.ok("getUpdates", timeout=0, **parameters)
