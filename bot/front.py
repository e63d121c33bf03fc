"""python-telegram-bot's application as we use it: built with our routes, fed with raw updates, and able to reach the operator."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import httpx
from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes
from telegram.request import HTTPXRequest

from bot import routes
from bot.alarms import Say
from bot.context import BotApplication, Context, Services
from bot.handlers.trouble import undone
from bot.patience import Patience
from bot.settings import Settings
from tickets.errors import DatabaseUnavailable
from tickets.ports import Clock

Transport = Callable[[], httpx.AsyncBaseTransport | None]


def application(
    settings: Settings, services: Services, transports: Transport, clock: Clock, haste: float
) -> BotApplication:
    """The application with its routes. `transports` gives each request object one of its own, None for the network."""

    def request() -> HTTPXRequest:
        kwargs: dict[str, Any] = {"trust_env": False}
        other = transports()
        if other is not None:
            kwargs["transport"] = other
        return HTTPXRequest(
            connection_pool_size=64,
            pool_timeout=10,
            read_timeout=15 / haste,
            connect_timeout=5,
            httpx_kwargs=kwargs,
        )

    builder = ApplicationBuilder().application_class(BotApplication, {"services": services})
    built = (
        builder.token(settings.telegram_token.get_secret_value())
        .base_url(f"{settings.telegram_api_url}/bot")
        .base_file_url(f"{settings.telegram_api_url}/file/bot")
        .request(request())
        .get_updates_request(request())
        .rate_limiter(Patience(clock))
        .context_types(ContextTypes(context=Context))
        .concurrent_updates(256)
        .updater(None)
        .job_queue(None)
        .build()
    )
    # The builder's types cannot express the class it was given.
    if not isinstance(built, BotApplication):
        raise TypeError("the builder made another application")
    routes.install(built)
    return built


def handler(application: BotApplication) -> Callable[[dict[str, Any]], Any]:
    """What the worker hands raw updates to."""

    async def handle(raw: Mapping[str, Any]) -> None:
        """Read one update and let the routes have it; raises what must make the update be handled again."""
        troubles: list[DatabaseUnavailable] = []
        token = undone.set(troubles)
        try:
            await application.process_update(Update.de_json(dict(raw), application.bot))
        finally:
            undone.reset(token)
        if troubles:
            raise troubles[0]

    return handle


def operator(application: BotApplication, chat_id: int | None) -> Say | None:
    """How words reach the operator's chat; None where none is set."""
    return None if chat_id is None else partial(application.bot.send_message, chat_id)
