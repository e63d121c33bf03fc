"""Looks at everything the bot needs and says in one line each what is well, what is wrong, and how to mend it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx
from telegram.error import InvalidToken, TelegramError

from bot.app import Parts
from bot.settings import unknown_names
from bot.web.pages import HOOK
from tickets.errors import DatabaseUnavailable, OfAnotherBot, QueueServerError

MOST_SKEW = 3.0
"""Seconds between two clocks; a Date header is a whole second, and the answer took some time."""
DATE_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `mend` is empty where nothing is to be done."""

    name: str
    well: bool
    words: str
    mend: str = ""

    def __str__(self) -> str:
        """The line people read."""
        mending = f" -- {self.mend}" if self.mend else ""
        return f"{'ok   ' if self.well else 'WRONG'}  {self.name}: {self.words}{mending}"


async def examine(parts: Parts) -> list[Finding]:
    """Every finding, in an order in which a fault explains those after it. Raises nothing that a neighbour does."""
    checks: Sequence[Callable[[Parts], Awaitable[Finding]]] = (
        _settings,
        _brand,
        _languages,
        _database,
        _telegram,
        _webhook,
        _queue,
        _locations,
        _telegram_clock,
        _queue_clock,
    )
    return [await check(parts) for check in checks]


async def _settings(parts: Parts) -> Finding:
    strange = unknown_names()
    keeps = "SQLite" if parts.settings.database_url.get_secret_value().startswith("sqlite") else "PostgreSQL"
    words = "; ".join(strange) or f"read; the database is {keeps}"
    return Finding("settings", not strange, words, "correct or remove the name" if strange else "")


async def _brand(parts: Parts) -> Finding:
    file, brand = parts.settings.brand_file, parts.services.brand
    words = f"{brand.name}, from {file}" if file.exists() else f"no {file}, so the defaults serve as {brand.name}"
    return Finding("brand", well=True, words=words)


async def _languages(parts: Parts) -> Finding:
    spoken, brand = parts.services.translations.languages, parts.services.brand
    missing = sorted({*brand.languages, brand.default_language} - set(spoken))
    if missing:
        return Finding(
            "languages",
            well=False,
            words=f"there is no catalogue for {', '.join(missing)}",
            mend="take them out of the brand file, or add locales/<code>",
        )
    return Finding("languages", well=True, words=", ".join(spoken))


async def _database(parts: Parts) -> Finding:
    try:
        await parts.database.check()
    except OfAnotherBot as error:
        return Finding("database", well=False, words=str(error), mend="see VTBOT_DATABASE_URL and VTBOT_TELEGRAM_TOKEN")
    except DatabaseUnavailable as error:
        mend = "see VTBOT_DATABASE_URL and VTBOT_SECRET_KEYS; `vtbot db upgrade` makes the tables"
        return Finding("database", well=False, words=str(error), mend=mend)
    return Finding("database", well=True, words="written to, and every key it needs is there")


async def _telegram(parts: Parts) -> Finding:
    bot = parts.application.bot
    try:
        await bot.initialize()
    except InvalidToken:
        mend = "copy VTBOT_TELEGRAM_TOKEN anew from @BotFather"
        return Finding("Telegram", well=False, words="the token is not accepted", mend=mend)
    except TelegramError as error:
        mend = "see VTBOT_TELEGRAM_API_URL and this machine's way out"
        return Finding("Telegram", well=False, words=error.message, mend=mend)
    return Finding("Telegram", well=True, words=f"this is @{bot.username}")


async def _webhook(parts: Parts) -> Finding:
    settings = parts.settings
    try:
        told = await parts.application.bot.get_webhook_info()
    except TelegramError as error:
        return Finding("updates", well=False, words=error.message, mend="mend Telegram first")
    wanted = settings.public_url + HOOK if settings.by_webhook else ""
    if told.url != wanted:
        words = f"Telegram delivers to {told.url or 'nobody'}, the settings say {wanted or 'that the bot asks'}"
        return Finding("updates", well=False, words=words, mend="`vtbot run` puts it right when it starts")
    if told.last_error_message and told.pending_update_count:
        words = f"{told.pending_update_count} wait; Telegram's last trouble: {told.last_error_message}"
        return Finding("updates", well=False, words=words, mend="is VTBOT_PUBLIC_URL reachable from outside?")
    how = f"delivered to {wanted}" if wanted else "asked for by the bot"
    return Finding("updates", well=True, words=f"{how}, {told.pending_update_count} wait")


async def _queue(parts: Parts) -> Finding:
    try:
        told = await parts.server.settings()
    except QueueServerError as error:
        mend = "see VTBOT_QUEUE_URL, VTBOT_QUEUE_FORMAT and VTBOT_QUEUE_CA_FILE"
        return Finding("queue server", well=False, words=str(error), mend=mend)
    return Finding("queue server", well=True, words=f"answers settings/get with {len(told)} settings")


async def _locations(parts: Parts) -> Finding:
    try:
        every = await parts.services.find.all()
    except QueueServerError as error:
        return Finding("locations", well=False, words=str(error), mend="mend the queue server first")
    if not every:
        return Finding("locations", well=False, words="none", mend="see location_filter in the brand file")
    placed = sum(one.coordinates is not None for one in every)
    return Finding("locations", well=True, words=f"{len(every)}, {placed} of them with a position")


async def _telegram_clock(parts: Parts) -> Finding:
    return await _clock(parts, "clock against Telegram", parts.clients.pushes, parts.settings.telegram_api_url)


async def _queue_clock(parts: Parts) -> Finding:
    return await _clock(parts, "clock against the queue server", parts.clients.queue, parts.settings.queue_url)


async def _clock(parts: Parts, name: str, client: httpx.AsyncClient, url: str) -> Finding:
    """Compare our clock with the Date header of whatever page the server has there; its body is not read."""
    try:
        async with client.stream("GET", url, timeout=DATE_TIMEOUT) as answer:
            told = answer.headers.get("date", "")
        skew = parts.clock.now() - parsedate_to_datetime(told).timestamp()
    except httpx.HTTPError as error:
        return Finding(name, well=False, words=type(error).__name__, mend="mend the server or the way to it first")
    except ValueError:
        return Finding(name, well=True, words="not told")
    words = f"{abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}" if abs(skew) >= 1 else "the same"
    if abs(skew) > MOST_SKEW:
        return Finding(name, well=False, words=words, mend="let this machine keep its time by NTP")
    return Finding(name, well=True, words=words)
