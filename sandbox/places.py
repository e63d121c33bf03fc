"""Where in town a person may stand: the branches as the chat page's map offers them for sharing a position."""

from collections.abc import Iterable
from typing import Any

from sandbox.virtual_ticket.office_model import Location

Json = dict[str, Any]


def offered_places(locations: Iterable[Location]) -> list[Json]:
    """Return name, city, address and position in degrees of every branch whose position is known."""
    places = []
    for location in locations:
        # A third number is the height, and one branch has no coordinates at all: such is the data of real towns.
        numbers = location.coordinates.split(",")[:2]
        if len(numbers) > 1:
            latitude, longitude = (float(number) for number in numbers)
            position = {"latitude": latitude, "longitude": longitude}
            places.append({"name": location.name, "city": location.city, "address": location.address, **position})
    return places
