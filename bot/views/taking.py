"""Taking a ticket: the offer to confirm, what stands against it, and the honest words while the outcome is not known."""

from markupsafe import Markup
from telegram import InlineKeyboardButton

from bot import callbacks as to
from bot.callbacks import ref
from bot.i18n import Translator
from bot.views import facts
from bot.views.screen import GOOD, MAIN, Screen, button, clean, home, inline, lines, listed
from tickets.errors import AlreadyHolding, Closed, QueueTooShort, RuleBroken, SwitchedOff, TooFar
from tickets.find import Found
from tickets.model import Location, Service, Ticket
from tickets.opening import opening
from tickets.take import Offer


def confirm(t: Translator, offer: Offer, *, now: float, elsewhere: Found | None = None) -> Screen:
    """What the person is about to take, and in plain words what may stand against it. `now` in Unix seconds.

    `elsewhere` is the nearest location where nothing does.
    """
    location, service = offer.location, offer.service
    text = lines(
        t("<b>Take a ticket for {service}?</b>", service=facts.service_name(service))
        if offer.broken is None
        else t("<b>Perhaps not now: {service}</b>", service=facts.service_name(service)),
        facts.service_description(service),
        clean(location.name),
        _queue(t, service),
        _hours(t, location, now),
        against(t, offer.broken, now=now) if offer.broken else None,
        _or_there(t, elsewhere),
    )
    take = to.Take(ref(location.id), ref(service.id))
    if offer.broken is None:
        return Screen(text, inline(button(t.plain("Take ticket"), take, GOOD), *_ways_on(t, location, elsewhere)))
    # What would help stands first; the queue server has the last word, so the ticket may still be asked for.
    return Screen(text, inline(*_ways_on(t, location, elsewhere), button(t.plain("Take ticket all the same"), take)))


def refused(t: Translator, offer: Offer, *, now: float, elsewhere: Found | None = None) -> Screen:
    """A rule that is enforced here; where the offer has none, the offer itself."""
    if offer.broken is None:
        return confirm(t, offer, now=now)
    return broken(t, offer.broken, now=now, elsewhere=elsewhere)


def broken(t: Translator, error: RuleBroken, *, now: float, elsewhere: Found | None = None) -> Screen:
    """A rule stands against the ticket: which one, and another way on."""
    title = (
        t("<b>You already hold a ticket there.</b>")
        if isinstance(error, AlreadyHolding)
        else t("<b>This ticket cannot be taken now.</b>")
    )
    place = facts.where(error.location, error.service)
    ways: list[InlineKeyboardButton] = []
    if isinstance(error, AlreadyHolding):
        label = facts.ticket_label(error.ticket)
        ways.append(button(t.plain("Show ticket {label}", label=label), to.ShowTicket(ref(error.ticket.id)), MAIN))
    text = lines(title, place, against(t, error, now=now), _or_there(t, elsewhere))
    return Screen(text, inline(*ways, *_ways_on(t, error.location, elsewhere)))


def against(t: Translator, error: RuleBroken, *, now: float) -> Markup:
    """The rule in plain words, with what to do about it."""
    match error:
        case Closed():
            opens = opening(error.location, now).opens
            if opens:
                return t("It is closed now and opens at {time}; come back then.", time=t.clock(opens))
            return t("It is closed now; choose another service or location.")
        case SwitchedOff():
            return t("It is switched off at the moment; choose another service or location.")
        case TooFar():
            return t(
                "You are {distance} away, and tickets are given within {allowed}; come closer first.",
                distance=t.distance(error.distance),
                allowed=t.distance(error.allowed),
            )
        case QueueTooShort():
            return t("Hardly anybody is waiting, so tickets are given at the location itself; just go there.")
        case AlreadyHolding():
            return t(
                "You hold ticket {label} for {service}; it stays valid.",
                label=facts.ticket_label(error.ticket),
                service=facts.service_name(error.ticket.service),
            )
        case _:
            return t("The location does not give this ticket now; choose another service or location.")


def undecided(t: Translator) -> Screen:
    """The answer was lost and cannot be looked up yet: a second request could make a second ticket."""
    text = lines(
        t("<b>I do not know yet whether you have the ticket.</b>"),
        t("The queue's answer was lost on the way. Please do not take another one:"),
        t("I keep looking, and tell you here what came of it."),
    )
    return Screen(text, inline(button(t.plain("My tickets"), to.MyTickets(), MAIN), home(t)))


def nothing_taken(t: Translator, ticket: Ticket) -> Screen:
    """What came of it, where there is no such ticket: the way to ask for it again."""
    text = lines(
        t("<b>No ticket was taken.</b>"),
        facts.where(ticket.location, ticket.service),
        t("The queue's answer was lost on the way, and it has no ticket of yours there. You can try again now."),
    )
    again = to.Another(ref(ticket.location.id), ref(ticket.service.id))
    return Screen(
        text, inline(button(t.plain("Try again"), again, MAIN), button(t.plain("My tickets"), to.MyTickets()))
    )


def _queue(t: Translator, service: Service) -> Markup | None:
    told = [facts.people_waiting(t, service.waiting)] if service.waiting is not None else []
    if service.average_wait:
        told.append(t("{duration} wait", duration=t.minutes(service.average_wait)))
    return listed(told) if told else None


def _hours(t: Translator, location: Location, now: float) -> Markup | None:
    told = facts.closing(t, location, now)
    return t("The location is {hours}.", hours=told) if told else None


def _or_there(t: Translator, elsewhere: Found | None) -> Markup | None:
    """Where the same is to be had now."""
    if elsewhere is None:
        return None
    told = facts.found_facts(t, elsewhere)
    name = clean(elsewhere.location.name)
    return t("Or try {location}: {facts}", location=name, facts=told) if told else t("Or try {location}", location=name)


def _ways_on(t: Translator, location: Location, elsewhere: Found | None) -> list[InlineKeyboardButton]:
    there = [button(facts.place_label(t, elsewhere), to.Place(ref(elsewhere.location.id)))] if elsewhere else []
    return [
        *there,
        button(t.plain("Other service"), to.Place(ref(location.id))),
        button(t.plain("Other location"), to.Where()),
    ]
