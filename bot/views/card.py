"""The live card: one message a ticket, edited in place while it waits, and a receipt afterwards. It never uses a push's words."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from markupsafe import Markup
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot import callbacks as to
from bot.callbacks import ref
from bot.i18n import Translator
from bot.views import facts as words
from bot.views.screen import GRAVE, MAIN, Screen, button, home, inline, lines, listed
from tickets.model import Phase, Ticket
from tickets.watch import STALE_AFTER
from tickets.watching import Watch


def card(t: Translator, watch: Watch, now: float, *, stale_since: float | None = None) -> Screen:
    """A ticket as last read; `now` and `stale_since` (the last healthy answer of a silent server) in Unix seconds."""
    ticket = watch.ticket
    if not watch.live or not ticket.phase.live:
        return _receipt(t, watch)
    text = lines(
        t("<b>{label}</b>", label=words.ticket_label(ticket)),
        words.where(ticket.location, ticket.service),
        *(_called(t, ticket) if ticket.phase is Phase.CALLED else _waiting(t, watch, now)),
        _read(t, watch, stale_since),
    )
    return Screen(text, _live_buttons(t, ticket))


def facts(watch: Watch) -> str:
    """A digest of what matters on the card: the time of reading is left out, so that nothing is edited for it alone."""
    ticket = watch.ticket
    told = (
        watch.live, ticket.phase, ticket.label, ticket.ahead, ticket.expected_wait, ticket.called, ticket.desk,
        ticket.location.name, ticket.service.name, watch.failures >= STALE_AFTER,
    )  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def ask_cancel(t: Translator, watch: Watch) -> Screen:
    """Cancelling is confirmed: a place in the queue does not come back. Either answer turns this message into the outcome."""
    ticket = watch.ticket
    label = words.ticket_label(ticket)
    text = lines(
        t("<b>Cancel ticket {label}?</b>", label=label),
        words.where(ticket.location, ticket.service),
        t("You would lose your place in the queue."),
    )
    return Screen(
        text,
        inline(
            button(t.plain("Yes, cancel {label}", label=label), to.Cancel(ref(ticket.id)), GRAVE),
            button(t.plain("Keep ticket {label}", label=label), to.Refresh(ref(ticket.id))),
        ),
    )


def cancelled_by_you(t: Translator, ticket: Ticket) -> Screen:
    """Done as asked."""
    text = lines(
        t("<b>Ticket {label} is cancelled.</b>", label=words.ticket_label(ticket)),
        words.where(ticket.location, ticket.service),
        t("You are no longer in the queue."),
    )
    return Screen(text, inline(another(t, ticket), home(t)))


def another(t: Translator, ticket: Ticket) -> InlineKeyboardButton:
    """The same service once more, in one tap and a confirmation."""
    again = to.Another(ref(ticket.location.id), ref(ticket.service.id))
    return button(t.plain("Take another ticket"), again, MAIN)


def cancel_button(t: Translator, ticket: Ticket) -> InlineKeyboardButton:
    """Named with its ticket, because two tickets may be live side by side."""
    label = words.ticket_label(ticket)
    return button(t.plain("Cancel ticket {label}", label=label), to.AskCancel(ref(ticket.id)), GRAVE)


def _waiting(t: Translator, watch: Watch, now: float) -> Sequence[Markup | None]:
    ticket = watch.ticket
    if ticket.phase is Phase.UNKNOWN:
        return (t("The queue tells a state I do not know; I keep watching."),)
    ahead = words.people_ahead(t, ticket.ahead) if ticket.ahead is not None else None
    return ahead, _expected(t, watch, now)


def _expected(t: Translator, watch: Watch, now: float) -> Markup | None:
    """On the location's clock and relative to now; where its zone is not known, relative only."""
    ticket = watch.ticket
    if not ticket.expected_wait:
        return None
    at = watch.read_at + ticket.expected_wait.total_seconds()
    left = timedelta(seconds=max(60.0, at - now))
    relative = t.moment(at, t.plain("in {duration}", duration=t.minutes(left)), "r")
    if not ticket.location.timezone:
        return t("Expected: {relative}", relative=relative)
    return t("Expected: {time} ({relative})", time=t.time(at, ticket.location.timezone), relative=relative)


def _called(t: Translator, ticket: Ticket) -> Sequence[Markup]:
    """Where and since when, as far as the server tells it."""
    when = t.clock(ticket.called) if ticket.called else ""
    told = [fact for fact in (words.desk_words(t, ticket.desk), when) if fact]
    return (t("Called: {facts}", facts=listed(told)) if told else t("Called"),)


def _read(t: Translator, watch: Watch, stale_since: float | None) -> Markup:
    zone = watch.ticket.location.timezone
    if stale_since is None:
        return t("Updated: {moment}", moment=t.moment(watch.read_at, t.time(watch.read_at, zone)))
    return t(
        "The queue has not answered since {moment}. Your ticket is not lost; I keep asking.",
        moment=t.moment(stale_since, t.time(stale_since, zone)),
    )


def _live_buttons(t: Translator, ticket: Ticket) -> InlineKeyboardMarkup:
    row = [button(t.plain("Refresh"), to.Refresh(ref(ticket.id)))]
    if ticket.location.coordinates:
        row.append(button(t.plain("Map"), to.TicketMap(ref(ticket.id))))
    return inline(row, cancel_button(t, ticket))


def _receipt(t: Translator, watch: Watch) -> Screen:
    ticket = watch.ticket
    label = words.ticket_label(ticket)
    titles = {
        Phase.ENDED: t("<b>{label}</b> – finished", label=label),
        Phase.CANCELLED: t("<b>{label}</b> – cancelled", label=label),
        Phase.MISSED: t("<b>{label}</b> – missed", label=label),
    }
    text = lines(
        titles.get(ticket.phase, t("<b>{label}</b> – not followed any more", label=label)),
        words.where(ticket.location, ticket.service),
        _times(t, ticket),
    )
    return Screen(text, inline(another(t, ticket), button(t.plain("My tickets"), to.MyTickets())))


def _times(t: Translator, ticket: Ticket) -> Markup:
    """When it was taken, called and over, on the location's clock."""
    told = [
        t("taken {time}", time=t.clock(ticket.created)) if ticket.created else None,
        t("called {time}", time=t.clock(ticket.called)) if ticket.called else None,
        t("ended {time}", time=t.clock(ticket.ended)) if ticket.ended else None,
    ]
    return listed([fact for fact in told if fact])
