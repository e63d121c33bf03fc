"""python-telegram-bot's application as we use it: built with our routes, fed with raw updates, and able to reach the operator."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes

from bot import routes
from bot.alarms import Say
from bot.context import BotApplication, Context, Services
from bot.handlers.trouble import undone
from bot.patience import Patience
from bot.replying import BoundedRequest, Transport
from bot.settings import Settings
from bot.throttle import Seldom
from tickets.errors import DatabaseUnavailable
from tickets.ports import Clock


def application(
    settings: Settings, services: Services, transports: Transport, clock: Clock, haste: float, patience: Patience
) -> BotApplication:
    """The application with its routes. `transports` gives each request object one of its own, None for the network."""
    builder = ApplicationBuilder().application_class(BotApplication, {"services": services, "groups": Seldom(clock)})
    built = (
        builder.token(settings.telegram_token.get_secret_value())
        .base_url(f"{settings.telegram_api_url}/bot")
        .base_file_url(f"{settings.telegram_api_url}/file/bot")
        .request(BoundedRequest(transports(), haste))
        .get_updates_request(BoundedRequest(transports(), haste))
        .rate_limiter(patience)
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
