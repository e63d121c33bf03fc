"""What every short command needs: the settings, the parts built from them and closed afterwards, and faults as one sentence."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog
from telegram.error import InvalidToken, TelegramError

from bot import logs
from bot.app import Parts, build
from bot.running import StartError
from bot.settings import Settings, load, unknown_names
from tickets.errors import DatabaseUnavailable, QueueServerError


def read_settings() -> Settings:
    """The settings, with the log configured by them and a warning for every name that is none of ours."""
    settings = load()
    logs.configure(settings.log_level, settings.log_format, settings.secrets())
    for sentence in unknown_names():
        structlog.get_logger(__name__).warning(sentence)
    return settings


@asynccontextmanager
async def opened(settings: Settings | None = None) -> AsyncIterator[Parts]:
    """The parts for one short command. What a neighbour refuses comes out as `StartError` with one sentence."""
    parts = build(settings or read_settings())
    try:
        yield parts
    except InvalidToken:
        raise StartError("Telegram does not accept VTBOT_TELEGRAM_TOKEN", 78) from None
    except TelegramError as error:
        raise StartError(f"Telegram: {error.message}", 69) from None
    except QueueServerError as error:
        raise StartError(f"the queue server: {error}", 69) from None
    finally:
        await parts.application.bot.shutdown()
        for client in parts.clients:
            await client.aclose()
        await parts.database.dispose()


def complete(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end; of several faults at once the one an operator can act upon is raised."""
    try:
        asyncio.run(work)
    except BaseExceptionGroup as group:
        fault = next((one for one in group.exceptions if isinstance(one, StartError | DatabaseUnavailable)), None)
        raise fault or group from None
