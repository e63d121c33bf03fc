"""What a push says, in the language of the moment: the server's words where they fit, else ours.

Ticket and desk come first, for a locked screen shows about 40 characters.
"""

from collections.abc import Callable, Mapping

from markupsafe import Markup, escape
from telegram import InlineKeyboardButton

from bot import callbacks as to
from bot.brand import Brand
from bot.callbacks import ref
from bot.i18n import Translator
from bot.views import facts, taking
from bot.views.card import another, cancel_button
from bot.views.screen import GOOD, MAIN, PROSE, Screen, button, clean, inline, lines
from tickets.announce import LONGEST as ANNOUNCEMENT
from tickets.model import Notice, Ticket
from tickets.notices import fill
from tickets.pushes import Push, PushKind
from tickets.watching import Watch


def tell(t: Translator, brand: Brand, push: Push, watch: Watch | None) -> Screen:
    """The screen of any push but CARD, which `views.card` shows. `watch` tells the call to acknowledge."""
    if push.kind in (PushKind.YOUR_TURN, PushKind.STILL_YOUR_TURN):
        return _your_turn(t, brand, push, watch)
    if push.kind is PushKind.ALMOST_YOUR_TURN:
        return _almost(t, brand, push)
    if push.kind is PushKind.ANNOUNCEMENT:
        return _announcement(t, brand, push)
    return _OTHERS[push.kind](t, push)


def _your_turn(t: Translator, brand: Brand, push: Push, watch: Watch | None) -> Screen:
    reminder = push.reminder or push.kind is PushKind.STILL_YOUR_TURN
    text = _server_words(t, brand, push, push.notices.your_turn, reminder=reminder) or _call(t, push.ticket, reminder)
    coming = to.Coming(ref(push.ticket.id), watch.call_no if watch else 0)
    return Screen(text, inline(button(t.plain("I'm coming"), coming, GOOD), cancel_button(t, push.ticket)))


def _call(t: Translator, ticket: Ticket, reminder: bool) -> Markup:
    label, desk = facts.ticket_label(ticket), facts.desk_words(t, ticket.desk)
    if desk:
        title = t("{label} → {desk}", label=label, desk=desk)
        go = t("It is your turn. Please go there now.")
    else:
        title = t("{label}: it is your turn", label=label)
        go = t("Please go to the desks now; the screen there shows which one.")
    return lines(_bold(t, title, reminder), go, _place(ticket))


def _almost(t: Translator, brand: Brand, push: Push) -> Screen:
    ticket = push.ticket
    notice = push.notices.almost_your_turn
    theirs = None if _counts_badly(notice, ticket) else notice
    text = _server_words(t, brand, push, theirs, reminder=push.reminder)
    if text is None:
        title = t("{label}: almost your turn", label=facts.ticket_label(ticket))
        text = lines(_bold(t, title, push.reminder), _left(t, ticket.ahead), _place(ticket))
    return Screen(text, inline(_show(t, ticket), cancel_button(t, ticket)))


def _counts_badly(notice: Notice | None, ticket: Ticket) -> bool:
    """The server's sentence has one form for every number: "only 1 customers" and "only 0 customers" are told in our words."""
    return notice is not None and "customers_ahead" in notice.message and ticket.ahead in (0, 1)


def _left(t: Translator, ahead: int | None) -> Markup:
    if ahead is None:
        return t("Please make your way there.")
    if not ahead:
        return t("Nobody is left before you. Please be there now.")
    return t.n(
        "Only {count} is left before you. Please make your way there.",
        "Only {count} are left before you. Please make your way there.",
        ahead,
    )


def _moved(t: Translator, push: Push) -> Screen:
    ticket = push.ticket
    title = t("{label} → {service}", label=facts.ticket_label(ticket), service=facts.service_name(ticket.service))
    text = lines(
        _bold(t, title, push.reminder),
        t("Your ticket waits in this queue now. You need to do nothing."),
        _place(ticket),
    )
    return Screen(text, inline(_show(t, ticket), cancel_button(t, ticket)))


def _missed(t: Translator, push: Push) -> Screen:
    title = t("{label}: you were called and missed it", label=facts.ticket_label(push.ticket))
    return _over(t, push, title, t("If you are at the location, speak to the staff. Otherwise take another ticket."))


def _cancelled(t: Translator, push: Push) -> Screen:
    title = t("{label}: cancelled by the location", label=facts.ticket_label(push.ticket))
    return _over(t, push, title, t("It will not be called. You can take another ticket."))


