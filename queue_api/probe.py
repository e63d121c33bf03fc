"""First contact with a real server: which format and which token transport it speaks, with redacted samples of its answers.

It reads and signs in; it takes no ticket and changes nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

import httpx

from queue_api.client import VirtualTicket
from queue_api.redaction import redacted
from queue_api.settings import QueueSettings, TokenPlace
from queue_api.wire import answers, requests
from queue_api.wire.requests import Request
from queue_api.wire.verdict import Answer
from tickets.errors import QueueServerError
from tickets.model import Credentials

FORMATS = ("json", "JSON", "xml", "XML")
PLACES: tuple[TokenPlace, ...] = ("header", "bearer", "body", "query")
"""The ones that keep the token out of URLs first."""
PLACES_OF_A_NAME = frozenset({"header", "body", "query"})
NAMES = ("vt_token", "token")


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing tried; `detail` says what was wrong, in words for the operator that hold no secret."""

    setting: str
    """As in the settings table, for example "QUEUE_FORMAT=xml"."""
    works: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """An answer as it came, less what is private: ready for tests/samples."""

    operation: str
    format: str
    status: int
    content_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found. `settings` are the first that work; None where no format does."""

    settings: QueueSettings | None
    trials: tuple[Trial, ...]
    samples: tuple[RecordedAnswer, ...]
    token_proven: bool = False
    """Whether the token transport of `settings` was seen to work."""


Read = Callable[[Request, Answer], object]


async def probe(
    http: httpx.AsyncClient,
    settings: QueueSettings,
    credentials: Credentials | None = None,
    *,
    formats: Sequence[str] = FORMATS,
    names: Sequence[str] = NAMES,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Probed:
    """Try formats, then, with credentials, every transport of the vt_token, and signing in in each format; `http` stays the caller's.

    Raises nothing for what a server says; every fault is a `Trial` that did not work.
    """
    attempt = _Attempt(http, pause, credentials)
    speaking = [one for one in formats if await attempt.speaks(replace(settings, format=one))]
    if not speaking:
        return attempt.probed(None)
    proven: QueueSettings | None = None
    # Spellings of one format answer alike; the first of each stands for it where somebody has to sign in.
    for written in _of_each_format(speaking) if credentials else ():
        found = await attempt.signed(replace(proven or settings, format=written), names, proven is not None)
        proven = proven or found
    return attempt.probed(proven or replace(settings, format=speaking[0]), proven=proven is not None)


def _of_each_format(spellings: Sequence[str]) -> list[str]:
    """The first spelling of each."""
    first: dict[str, str] = {}
    for one in spellings:
        first.setdefault(one.lower(), one)
    return [*first.values()]


def _ways(settings: QueueSettings, names: Sequence[str]) -> list[QueueSettings]:
    """Every way for the token: first as the settings say, then by the settings' name, then by the others."""
    known = dict.fromkeys([settings.token_name, *names])
    ways = [settings, *(replace(settings, token_in=place, token_name=name) for name in known for place in PLACES)]
    first: dict[tuple[str, str], QueueSettings] = {}
    for way in ways:
        # A bearer has no name of its own, so that it is tried once.
        first.setdefault((way.token_in, way.token_name if way.token_in in PLACES_OF_A_NAME else ""), way)
    return [*first.values()]


class _Attempt:
    """Keeps the trials and samples of one probe."""

    def __init__(
        self, http: httpx.AsyncClient, pause: Callable[[float], Awaitable[None]], credentials: Credentials | None
    ) -> None:
        self._http = http
        self._pause = pause
        self._credentials = credentials or Credentials()
        self._secrets = [self._credentials.username, self._credentials.password, self._credentials.oauth_token]
        self._trials: list[Trial] = []
        self._samples: list[RecordedAnswer] = []

    async def speaks(self, settings: QueueSettings) -> bool:
        """Whether what needs no token can be read in that format."""
        setting = f"QUEUE_FORMAT={settings.format}"
        readings: list[tuple[Request, Read]] = [
            (requests.locations(), answers.all_locations),
            (requests.services(), answers.all_services),
            (requests.server_settings(), answers.server_settings),
        ]
        # Each is asked, so that there is a sample of each; the locations alone decide.
        read = [await self._try(settings, setting, request, reader) for request, reader in readings]
        return read[0] is not None

    async def signed(self, settings: QueueSettings, names: Sequence[str], known: bool) -> QueueSettings | None:
        """Sign in in that format and carry the token: as the settings say where that is `known`, else in every way there is.

        The first way that works, None where none does.
        """
        token = await self.sign_in(settings)
        if token is None:
            return None
        if known:
            return settings if await self.carries(settings, token) else None
        working = [way for way in _ways(settings, names) if await self.carries(way, token)]
        return working[0] if working else None

    async def sign_in(self, settings: QueueSettings) -> str | None:
        """A vt_token for the credentials."""
        found = await self._try(
            settings, f"QUEUE_FORMAT={settings.format} sign-in", requests.login(self._credentials), answers.vt_token
        )
        token = found[0] if found else None
        if isinstance(token, str):
            self._secrets.append(token)
            return token
        return None

    async def carries(self, settings: QueueSettings, token: str) -> bool:
        """Whether the customer is recognised by a token that travels so."""
        where = f"QUEUE_TOKEN_IN={settings.token_in} QUEUE_TOKEN_NAME={settings.token_name}"
        setting = f"QUEUE_FORMAT={settings.format} {where}"
        known = await self._try(settings, setting, requests.details(token), answers.details)
        if known is None:
            return False
        listed = await self._try(
            settings,
            setting,
            requests.tickets(token),
            lambda asked, told: answers.all_tickets(asked, told, settings.states),
        )
        return listed is not None

    async def _try(self, settings: QueueSettings, setting: str, request: Request, read: Read) -> tuple[object] | None:
        """Ask and read: what was read, in a tuple, or None; either way it is noted."""
        client = VirtualTicket(self._http, settings, pause=self._pause)
        try:
            answer = await client.exchange(request)
            # What cannot be read is the sample that helps most.
            self._keep(request, settings, answer)
            found = read(request, answer)
        except QueueServerError as error:
            self._trials.append(Trial(setting, works=False, detail=str(error)))
            return None
        self._trials.append(Trial(setting, works=True, detail=request.operation))
        return (found,)

    def _keep(self, request: Request, settings: QueueSettings, answer: Answer) -> None:
        kind = answer.headers.get("content-type", "")
        self._samples.append(RecordedAnswer(request.operation, settings.format, answer.status, kind, answer.body))

    def probed(self, settings: QueueSettings | None, *, proven: bool = False) -> Probed:
        """The outcome. Samples are redacted last, when every secret is known."""
        secrets = [secret for secret in self._secrets if secret]
        samples = [replace(sample, body=redacted(sample.body, secrets, sample.operation)) for sample in self._samples]
        # Several ways of asking get the same answer; a maintainer needs it once in each format.
        distinct: dict[tuple[object, ...], RecordedAnswer] = {}
        for one in samples:
            distinct.setdefault((one.operation, one.format.lower(), one.status, one.body), one)
        return Probed(settings, tuple(self._trials), tuple(distinct.values()), proven)
