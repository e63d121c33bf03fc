"""The first words, and those that help people who are lost: greeting, help, languages, privacy, old buttons and unknown text."""

from collections.abc import Mapping

from markupsafe import Markup, escape
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardRemove

from bot import callbacks as to
from bot.brand import Brand
from bot.i18n import Translator
from bot.views.screen import GRAVE, MAIN, Screen, button, clean, home, inline, lines, link


def welcome(
    t: Translator, brand: Brand, *, first_name: str = "", signed_in: bool, guest: bool = False, tickets: int = 0
) -> Screen:
    """The start: who we are, where the person stands, and the next thing to do."""
    name = clean(first_name)
    hello = t("<b>Hello, {name}!</b>", name=name) if name else t("<b>Hello!</b>")
    own = t(
        "This is {brand}. Take a ticket here, wait where you like, and I will tell you when you are called.",
        brand=clean(brand.name),
    )
    state: Markup | None = None
    if tickets:
        state = t.n("You hold {count} live ticket.", "You hold {count} live tickets.", tickets)
    elif signed_in:
        state = t("You are here as a guest.") if guest else t("You are signed in.")
    return Screen(
        lines(hello, escape(clean(brand.greeting_in(t.language), 500)) or own, state), _start(t, signed_in, tickets)
    )


def _start(t: Translator, signed_in: bool, tickets: int) -> InlineKeyboardMarkup:
    more = (button(t.plain("Language"), to.Languages()), button(t.plain("Help"), to.Help()))
    if not signed_in:
        return inline(
            button(t.plain("Carry on as a guest"), to.AsGuest(), MAIN), button(t.plain("Sign in"), to.SignIn()), more
        )
    mine = [button(t.plain("My tickets"), to.MyTickets())] if tickets else []
    return inline(
        button(t.plain("Take a ticket"), to.Where(), MAIN), mine, button(t.plain("My account"), to.Profile()), more
    )


def help_page(t: Translator, brand: Brand) -> Screen:
    """How it works, the commands, and who helps when this does not."""
    # The operator's own words keep their links.
    support = escape(clean(brand.support, 200))
    text = lines(
        t("<b>How it works</b>"),
        t("Choose a location and a service, and take a ticket. Its card in this chat follows the queue by itself."),
        t("You get a message shortly before you are called, and another one when you are called."),
        t("/new – take a ticket"),
        t("/tickets – your tickets"),
        t("/cancel – stop what you are doing, or give a ticket up"),
        t("/language – change the language"),
        t("/settings – your account and your warning"),
        t("/privacy – what is kept about you"),
        t("/export, /delete – have it sent to you, or deleted"),
        t("/logout – sign out"),
        t("Need help? {support}", support=support) if support else None,
    )
    return Screen(text, inline(button(t.plain("Take a ticket"), to.Where(), MAIN), home(t)))


def languages(t: Translator, current: str, choices: Mapping[str, str]) -> Screen:
    """`choices` is code -> the language's own name (`Translations.languages`)."""
    text = lines(
        t("<b>Language</b>"),
        t("I speak {language} with you now. Choose another one:", language=choices.get(current, current)),
    )
    column = [button(name if code != current else f"✓ {name}", to.SetLanguage(code)) for code, name in choices.items()]
    return Screen(text, inline(*column, home(t)))


def privacy(t: Translator, brand: Brand) -> Screen:
    """What is held, why and for how long; the operator's own policy; whom to ask; and the way to have it deleted."""
    # The operator's own words keep their links.
    support = escape(clean(brand.support, 200))
    text = lines(
        t("<b>Your privacy</b>"),
        t("Kept: your chat, your language, your sign-in (encrypted) and the tickets you take here."),
        t("Your position only sorts locations: it is used for half an hour, and deleted within three hours."),
        t("A typed password is deleted at once."),
        t("Finished tickets and their messages are deleted after 30 days. You can delete everything at any time."),
        t(
            "If you do not write here for a year and hold no live ticket, your sign-in and your choices are deleted too."
        ),
        t("The numbers of your messages are kept for 7 days and a technical log, which names nobody, for 14."),
        t("The queue gets your tickets, the details you give for your account, and the number of this chat."),
        escape(clean(brand.privacy_in(t.language), 2000)),
        t("Questions about your data? {support}", support=support) if support else None,
    )
    data = [button(t.plain("My data as a file"), to.Export()), button(t.plain("Delete my data"), to.AskDelete(), GRAVE)]
    return Screen(text, inline(_policy(t, brand), data, home(t)))


def ask_delete(t: Translator, brand: Brand, *, live_tickets: int = 0) -> Screen:
    """What deleting means, before it is done, and what it cannot reach."""
    text = lines(
        t("<b>Delete everything kept about you here?</b>"),
        t("Your sign-in, your choices and what is kept about your tickets are deleted. This cannot be undone."),
        t("Tickets you hold stay in the queue, but nothing in this chat will tell you when they are called.")
        if live_tickets
        else None,
        *_kept_elsewhere(t, brand),
    )
    sure = [button(t.plain("Delete my data"), to.Delete(), GRAVE), button(t.plain("Keep my data"), to.Home())]
    return Screen(text, inline(*sure, _policy(t, brand)))


def deleted(t: Translator, brand: Brand) -> Screen:
    """It is done; what the queue server keeps, and who may be asked about that."""
    text = lines(
        t("<b>Deleted.</b>"),
        t("Nothing about you is kept here any more. /start begins anew."),
        *_kept_elsewhere(t, brand),
    )
    policy = _policy(t, brand)
    return Screen(text, inline(policy) if policy else None)


def _kept_elsewhere(t: Translator, brand: Brand) -> tuple[Markup, Markup]:
    # The operator's own words keep their links.
    support = escape(clean(brand.support, 200))
    return (
        t("The queue itself keeps your account there, with the name, phone and e-mail you gave, and your tickets."),
        t("To have that deleted too, ask here: {support}", support=support)
        if support
        else t("To have that deleted too, ask the staff of the location."),
    )


def _policy(t: Translator, brand: Brand) -> list[InlineKeyboardButton]:
    return [link(t.plain("Privacy policy"), brand.privacy_url)] if brand.privacy_url else []


def stale(t: Translator) -> Screen:
    """A button of an old menu, or a forged one: politely, with a fresh menu."""
    text = lines(t("<b>That button is from an older menu.</b>"), t("Nothing was changed. Here is a fresh one:"))
    return Screen(text, menu(t))


def unknown_text(t: Translator) -> Screen:
    """Words nobody expected."""
    text = lines(
        t("<b>I did not understand that.</b>"),
        t("To find a location, send its name or town, or use the buttons:"),
    )
    return Screen(text, menu(t))


def menu(t: Translator) -> InlineKeyboardMarkup:
    """The ways on that are always there."""
    return inline(
        button(t.plain("Take a ticket"), to.Where(), MAIN),
        button(t.plain("My tickets"), to.MyTickets()),
        button(t.plain("Help"), to.Help()),
    )


def left(t: Translator) -> Screen:
    """/cancel left whatever was going on, and takes its reply keyboard away; tickets are another matter."""
    text = lines(
        t("<b>All right, I have stopped that.</b>"),
        t("Your tickets are unchanged."),
        t("/new – take a ticket"),
        t("/tickets – your tickets"),
    )
    return Screen(text, ReplyKeyboardRemove())
