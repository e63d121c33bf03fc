"""Signing in and out: as a guest, with a user name and password typed here, and again when the sign-in has run out."""

from collections.abc import Mapping

from markupsafe import Markup
from telegram import ForceReply, InlineKeyboardMarkup

from bot import callbacks as to
from bot.brand import Brand
from bot.i18n import Translator
from bot.views.page_cards import type_here
from bot.views.screen import GRAVE, MAIN, Screen, app, button, clean, home, inline, lines, link
from bot.views.vouching import PROVIDERS


def choose_way(t: Translator, brand: Brand) -> Screen:
    """Carry on as a guest or sign in: needed before a ticket can be taken."""
    text = lines(
        t("<b>How would you like to go on?</b>"),
        t(
            "As a guest you can take a ticket at once. With your {brand} account you also see tickets you took elsewhere.",
            brand=_name(brand),
        ),
    )
    return Screen(
        text,
        inline(
            button(t.plain("Carry on as a guest"), to.AsGuest(), MAIN),
            button(t.plain("Sign in"), to.SignIn()),
            home(t),
        ),
    )


def ways_in(t: Translator, brand: Brand, page: str, providers: Mapping[str, str]) -> Screen:
    """The card with the sign-in page's button, and one for each provider (its name -> where it begins)."""
    text = lines(
        t("<b>Sign in</b>"),
        t("With your {brand} account, or create one: a page opens, and we go on here.", brand=_name(brand)),
    )
    with_provider = [
        link(t.plain("Go on with {provider}", provider=PROVIDERS.get(name, name)), url)
        for name, url in providers.items()
    ]
    return Screen(
        text,
        inline(
            app(t.plain("Sign in or register"), page, MAIN),
            *with_provider,
            type_here(t, "sign_in"),
            button(t.plain("Carry on as a guest"), to.AsGuest()),
            home(t),
        ),
    )


def ask_leave(t: Translator, live_tickets: int, *, asked: bool = False) -> Screen:
    """A guest with live tickets wants to sign in as somebody else: what becomes of the tickets, and how to keep them.

    `asked`: for one more, and nobody knows yet whether it was given; there may be no other.
    """
    text = lines(
        t.n(
            "<b>You hold {count} live ticket as a guest.</b>",
            "<b>You hold {count} live tickets as a guest.</b>",
            live_tickets,
        )
        if live_tickets
        else t("<b>You have asked for a ticket as a guest.</b>"),
        _not_known(t) if asked else None,
        t(
            "If you sign in to another account, your place in the queue stays, but I can no longer show or cancel it, "
            "nor tell you when you are called."
        ),
        t("To take your place along, keep this account: it gets a user name and password of your own."),
    )
    return Screen(
        text,
        inline(
            button(t.plain("Keep my account"), to.KeepAccount(), MAIN),
            button(t.plain("Sign in all the same"), to.SignInAnyway(), GRAVE),
            home(t),
        ),
    )


def ask_username(t: Translator, brand: Brand) -> Screen:
    """The first of two messages."""
    text = lines(
        t("<b>Sign in</b>"),
        t("Send me your {brand} user name. /cancel stops this.", brand=_name(brand)),
    )
    return Screen(text, ForceReply(input_field_placeholder=t.plain("user name")))


def ask_password(t: Translator, brand: Brand) -> Screen:
    """The second one; never Telegram's own password (Bot Developer ToS 5.2)."""
    text = lines(
        t("<b>Now your {brand} password</b>", brand=_name(brand)),
        t("I delete your message as soon as I have read it, and keep the password nowhere."),
        t("It is never your Telegram password. /cancel stops this."),
    )
    return Screen(text, ForceReply(input_field_placeholder=t.plain("password – I will delete this message")))


def signed_in(t: Translator, name: str, *, erased: bool = False) -> Screen:
    """Welcome back; `name` may be empty, `erased` where the password was typed in the chat and its message is gone."""
    shown = clean(name)
    text = lines(
        t("<b>You are signed in as {name}.</b>", name=shown) if shown else t("<b>You are signed in.</b>"),
        t("I have deleted your password from this chat; a notification on another device may still show it.")
        if erased
        else None,
    )
    return Screen(text, _onwards(t))


def guest_ready(t: Translator) -> Screen:
    """A guest can take tickets now; the question where comes right after it."""
    return Screen(lines(t("<b>You are here as a guest.</b>"), t("You can take tickets now.")), inline(home(t)))


