"""Reads coordinates as the API writes them, in the town file and in a question alike, and compares distances."""

import re
from math import cos, hypot, radians

COORDINATES = re.compile(
    r"(?P<latitude>-?(?:[0-8]?[0-9](?:\.[0-9]+)?|90(?:\.0+)?)), ?"
    r"(?P<longitude>-?(?:(?:1[0-7][0-9]|[0-9]?[0-9])(?:\.[0-9]+)?|180(?:\.0+)?))"
    r"(?:, ?-?[0-9]+(?:\.[0-9]+)?)?"
)
"""Latitude and longitude in degrees and perhaps a height, as in the seed's "41.572408,-8.426258,868"."""

Point = tuple[float, float]


def read_point(text: str) -> Point | None:
    """Return latitude and longitude in degrees, None where the text is something else."""
    found = COORDINATES.fullmatch(text)
    return (float(found["latitude"]), float(found["longitude"])) if found else None


def nearness(here: Point, there: Point | None) -> float:
    """Return a number that grows with the distance, good enough to sort a country by; what has no place comes last."""
    if there is None:
        return float("inf")
    return hypot(there[0] - here[0], (there[1] - here[1]) * cos(radians(here[0])))
