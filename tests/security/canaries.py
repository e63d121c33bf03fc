"""Secrets that must turn up nowhere, a bot whose every secret is one of them, and the log as its process would write it."""

import base64
import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from bot import logs
from bot.settings import Settings
from tests.security.stage import Stage

HOOK_SECRET = "canary-of-the-webhook-0123456789-abcdef"
TYPED = {
    "wrong password": "canary wrong (pass) 1",
    "password": "canary right \"pass' 2",
    "kept password": "canary-kept/pass+3",
    "new password": "canary new pass 4",
    "page password": "canary page pass 5",
    "phone": "+351 917 654 321",
    "phone of the card": "+351918765432",
    "e-mail": "canary.mail@example.org",
    "forged token": "8" * 9 + ":" + "C" * 35,
}
"""What people type or send, by what it is."""
SURNAME = "Canarysurname"


class Canaries:
    """Everything that must turn up nowhere: name -> value, in each spelling it may take."""

    def __init__(self, settings: Settings) -> None:
        """Begins with the operator's secrets and what people will type."""
        self.known: dict[str, str] = {
            "bot token": settings.telegram_token.get_secret_value(),
            "secret half of the token": settings.telegram_token.get_secret_value().partition(":")[2],
            "webhook secret": settings.secret_of_webhook,
            "provider's secret": settings.oauth_google_secret.get_secret_value(),
            "encryption key": settings.secret_keys.get_secret_value(),
            **TYPED,
        }

    def add(self, name: str, *values: str) -> None:
        """Found on the way."""
        for number, value in enumerate(values):
            self.known[f"{name} {number}"] = value

    def found_in(self, where: str, content: bytes, *allowed: str) -> list[str]:
        """Whatever of them stands in the content, by name; `allowed` begin the names of those that may."""
        return [
            f"{name} in {where}: ...{content[max(0, place - 60) : place + 60]!r}"
            for name, value in self.known.items()
            if not name.startswith(allowed or ("\0",))
            for spelling in (spellings(value) if value else ())
            if (place := content.find(spelling)) >= 0
        ]


def spellings(value: str) -> set[bytes]:
    """As it is, in an address, in JSON, in a repr, in base64, and without blanks."""
    forms = {
        value,
        quote(value, safe=""),
        quote(value),
        json.dumps(value)[1:-1],
        repr(value)[1:-1],
        value.replace(" ", ""),
    }
    encoded = {base64.b64encode(value.encode()), base64.urlsafe_b64encode(value.encode())}
    return {one.encode() for one in forms} | {one.rstrip(b"=") for one in encoded}


class Recording(httpx.AsyncBaseTransport):
    """The way to the queue server, with every vt_token it issues remembered."""

    def __init__(self, inner: httpx.AsyncBaseTransport, issued: set[str]) -> None:
        self._inner, self._issued = inner, issued

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        body = await answer.aread()
        if b'"vt_token"' in body:
            # A spoilt answer issues nothing that the bot could read.
            with suppress(ValueError):
                self._remember(json.loads(body))
        return httpx.Response(
            answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body), request=request
        )

    def _remember(self, told: Any) -> None:
        for name, value in told.items() if isinstance(told, dict) else ():
            if name == "vt_token" and value:
                self._issued.add(value)
            self._remember(value)


class House(Stage):
    """A stage whose every secret is a canary."""

    def __init__(self, folder: Path) -> None:
        self.issued: set[str] = set()
        super().__init__(folder, webhook_secret=SecretStr(HOOK_SECRET))

    def _queue(self) -> httpx.AsyncBaseTransport:
        return Recording(self._transport(), self.issued)

    @property
    def settings(self) -> Settings:
        """The bot's."""
        return self._settings


@contextmanager
def logged(settings: Settings, form: str) -> Iterator[io.StringIO]:
    """Everything logged meanwhile, as the process would write it at DEBUG; the logging of the tests comes back afterwards."""
    root, written = logging.getLogger(), io.StringIO()
    handlers, level, stream = root.handlers[:], root.level, sys.stderr
    levels = {name: one.level for name, one in root.manager.loggerDict.items() if isinstance(one, logging.Logger)}
    sys.stderr = written
    try:
        logs.configure("DEBUG", form, settings.secrets())
        # The two neighbours live in this process, and print what they please.
        root.handlers[0].addFilter(lambda record: not record.name.startswith("sandbox"))
        yield written
    finally:
        sys.stderr = stream
        root.handlers[:], root.level = handlers, level
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    """Opened and closed."""
    one = House(folder)
    await one.open()
    try:
        yield one
    finally:
        await one.close()
