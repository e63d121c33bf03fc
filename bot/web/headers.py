"""What every answer of ours carries: a strict content security policy, and who may show our pages in a frame."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.routing import BaseRoute
from starlette.types import Message, Receive, Scope, Send

from bot.settings import LOOPBACK, Settings

TELEGRAM = ("https://web.telegram.org", "https://*.telegram.org")
"""Telegram's own web clients show Mini Apps in a frame."""
YEAR = 31_536_000
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors "
)


def bare_headers(public_url: str = "") -> Mapping[str, str]:
    """For whatever says no more of itself: health, metrics, the webhook, and the refusals of the framework."""
    told = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    }
    return told | _secure(public_url)


class Guarded(Starlette):
    """An application none of whose answers leaves without these headers, the framework's own 404, 405 and 500 included.

    An answer that has a header of that name keeps its own.
    """

    def __init__(self, routes: Sequence[BaseRoute], guards: Mapping[str, str]) -> None:
        """`guards`: name -> value."""
        super().__init__(routes=routes)
        self._guards = guards

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, and add what is missing to the head of the answer."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._guards.items():
                    headers.setdefault(name, value)
            await send(message)

        await super().__call__(scope, receive, guarded)


def page_headers(settings: Settings) -> Mapping[str, str]:
    """For the sign-in page and its parts, which Telegram's web clients (and a sandbox on this machine) may frame."""
    return _headers(settings, " ".join((*TELEGRAM, *_sandbox(settings))))


def plain_headers(settings: Settings) -> Mapping[str, str]:
    """For pages that a browser opens by itself: nobody frames them."""
    return _headers(settings, "'none'")


def _headers(settings: Settings, framed_by: str) -> Mapping[str, str]:
    told = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": _POLICY + framed_by,
    }
    return told | _secure(settings.public_url)


def _secure(public_url: str) -> dict[str, str]:
    return {"Strict-Transport-Security": f"max-age={YEAR}"} if public_url.startswith("https://") else {}


def _sandbox(settings: Settings) -> tuple[str, ...]:
    """The sandbox's chat page, under each name that this machine has in a browser.

    It is where Telegram is, and where the queue is: something that records the traffic may stand before one of them.
    """
    if not LOOPBACK.match(settings.telegram_api_url):
        return ()
    addresses = [one for one in (settings.telegram_api_url, settings.queue_url) if LOOPBACK.match(one)]
    ports = dict.fromkeys(urlsplit(one).port or 80 for one in addresses)
    return tuple(f"http://{name}:{port}" for port in ports for name in ("127.0.0.1", "localhost"))