def sign_in_failed(t: Translator, reason: Markup | None = None, *, erased: bool = False, again: bool = False) -> Screen:
    """User name and password do not fit, which of the two is nobody's business; or another `reason` the server gave.

    `erased`: the password's message is gone; `again` where another password may follow at once.
    """
    text = lines(
        t("<b>That did not work.</b>"),
        reason or t("The user name and password do not fit together."),
        t("I have deleted the message with the password.") if erased else None,
        t("Send me the password again, or press a button.") if again else None,
    )
    return Screen(
        text,
        inline(
            button(t.plain("Try again"), to.SignIn(), MAIN),
            button(t.plain("Forgot the password"), to.Forgot()),
            button(t.plain("Carry on as a guest"), to.AsGuest()),
            home(t),
        ),
    )


def too_late(t: Translator, *, erased: bool) -> Screen:
    """A password may have been typed long after it was asked for; `erased`: its message is gone."""
    text = lines(
        t("<b>That took too long.</b>"),
        t("I have deleted what you typed, in case it was your password.") if erased else None,
    )
    return Screen(text, inline(button(t.plain("Sign in"), to.SignIn(), MAIN), home(t)))


def too_many_tries(t: Translator, until: float) -> Screen:
    """Guessing is slowed down until that moment (Unix seconds)."""
    text = lines(
        t("<b>Too many tries.</b>"),
        t("You can try again at {moment}.", moment=t.moment(until, t.time(until, None))),
        t("Your account is safe, and you can carry on as a guest meanwhile."),
    )
    return Screen(text, inline(button(t.plain("Carry on as a guest"), to.AsGuest()), home(t)))


def ask_sign_out(t: Translator, live_tickets: int, *, guest: bool, asked: bool = False) -> Screen:
    """What signing out means while tickets are live or `asked` for, and for a guest, whose password nobody has."""
    warning = (
        t.n(
            "{count} live ticket stays in the queue, but nothing here will tell you when it is called.",
            "{count} live tickets stay in the queue, but nothing here will tell you when they are called.",
            live_tickets,
        )
        if live_tickets
        else None
    )
    unknown = (
        lines(_not_known(t), t("If you do, it stays in the queue, and nothing here will tell you when it is called."))
        if asked
        else None
    )
    account = (
        t(
            "You are here as a guest: nobody can come back to this account afterwards, nor show or cancel its tickets. "
            "Keep it first if you need it."
        )
        if guest
        else t("I forget your sign-in; your account itself stays as it is.")
    )
    return Screen(
        lines(t("<b>Sign out?</b>"), warning, unknown, account),
        inline(
            [button(t.plain("Keep my account"), to.KeepAccount(), MAIN)] if guest else [],
            button(t.plain("Sign out"), to.SignOut(), GRAVE),
            button(t.plain("Stay signed in"), to.Home()),
        ),
    )


def signed_out(t: Translator) -> Screen:
    """Done, and the way in again."""
    text = lines(t("<b>You are signed out.</b>"), t("I have forgotten your sign-in."))
    return Screen(
        text,
        inline(button(t.plain("Sign in"), to.SignIn()), button(t.plain("Carry on as a guest"), to.AsGuest()), home(t)),
    )


def token_expired(t: Translator) -> Screen:
    """The queue server no longer takes the sign-in; afterwards the person goes on where they were."""
    text = lines(
        t("<b>Please sign in again.</b>"),
        t("Your sign-in has run out. Your tickets stay valid, and we go on where you were."),
    )
    return Screen(
        text,
        inline(
            button(t.plain("Sign in"), to.SignIn(), MAIN), button(t.plain("Carry on as a guest"), to.AsGuest()), home(t)
        ),
    )


def not_in_groups(t: Translator, bot_username: str = "") -> Screen:
    """Tickets are personal: the way on is the private chat."""
    text = lines(t("<b>Let us talk in private.</b>"), t("Tickets are personal, so I only show them in our own chat."))
    open_chat = [link(t.plain("Open our chat"), f"https://t.me/{bot_username}?start=group")] if bot_username else []
    return Screen(text, inline(open_chat) if open_chat else None)


def _not_known(t: Translator) -> Markup:
    """Of a ticket that was asked for."""
    return t("I do not know yet whether you have the ticket you asked for last.")


def _onwards(t: Translator) -> InlineKeyboardMarkup:
    return inline(button(t.plain("Choose a location"), to.Where(), MAIN), home(t))


def _name(brand: Brand) -> str:
    return clean(brand.name)
