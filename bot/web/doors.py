"""Every door of our own pages, put together from the settings: the sign-in page, what it posts, and the way over providers."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx
from starlette.routing import Route

from bot.context import Entrance, Services
from bot.settings import Settings
from bot.web.headers import page_headers, plain_headers
from bot.web.oauth import AskInChat, OAuth
from bot.web.openid import OpenId, Provider
from bot.web.page import page_routes
from bot.web.sign_in import SignedIn, SignIn


@dataclass(frozen=True, slots=True)
class Chats:
    """How what happened on a page gets into the chat."""

    signed_in: SignedIn
    ask: AskInChat
    bot_username: Callable[[], str]
    """Known once Telegram has answered."""


def providers(settings: Settings) -> tuple[Provider, ...]:
    """The OpenID providers with an id and a secret; none without pages they could return to."""
    google, facebook = settings.oauth_google_secret, settings.oauth_facebook_secret
    told = (
        Provider("google", settings.oauth_google_issuer, settings.oauth_google_id, google.get_secret_value()),
        Provider("facebook", settings.oauth_facebook_issuer, settings.oauth_facebook_id, facebook.get_secret_value()),
    )
    return tuple(one for one in told if settings.public_url and one.client_id and one.client_secret)


def entrance(settings: Settings) -> Entrance:
    """What the chat may offer. Telegram itself takes https alone in buttons; a server of one's own takes this machine's pages too."""
    taken = settings.public_url.startswith("https://") or settings.telegram_api_url.startswith("http://")
    return Entrance(settings.public_url, tuple(one.name for one in providers(settings))) if taken else Entrance()


def doors(
    settings: Settings, services: Services, client: httpx.AsyncClient, chats: Chats, new_secret: Callable[[], str]
) -> tuple[Route, ...]:
    """The routes; none without PUBLIC_URL. `client` asks the providers and follows no redirects."""
    if not settings.public_url:
        return ()
    framed = page_headers(settings)
    sign_in = SignIn(services, settings.telegram_token.get_secret_value(), chats.signed_in, framed)
    page = page_routes(services.brand, services.translations, chats.bot_username, framed)
    known = {one.name: OpenId(one, client, services.now) for one in providers(settings)}
    oauth = OAuth(services, known, new_secret, chats.ask, chats.bot_username, plain_headers(settings))
    return (*page, *sign_in.routes(), *(oauth.routes() if known else ()))
