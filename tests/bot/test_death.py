"""kill -9 over real sockets: the next process answers people at once, whatever the dead one held in its hands."""

from pathlib import Path

import httpx

from tests.bot import processes
from tests.bot.processes import begin, end, environment, eventually, line, terminated

SOON = 15.0
"""Seconds from the start of the next process to an answer; the shortest lease that would have to run out is 30, the longest 90."""
ANA = 77


async def held(client: httpx.AsyncClient) -> bool:
    """Whether Telegram has the reply and does not answer, so that the update is still in the bot's hands."""
    calls = (await client.get("/play/calls", params={"since": 0})).json()["calls"]
    return any(one["method"] == "sendMessage" and one["status"] == "timeout" for one in calls)


async def said(client: httpx.AsyncClient, words: str) -> bool:
    """Whether the bot has said it."""
    chat = (await client.get("/play/messages", params={"chat_id": ANA})).json()
    return any(words in one.get("text", "") for one in chat["messages"] if one["from"]["is_bot"])


async def test_an_answer_comes_at_once_from_the_next_process(tmp_path: Path) -> None:
    """The dead process held the polling, and an update of this very chat: Telegram had not answered its reply yet."""
    async with (
        processes.sandbox(tmp_path) as town,
        httpx.AsyncClient(base_url=town, trust_env=False, timeout=10) as client,
    ):
        told = environment(tmp_path, town)
        first = await begin(tmp_path, told, "run")
        try:
            await line(first.stderr, "ready")
            slow = {"target": "telegram", "operation": "sendMessage", "kind": "timeout", "apply": "before", "count": 1}
            (await client.post("/play/fault", json=slow)).raise_for_status()
            (await client.post("/play/text", json={"chat_id": ANA, "text": "/start"})).raise_for_status()
            await eventually(lambda: held(client))
        finally:
            await end(first)
        (await client.post("/play/text", json={"chat_id": ANA, "text": "/help"})).raise_for_status()
        second = await begin(tmp_path, told, "run")
        try:
            await line(second.stderr, "ready")
            await eventually(lambda: said(client, "Hello"), SOON)
            await eventually(lambda: said(client, "How it works"), SOON)
            assert await terminated(second) == 0
        finally:
            await end(second)
