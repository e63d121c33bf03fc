"""Finding a location: near a position, by name or town, or by browsing; with distance, hours and people waiting."""

import asyncio
import contextlib
import math
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from tickets.errors import QueueServerError, RuleBroken, Unknown
from tickets.model import Coordinates, Location, Rules, ServerService, Service, Ticket
from tickets.opening import opening
from tickets.ports import Clock, QueueServer
from tickets.rules import rule_against

EARTH_RADIUS = 6_371_000.0
"""Metres."""
SETTINGS_KEPT, SETTINGS_AGAIN = 600.0, 60.0
"""Seconds until settings/get is asked again: after an answer, and after none."""


@dataclass(frozen=True, slots=True)
class Found:
    """A location as a person chooses it."""

    location: Location
    distance: float | None
    """Metres from the person's position; None where either point is not known."""
    open: bool | None
    next_opening: datetime | None
    closes: datetime | None
    waiting: int | None


def distance(one: Coordinates, other: Coordinates) -> float:
    """Metres between two points, by the haversine formula: exact to half a percent, which is enough to choose a branch."""
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    chord = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, chord)))


def plain(text: str) -> str:
    """Lower case without accents, so that "tomas" finds "São Tomás"."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def found(location: Location, now: float, position: Coordinates | None = None) -> Found:
    """The facts of one location at that moment, seen from that position."""
    hours = opening(location, now)
    away = distance(position, location.coordinates) if position and location.coordinates else None
    counts = [service.waiting for service in location.services if service.waiting is not None]
    return Found(location, away, hours.open, hours.opens, hours.closes, sum(counts) if counts else None)


def nearest_first(choices: Iterable[Found]) -> tuple[Found, ...]:
    """By distance; those without one come last, by name."""
    return tuple(
        sorted(choices, key=lambda f: (f.distance is None, f.distance or 0.0, plain(f.location.name), f.location.id))
    )


def matches(location: Location, text: str) -> bool:
    """Whether every word of the text stands in the location's name, town, region or address."""
    facts = plain(f"{location.name} {location.city} {location.region} {location.address}")
    words = plain(text).split()
    return bool(words) and all(word in facts for word in words)


def merged(locations: Iterable[Location], offered: Iterable[ServerService]) -> tuple[Location, ...]:
    """locations/get completed by server_services/get, which alone tells time zones, service names and issued counters.

    The rules and notices of a location come from there too, field by field: locations/get tells the whole brand's.
    """
    more: dict[str, Location] = {}
    services: dict[tuple[str, str], Service] = {}
    for service in offered:
        for location in service.locations:
            more.setdefault(location.id, location)
            # What the brand says of the service holds in each location that says nothing else.
            services.update({(location.id, one.id): _of_brand(one, service) for one in location.services})
    return tuple(_completed(location, more.get(location.id), services) for location in locations)


def _completed(location: Location, other: Location | None, services: dict[tuple[str, str], Service]) -> Location:
    own = tuple(_named(service, services.get((location.id, service.id))) for service in location.services)
    if other is None:
        return replace(location, services=own)
    return replace(
        location,
        services=own,
        timezone=location.timezone or other.timezone,
        phone=location.phone or other.phone,
        email=location.email or other.email,
        website=location.website or other.website,
        address=location.address or other.address,
        coordinates=location.coordinates or other.coordinates,
        shifts=location.shifts or other.shifts,
        is_open=other.is_open if location.is_open is None else location.is_open,
        rules=other.rules.over(location.rules),
    )


def _of_brand(service: Service, brand: ServerService) -> Service:
    return replace(
        service,
        state=brand.state if service.state is None else service.state,
        description=service.description or brand.description,
    )


def _named(service: Service, other: Service | None) -> Service:
    if other is None:
        return service
    return replace(
        service,
        name=other.name or service.name,
        description=service.description or other.description,
        state=other.state if service.state is None else service.state,
        is_open=other.is_open if service.is_open is None else service.is_open,
        shift=service.shift or other.shift,
        issued=other.issued if service.issued is None else service.issued,
        average_wait=other.average_wait if service.average_wait is None else service.average_wait,
        server_service_id=service.server_service_id or other.server_service_id,
        color=service.color or other.color,
        location_id=service.location_id or other.location_id,
    )


def elsewhere(
    locations: Iterable[Location],
    broken: RuleBroken,
    position: Coordinates | None,
    *,
    now: float,
    holding: Collection[Ticket],
    radius_unit: str,
) -> Found | None:
    """The nearest location where nothing stands against a ticket for the same service; None where nobody knows of one.

    Near to the person's position where that is told, otherwise to the location that gives no ticket.
    """
    here = position or broken.location.coordinates
    for one in nearest_first(found(other, now, here) for other in locations if other.id != broken.location.id):
        service = same_service(one.location, broken.service)
        if one.distance is None or service is None:
            continue
        away = one.distance if position is not None else None
        if rule_against(one.location, service, now=now, away=away, holding=holding, radius_unit=radius_unit) is None:
            return one if position is not None else replace(one, distance=None)
    return None


