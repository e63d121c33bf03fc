"""Four people before the real bot: the owner of a ticket, somebody else, a group both are in, and a stranger without an account."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from bot.app import Neighbours, Parts, build
from bot.callbacks import ref
from tests.journeys.town import Town
from tests.security.provider import Vouching
from tickets.acting import Actor
from tickets.watching import Step

PUBLIC = "http://127.0.0.1:8088"
ISSUER = "http://127.0.0.1:9099"
PASSWORD, SECOND = "Owner's-own-pass", "rui.second"
OWNER, OTHER, STRANGER, GROUP = 101, 202, 303, -1_000_000_000_404
SURNAME, EMAIL, PHONE = "Vasconcelos", "ana.private@example.org", "+351911222333"
"""The owner's alone: nobody else may ever see these."""
LATER = 600.0


@dataclass(frozen=True, slots=True)
class Refs:
    """What the owner's buttons refer to: her ticket, its place, and another place with a service she holds nothing of."""

    ticket: str
    location: str
    service: str
    elsewhere: str
    service_there: str
    town: str


class Stage(Town):
    """The people and what each of them holds; `held` and `seen` are compared before and after every act."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        """A bot with pages and one provider; `settings` override the others."""
        self.provider = Vouching(ISSUER, "bot-at-provider", "provider-client-secret")
        super().__init__(
            folder,
            public_url=PUBLIC,
            oauth_google_id=self.provider.client_id,
            oauth_google_secret=SecretStr(self.provider.client_secret),
            oauth_google_issuer=ISSUER,
            **settings,
        )
        self.owner, self.other = self.chat(OWNER, "Ana"), self.chat(OTHER, "Bob")
        self.stranger = self.chat(STRANGER, "Eve")
        self.owners_ticket = ""
        self._customers: dict[int, set[str]] = {}
        """Chat -> everybody it ever was at the queue server, so that nobody is lost sight of by signing out."""

    def _build(self) -> Parts:
        around = Neighbours(
            self.clock,
            telegram=self._transport,
            queue=self._queue,
            oauth=lambda: httpx.ASGITransport(app=self.provider.application(self.clock.now)),
            jitter=lambda: 0.5,
        )
        return build(self._settings, around)

    def _queue(self) -> httpx.AsyncBaseTransport:
        """The way to the queue server."""
        return self._transport()

    async def prepare(self) -> Refs:
        """Everybody takes their place. The owner is signed in by name, the other person is a guest."""
        customer = {"username": "ana.private", "password": PASSWORD, "first_name": "Ana", "last_name": SURNAME}
        contact = {"email": EMAIL, "phone": PHONE}
        await self.play.post("/vt/api/json/customer/register", json={**customer, **contact})
        second = {"username": SECOND, "password": PASSWORD, "first_name": "Rui"}
        await self.play.post("/vt/api/json/customer/register", json=second)
        for one in (self.owner, self.other, self.stranger):
            await one.says("/start")
        await self.tell("group", chat_id=GROUP, title="Office", members=[OTHER, OWNER], administrator=True)
        await self.tell("text", chat_id=GROUP, text="/start", from_id=OTHER)
        await self.settle()
        services, owner = self.parts.services, Actor(OWNER, OWNER)
        await services.session.with_password(owner, "ana.private", PASSWORD)
        await services.session.as_guest(Actor(OTHER, OTHER))
        here, there = [one for one in await services.find.all() if one.name in ("Braga Central", "Porto Baixa")]
        offer = await services.take.offer(owner, here, here.services[0])
        taken = await services.take.take(owner, offer, key="setting")
        self.owners_ticket = taken.watch.ticket.id
        return Refs(
            ref(self.owners_ticket),
            ref(here.id),
            ref(here.services[0].id),
            ref(there.id),
            ref(there.services[0].id),
            ref(here.city),
        )

    async def refresh(self) -> None:
        """The newest message of everybody is one that no button leads to, so that whatever is answered shows."""
        for one in (self.owner, self.other, self.stranger):
            await one.says("/nonsense")

    async def step(self, chat_id: int, name: str, **data: str) -> None:
        """Put somebody into the middle of something."""
        async with self.parts.database.open_book() as book:
            await book.steps.put(Step(chat_id, name, data, self.clock.now() + LATER))
            await book.commit()

    async def held(self, chat_id: int) -> Mapping[str, Any]:
        """What our database and the queue's truth hold on a chat, by aspect."""
        async with self.parts.database.open_book() as book:
            person, account = await book.people.get(chat_id), await book.accounts.get(chat_id)
            step = await book.steps.get(chat_id, self.clock.now())
            watches = await book.watches.of(chat_id, live=False)
        ours: dict[str, Any] = {
            "person": person and (person.language, person.warn_ahead, person.reachable),
            "account": account and (account.customer_id, account.vt_token, account.guest),
            "step": (step.name, dict(step.data)) if step is not None and (step.name or step.data) else None,
            "watches": [(one.ticket.id, one.live, one.acknowledged, one.ticket.phase) for one in watches],
        }
        if account is not None:
            self._customers.setdefault(chat_id, set()).add(account.customer_id)
        return ours | self._at_the_queue(self._customers.get(chat_id, set()))

    def _at_the_queue(self, customers: set[str]) -> dict[str, Any]:
        office = self.sandbox.parts["queue"].office  # type: ignore[attr-defined]  # the truth, which no client can read
        mine = [one for one in office.people.customers.values() if one.id in customers]
        return {
            "customer": [(one.username, one.password, one.email, one.phone, one.last_name) for one in mine],
            "choices": [(one.preferred_language, one.ticket_warning) for one in mine],
            "tickets": [(one.id, int(one.state)) for one in office.tickets.values() if one.customer_id in customers],
        }

    async def seen(self, chat_id: int) -> dict[int, str]:
        """What the bot shows in a chat: message id -> its words, with what is no text named in brackets."""
        told = await self.ask("messages", chat_id=chat_id)
        return {
            m["message_id"]: m.get("text") or " ".join(f"[{kind}]" for kind in sorted(m)) + m.get("caption", "")
            for m in told["messages"]
            if m["from"]["is_bot"]
        }


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[tuple[Stage, Refs]]:
    """A stage, set and cleared away."""
    stage = Stage(folder)
    await stage.open()
    try:
        yield stage, await stage.prepare()
    finally:
        await stage.close()


def newly(before: Mapping[int, str], after: Mapping[int, str]) -> str:
    """What appeared or changed in a chat."""
    return "\n".join(text for number, text in after.items() if before.get(number) != text)
