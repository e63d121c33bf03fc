"""Choosing a location and a service: asking where, lists by distance, town or words, and one location with its services."""

from collections.abc import Callable, Sequence

from markupsafe import Markup
from telegram import InlineKeyboardButton, KeyboardButton, ReplyKeyboardMarkup

from bot import callbacks as to
from bot.brand import Brand
from bot.callbacks import Callback, ref
from bot.i18n import Translator, inert
from bot.views import facts
from bot.views.screen import (
    MAIN,
    MOST_BUTTONS,
    Screen,
    button,
    clean,
    home,
    inline,
    lines,
    listed,
    page_of,
    turning,
    verbatim,
)
from tickets.find import Found
from tickets.model import Location, Service

PAGE = 5
TOWNS_PAGE = 8
SERVICES_IN_TEXT = 8
"""More services than that speak through their buttons alone."""


def browse_label(t: Translator) -> str:
    """The text button of `ask_where` that opens the list; it arrives as an ordinary message."""
    return t.plain("Browse the list")


def share_label(t: Translator) -> str:
    """The button that shares the position; clients that cannot do that send these words instead."""
    return t.plain("Share my position")


def ask_where(t: Translator, brand: Brand) -> Screen:
    """The four ways to a location. Not every client can share a position, so the others stand beside it."""
    text = lines(
        t("<b>Where would you like to take a ticket?</b>"),
        t("Share your position with the button below, or write the name of a town or a location."),
        t("You can also browse the list, or attach a place on the map (the clip, then Location)."),
    )
    keyboard = ReplyKeyboardMarkup(
        [[KeyboardButton(share_label(t), request_location=True)], [KeyboardButton(browse_label(t))]],
        resize_keyboard=True,
        one_time_keyboard=True,
        input_field_placeholder=t.plain("town or location of {brand}", brand=clean(brand.name))[:64],
    )
    return Screen(text, keyboard)


def no_position(t: Translator) -> Screen:
    """The client sent the button's words instead of a position."""
    text = lines(
        t("<b>Your app did not send a position.</b>"),
        t("Write the name of a town or a location instead, or browse the list."),
    )
    return Screen(text, inline(_browse(t), home(t)))


def near(t: Translator, found: Sequence[Found], *, page: int = 0) -> Screen:
    """Locations by distance (all of them; five are shown a page); their facts as text, one button each."""
    return _choice(t, t("<b>Locations near you</b>"), found, page, to.Near)


def found(t: Translator, query: str, found: Sequence[Found], *, page: int = 0) -> Screen:
    """What the words found; `query` is empty where the words are not to be repeated."""
    title = t("<b>Locations for “{query}”</b>", query=clean(query)) if query else t("<b>Locations found</b>")
    return _choice(t, title, found, page, to.Found)


def town(t: Translator, city: str, found: Sequence[Found], *, page: int = 0, alone: bool = False) -> Screen:
    """The locations of one town; the empty name stands for those without a town, which are all there are where it is `alone`."""
    rest = t("<b>Locations</b>") if alone else t("<b>Other locations</b>")
    title = t("<b>Locations in {town}</b>", town=clean(city)) if city else rest
    return _choice(t, title, found, page, lambda number: to.Town(ref(city), number))


def towns(t: Translator, cities: Sequence[str], *, page: int = 0) -> Screen:
    """Browsing begins with the towns."""
    shown, page, last = page_of(cities, page, TOWNS_PAGE)
    labels = facts.unique([clean(city) or t.plain("Other locations") for city in shown], [""] * len(shown))
    column = [button(label, to.Town(ref(city))) for label, city in zip(labels, shown, strict=True)]
    text = lines(
        t("<b>Choose a town</b>") if cities else t("<b>There are no locations yet.</b>"), _pages(t, page, last)
    )
    return Screen(
        text,
        inline(*column, turning(t, page, last, to.Towns(max(0, page - 1)), to.Towns(page + 1)), _elsewhere(t), home(t)),
    )


def none_near(t: Translator) -> Screen:
    """No location's position is known, or there is none at all."""
    text = lines(
        t("<b>I know of no location near you.</b>"),
        t("Write the name of a town or a location, or browse the list."),
    )
    return Screen(text, inline(_browse(t), home(t)))