def same_service(location: Location, wanted: Service) -> Service | None:
    """What the location offers that is the same: by the brand's own id of it, by its name where either has none."""
    for service in location.services:
        if service.server_service_id and wanted.server_service_id:
            if service.server_service_id == wanted.server_service_id:
                return service
        elif plain(service.name) == plain(wanted.name):
            return service
    return None


def most_radius(settings: Mapping[str, str]) -> float | None:
    """vt_max_radius, in RADIUS_UNIT like the locations' own; None where it is not told, or is no distance."""
    try:
        radius = float(settings.get("vt_max_radius", ""))
    except ValueError:
        return None
    return radius if 0 < radius < math.inf else None


class Find:
    """The brand's locations, read at most every `keep` seconds for everybody together."""

    def __init__(
        self, server: QueueServer, clock: Clock, *, region: str = "", city: str = "", keep: float = 10.0
    ) -> None:
        """`region` and `city` are the brand's own filter, as locations/get takes them."""
        self._server = server
        self._clock = clock
        self._filter = (region, city)
        self._keep = keep
        self._read_at = -math.inf
        self._failed_at = -math.inf
        self._failure: QueueServerError | None = None
        self._locations: tuple[Location, ...] = ()
        self._offered: tuple[ServerService, ...] = ()
        self._fallback = Rules()
        self._settings_next = -math.inf
        self._reading = asyncio.Lock()

    async def all(self, *, fresh: bool = False) -> tuple[Location, ...]:
        """Every location; `fresh` asks the server however short ago it was asked. Raises `QueueServerError`."""
        asked_at = self._clock.monotonic()
        async with self._reading:
            # Whoever waited for the lock takes the answer that came meanwhile, or the failure: else they would all try in turn.
            if self._failure is not None and self._failed_at > asked_at:
                raise self._failure
            if self._read_at < asked_at and (fresh or asked_at - self._read_at > self._keep):
                await self._read()
            return self._locations

    async def _read(self) -> None:
        region, city = self._filter
        try:
            locations = await self._server.locations(region=region, city=city)
        except QueueServerError as error:
            self._failed_at, self._failure = self._clock.monotonic(), error
            raise
        # Names and zones change rarely: where this fails, the last ones, or none, are better than no list at all.
        with contextlib.suppress(QueueServerError):
            self._offered = await self._server.services()
        await self._read_settings()
        every = merged(locations, self._offered)
        self._locations = tuple(replace(one, rules=one.rules.over(self._fallback)) for one in every)
        self._read_at = self._clock.monotonic()

    async def _read_settings(self) -> None:
        """The radius of the whole server, for locations that say none; where it cannot be read, the last one holds."""
        if self._clock.monotonic() < self._settings_next:
            return
        self._settings_next = self._clock.monotonic() + SETTINGS_AGAIN
        with contextlib.suppress(QueueServerError):
            self._fallback = Rules(radius=most_radius(await self._server.settings()))
            self._settings_next = self._clock.monotonic() + SETTINGS_KEPT

    async def near(self, position: Coordinates) -> tuple[Found, ...]:
        """All locations, nearest first."""
        now = self._clock.now()
        return nearest_first(found(location, now, position) for location in await self.all())

    async def named(self, text: str, position: Coordinates | None = None) -> tuple[Found, ...]:
        """Locations whose name, town, region or address holds every word."""
        now = self._clock.now()
        return nearest_first(found(one, now, position) for one in await self.all() if matches(one, text))

    async def towns(self) -> tuple[str, ...]:
        """The towns that have a location, in alphabetical order; last the empty name, where a location has no town."""
        names = {location.city for location in await self.all()}
        return tuple(sorted(names, key=lambda name: (not name, plain(name))))

    async def in_town(self, town: str) -> tuple[Found, ...]:
        """The locations of one town; those without a town come with the empty name."""
        now = self._clock.now()
        return nearest_first(found(one, now) for one in await self.all() if one.city == town)

    async def place(self, wanted: Callable[[str], bool], position: Coordinates | None = None) -> Found:
        """The location whose id is wanted, freshly read; `Unknown` when there is none."""
        for fresh in (False, True):
            for location in await self.all(fresh=fresh):
                if wanted(location.id):
                    return found(location, self._clock.now(), position)
        raise Unknown("location")


def service_of(location: Location, wanted: Callable[[str], bool]) -> Service:
    """The location's service whose id is wanted; `Unknown` when there is none."""
    for service in location.services:
        if wanted(service.id):
            return service
    raise Unknown("service")