def _cancelled_by_you(t: Translator, push: Push) -> Screen:
    label = facts.ticket_label(push.ticket)
    return _over(t, push, t("{label}: cancelled, as you asked", label=label), t("You are no longer in the queue."))


def _ended(t: Translator, push: Push) -> Screen:
    """Called and over before it could be told: late is better than never."""
    ticket = push.ticket
    label, desk = facts.ticket_label(ticket), facts.desk_words(t, ticket.desk)
    if ticket.called and desk:
        title = t("{label} was called at {time}, {desk}", label=label, time=t.clock(ticket.called), desk=desk)
    elif ticket.called:
        title = t("{label} was called at {time}", label=label, time=t.clock(ticket.called))
    else:
        title = t("{label} was called", label=label)
    advice = t("It is finished now; thank you for coming. If you were not served, speak to the staff there.")
    return _over(t, push, title, advice)


def _vanished(t: Translator, push: Push) -> Screen:
    title = t("{label} is no longer in the queue", label=facts.ticket_label(push.ticket))
    advice = t("The location has finished or removed it. If you are still waiting, speak to the staff there.")
    return _over(t, push, title, advice)


def _unfollowed(t: Translator, push: Push) -> Screen:
    title = t("{label}: I no longer follow this ticket", label=facts.ticket_label(push.ticket))
    advice = t("The queue has not answered about it for two days. If you are still waiting, speak to the staff there.")
    return _over(t, push, title, advice)


def _sign_in(t: Translator, push: Push) -> Screen:
    title = t("{label}: please sign in again", label=facts.ticket_label(push.ticket))
    text = lines(
        _bold(t, title, push.reminder),
        t("Your ticket stays valid, but until then I cannot tell you when it is called."),
        _place(push.ticket),
    )
    return Screen(text, inline(button(t.plain("Sign in"), to.SignIn(), MAIN)))


def _announcement(t: Translator, brand: Brand, push: Push) -> Screen:
    """The operator's words are shown as they were written: they may hold an address of their own."""
    title = t("<b>A message from {brand}</b>", brand=clean(brand.name))
    return Screen(lines(title, escape(clean(push.words, ANNOUNCEMENT))), inline(_show(t, push.ticket)))


def _over(t: Translator, push: Push, title: Markup, advice: Markup) -> Screen:
    ways = inline(another(t, push.ticket), button(t.plain("My tickets"), to.MyTickets()))
    return Screen(lines(_bold(t, title, push.reminder), advice, _place(push.ticket)), ways)


def _server_words(t: Translator, brand: Brand, push: Push, notice: Notice | None, *, reminder: bool) -> Markup | None:
    """The location's notification_texts, where the person reads that language and every variable has a value."""
    if notice is None or not _same_language(t.language, brand.server_language):
        return None
    message = fill(notice.message, push.ticket)
    title = fill(notice.title, push.ticket)
    if message is None or (title is None and notice.title.strip()):
        return None
    body = clean(message, PROSE)
    first = clean(title, PROSE) if title else facts.ticket_label(push.ticket)
    return lines(_bold(t, first, reminder), body, _about(t, push.ticket))


def _same_language(one: str, other: str) -> bool:
    return one.replace("_", "-").split("-")[0].lower() == other.replace("_", "-").split("-")[0].lower()


def _bold(t: Translator, title: Markup | str, reminder: bool) -> Markup:
    return t("<b>Reminder: {title}</b>", title=title) if reminder else Markup("<b>{}</b>").format(lines(title))


def _place(ticket: Ticket) -> Markup:
    return facts.where(ticket.location, ticket.service)


def _about(t: Translator, ticket: Ticket) -> Markup:
    """Which ticket the server's words speak of: they may not say, and several may be live."""
    return t("Ticket {label}, {place}", label=facts.ticket_label(ticket), place=_place(ticket))


def _show(t: Translator, ticket: Ticket) -> InlineKeyboardButton:
    return button(t.plain("Show my ticket"), to.ShowTicket(ref(ticket.id)), MAIN)


_OTHERS: Mapping[PushKind, Callable[[Translator, Push], Screen]] = {
    PushKind.MOVED: _moved,
    PushKind.MISSED: _missed,
    PushKind.CANCELLED: _cancelled,
    PushKind.CANCELLED_BY_YOU: _cancelled_by_you,
    PushKind.ENDED: _ended,
    PushKind.VANISHED: _vanished,
    PushKind.UNFOLLOWED: _unfollowed,
    PushKind.SIGN_IN: _sign_in,
    PushKind.NOT_TAKEN: lambda t, push: taking.nothing_taken(t, push.ticket),
}
