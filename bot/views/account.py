"""The account at the queue server: its details, changing them, keeping a guest's account, a new password, and one's own data."""

from markupsafe import Markup
from telegram import ForceReply, KeyboardButton, ReplyKeyboardMarkup

from bot import callbacks as to
from bot.brand import Brand
from bot.i18n import Translator
from bot.views.screen import MAIN, Screen, button, clean, home, inline, lines, verbatim
from tickets.choices import shown_name
from tickets.model import Customer


def field_name(t: Translator, field: str) -> str:
    """What a field of the customer is called."""
    names = {
        "name": t.plain("Shown name"),
        "first_name": t.plain("First name"),
        "last_name": t.plain("Last name"),
        "email": t.plain("E-mail"),
        "phone": t.plain("Phone"),
    }
    return names.get(field, field)


def details(t: Translator, customer: Customer, *, language: str, ahead: int) -> Screen:
    """What the queue server knows, and a button to change each of it; `language` by its own name, `ahead`: where the warning comes."""
    held = {
        "name": shown_name(customer),
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "email": customer.email,
        "phone": customer.phone,
    }
    facts = [
        Markup("{}: {}").format(field_name(t, name), verbatim(clean(value)) if clean(value) else t.plain("not given"))
        for name, value in held.items()
    ]
    warned = t.plain_n("{count} person ahead", "{count} people ahead", ahead)
    facts += [
        Markup("{}: {}").format(t.plain("Language"), language),
        Markup("{}: {}").format(t.plain("Warning"), warned),
    ]
    edits = [button(field_name(t, name), to.Edit(name)) for name in held]
    choices = [button(t.plain("Language"), to.Languages()), button(t.plain("Warning"), to.Profile())]
    text = lines(t("<b>What the queue knows about you</b>"), *facts, t("Choose what to change:"))
    return Screen(text, inline(edits[:1], edits[1:3], edits[3:], choices, button(t.plain("Back"), to.Profile())))


def ask_field(t: Translator, field: str) -> Screen:
    """One field a message; a phone number may come as one's own contact card."""
    text = lines(t("<b>{field}</b>", field=field_name(t, field)), t("Send me the new one. /cancel leaves it as it is."))
    if field == "phone":
        card = KeyboardButton(t.plain("Share my number"), request_contact=True)
        return Screen(text, ReplyKeyboardMarkup([[card]], resize_keyboard=True, one_time_keyboard=True))
    return Screen(text, ForceReply(input_field_placeholder=field_name(t, field)))


def not_your_card(t: Translator) -> Screen:
    """Somebody else's contact card."""
    return Screen(t("<b>That is somebody else's card.</b> Share your own, or type the number."), None)


def changed(t: Translator, field: str) -> Screen:
    """Written at the queue server."""
    text = t("<b>{field} is changed.</b>", field=field_name(t, field))
    return Screen(text, inline(button(t.plain("My details"), to.Details()), home(t)))


def not_changed(t: Translator, field: str, reason: Markup | None) -> Screen:
    """The server did not take the new value; `reason` where it is known."""
    text = lines(t("<b>{field} is not changed.</b>", field=field_name(t, field)), reason)
    again = button(t.plain("Try again"), to.Edit(field), MAIN)
    return Screen(text, inline(again, button(t.plain("My details"), to.Details()), home(t)))


def ask_new_username(t: Translator, brand: Brand) -> Screen:
    """The first step of keeping a guest's account."""
    text = lines(
        t("<b>Keep your account</b>"),
        t(
            "Choose a user name for {brand}. Your tickets stay, and you can sign in from elsewhere with it.",
            brand=clean(brand.name),
        ),
        t("/cancel leaves everything as it is."),
    )
    return Screen(text, ForceReply(input_field_placeholder=t.plain("user name")))


def ask_new_password(t: Translator, brand: Brand) -> Screen:
    """A password of their own; the message goes at once."""
    text = lines(
        t("<b>Now choose your {brand} password.</b>", brand=clean(brand.name)),
        t("At least 8 characters. I delete your message at once and keep the password nowhere."),
        t("It is never your Telegram password. /cancel stops this."),
    )
    return Screen(text, ForceReply(input_field_placeholder=t.plain("password – I will delete this message")))


def too_short(t: Translator) -> Screen:
    """Not a password yet."""
    return Screen(t("<b>That is too short.</b> Please send a password of at least 8 characters."), None)


def kept(t: Translator, username: str) -> Screen:
    """The guest is a customer with a name of their own now."""
    text = lines(t("<b>Your account is yours now, {name}.</b>", name=clean(username)), t("Your tickets are unchanged."))
    return Screen(text, inline(button(t.plain("My tickets"), to.MyTickets(), MAIN), home(t)))


def ask_email(t: Translator) -> Screen:
    """Where the letter goes."""
    text = lines(t("<b>A new password</b>"), t("Send me the e-mail address of your account. /cancel stops this."))
    return Screen(text, ForceReply(input_field_placeholder=t.plain("e-mail address")))


def letter_sent(t: Translator) -> Screen:
    """The same words whether there is such an account or not."""
    text = lines(
        t("<b>If there is an account with that address, a letter is on its way.</b>"),
        t("It has a code. Press the button when you have it; it is valid for a short time only."),
    )
    return Screen(text, inline(button(t.plain("I have the code"), to.EnterToken(), MAIN), home(t)))


def ask_token(t: Translator) -> Screen:
    """The code of the letter."""
    return Screen(
        t("<b>Send me the code from the letter.</b> /cancel stops this."),
        ForceReply(input_field_placeholder=t.plain("code")),
    )


def renewed(t: Translator, *, signed_in: bool) -> Screen:
    """The new password holds."""
    text = lines(
        t("<b>Your new password is set.</b>"),
        t("You are signed in with it.") if signed_in else t("You can sign in with it now."),
    )
    way = (
        button(t.plain("Choose a location"), to.Where(), MAIN) if signed_in else button(t.plain("Sign in"), to.SignIn())
    )
    return Screen(text, inline(way, home(t)))


def not_renewed(t: Translator, reason: Markup | None = None, *, erased: bool) -> Screen:
    """A code that is wrong, used or too old; `reason` where the server's is known, `erased`: the password's message is gone."""
    text = lines(
        t("<b>The queue did not take that.</b>"),
        reason or t("The code may be used or too old, or the password too simple."),
        t("I have deleted the message with the password.") if erased else None,
    )
    return Screen(text, inline(button(t.plain("Ask for a new letter"), to.Forgot()), home(t)))


def username_taken(t: Translator, reason: Markup | None = None, *, erased: bool) -> Screen:
    """The server did not take the user name or password; `reason` where it is known, `erased`: the password's message is gone."""
    text = lines(
        t("<b>The queue did not take that.</b>"),
        reason or t("The user name may belong to somebody else."),
        t("I have deleted the message with the password.") if erased else None,
    )
    return Screen(text, inline(button(t.plain("Try again"), to.KeepAccount(), MAIN), home(t)))


def export_caption(t: Translator) -> str:
    """Under the file with everything held."""
    return t.plain("This is everything this chat keeps about you. For what the location keeps, please ask its staff.")
