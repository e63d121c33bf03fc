"""What Telegram shows of the bot before anybody writes to it: commands and descriptions, in every language we speak."""

import structlog
from telegram import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.ext import ExtBot

from bot.brand import Brand
from bot.i18n import Translations, Translator
from bot.views import commands

log = structlog.get_logger(__name__)


async def apply(bot: ExtBot[None], brand: Brand, translations: Translations) -> int:
    """Write what differs from what Telegram shows (these methods are strongly rate-limited); answers how many calls wrote.

    A refusal here is no reason not to serve people, so it is only logged.
    """
    written = 0
    try:
        for code in ["", *translations.languages]:
            t = translations.best(code or brand.default_language)
            written += await _commands(bot, t, code[:2])
            written += await _descriptions(bot, brand, t, code[:2])
        if await bot.get_my_commands(BotCommandScopeAllGroupChats()):
            await bot.delete_my_commands(BotCommandScopeAllGroupChats())
            written += 1
    except Exception as error:  # noqa: BLE001 -- nonsense in place of an answer makes the library raise whatever it trips over
        log.warning("the bot's profile could not be written", reason=type(error).__name__)
    return written


async def _commands(bot: ExtBot[None], t: Translator, code: str) -> int:
    wanted = tuple(BotCommand(name, words) for name, words in commands.menu(t))
    scope = BotCommandScopeAllPrivateChats()
    if tuple(await bot.get_my_commands(scope, code or None)) == wanted:
        return 0
    await bot.set_my_commands(wanted, scope, code or None)
    return 1


async def _descriptions(bot: ExtBot[None], brand: Brand, t: Translator, code: str) -> int:
    written = 0
    long, short = commands.description(t, brand), commands.short_description(t, brand)
    if (await bot.get_my_description(code or None)).description != long:
        await bot.set_my_description(long, code or None)
        written += 1
    if (await bot.get_my_short_description(code or None)).short_description != short:
        await bot.set_my_short_description(short, code or None)
        written += 1
    return written
