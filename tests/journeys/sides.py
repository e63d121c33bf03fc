"""One person's side of the same journey three ways: in one process, over sockets, and on the chat page; and the desks of a branch."""

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from typing import Any, Protocol, TypeVar

import httpx
from playwright.async_api import Locator, Page, expect

from tests.journeys.town import BRAGA, Town

PATIENCE = 60.0
"""Seconds that anything may take over sockets; a busy machine needs some of them."""
T = TypeVar("T")


class Side(Protocol):
    """What a person does and sees. Whatever is looked for is waited for; a button that is not shown cannot be pressed."""

    async def begins(self) -> None:
        """Press START."""
        ...

    async def says(self, text: str) -> None: ...
    async def presses(self, label: str) -> None:
        """Press the newest button that holds the label."""
        ...

    async def shares_position(self, label: str) -> None:
        """Share a position in Braga with the button of that label."""
        ...

    async def sees(self, *patterns: str) -> None:
        """Each is found in what the bot has said."""
        ...

    async def sees_none(self, label: str) -> None:
        """No button holds the label any more."""
        ...

    async def count(self, pattern: str) -> int:
        """In how many messages it is found."""
        ...

    async def offered(self, label: str) -> int:
        """How many buttons hold the label."""
        ...


class Told(ABC):
    """A side that acts by `/play`; how it waits for news differs."""

    def __init__(self, client: httpx.AsyncClient, chat_id: int, language: str) -> None:
        """`client` speaks to the sandbox."""
        self._client = client
        self.chat_id = chat_id
        self._language = language

    async def begins(self) -> None:
        await self._do("person", first_name="Ana", language_code=self._language)
        await self.says("/start")

    async def says(self, text: str) -> None:
        await self._do("text", text=text)

    async def presses(self, label: str) -> None:
        message_id, data = await self._until(lambda messages: button(messages, label), f"a button {label!r}")
        await self._do("press", message_id=message_id, data=data)

    async def shares_position(self, label: str) -> None:
        del label
        await self._do("location", latitude=BRAGA[0], longitude=BRAGA[1])

    async def sees(self, *patterns: str) -> None:
        for pattern in patterns:
            await self._until(partial(found, pattern), repr(pattern))

    async def sees_none(self, label: str) -> None:
        await self._until(lambda messages: None if button(messages, label) else True, f"no button {label!r}")

    async def count(self, pattern: str) -> int:
        return sum(bool(re.search(pattern, text)) for text in texts(await self._messages()))

    async def offered(self, label: str) -> int:
        return sum(label in text for _, text, _ in buttons(await self._messages()))

    async def _do(self, what: str, **facts: Any) -> None:
        answer = await self._client.post(f"/play/{what}", json={"chat_id": self.chat_id, **facts})
        assert answer.status_code == 200, answer.text

    async def _messages(self) -> list[dict[str, Any]]:
        answer = await self._client.get("/play/messages", params={"chat_id": self.chat_id})
        return list(answer.json()["messages"])

    async def _until(self, look: Callable[[list[dict[str, Any]]], T | None], wanted: str) -> T:
        try:
            async with asyncio.timeout(PATIENCE), aclosing(self._changes()) as changes:
                async for _ in changes:
                    seen = look(await self._messages())
                    if seen is not None:
                        return seen
        except TimeoutError:
            pass
        raise AssertionError(f"{wanted} is not seen in:\n" + "\n".join(texts(await self._messages())))

    @abstractmethod
    def _changes(self) -> AsyncGenerator[None, None]:
        """Once now, and after everything that may have changed the chat."""


class InProcess(Told):
    """In the test's own process, where time passes because somebody waits."""

    LONGEST = 240
    """Seconds of the hand clock that anything may take."""

    def __init__(self, town: Town, chat_id: int, language: str) -> None:
        """`town` with its clock."""
        super().__init__(town.play, chat_id, language)
        self._town = town

    async def _do(self, what: str, **facts: Any) -> None:
        await super()._do(what, **facts)
        await self._town.settle()

    async def _changes(self) -> AsyncGenerator[None, None]:
        yield
        for _ in range(self.LONGEST):
            await self._town.passes(1)
            yield


