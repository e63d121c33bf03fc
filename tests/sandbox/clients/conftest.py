"""The sandbox on a real socket, seen from outside, for every client library."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.sandbox.bot_api.conftest import address, app, clock
from tests.sandbox.bot_api.hands import Hands

__all__ = ["address", "app", "clock"]


@pytest.fixture
async def outside(address: str) -> AsyncIterator[Hands]:
    async with httpx.AsyncClient(base_url=address) as client:
        yield Hands(client)
