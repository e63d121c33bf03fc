"""Tells Telegram where to deliver updates, and sees to it that it goes on doing so; the running bot and `vtbot webhook` say the same."""

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.intake import WANTED
from bot.replying import NONSENSE
from bot.settings import Settings, SettingsError
from bot.web.pages import HOOK
from tickets.ports import Clock

SHORTEST, LONGEST = 1.0, 60.0
"""Seconds between two tries."""
LOOK = 120.0
"""Seconds between two looks whether Telegram still delivers to us."""
log = structlog.get_logger(__name__)


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


class Subscription:
    """The webhook of a running bot: without it nobody is answered, and nothing else would show that."""

    def __init__(self, bot: ExtBot[None], settings: Settings, clock: Clock) -> None:
        """Nothing is asked yet."""
        self._bot = bot
        self.takentings = settings
        self._clock = clock
        self.taken = False
        """Whether Telegram delivers to us, as far as is known."""
        self.trouble = ""
        """Why no update may come, in a few words; empty where they do."""

    async def keep(self) -> None:
        """For ever: set it, again until Telegram takes it, and again where it is gone, since whoever polls with our token takes it away."""
        pause = SHORTEST
        while True:
            try:
                await self._assure()
            except NONSENSE as error:
                # One look that fails says nothing: Telegram delivers all the same.
                self.trouble = "" if self.taken else f"the webhook could not be set ({type(error).__name__})"
                words = error.message if isinstance(error, TelegramError) else ""
                log.error("the webhook could not be set or looked at", reason=type(error).__name__, words=words)
                await self._clock.sleep(pause)
                pause = min(2 * pause, LONGEST)
            else:
                self.trouble, pause = "", SHORTEST
                await self._clock.sleep(LOOK)

    async def _assure(self) -> None:
        if self.taken:
            told = await self._bot.get_webhook_info()
            if told.url == address(self.takentings):
                return
            log.error("the webhook was gone, or set to another address: does another program use this bot's token?")
        # Not before it is taken: an answer that was lost leaves the secret of before, and with it every update refused.
        self.taken = False
        await subscribe(self._bot, self.takentings)
        self.taken = True
