"""Dates, opening hours and waiting times, as the seed writes them: without a zone, sometimes without seconds, sometimes empty."""

import re
from datetime import datetime, timedelta
from functools import lru_cache

from queue_api.reading.fields import Tree, Unreadable, number
from tickets.model import Shift
from tickets.opening import local

_LONGEST = 40
_ROLLED = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d{1,2}):(\d\d)(?::(\d\d))?", re.ASCII)
_DIGIT = re.compile(r"\d")
_WAIT = re.compile(r"(\d{1,4}):([0-5]?\d)(?::[0-5]?\d)?|(\d{1,5})", re.ASCII)
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_WAITS = tuple(timedelta(minutes=count) for count in range(24 * 60))


def date(tree: Tree, name: str, zone: str | None = None) -> datetime | None:
    """A date of the server as the location's wall clock, naive; `zone` is the location's, where it is known.

    None for null, "", zeros or a placeholder, and for a moment of which nobody can say what the clock there showed.
    """
    return wall(dated(tree, name), zone)


def wall(found: datetime | None, zone: str | None) -> datetime | None:
    """What the location's clock shows at that moment; a date without an offset is that clock's already."""
    if found is None or found.tzinfo is None:
        return found
    there = local(found.timestamp(), zone)
    if there is not None:
        return there
    # Whoever writes an offset of their own writes their own clock; UTC is nobody's, so that it says nothing.
    return found.replace(tzinfo=None) if found.utcoffset() else None


def dated(tree: Tree, name: str) -> datetime | None:
    """A date as it was written, with its offset where it has one."""
    value = tree.get(name)
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str) and len(value) <= _LONGEST:
            return _moment(value)
    except (ValueError, OverflowError):
        pass
    raise Unreadable(name, "not a date")


@lru_cache(maxsize=4096)
def _moment(value: str) -> datetime | None:
    """Cached, because the locations of one answer share their hours. ValueError where it is no date."""
    value = value.strip()
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        # The seed's own examples say "yyyy-MM-dd hh:mm:ss", and databases say 0000-00-00: neither is a date.
        if value.startswith("0000") or not _DIGIT.search(value):
            return None
        found = _rolled_over(value)
    if value.startswith("0001-01-01"):
        # The date that .NET writes where there is none.
        return None
    if not 1970 <= found.year <= 2200:
        raise ValueError
    return found


def _rolled_over(value: str) -> datetime:
    """Hours past midnight, "2019-12-23 25:30", and hours of one digit."""
    written = _ROLLED.fullmatch(value)
    if written is None or int(written[2]) > 47:
        raise ValueError
    hours, minutes, seconds = int(written[2]), int(written[3]), int(written[4] or 0)
    return datetime.fromisoformat(written[1]) + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def shift(tree: Tree, zone: str | None = None) -> Shift | None:
    """open_today_from and open_today_to; None unless both are told. Hours are typed by people: unreadable is as good as untold."""
    opens, closes = tree.get("open_today_from"), tree.get("open_today_to")
    if not (opens.__class__ is str and closes.__class__ is str and opens and closes):
        return None
    return _shift(opens, closes, zone) if len(opens) <= _LONGEST and len(closes) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _shift(opens_text: str, closes_text: str, zone: str | None) -> Shift | None:
    try:
        opens, closes = wall(_moment(opens_text), zone), wall(_moment(closes_text), zone)
    except (ValueError, OverflowError):
        return None
    if opens is None or closes is None:
        return None
    if closes < opens:
        # A shift that ends before it begins ends past midnight.
        closes += _DAY
    return Shift(opens, closes) if closes > opens else None


def average_wait(tree: Tree) -> timedelta | None:
    """waiting_avg ("hh:mm", "0"), or hours and minutes apart; whichever says more than nothing."""
    value = tree.get("waiting_avg")
    told = None
    if value.__class__ is str:
        told = _minutes(int(value)) if value.isdigit() and value.isascii() and len(value) <= _LONGEST else _wait(value)
    elif value.__class__ is int:
        told = _minutes(value)
    return told or expected_wait(tree) or told


def expected_wait(tree: Tree) -> timedelta | None:
    """hours and minutes; None where neither is told."""
    hours, minutes = number(tree, "hours"), number(tree, "minutes")
    if hours is None and minutes is None:
        return None
    if max(hours or 0, minutes or 0) > 1_000_000:
        raise Unreadable("hours", "out of range")
    return _MINUTE * ((hours or 0) * 60 + (minutes or 0))


def _minutes(count: int) -> timedelta | None:
    """A bare number means minutes."""
    # A product, for it takes half as long as making a timedelta of seconds.
    return _MINUTE * count if 0 <= count < 100_000 else None


def _wait(value: str) -> timedelta | None:
    """None for what is no time, such as the seed's placeholder "hh:mm"."""
    hours, colon, minutes = value.partition(":")
    # As nearly all are written; thousands in one answer shall cost no search each.
    if colon and len(hours) <= 4 and len(minutes) == 2 and value.isascii() and hours.isdigit() and minutes.isdigit():
        count = int(hours) * 60 + int(minutes)
        if minutes < "60":
            return _WAITS[count] if count < len(_WAITS) else _MINUTE * count
    return _written_wait(value.strip()) if len(value) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _written_wait(value: str) -> timedelta | None:
    written = _WAIT.fullmatch(value)
    if written is None:
        return None
    hours, minutes, alone = written.groups()
    return _MINUTE * (int(alone) if alone else int(hours) * 60 + int(minutes))
