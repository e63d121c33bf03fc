"""A sandbox that really listens on a port, started and stopped by a test, and the bot's and the world's side of talking to it."""

import socket
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

TOKEN = "7:" + "A" * 35
LOCALHOST = "127.0.0.1"


class Neighbour:
    """One sandbox on a real socket; `cut` and `listen` take its line away and give it back, with its world as it was."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._server: uvicorn.Server | None = None
        self._port = 0
        self._client = httpx.AsyncClient(timeout=10)

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://{LOCALHOST}:{self._port}"

    async def listen(self) -> None:
        """Accept connections; the first time on any free port, and on the same one ever after."""
        # With the protocol named, asyncio turns Nagle's algorithm off; otherwise every answer waits 40 ms.
        listener = socket.socket(proto=socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOCALHOST, self._port))
        self._port = listener.getsockname()[1]
        config = uvicorn.Config(self._app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        await self._server.startup(sockets=[listener])

    async def cut(self) -> None:
        """Hang up on everybody and accept nobody."""
        if self._server is not None:
            await self._server.shutdown()
            self._server = None

    async def close(self) -> None:
        """End for good."""
        await self.cut()
        await self._client.aclose()

    async def answer(self, method: str, **parameters: Any) -> httpx.Response:
        """Call a Bot API method as the bot, whatever it answers."""
        return await self._client.post(f"{self.url}/bot{TOKEN}/{method}", json=parameters)

    async def bot(self, method: str, **parameters: Any) -> Any:
        """Call a Bot API method as the bot; answers its `result` and fails on a refusal."""
        answer = await self.answer(method, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    async def upload(self, method: str, field: str, name: str, content: bytes, **parameters: Any) -> Any:
        """Call a Bot API method with a file; answers its `result`."""
        files = {field: (name, content)}
        answer = await self._client.post(f"{self.url}/bot{TOKEN}/{method}", data=parameters, files=files)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    async def updates(self, *kinds: str) -> list[dict[str, Any]]:
        """Take the updates that wait for the bot and confirm them; with `kinds`, only those kinds' payloads."""
        updates: list[dict[str, Any]] = await self.bot("getUpdates", timeout=0)
        if updates:
            await self.bot("getUpdates", timeout=0, offset=updates[-1]["update_id"] + 1)
        return [update[kind] for update in updates for kind in kinds if kind in update] if kinds else updates

    async def next_update(self, kind: str) -> dict[str, Any]:
        """Wait for the next update, which has to be of this kind; answers its payload and confirms it."""
        updates = await self.bot("getUpdates", timeout=8, limit=1)
        assert updates, f"no {kind} came"
        await self.bot("getUpdates", timeout=0, offset=updates[0]["update_id"] + 1, limit=1)
        assert kind in updates[0], updates[0]
        payload: dict[str, Any] = updates[0][kind]
        return payload

    async def play(self, what: str, **body: Any) -> Any:
        """Do something as a person, or to the world."""
        answer = await self._client.post(f"{self.url}/play/{what}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()