def nothing_found(t: Translator, query: str, *, deleted: bool = False) -> Screen:
    """The words fit no location; `query` is empty where they are not to be repeated, `deleted` where they might be a password."""
    text = lines(
        t("<b>No location fits “{query}”.</b>", query=clean(query)) if query else t("<b>No location fits that.</b>"),
        t("I have deleted your message, in case it was your password.") if deleted else None,
        t("Try a shorter name or the town, or browse the list."),
    )
    return Screen(text, inline(_browse(t), _elsewhere(t), home(t)))


def place(t: Translator, found: Found, *, now: float) -> Screen:
    """One location: its facts, its services, the map and how to reach it. `now` in Unix seconds."""
    location = found.location
    if not location.services:
        return no_services(t, found)
    text = lines(
        t("<b>{location}</b>", location=clean(location.name)),
        facts.found_facts(t, found),
        clean(location.address, 200),
        *_contact(location),
        *_services_in_text(t, location, now),
        t("Choose a service:"),
    )
    return Screen(text, inline(*_service_buttons(t, location, now), *_around(t, location)))


def _contact(location: Location) -> list[Markup | str]:
    """Every way to reach the staff; the free text only where it says more than the others."""
    known = [clean(fact) for fact in (location.phone, location.email, location.website)]
    free = clean(location.contacts, 200)
    return [listed([verbatim(fact) for fact in known if fact]), free if free not in known else ""]


def no_services(t: Translator, found: Found) -> Screen:
    """A location that gives no tickets here at the moment."""
    text = lines(
        t("<b>{location}</b>", location=clean(found.location.name)),
        facts.hours(t, found),
        *_contact(found.location),
        t("No tickets are given here at the moment. Choose another location, or ask at the counter."),
    )
    return Screen(text, inline(*_around(t, found.location)))


def _choice(t: Translator, title: Markup, found: Sequence[Found], page: int, turn: Callable[[int], Callback]) -> Screen:
    shown, page, last = page_of(found, page, PAGE)
    told = [_line(t, one) for one in shown]
    column = [
        button(label, to.Place(ref(one.location.id))) for label, one in zip(_labels(t, shown), shown, strict=True)
    ]
    rows = (turning(t, page, last, turn(max(0, page - 1)), turn(page + 1)), _elsewhere(t), home(t))
    return Screen(lines(title, *told, _pages(t, page, last)), inline(*column, *rows))


def _line(t: Translator, found: Found) -> Markup:
    told, name = facts.found_facts(t, found), clean(found.location.name)
    return t("{location}: {facts}", location=name, facts=told) if told else Markup("{}").format(name)


def _labels(t: Translator, found: Sequence[Found]) -> list[str]:
    names = facts.unique([clean(one.location.name) for one in found], [clean(one.location.city) for one in found])
    return [facts.place_label(t, one, name) for name, one in zip(names, found, strict=True)]


def _services_in_text(t: Translator, location: Location, now: float) -> list[Markup]:
    told = []
    for service in location.services[:SERVICES_IN_TEXT]:
        known = facts.service_facts(t, location, service, now)
        if known:
            told.append(t("{service}: {facts}", service=facts.service_name(service), facts=known))
        described = facts.service_description(service)
        if described:
            # The whole of it stands in the offer; here eight of them share one message.
            told.append(Markup("{}").format(inert(clean(described))))
    return told


def _service_buttons(t: Translator, location: Location, now: float) -> list[InlineKeyboardButton]:
    services: Sequence[Service] = location.services[:MOST_BUTTONS]
    names = facts.unique([facts.service_name(service) for service in services], [""] * len(services))
    return [
        button(
            t.plain("{service} (closed)", service=name) if facts.closed(location, service, now) else name,
            to.Pick(ref(location.id), ref(service.id)),
        )
        for name, service in zip(names, services, strict=True)
    ]


def _around(t: Translator, location: Location) -> list[Sequence[InlineKeyboardButton]]:
    on_map = [button(t.plain("Map"), to.PlaceMap(ref(location.id)))] if location.coordinates else []
    return [[*on_map, _elsewhere(t)], [home(t)]]


def _elsewhere(t: Translator) -> InlineKeyboardButton:
    return button(t.plain("Search elsewhere"), to.Where())


def _browse(t: Translator) -> InlineKeyboardButton:
    return button(browse_label(t), to.Towns(), MAIN)


def _pages(t: Translator, page: int, last: int) -> Markup | None:
    return t("Page {page} of {last}", page=page + 1, last=last + 1) if last else None
