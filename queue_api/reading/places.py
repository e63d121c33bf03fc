"""A place with its coordinates, hours, services and rules: what a location and a ticket's `master` have in common."""

from queue_api.reading.fields import Tree, Unreadable, items, text, texts
from queue_api.reading.records import maker
from queue_api.reading.rules import NO_RULES, rules
from queue_api.reading.services import is_open, services
from queue_api.reading.times import date, shift
from tickets.model import Coordinates, Location, Rules, Shift, Ticket

_TEXTS = ("id", "name", "city", "region", "country", "address", "phone", "email", "website")
_location, _coordinates = maker(Location), maker(Coordinates)


def location(tree: Tree, shared: Rules = NO_RULES, tickets: tuple[Ticket, ...] = ()) -> Location:
    """One location with the tickets that were read of it; a ticket's `master` is a location with fewer facts."""
    # What is not told shall not cost a call: a brand has thousands of these.
    own = rules(tree) if "settings" in tree else NO_RULES
    told, zone = texts(tree, _TEXTS), text(tree, "timezone") or None if "timezone" in tree else None
    if not told[0]:
        raise Unreadable("id", "missing")
    return _location(
        *told,
        _loose(tree, "contacts") if "contacts" in tree else "",
        _loose(tree, "options") if "options" in tree else "",
        coordinates(tree) if "coordinates" in tree else None,
        zone,
        is_open(tree),
        _shifts(tree, zone) if "working_hours" in tree else (),
        services(tree, zone) if "services" in tree else (),
        shared if own is NO_RULES else own if shared is NO_RULES else own.over(shared),
        date(tree, "created_at", zone) if "created_at" in tree else None,
        date(tree, "updated_at", zone) if "updated_at" in tree else None,
        tickets,
    )


def coordinates(tree: Tree) -> Coordinates | None:
    """ "latitude,longitude" with or without a height. People type it: what is no point on the earth is as good as untold."""
    value = tree.get("coordinates")
    if value.__class__ is not str or not value or len(value) > 100:
        return None
    parts = value.split(",", 2)
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
    except (ValueError, IndexError):
        return None
    if -90 <= latitude <= 90 and -180 <= longitude <= 180:
        return _coordinates(latitude, longitude)
    return None


def _shifts(tree: Tree, zone: str | None) -> tuple[Shift, ...]:
    """`working_hours`: none, one or several shifts of today."""
    listed = tree.get("working_hours")
    if not listed:
        return ()
    try:
        told = items(tree, "working_hours", mark="open_today_from")
    except Unreadable:
        # Hours in a form nobody described help nobody, and hide no location.
        return ()
    shifts = [shift(item, zone) for item in told]
    return tuple([one for one in shifts if one is not None])


def _loose(tree: Tree, name: str) -> str:
    """Free text as far as the seed shows; a list or an object of texts is joined."""
    value = tree.get(name)
    if not value:
        return ""
    if isinstance(value, list | dict):
        told = value.values() if isinstance(value, dict) else value
        return ", ".join(one.strip() for one in told if isinstance(one, str) and one.strip())
    return text(tree, name)
