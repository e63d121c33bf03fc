"""What Telegram shows of the bot beforehand: written once, then only what changed, and never a reason not to serve."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats

from bot import profile
from bot.brand import Brand
from bot.routes import COMMANDS
from tests.journeys.town import Town, opened


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The sandbox's Telegram and a bot that has met it."""
    async with opened(tmp_path) as one:
        yield one
        # One test makes Telegram talk nonsense on purpose, which the judge of the traffic must not count.
        one.errors.clear()


async def test_it_is_written_once(town: Town) -> None:
    bot, translations = town.parts.application.bot, town.parts.services.translations
    # Commands, description and short description, for whoever speaks no language of ours and for Portuguese at least.
    assert await profile.apply(bot, Brand(), translations) >= 6
    assert await profile.apply(bot, Brand(), translations) == 0, "these methods are strongly limited"
    assert await profile.apply(bot, Brand(name="Another"), translations) >= 4
    assert await profile.apply(bot, Brand(name="Another"), translations) == 0


async def test_people_see_it_in_their_language(town: Town) -> None:
    bot, translations = town.parts.application.bot, town.parts.services.translations
    await profile.apply(bot, Brand(), translations)
    private = BotCommandScopeAllPrivateChats()
    english, other = await bot.get_my_commands(private), await bot.get_my_commands(private, "pt")
    assert [one.command for one in english] == [one.command for one in other]
    assert {one.command for one in english} == set(COMMANDS)
    assert [one.description for one in english] != [one.description for one in other]
    told = (await bot.get_my_description()).description
    assert told
    assert told != (await bot.get_my_description("pt")).description
    assert len((await bot.get_my_short_description()).short_description) <= 120


async def test_groups_are_offered_no_commands(town: Town) -> None:
    bot, groups = town.parts.application.bot, BotCommandScopeAllGroupChats()
    await bot.set_my_commands([BotCommand("old", "of an older program")], groups)
    await profile.apply(bot, Brand(), town.parts.services.translations)
    assert await bot.get_my_commands(groups) == ()


async def test_a_refusal_is_no_reason_not_to_serve(town: Town) -> None:
    for kind in ("500", "garbage"):
        await town.tell("fault", target="telegram", operation="setMyCommands", kind=kind, apply="before", count=1)
        assert await profile.apply(town.parts.application.bot, Brand(), town.parts.services.translations) == 0
    assert await profile.apply(town.parts.application.bot, Brand(), town.parts.services.translations) > 0