class OverSockets(Told):
    """Real processes: the sandbox tells when something has happened in the chat."""

    async def _changes(self) -> AsyncGenerator[None, None]:
        events = self._client.stream("GET", "/play/events", params={"chat_id": self.chat_id}, timeout=None)
        async with events as lines:
            # The first event is the chat as it stands.
            async for line in lines.aiter_lines():
                if line.startswith("event:"):
                    yield


class OnThePage:
    """Nothing but what the chat page shows."""

    def __init__(self, page: Page) -> None:
        """A page that has been opened."""
        self._page = page
        self._said = page.get_by_role("log", name="Conversation")

    async def begins(self) -> None:
        await self._page.get_by_role("button", name="START").click(timeout=PATIENCE * 1000)

    async def says(self, text: str) -> None:
        await self._page.get_by_role("combobox", name="Message").fill(text)
        await self._page.keyboard.press("Enter")

    async def presses(self, label: str) -> None:
        await self._button(label).last.click(timeout=PATIENCE * 1000)

    async def shares_position(self, label: str) -> None:
        await self._page.get_by_role("button", name=label).click(timeout=PATIENCE * 1000)
        await self._page.locator(".place-row").filter(has_text="Braga Central").click()
        await self._page.get_by_role("button", name="Share this position").click()

    async def sees(self, *patterns: str) -> None:
        for pattern in patterns:
            # Not what is hidden: the bot's description, which has left the page with the first message.
            wanted = re.compile(pattern)
            await expect(self._said).to_contain_text(wanted, use_inner_text=True, timeout=PATIENCE * 1000)

    async def sees_none(self, label: str) -> None:
        await expect(self._button(label)).to_have_count(0, timeout=PATIENCE * 1000)

    async def count(self, pattern: str) -> int:
        return await self._said.locator(".message").filter(has_text=re.compile(pattern)).count()

    async def offered(self, label: str) -> int:
        return await self._button(label).count()

    def _button(self, label: str) -> Locator:
        return self._said.locator("[data-press]").filter(has_text=label)


def texts(messages: list[dict[str, Any]]) -> list[str]:
    """What the bot has said, oldest first; without the joiners that nobody sees (bot.i18n.inert)."""
    return [one.get("text", "").replace("\u2060", "") for one in messages if one["from"]["is_bot"]]


def found(pattern: str, messages: list[dict[str, Any]]) -> bool | None:
    """True, or None."""
    return any(re.search(pattern, text) for text in texts(messages)) or None


def buttons(messages: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    """Message, text and data of every inline button, oldest first."""
    return [
        (message["message_id"], one["text"], one["callback_data"])
        for message in messages
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for one in row
        if "callback_data" in one
    ]


def button(messages: list[dict[str, Any]], label: str) -> tuple[int, str] | None:
    """Message and data of the newest button that holds the label."""
    every = [(message_id, data) for message_id, text, data in buttons(messages) if label in text]
    return every[-1] if every else None


class Branch:
    """Staff and walk-in customers of one location."""

    def __init__(self, client: httpx.AsyncClient, place: dict[str, Any]) -> None:
        """Use `open`."""
        self._client = client
        self._id = place["id"]
        self._services = {service["tag"]: service["id"] for service in place["services"]}

    @classmethod
    async def open(cls, client: httpx.AsyncClient, name: str) -> "Branch":
        """The location of that name."""
        places = (await client.get("/vt/api/json/locations/get")).json()["locations"]
        return cls(client, next(place for place in places if place["name"] == name))

    async def people_come(self, tag: str, count: int) -> None:
        """They take paper tickets."""
        await self._act("arrive", service_id=self._services[tag], count=count)

    async def calls_next(self, tag: str, desk: str) -> None:
        """Whoever is first in the queue of that service; whom the desk was serving is done."""
        await self._act("call", service_id=self._services[tag], desk=desk)

    async def ends(self, desk: str) -> None:
        """The customer there was served."""
        await self._act("end", desk=desk)

    async def states(self, tag: str) -> list[int]:
        """What became of every ticket of a service."""
        tickets = (await self._client.get("/play/tickets")).json()
        return [ticket["state"] for ticket in tickets if ticket["service"] == self._services[tag]]

    async def _act(self, act: str, **order: Any) -> None:
        answer = await self._client.post(f"/play/desk/{act}", json={"location_id": self._id, **order})
        assert answer.status_code == 200, answer.text
