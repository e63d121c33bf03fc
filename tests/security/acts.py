"""How anybody does any one thing: a command, a forged button, words in the middle of something, or another kind of message."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.callbacks import Callback
from tests.security.stage import OWNER, STRANGER, Refs, Stage


@dataclass(frozen=True, slots=True)
class Command:
    """One command, as typed."""

    text: str
    prepared = False

    async def prepare(self, stage: Stage, refs: Refs) -> None:
        """Nothing goes before."""

    async def do(self, stage: Stage, refs: Refs, chat_id: int, from_id: int) -> None:
        """Type it."""
        del refs
        await stage.tell("text", chat_id=chat_id, text=self.text, from_id=from_id)


@dataclass(frozen=True, slots=True)
class Press:
    """A button that refers to what is the owner's, forged wherever it is not shown."""

    make: Callable[[Refs], Callback]
    step: Mapping[str, str] = field(default_factory=dict)
    """What the owner told before."""
    called: bool = False
    """Whether the owner's ticket was called before."""

    @property
    def prepared(self) -> bool:
        """Whether the owner has to be brought anywhere first."""
        return bool(self.step) or self.called

    async def prepare(self, stage: Stage, refs: Refs) -> None:
        """Bring the owner to where the button is offered."""
        del refs
        await stage.refresh()
        if self.step:
            await stage.step(OWNER, "", **self.step)
        if self.called:
            ticket = next(one for one in await stage.ask("tickets") if one["id"] == stage.owners_ticket)
            await stage.tell("desk/call", location_id=ticket["location"], ticket_id=ticket["id"], desk="1")
            await stage.passes(5)

    async def do(self, stage: Stage, refs: Refs, chat_id: int, from_id: int) -> None:
        """Press it on the newest message of the bot."""
        newest = max(await stage.seen(chat_id))
        data = self.make(refs).pack()
        await stage.tell("press", chat_id=chat_id, message_id=newest, data=data, from_id=from_id, force=True)


@dataclass(frozen=True, slots=True)
class Typed:
    """Words typed while the owner, and the stranger, are in the middle of something; nobody else is."""

    step: str
    text: str
    data: Mapping[str, str] = field(default_factory=dict)
    prepared = True

    async def prepare(self, stage: Stage, refs: Refs) -> None:
        """Bring them there."""
        del refs
        for chat_id in (OWNER, STRANGER):
            await stage.step(chat_id, self.step, **self.data)

    async def do(self, stage: Stage, refs: Refs, chat_id: int, from_id: int) -> None:
        """Type the words."""
        del refs
        await stage.tell("text", chat_id=chat_id, text=self.text, from_id=from_id)


@dataclass(frozen=True, slots=True)
class Sent:
    """Another kind of message: `what` as /play takes it."""

    what: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    step: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    prepared = True

    async def prepare(self, stage: Stage, refs: Refs) -> None:
        """Bring the owner to where such a message is waited for."""
        del refs
        if self.step:
            await stage.step(OWNER, self.step, **self.data)

    async def do(self, stage: Stage, refs: Refs, chat_id: int, from_id: int) -> None:
        """Send it."""
        del refs
        if self.what == "edit":
            await self._write_and_edit(stage, chat_id, from_id)
        elif self.what == "press":
            newest = max(await stage.seen(chat_id))
            await stage.tell("press", chat_id=chat_id, from_id=from_id, message_id=newest, force=True, **self.facts)
        else:
            await stage.tell(self.what, chat_id=chat_id, from_id=from_id, **self.facts)

    async def _write_and_edit(self, stage: Stage, chat_id: int, from_id: int) -> None:
        told = await stage.tell("text", chat_id=chat_id, text="Lisboa", from_id=from_id)
        await stage.settle()
        await stage.tell("edit", chat_id=chat_id, message_id=told["message"]["message_id"], **self.facts)


Act = Command | Press | Typed | Sent
