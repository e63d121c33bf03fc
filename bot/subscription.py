"""Tells Telegram where to deliver updates; the running bot and `vtbot webhook` say the same."""

from telegram.ext import ExtBot

from bot.intake import WANTED
from bot.settings import Settings, SettingsError
from bot.web.pages import HOOK


def address(settings: Settings) -> str:
    """The webhook's address as Telegram reaches it; `SettingsError` where we have none."""
    if not settings.public_url:
        raise SettingsError("VTBOT_PUBLIC_URL is not set; a webhook needs an address that Telegram can reach")
    return settings.public_url + HOOK


async def subscribe(bot: ExtBot[None], settings: Settings) -> str:
    """Have updates delivered to us, with the secret that proves them; answers the address. Raises `TelegramError`."""
    url = address(settings)
    await bot.set_webhook(url, secret_token=settings.secret_of_webhook, allowed_updates=WANTED)
    return url
