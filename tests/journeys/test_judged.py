"""What journeys in one process say to Telegram, and hear from it, is judged; the judge is third-party and may be absent."""

from pathlib import Path

import httpx
import pytest

from tests import botapi
from tests.journeys.town import TOKEN, opened


async def test_the_judge_hears_both_sides_and_can_find_fault(tmp_path: Path) -> None:
    """Every journey fails on the first error that its town has collected, so here one is made on purpose."""
    if botapi.conform() is None:
        pytest.skip(botapi.ABSENT)
    async with opened(tmp_path) as town:
        ana = town.chat(1)
        await ana.says("/start")
        await ana.presses("guest")
        assert {"getMe", "getUpdates", "sendMessage", "answerCallbackQuery", "editMessageText"} <= town.judged
        assert town.errors == []
        pushes: httpx.AsyncClient = town.parts.clients.pushes
        await pushes.post(f"http://sandbox/bot{TOKEN}/sendMessage", json={"chat_id": 1})
        assert ("sendMessage", "request.missing") in [(method, code) for method, _, code, *_ in town.errors]
        town.errors.clear()
