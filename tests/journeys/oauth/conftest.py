"""The town, the person and the browser of the journeys over a provider."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.journeys.town import Chat, Town
from tests.oidc.browsing import (
    RETURN,
    Browser,
    offering,
)
from tests.oidc.running import provider
from tickets.acting import Actor
from tickets.watching import Account

ANA = 1001


RUI = 2002


@pytest.fixture
async def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """A town whose bot offers a real provider."""
    async with provider("provider.mjs", RETURN) as running, offering(tmp_path, running.issuer, monkeypatch) as one:
        yield one


@pytest.fixture
async def ana(town: Town) -> Chat:
    """Somebody with the sign-in card before her."""
    chat = town.chat(ANA)
    await chat.says("/login")
    return chat


@pytest.fixture
async def browser(town: Town) -> AsyncIterator[Browser]:
    """Ana's own browser."""
    async with Browser(town) as one:
        yield one


async def account(town: Town) -> Account | None:
    """Who Ana's chat is signed in as."""
    return (await town.parts.services.people.meet(Actor(ANA, ANA), "")).account


def changed(url: str, **parameters: str | None) -> str:
    """The address with other parameters; None takes one away."""
    parts = urlsplit(url)
    told = {name: values[0] for name, values in parse_qs(parts.query).items()} | parameters
    return parts._replace(query=urlencode({name: value for name, value in told.items() if value is not None})).geturl()
