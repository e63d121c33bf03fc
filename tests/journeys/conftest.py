"""A town for each journey."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.town import Town, opened


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The bot between the sandbox's two servers."""
    async with opened(tmp_path) as one:
        yield one
