"""A believable day: how many people come, how many desks work and how fast, by the hour of a location's own clock. Pure."""

from math import ceil

from sandbox.virtual_ticket.office_model import Location

SERVICE_SECONDS = 150.0
PAUSE_SECONDS = 6.0
CYCLE_SECONDS = SERVICE_SECONDS + PAUSE_SECONDS
"""From one call to the next at a desk where people wait."""
CROWD = (
    *(0.15, 0.1, 0.1, 0.1, 0.1, 0.1, 0.15, 0.3),  # From midnight: a night.
    *(0.5, 0.8, 1.1, 1.1, 0.8, 0.7, 1.0, 1.1),  # From eight: the morning's peak, a quieter lunch, the afternoon's peak.
    *(1.0, 0.8, 0.7, 0.5, 0.4, 0.3, 0.2, 0.15),  # From sixteen: home from work, and the evening.
)
"""How many people come in each hour; 1 keeps all desks just busy."""
LEISURE_SECONDS = 500.0
"""How long the first in line may have waited, where hardly anybody comes, before a desk calls."""

RELIEF_SECONDS = 550.0
"""How long the first in line may have waited before whoever is in the house comes to a desk."""


def crowd(hour: float) -> float:
    """Return how busy it is at that hour of the day, which slowly becomes the next one."""
    here, passed = int(hour) % 24, hour % 1.0
    return CROWD[here] + (CROWD[(here + 1) % 24] - CROWD[here]) * passed


def desks_at_work(place: Location, hour: float) -> int:
    """Return how many desks are staffed: as many as the hour needs, and at any hour one for every two services."""
    needed = max(round(len(place.desks) * min(crowd(hour), 1.0)), ceil(len(place.services) / 2))
    return min(needed, len(place.desks))


def leisure(hour: float) -> float:
    """Return the seconds that somebody waits although a desk is free: with few people about, staff has other work."""
    return LEISURE_SECONDS * max(1.0 - crowd(hour) / 0.6, 0.0)


def full_line(place: Location) -> int:
    """Return how many may wait for a service before those who come go away again."""
    return 4 if len(place.desks) > len(place.services) else 3


def arrivals(place: Location, services: int, hour: float) -> float:
    """Return how many people a second come to each of the services that take tickets."""
    return crowd(hour) * len(place.desks) / services / CYCLE_SECONDS
