"""Short answers that belong to no larger screen."""

from markupsafe import escape
from telegram import ReplyKeyboardRemove

from bot import callbacks as to
from bot.brand import Brand
from bot.i18n import Translator
from bot.views.facts import desk_words, ticket_label
from bot.views.profile import not_told
from bot.views.screen import GRAVE, Screen, button, clean, home, inline, lines
from bot.views.welcome import menu
from tickets.model import Location
from tickets.watching import Watch


def looking(t: Translator) -> Screen:
    """A position came; this message takes the reply keyboard away."""
    return Screen(t("Thank you, I have your position."), ReplyKeyboardRemove())


def listing(t: Translator) -> Screen:
    """Browsing instead of a position; this message takes the reply keyboard away."""
    return Screen(t("All right, choose from the list."), ReplyKeyboardRemove())


def no_map(t: Translator, location: Location) -> Screen:
    """The queue server does not say where the location is."""
    address = ", ".join(part for part in (location.address, location.city) if part)
    text = lines(
        t("<b>I do not know where {location} is on the map.</b>", location=clean(location.name)),
        t("Its address: {address}", address=clean(address, 200)) if address else None,
    )
    return Screen(text, inline(home(t)))


def on_your_way(t: Translator, watch: Watch) -> Screen:
    """The person has seen the call."""
    desk = desk_words(t, watch.ticket.desk)
    text = lines(
        t("<b>Good, you are on your way.</b>"),
        t("Where to: {desk}", desk=desk) if desk else None,
        t("Ticket {ticket} stays valid; I will not remind you of this call again.", ticket=ticket_label(watch.ticket)),
    )
    return Screen(text, inline(button(t.plain("Show my ticket"), to.ShowTicket(to.ref(watch.ticket.id)))))


def language_chosen(t: Translator, *, told: bool = True) -> Screen:
    """In the new language already; `told`: the queue server has taken it."""
    return Screen(lines(t("<b>From now on I speak English.</b>"), None if told else not_told(t)), menu(t))


def password_kept(t: Translator) -> Screen:
    """Telegram would not delete the message with the password."""
    return Screen(
        t("<b>I could not delete your password from this chat.</b> Please delete that message yourself."), None
    )


def message_kept(t: Translator) -> Screen:
    """Nor one that may have held a secret."""
    return Screen(
        t("<b>I could not delete your message.</b> If it was a password or a code, please delete it yourself."), None
    )


def message_deleted(t: Translator) -> Screen:
    """What may have been a secret is gone from the chat, though it could not be found out whether it was one."""
    return Screen(t("I have deleted your message, in case it was your password."), None)


def unshown(t: Translator, *, unknown: bool) -> Screen:
    """Telegram did not take the answer to what the person did, or (`unknown`) did not say so; it may be done, and nobody has told them."""
    text = lines(
        t("<b>I do not know whether my answer reached you.</b>")
        if unknown
        else t("<b>Telegram did not let my answer through.</b>"),
        t("What you asked for may be done already: please look at your tickets before you try again."),
    )
    return Screen(text, menu(t))


def unreadable(t: Translator) -> Screen:
    """A row of the person's own that is spoilt, or whose key this process does not have, as for a moment while keys are changed."""
    text = lines(
        t("<b>I cannot read what I have kept about you.</b>"),
        t(
            "Please try again in a minute. If it stays like that, delete your data here and begin anew; your tickets stay in the queue."
        ),
    )
    return Screen(text, inline(button(t.plain("Delete my data"), to.AskDelete(), GRAVE), home(t)))


def incident(t: Translator, brand: Brand, number: str) -> Screen:
    """Something nobody foresaw; the number finds it in the log."""
    text = lines(
        t("<b>Something went wrong on our side.</b>"),
        t(
            "Please look at your tickets before you try again; if it happens again, tell us the number {number}.",
            number=number,
        ),
        t("Help: {support}", support=escape(clean(brand.support, 200))) if brand.support else None,
    )
    return Screen(text, menu(t))
