"""Signing in by a provider, in the person's own browser: off to the provider, back with a code, and the question in the chat.

Nothing is connected here. The start's pass is bound to a chat and good once; the cookie's pass binds the answer to the browser that began;
and a number, shown in this browser alone and typed in the chat, proves that one person has both before them.
"""

import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from telegram.error import TelegramError

from bot.context import Services
from bot.i18n import Translator
from bot.views import page as views
from bot.web.openid import OpenId, ProviderAway, Untrusted, Vouched
from tickets.acting import Actor
from tickets.conversation import Passed, digest
from tickets.errors import DatabaseUnavailable

FLOW = "flow"
LIFETIME = 600.0
"""Seconds at the provider."""
DIGITS = 6
"""Of the number: with three tries a stranger's chat guesses three in a million."""
_MESSAGE = Path(__file__).parent / "page" / "message.html"
_EMBEDDED = ("; wv)", "Telegram", "FBAN", "Instagram")
"""Parts of the names of browsers inside other apps, which providers turn away."""
log = structlog.get_logger(__name__)

AskInChat = Callable[[Actor, str, str, str], Awaitable[bool]]
"""(who, provider, the provider's token, the number that the browser shows): asks for that number; False where nobody is to be asked."""


class Stop(Exception):
    """This attempt ends here: a status and the message's key."""

    def __init__(self, status: int, message: str) -> None:
        """`message` is a key of `views.message`."""
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class OAuth:
    """The two routes a browser walks."""

    services: Services
    providers: Mapping[str, OpenId]
    new_secret: Callable[[], str]
    ask_in_chat: AskInChat
    bot_username: Callable[[], str]
    headers: Mapping[str, str]

    def routes(self) -> list[Route]:
        """Start and return, by provider."""
        return [
            Route("/oauth/{provider}/start", self._guarded(self._start), methods=["GET"]),
            Route("/oauth/{provider}/callback", self._guarded(self._callback), methods=["GET"]),
        ]

    @property
    def _secure(self) -> bool:
        return self.services.entrance.url.startswith("https://")

    @property
    def cookie(self) -> str:
        """`__Host-` ties the cookie to this very host; browsers take it with https only."""
        return "__Host-vt_oauth" if self._secure else "vt_oauth"

    def _guarded(
        self, act: Callable[[Request, OpenId], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            name = str(request.path_params["provider"])
            provider = self.providers.get(name)
            if provider is None:
                return self._say(request, 404, "old")
            try:
                # Whoever only looks whether the link lives does not use it up.
                return Response(headers=self.headers) if request.method == "HEAD" else await act(request, provider)
            except Stop as stop:
                status, message = stop.status, stop.message
            except Untrusted as error:
                log.warning("a provider's answer was not believed", provider=name, reason=str(error))
                status, message = 403, "doubtful"
            except (ProviderAway, DatabaseUnavailable, TelegramError) as error:
                log.warning("signing in by a provider came to nothing", provider=name, reason=type(error).__name__)
                status, message = 503, "away"
            return self._say(request, status, message)

        return guarded

    async def _start(self, request: Request, provider: OpenId) -> Response:
        """Off to the provider, with a cookie that binds the answer to this browser."""
        agent = request.headers.get("user-agent", "")
        if any(part in agent for part in _EMBEDDED):
            return self._say(request, 200, "browser")
        purpose, token = f"start_{provider.provider.name}", _one(request, "n")
        if await self.services.passes.look(purpose, token) is None:
            raise Stop(403, "old")
        state, verifier, nonce = self.new_secret(), self.new_secret(), self.new_secret()
        address = await provider.address(self._redirect_uri(provider), state, verifier, nonce)
        passed = await self.services.passes.redeem(purpose, token)
        if passed is None:
            raise Stop(403, "old")
        facts = {"provider": provider.provider.name, "state": digest(state), "verifier": verifier, "nonce": nonce}
        flow = await self.services.passes.issue(passed.actor, FLOW, LIFETIME, {**facts, **passed.facts})
        answer = RedirectResponse(address, 302, headers=dict(self.headers))
        answer.set_cookie(self.cookie, flow, max_age=int(LIFETIME), secure=self._secure, httponly=True, samesite="lax")
        return answer

    async def _callback(self, request: Request, provider: OpenId) -> Response:
        """Everything that binds the answer is checked, and used up, before the code is looked at."""
        passed = await self._own(request, provider)
        if not await provider.issued(_one(request, "iss") or None):
            raise Stop(403, "doubtful")
        if request.query_params.get("error") or not _one(request, "code"):
            raise Stop(400, "stopped")
        vouched = await provider.vouched(
            _one(request, "code"), self._redirect_uri(provider), passed.facts["verifier"], passed.facts["nonce"]
        )
        number = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if not await self.ask_in_chat(passed.actor, provider.provider.name, vouched.token, number):
            # Deleted while the provider was asked: no such attempt is known any more.
            raise Stop(403, "old")
        log.info("a provider vouched for somebody", provider=provider.provider.name)
        return self._show_number(request, provider, vouched, passed, number)

    async def _own(self, request: Request, provider: OpenId) -> Passed:
        """The flow this browser began with this provider, used up; `Stop` for any other."""
        token, state = request.cookies.get(self.cookie, ""), _one(request, "state")
        passed = await self.services.passes.look(FLOW, token)
        fits = (
            passed is not None
            and passed.facts["provider"] == provider.provider.name
            and hmac.compare_digest(passed.facts["state"], digest(state))
        )
        if not fits or await self.services.passes.redeem(FLOW, token) is None or passed is None:
            raise Stop(403, "old")
        return passed

    def _redirect_uri(self, provider: OpenId) -> str:
        return f"{self.services.entrance.url}/oauth/{provider.provider.name}/callback"

    def _say(self, request: Request, status: int, message: str) -> Response:
        """A small page in the browser's language; where the attempt is over, the cookie goes."""
        t = self._words(request)
        title, text = views.message(t, message)
        here = f"{self.services.entrance.url}{request.url.path}?{request.url.query}"
        back = f"https://t.me/{self.bot_username()}"
        address, way = (here, views.copy_link(t)) if message == "browser" else (back, views.back(t))
        answer = self._page(t, status, title=title, text=text, more="", address=address, way=way)
        # A link of somebody else's must not end what this browser has begun.
        if message not in ("browser", "old"):
            self._end(answer)
        return answer

    def _show_number(
        self, request: Request, provider: OpenId, vouched: Vouched, passed: Passed, number: str
    ) -> Response:
        """Who signed in, which chat asks for the number, and what to think of it when somebody else sent the link."""
        t = self._words(request)
        page = views.number(
            t, self.services.brand, provider.provider.name, vouched.name, passed.facts.get("chat", ""), number
        )
        answer = self._page(t, 200, **page, address=f"https://t.me/{self.bot_username()}", way=views.back(t))
        self._end(answer)
        return answer

    def _words(self, request: Request) -> Translator:
        told = [part.partition(";")[0] for part in request.headers.get("accept-language", "")[:200].split(",")]
        return self.services.translations.best(*told, self.services.brand.default_language)

    def _page(self, t: Translator, status: int, **parts: str) -> Response:
        template = Markup(_MESSAGE.read_text("utf-8"))  # noqa: S704 -- our own file; what is put in is escaped
        body = template.format(language=t.language.replace("_", "-"), direction=t.locale.text_direction, **parts)
        return HTMLResponse(str(body), status, headers=dict(self.headers))

    def _end(self, answer: Response) -> None:
        answer.delete_cookie(self.cookie, secure=self._secure, httponly=True, samesite="lax")


def _one(request: Request, name: str) -> str:
    """A parameter that stands there once; empty otherwise."""
    told = request.query_params.getlist(name)
    return told[0] if len(told) == 1 else ""
