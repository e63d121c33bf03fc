"""Reads a town file (TOML or JSON) into a Town; the file of the demo lies beside this module and shows every key there is."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.virtual_ticket.coordinates import read_point
from sandbox.virtual_ticket.identities import named
from sandbox.virtual_ticket.office_hours import ALWAYS, WEEKDAYS, Week, read_shift
from sandbox.virtual_ticket.office_model import Location, Rules, Service, Town

DEMO = Path(__file__).with_name("town_demo.toml")
TEXTS = ("city", "region", "country", "address", "phone", "email", "website", "contacts", "coordinates")
LOCATION_KEYS = {"id", "name", "timezone", "hours", "desks", "services", "services_off", "rules", "notices", *TEXTS}
TOWN_KEYS = {"brand", "max_radius", "rules", "notices", "services", "locations"}
Table = dict[str, Any]


class TownError(ValueError):
    """The town file cannot be used; the text is one sentence for the operator."""


def read_town(path: Path | None = None) -> Town:
    """Read a town file, the demo's where none is named; TownError says in one sentence what is wrong with it."""
    file = path or DEMO
    try:
        text = file.read_text("utf-8")
        content = json.loads(text) if file.suffix.lower() == ".json" else tomllib.loads(text)
    except OSError as error:
        raise TownError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise TownError(f"{file} is no {file.suffix.lstrip('.').upper() or 'TOML'}: {error}") from None
    return _town(content)


def _town(content: Any) -> Town:
    town = _table(content, "the town", TOWN_KEYS)
    brand = _text(town, "brand", "the town")
    rules = _rules(town.get("rules", {}), Rules(), "the town's rules")
    notices = _notices(town.get("notices", {}), {}, "the town's notices")
    offered = {}
    for one in _list(town, "services", "the town"):
        service = _offer(one, brand)
        if service.tag in offered:
            raise TownError(f'service tag "{service.tag}" is given twice')
        offered[service.tag] = service
    places = tuple(_location(one, brand, offered, rules, notices) for one in _list(town, "locations", "the town"))
    ids = [place.id for place in places]
    twice = next((place for place in places if ids.count(place.id) > 1), None)
    if twice:
        raise TownError(f'location "{twice.name}": another location has the same name or id')
    return Town(brand, places, _number(town, "max_radius", 50, "the town"), rules, notices)


def _offer(content: Any, brand: str) -> Service:
    what = "a service"
    service = _table(content, what, {"tag", "name", "description", "color"})
    tag = _text(service, "tag", what)
    color = _text(service, "color", f'service "{tag}"', "") or None
    name = _text(service, "name", f'service "{tag}"')
    return Service("", named(f"{brand}:service:{tag}"), tag, name, _text(service, "description", what, ""), color)


def _location(content: Any, brand: str, offered: Mapping[str, Service], rules: Rules, notices: Table) -> Location:
    what = f'location "{content.get("name", "")}"' if isinstance(content, dict) else "a location"
    place = _table(content, what, LOCATION_KEYS)
    name = _text(place, "name", what)
    location_id = _text(place, "id", what, "") or named(f"{brand}:location:{name}")
    texts = {key: _text(place, key, what, "") for key in TEXTS}
    _check_coordinates(texts["coordinates"], what)
    return Location(
        location_id,
        name,
        _timezone(_text(place, "timezone", what), what),
        _week(place.get("hours", "always"), what),
        desks=tuple(_texts(place, "desks", what, ["1", "2", "3"])),
        services=_services(place, what, location_id, offered),
        rules=_rules(place.get("rules", {}), rules, f"{what}: rules"),
        notices=_notices(place.get("notices", {}), notices, f"{what}: notices"),
        **texts,
    )


def _services(place: Table, what: str, location_id: str, offered: Mapping[str, Service]) -> tuple[Service, ...]:
    off = _texts(place, "services_off", what, [])
    found = []
    for tag in [*_texts(place, "services", what, []), *off]:
        kind = offered.get(tag)
        if kind is None:
            raise TownError(f'{what}: service "{tag}" is not among the town\'s services')
        own_id = named(f"{location_id}:service:{tag}")
        found.append(
            Service(own_id, kind.server_service_id, tag, kind.name, kind.description, kind.color, int(tag in off))
        )
    if len({service.tag for service in found}) < len(found):
        raise TownError(f"{what}: a service is named twice")
    return tuple(sorted(found, key=lambda service: service.tag))


def _week(hours: Any, what: str) -> Week:
    if hours == "always":
        return ALWAYS
    if isinstance(hours, dict):
        days = _table(hours, f"{what}: hours", set(WEEKDAYS))
    elif isinstance(hours, list):
        days = dict.fromkeys(WEEKDAYS, hours)
    else:
        raise TownError(f'{what}: hours must be "always", a list of shifts, or shifts by weekday')
    try:
        return tuple(tuple(read_shift(shift) for shift in _texts(days, day, what, [])) for day in WEEKDAYS)
    except ValueError as error:
        raise TownError(f"{what}: {error}") from None


def _timezone(name: str, what: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise TownError(f'{what}: timezone "{name}" is unknown') from None
    return name


def _check_coordinates(text: str, what: str) -> None:
    if text and read_point(text) is None:
        raise TownError(f'{what}: coordinates "{text}" must be latitude,longitude in degrees')


def _rules(content: Any, base: Rules, what: str) -> Rules:
    names = ("request_ticket_radius", "request_ticket_min_customers", "request_ticket_min_waiting_time")
    rules = _table(content, what, {*names, "allow_multi_ticket"})
    several = rules.get("allow_multi_ticket", base.allow_multi_ticket)
    if not isinstance(several, bool):
        raise TownError(f"{what}: allow_multi_ticket must be true or false")
    radius, customers, minutes = (_number(rules, name, getattr(base, name), what) for name in names)
    return Rules(radius, customers, minutes, several)


def _notices(content: Any, base: Table, what: str) -> Table:
    notices = _table(content, what, {"your_turn", "almost_your_turn"})
    read = {}
    for name, notice in notices.items():
        texts = _table(notice, f"{what}: {name}", {"title", "message"})
        read[name] = {key: _text(texts, key, f"{what}: {name}") for key in ("title", "message")}
    return {**base, **read}


def _table(content: Any, what: str, keys: set[str]) -> Table:
    if not isinstance(content, dict):
        raise TownError(f"{what} must be a table")
    for key in content:
        if key not in keys:
            raise TownError(f'{what} has an unknown key "{key}"')
    return content


def _list(content: Table, key: str, what: str) -> list[Any]:
    found = content.get(key)
    if not isinstance(found, list) or not found:
        raise TownError(f"{what} needs a list of {key}")
    return found


def _text(content: Table, key: str, what: str, default: str | None = None) -> str:
    found = content.get(key, default)
    if not isinstance(found, str) or (default is None and not found.strip()):
        raise TownError(f"{what} needs a {key}" if found is None or found == "" else f"{what}: {key} must be a text")
    return found


def _texts(content: Table, key: str, what: str, default: list[str]) -> list[str]:
    found = content.get(key, default)
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        raise TownError(f"{what}: {key} must be a list of texts")
    return found


def _number(content: Table, key: str, default: int, what: str) -> int:
    found = content.get(key, default)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise TownError(f"{what}: {key} must be a whole number, 0 or more")
    return found
