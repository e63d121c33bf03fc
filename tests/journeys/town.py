"""The whole product in one process with no sockets: the real bot between the sandbox's two servers, on a clock moved by hand.

Journeys read as transcripts: `await ana.says("/start")`, `await ana.presses("guest")`, `ana.sees("...")`.
"""

import asyncio
import base64
import os
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from bot.app import Neighbours, Parts, build
from bot.intake import WANTED
from bot.settings import Settings
from sandbox.app import create_app
from sandbox.clock import Clock as SandboxClock
from tests.botapi import Judged
from tests.databases import migrated

NOON = 1_795_000_800.0
"""A Wednesday, 2026-11-18, 11:20 UTC: ordinary hours are open everywhere in the town."""
TOKEN = "123456789:" + "A" * 35
KEY = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
BRAGA = (41.5518, -8.4229)


class HandClock:
    """Time that passes only when a test says so; whoever sleeps moves it."""

    def __init__(self, now: float = NOON) -> None:
        """Begin at `now`."""
        self._now = now

    def now(self) -> float:
        """Unix seconds."""
        return self._now

    def monotonic(self) -> float:
        """The same: this clock never jumps back."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        self._now += seconds
        await asyncio.sleep(0)

    def passes(self, seconds: float) -> None:
        """That much time passes."""
        self._now += seconds


class Town:
    """Both neighbours and the bot."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        """`folder` holds the database; `settings` override the bot's, and `branches` is a town file in place of the demo's."""
        self.clock = HandClock()
        branches = settings.pop("branches", None)
        self.sandbox = create_app(speed=0, seed=1, town=branches, bot=False, clock=SandboxClock(self.clock.now))
        self._settings = Settings(
            _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it; its types hide it.
            telegram_token=SecretStr(TOKEN),
            telegram_api_url="http://sandbox",
            queue_url="http://sandbox/vt/api",
            secret_keys=SecretStr(KEY),
            database_url=SecretStr(f"sqlite+aiosqlite:///{migrated(folder, 'bot.db')}"),
            **{"brand_file": Path(os.devnull), **settings},
        )
        self.play = httpx.AsyncClient(transport=self._transport(), base_url="http://sandbox")
        self.errors: list[tuple[str, ...]] = []
        """What of the bot's traffic does not fit the description of the Bot API."""
        self.judged: set[str] = set()
        """The methods whose requests and answers were compared with it; none where the judge is absent."""
        self.parts = self._build()
        self._offset = 0

    def _transport(self) -> httpx.ASGITransport:
        return httpx.ASGITransport(app=self.sandbox)

    def _build(self) -> Parts:
        around = Neighbours(
            self.clock,
            telegram=lambda: Judged(self._transport(), self.errors, self.judged),
            queue=self._transport,
            jitter=lambda: 0.5,
        )
        return build(self._settings, around)

    async def open(self) -> None:
        """Meet Telegram."""
        await self.parts.application.initialize()

    async def close(self) -> None:
        """Close everything."""
        await self.parts.application.shutdown()
        for client in (*self.parts.clients, self.play):
            await client.aclose()
        await self.parts.database.dispose()

    async def restart(self) -> None:
        """The bot's process dies and another begins on the same database; the neighbours go on."""
        for client in self.parts.clients:
            await client.aclose()
        await self.parts.database.dispose()
        self.parts = self._build()
        await self.parts.database.upgrade()
        await self.open()

    async def tell(self, what: str, **facts: Any) -> dict[str, Any]:
        """POST /play/<what>."""
        answer = await self.play.post(f"/play/{what}", json=facts)
        assert answer.status_code == 200, f"{what}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    async def ask(self, what: str, **query: Any) -> Any:
        """GET /play/<what>."""
        answer = await self.play.get(f"/play/{what}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def receive(self) -> int:
        """The bot takes in what Telegram holds, without handling it yet."""
        # By the wire of the bot's own loop, whose traffic is judged; only the waiting is left out.
        told = {"timeout": 0, "offset": self._offset, "allowed_updates": list(WANTED), "limit": 100}
        updates = (await self.parts.polling._wire.call("getUpdates", told)).result
        assert isinstance(updates, list)
        if updates:
            await self.parts.intake.accept(updates)
            self._offset = updates[-1]["update_id"] + 1
        return len(updates)

    async def settle(self) -> None:
        """Everything that can happen without time passing happens."""
        while await self.receive() or await self.parts.worker.drain():
            pass

    async def passes(self, seconds: float, step: float = 1.0) -> None:
        """That much time passes, with the watch and the delivery ticking."""
        until = self.clock.now() + seconds
        while self.clock.now() < until:
            self.clock.passes(min(step, until - self.clock.now()))
            await self.parts.watch()
            await self.parts.deliver()
            await self.settle()

    def chat(self, chat_id: int, name: str = "Ana", language: str = "en") -> "Chat":
        """A person with a private chat."""
        return Chat(self, chat_id, name, language)


class Chat:
    """One person's side of the conversation."""

    def __init__(self, town: Town, chat_id: int, name: str, language: str) -> None:
        """Made known to the sandbox at the first action."""
        self.town = town
        self.chat_id = chat_id
        self._person = {"chat_id": chat_id, "first_name": name, "language_code": language}
        self._known = False
        self.messages: list[dict[str, Any]] = []
        self.keyboard: dict[str, Any] | None = None
        self.pinned: list[int] = []

    async def _do(self, what: str, **facts: Any) -> None:
        if not self._known:
            await self.town.tell("person", **self._person)
            self._known = True
        await self.town.tell(what, chat_id=self.chat_id, **facts)
        await self.town.settle()
        await self.look()

    async def look(self) -> None:
        """See the chat as it is now."""
        seen = await self.town.ask("messages", chat_id=self.chat_id)
        self.messages, self.keyboard, self.pinned = seen["messages"], seen["keyboard"], seen["pinned"]

    async def says(self, text: str) -> None:
        """Type and send."""
        await self._do("text", text=text)

    async def shares(self, latitude: float, longitude: float) -> None:
        """Share a position."""
        await self._do("location", latitude=latitude, longitude=longitude)

    async def presses(self, label: str) -> None:
        """Press the newest shown inline button whose text holds the label, whatever its case."""
        for message in reversed(self.messages):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if label.casefold() in button["text"].casefold() and "callback_data" in button:
                        await self._do("press", message_id=message["message_id"], data=button["callback_data"])
                        return
        raise AssertionError(f"no button {label!r} is shown; there are {self.buttons()}\n{self.transcript()}")

    async def forges(self, data: str) -> None:
        """Press a button that is not shown."""
        await self._do("press", message_id=self.messages[-1]["message_id"], data=data, force=True)

    def buttons(self) -> list[str]:
        """Every inline button shown, oldest first."""
        return [
            button["text"]
            for message in self.messages
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
        ]

    def bot_says(self) -> list[str]:
        """The bot's texts as they stand now, oldest first; without the joiners that nobody sees (bot.i18n.inert)."""
        return [m.get("text", "").replace("\u2060", "") for m in self.messages if m["from"]["is_bot"]]

    def sees(self, *patterns: str) -> re.Match[str]:
        """Each pattern is found in the bot's messages; answers the last match."""
        together = "\n".join(self.bot_says())
        found = None
        for pattern in patterns:
            found = re.search(pattern, together)
            assert found, f"{pattern!r} is not seen in:\n{self.transcript()}"
        assert found is not None
        return found

    def sees_not(self, pattern: str) -> None:
        """The pattern is nowhere in the chat, the person's own messages included."""
        texts = "\n".join(m.get("text", "") for m in self.messages)
        assert not re.search(pattern, texts), f"{pattern!r} is seen in:\n{self.transcript()}"

    def count(self, pattern: str) -> int:
        """In how many of the bot's messages the pattern is found."""
        return sum(bool(re.search(pattern, text)) for text in self.bot_says())

    def last(self) -> str:
        """The bot's newest message."""
        return self.bot_says()[-1]

    def transcript(self) -> str:
        """The chat, for people who read a failed test."""
        return "\n".join(
            f"{'bot' if m['from']['is_bot'] else 'me '} #{m['message_id']}: {m.get('text') or sorted(m)}"
            for m in self.messages
        )


@asynccontextmanager
async def opened(folder: Path, **settings: Any) -> AsyncIterator[Town]:
    """A town, opened and closed."""
    town = Town(folder, **settings)
    await town.open()
    try:
        yield town
        assert not town.errors, town.errors
    finally:
        await town.close()
