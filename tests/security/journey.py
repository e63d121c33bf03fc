"""The longest walk through the bot, with everything going wrong that may, and whatever was seen on the way."""

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import httpx

from bot.web.pages import SECRET_HEADER, metrics_page, pages
from tests.oidc.browsing import number_on
from tests.security.canaries import HOOK_SECRET, SURNAME, TYPED, Canaries, House
from tests.security.stage import OWNER, PUBLIC
from tickets.acting import Actor
from tickets.errors import TicketError


async def ready() -> Mapping[str, str]:
    """Healthy."""
    return {}


class Journey:
    """The walk, and everything that was seen on it."""

    def __init__(self, town: House, folder: Path) -> None:
        self.town, self.folder = town, folder
        self.canaries = Canaries(town.settings)
        self.ana = town.owner
        self.answers: list[bytes] = []
        self.raised: list[str] = []
        self._updates = 10**9
        application = pages(town.parts.hook, ready, list(town.parts.doors))
        transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
        self.web = httpx.AsyncClient(transport=transport, base_url=PUBLIC)

    async def walk(self) -> None:
        """All of it; the order matters only where a step needs what an earlier one made."""
        await self.as_a_guest()
        await self.by_name()
        await self.a_forgotten_password()
        await self.over_the_page()
        await self.over_a_provider()
        await self.by_webhook()
        await self.with_a_failing_queue()
        await self.with_a_fault_of_ours()
        await self.with_a_failing_database()

    async def as_a_guest(self) -> None:
        """A ticket, its call, and an account kept."""
        ana = self.ana
        await ana.says("/start")
        await ana.presses("guest")
        await ana.shares(41.5518, -8.4229)
        await ana.presses("Braga Central")
        await ana.presses("Customer Service")
        await ana.presses("Take ticket")
        ticket = (await self.town.ask("tickets"))[-1]
        await self.town.tell("desk/call", location_id=ticket["location"], ticket_id=ticket["id"], desk="3")
        await self.town.passes(10)
        async with self.town.parts.database.open_book() as book:
            guest = await book.accounts.get(OWNER)
        assert guest is not None
        self.canaries.add("guest's password", guest.password)
        await ana.says("/settings")
        await ana.presses("Keep my account")
        await ana.presses("Type it here")
        await ana.says("ana.canary")
        await ana.says(TYPED["kept password"])
        ana.sees("ana.canary")

    async def by_name(self) -> None:
        """A wrong password, the right one, and the profile."""
        ana, customer = self.ana, {"username": "maria", "first_name": "Maria", "last_name": SURNAME}
        told = {**customer, "password": TYPED["password"], "email": TYPED["e-mail"], "phone": TYPED["phone"]}
        await self.town.play.post("/vt/api/json/customer/register", json=told)
        for password in (TYPED["wrong password"], TYPED["password"]):
            await self.town.step(OWNER, "password", username="maria")
            await ana.says(password)
        ana.sees("signed in as Maria")
        await ana.says("/settings")
        await ana.presses("My details")
        ana.sees(SURNAME)
        await ana.presses("Phone")
        await self.town.tell("contact", chat_id=OWNER, user_id=OWNER, phone_number=TYPED["phone of the card"])
        await self.town.settle()
        await self.town.step(OWNER, "edit", field="email")
        await ana.says(TYPED["e-mail"])
        await ana.says("/export")

    async def a_forgotten_password(self) -> None:
        """By letter, typed in the chat."""
        ana = self.ana
        await ana.says("/reset")
        await ana.presses("Type it here")
        await ana.says(TYPED["e-mail"])
        letters = await self.town.ask("outbox")
        token = letters[-1]["token"]
        self.canaries.add("letter's code", token)
        await ana.says(f"/start r_{token}")
        await ana.presses("Type it here")
        await ana.says(TYPED["new password"])
        ana.sees("[Yy]our new password")

    async def over_the_page(self) -> None:
        """Our own page: open, sign in wrongly and rightly, and nonsense."""
        await self.ana.says("/login")
        card = next(m for m in reversed(self.ana.messages) if "web_app" in str(m.get("reply_markup")))
        told = await self.town.tell("web_app", chat_id=OWNER, message_id=card["message_id"], text="Sign in or register")
        init_data = parse_qs(urlsplit(told["url"]).fragment)["tgWebAppData"][0]
        self.canaries.add("initData hash", parse_qs(init_data)["hash"][0])
        self.canaries.add("initData", init_data)
        opened = await self.posts("open", initData=init_data)
        token = opened.json()["pass"]
        self.canaries.add("pass", token.partition(".")[2])
        for password in (TYPED["page password"], TYPED["new password"]):
            await self.posts("sign_in", **{"pass": token, "username": "maria", "password": password})
        await self.posts("open", initData=init_data + "x")
        await self.posts("renew", token="no-such-code-canary", password=TYPED["page password"])

    async def over_a_provider(self) -> None:
        """Out and back with a code, once well and once with a code that is no good."""
        for spoil in ("", "x"):
            await self.ana.says("/login")
            links = [
                b["url"]
                for m in self.ana.messages
                for row in m.get("reply_markup", {}).get("inline_keyboard", [])
                for b in row
                if "url" in b
            ]
            self.canaries.add(f"start pass{spoil}", parse_qs(urlsplit(links[-1]).query)["n"][0].partition(".")[2])
            begun = await self.web.get(links[-1].removeprefix(PUBLIC))
            assert begun.status_code == 302, begun.text
            self.canaries.add(f"cookie{spoil}", next(iter(self.web.cookies.jar)).value.partition(".")[2])  # type: ignore[union-attr]  # it was just set
            query = self.town.provider.agrees(begun.headers["location"])
            query = query.replace("code=", f"code={spoil}")
            answer = await self.web.get(f"/oauth/google/callback?{query}")
            self.answers.append(answer.content)
            await self.ana.look()
            if not spoil:
                self.ana.sees("Which number does your browser show")
                await self.ana.says(number_on(answer))
        self.canaries.add("of the provider", *self.town.provider.told)

    async def by_webhook(self) -> None:
        """An update with the secret, one with a wrong one, and one that is no JSON."""
        person = {"id": OWNER, "is_bot": False, "first_name": "Ana"}
        chat = {"id": OWNER, "type": "private"}
        message = {"message_id": 900, "date": 1, "chat": chat, "from": person, "text": TYPED["forged token"]}
        for secret, body in (
            (HOOK_SECRET, json.dumps({"update_id": 10**9, "message": message})),
            (HOOK_SECRET[:-1], "{}"),
            (HOOK_SECRET, TYPED["password"]),
        ):
            answer = await self.web.post("/telegram", content=body, headers={SECRET_HEADER: secret})
            self.answers.append(answer.content)
        await self.town.settle()
        # What cannot be read is put aside, and its text goes into no line either.
        await self.town.parts.intake.accept([{"update_id": 10**9 + 1, "message": {**message, "date": TYPED["phone"]}}])
        await self.town.settle()

    async def with_a_failing_queue(self) -> None:
        """Each kind of fault, with the errors' own texts looked at; bodies hold what was asked."""
        session = self.town.parts.services.session
        for kind in ("500", "502", "garbage", "html", "reset", "truncated"):
            await self.town.tell("fault", target="queue", kind=kind, apply="after", count=30)
            try:
                await session.with_password(Actor(OWNER, OWNER), f"maria{kind}", TYPED["password"])
            except TicketError as error:
                self.raised.append(f"{error!s} {error!r} {error.args} {error.__cause__!r} {error.__context__!r}")
            await self.ana.says("/tickets")
            self.town.sandbox.faults.reset()
        assert len(self.raised) == 6
        self.town.issued.discard("")

    async def with_a_fault_of_ours(self) -> None:
        """An exception in a handler that has everything at hand and quotes what it can name; Telegram's own nonsense, too."""
        parts, settings = self.town.parts, self.town.settings
        async with parts.database.open_book() as book:
            account = await book.accounts.get(OWNER)
        assert account is not None
        token, everything = settings.telegram_token.get_secret_value(), list(self.canaries.known.values())

        async def broken(*_: object) -> None:
            at_hand = everything
            told = {"password": TYPED["password"], "vt_token": account.vt_token, "phone": TYPED["phone"]}
            url = f"https://api.telegram.org/bot{token}/sendMessage {quote(token, safe='')} {HOOK_SECRET}"
            raise RuntimeError(
                f"{len(at_hand)} {account!r} {parts!r} {told} {json.dumps(told)} {url} {token.partition(':')[2]}"
            )

        route = next(one for one in parts.application.handlers[0] if "help" in getattr(one, "commands", ()))
        kept, before = route.callback, self.ana.last()
        route.callback = broken
        await self.ana.says("/help")
        route.callback = kept
        assert self.ana.last() != before, "something is said"
        await self.town.tell("fault", target="telegram", operation="sendMessage", kind="html", apply="before", count=3)
        await self.ana.says("/start")

    async def with_a_failing_database(self) -> None:
        """The database is taken away under a sign-in."""
        await self.town.parts.database.dispose()
        file = self.folder / "bot.db"
        kept = file.read_bytes()
        file.write_bytes(kept[:100] + b"\0" * 4000 + kept[4100:])
        try:
            await self.town.parts.services.session.with_password(Actor(OWNER, OWNER), "maria", TYPED["new password"])
        except TicketError as error:
            self.raised.append(f"{error!s} {error!r} {error.__cause__!s} {error.__cause__!r} {error.__context__!r}")
        await self.town.parts.database.dispose()
        file.write_bytes(kept)

    async def posts(self, path: str, **told: str) -> httpx.Response:
        """To the page."""
        answer = await self.web.post(f"/app/{path}", json=told)
        self.answers.append(answer.content)
        return answer

    async def pages_seen(self) -> bytes:
        """Health and metrics."""
        metrics = httpx.ASGITransport(app=metrics_page(self.town.parts.measures.render))
        async with httpx.AsyncClient(transport=metrics, base_url=PUBLIC) as client:
            seen = [(await client.get("/metrics")).content]
        ours = ("/healthz", "/readyz", "/app", "/app/words", "/nothing")
        return b"\n".join([*seen, *[(await self.web.get(path)).content for path in ours]])
