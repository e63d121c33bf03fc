"""What a person holds: the list of live tickets, which of them to cancel, and that there is none."""

from collections.abc import Sequence

from bot import callbacks as to
from bot.callbacks import ref
from bot.i18n import Translator
from bot.views import facts as words
from bot.views.screen import MAIN, Screen, button, clean, home, inline, lines
from tickets.model import Ticket
from tickets.watching import Watch


def tickets_list(t: Translator, watches: Sequence[Watch], *, stale: bool = False) -> Screen:
    """All live tickets, each with its button; `stale`: the server could not be asked just now."""
    shown = watches[:10]
    told = [
        t(
            "<b>{label}</b>: {place}",
            label=words.ticket_label(w.ticket),
            place=words.where(w.ticket.location, w.ticket.service),
        )
        for w in shown
    ]
    note = t("The queue is not answering at the moment; your tickets are not lost.") if stale else None
    labels = _labels(shown)
    column = [button(label, to.ShowTicket(ref(w.ticket.id))) for label, w in zip(labels, shown, strict=True)]
    return Screen(
        lines(t("<b>Your tickets</b>"), *told, note),
        inline(*column, button(t.plain("Take a ticket"), to.Where()), home(t)),
    )


def which_to_cancel(t: Translator, watches: Sequence[Watch]) -> Screen:
    """Several are live: a button for each leads to the question."""
    shown = watches[:10]
    labels = _labels(shown)
    column = [button(label, to.AskCancel(ref(w.ticket.id))) for label, w in zip(labels, shown, strict=True)]
    return Screen(t("<b>Which ticket would you like to cancel?</b>"), inline(*column, home(t)))


def no_tickets(t: Translator, *, stale: bool = False, signed_out: bool = False) -> Screen:
    """None is live, as far as is known; `signed_out`: nothing can be known of those of an account."""
    if signed_out:
        text = lines(
            t("<b>I know of no ticket of yours.</b>"),
            t("You are not signed in here. If you hold one with your account, sign in and I will find it."),
        )
        ways = button(t.plain("Take a ticket"), to.Where(), MAIN), button(t.plain("Sign in"), to.SignIn())
        return Screen(text, inline(*ways, home(t)))
    text = lines(
        t("<b>You hold no ticket.</b>"),
        t("The queue is not answering at the moment, so this may be out of date.") if stale else None,
        t("Choose a location and a service to take one."),
    )
    return Screen(text, inline(button(t.plain("Take a ticket"), to.Where(), MAIN), home(t)))


def _labels(shown: Sequence[Watch]) -> list[str]:
    names = [clean(w.ticket.location.name) for w in shown]
    return words.unique([_button_label(w.ticket) for w in shown], names)


def _button_label(ticket: Ticket) -> str:
    return f"{words.ticket_label(ticket)}, {words.service_name(ticket.service)}"
