"""What a person chooses for themselves: the language, when to be warned, and what they may read about us."""

from telegram import Update

from bot.callbacks import Help, Languages, Privacy, Profile, SetLanguage, WarnAhead
from bot.context import Context
from bot.views import answers, profile, welcome
from tickets.choices import warn_at


async def language(update: Update, context: Context) -> None:
    """/language."""
    del update
    await languages(context, Languages())


async def languages(context: Context, press: Languages) -> None:
    """The languages there are."""
    del press
    translations = context.services.translations
    await context.show(welcome.languages(context.t, context.t.language, translations.languages))


async def set_language(context: Context, press: SetLanguage) -> None:
    """Speak it from now on."""
    if press.language not in context.services.translations.languages:
        await languages(context, Languages())
        return
    told = await context.services.preferences.choose_language(context.actor, press.language)
    await context.meet_again()
    await context.services.mine.redraw(context.actor)
    await context.show(answers.language_chosen(context.t, told=told))


async def settings(update: Update, context: Context) -> None:
    """/settings."""
    del update
    await show_settings(context)


async def open_profile(context: Context, press: Profile) -> None:
    """The same by button."""
    del press
    await show_settings(context)


async def show_settings(context: Context) -> None:
    """What the person chose, here or elsewhere, and how to change it."""
    if await context.services.preferences.keep_in_step(context.actor):
        await context.meet_again()
    await show_choices(context, told=True)


async def show_choices(context: Context, *, told: bool) -> None:
    """As they are known here; `told`: the queue server has taken the last one."""
    known = context.known
    if known is not None:
        ahead = warn_at(known.person, known.account, context.services.warn_ahead)
        await context.show(profile.settings(context.t, known.account, ahead, can_keep=True, told=told))


async def warn_ahead(context: Context, press: WarnAhead) -> None:
    """Warn at this many ahead from now on."""
    told = await context.services.preferences.choose_warning(context.actor, press.ahead)
    await context.meet_again()
    await show_choices(context, told=told)


async def help_command(update: Update, context: Context) -> None:
    """/help."""
    del update
    await context.show(welcome.help_page(context.t, context.services.brand))


async def show_help(context: Context, press: Help) -> None:
    """The same by button."""
    del press
    await context.show(welcome.help_page(context.t, context.services.brand))


async def privacy_command(update: Update, context: Context) -> None:
    """/privacy, which Telegram's terms for bots ask for."""
    del update
    await context.show(welcome.privacy(context.t, context.services.brand))


async def show_privacy(context: Context, press: Privacy) -> None:
    """The same by button."""
    del press
    await context.show(welcome.privacy(context.t, context.services.brand))
