"""The facts of locations, services and tickets in words: opening hours, people waiting, distances, desks and times."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from bot.i18n import Translator
from bot.views.screen import PROSE, clean, listed
from tickets.find import Found
from tickets.model import Desk, Location, Service, Ticket
from tickets.opening import opening, service_open, switched_off


def ticket_label(ticket: Ticket) -> str:
    """ "A 006", as the server prints it."""
    return clean(ticket.label) or clean(f"{ticket.tag} {ticket.number}")


def service_name(service: Service) -> str:
    """ "A – Payments"; just the one that is known where the other is not."""
    tag, name = clean(service.tag), clean(service.name or service.description)
    return f"{tag} – {name}" if tag and name and tag != name else name or tag


def service_description(service: Service) -> str:
    """What the service is for, where that is more than its name."""
    told = clean(service.description, PROSE)
    return "" if told.casefold() in service_name(service).casefold() else told


def place_label(t: Translator, found: Found, name: str = "") -> str:
    """A location on a button: its name, or the longer one given, and how far it is."""
    shown = name or clean(found.location.name)
    return shown if found.distance is None else f"{shown} ({t.distance(found.distance)})"


def where(location: Location, service: Service) -> Markup:
    """Service and location in one line."""
    return listed([part for part in (service_name(service), clean(location.name)) if part])


def hours(t: Translator, found: Found) -> Markup | None:
    """Open or closed, and until when, on the location's own clock; None where nobody says."""
    return opening_words(t, found.open, found.closes, found.next_opening)


def opening_words(
    t: Translator, is_open: bool | None, closes: datetime | None, opens: datetime | None
) -> Markup | None:
    """See `hours`; times are the location's own, naive."""
    if is_open is None:
        return None
    if is_open:
        return t("open until {time}", time=t.clock(closes)) if closes else t("open")
    return t("closed, opens at {time}", time=t.clock(opens)) if opens else t("closed")


def people_waiting(t: Translator, count: int) -> Markup:
    """ "nobody waiting", "12 people waiting"."""
    return t("nobody waiting") if not count else t.n("{count} person waiting", "{count} people waiting", count)


def people_ahead(t: Translator, count: int) -> Markup:
    """The card's words; the pushes have others."""
    return (
        t("You are next in line.")
        if not count
        else t.n("{count} person ahead of you", "{count} people ahead of you", count)
    )


def found_facts(t: Translator, found: Found) -> Markup:
    """Distance, hours and people waiting of a location, in one line; empty where nothing is known."""
    facts = [
        t("{distance} away", distance=t.distance(found.distance)) if found.distance is not None else None,
        hours(t, found),
        people_waiting(t, found.waiting) if found.waiting is not None and found.open is not False else None,
    ]
    return listed([fact for fact in facts if fact])


def service_facts(t: Translator, location: Location, service: Service, now: float) -> Markup:
    """People waiting, the usual wait, or that it is closed or switched off."""
    if switched_off(service):
        return t("switched off at the moment")
    if closed(location, service, now):
        return t("closed now")
    facts = [people_waiting(t, service.waiting)] if service.waiting is not None else []
    if service.average_wait:
        facts.append(t("{duration} wait", duration=t.minutes(service.average_wait)))
    return listed(facts)


def closed(location: Location, service: Service, now: float) -> bool:
    """Whether the service is known to be closed at that moment (Unix seconds)."""
    return service_open(location, service, now) is False


def closing(t: Translator, location: Location, now: float) -> Markup | None:
    """When the location closes today, in words; None where that is not known."""
    told = opening(location, now)
    return opening_words(t, told.open, told.closes, told.opens)


def desk_words(t: Translator, desk: Desk | None) -> str:
    """ "desk 3", "desk 3 (by the window)", or the name alone; empty where the server does not tell the desk."""
    tag, name = (clean(desk.tag), clean(desk.name)) if desk else ("", "")
    if not tag:
        return name
    if name and tag.casefold() not in name.casefold():
        return t.plain("desk {desk} ({name})", desk=tag, name=name)
    return t.plain("desk {desk}", desk=tag)


def unique(labels: Sequence[str], more: Sequence[str]) -> list[str]:
    """Labels that differ: one that stands twice gets its `more`, and a count where that is not enough."""
    told = [
        f"{label}, {extra}" if labels.count(label) > 1 and extra else label
        for label, extra in zip(labels, more, strict=True)
    ]
    seen: dict[str, int] = {}
    for place, label in enumerate(told):
        seen[label] = seen.get(label, 0) + 1
        if seen[label] > 1:
            told[place] = f"{label} ({seen[label]})"
    return told
