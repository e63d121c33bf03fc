"""Opening hours as a location keeps them: shifts by weekday, on its own clock, some of which end after midnight."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Shift:
    """From one time of day to another; one that closes no later than it opens closes on the next day."""

    opens: time
    closes: time

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Return its opening and closing moments when it begins on `day`, both without a zone."""
        closing_day = day if self.closes > self.opens else day + timedelta(days=1)
        return datetime.combine(day, self.opens), datetime.combine(closing_day, self.closes)


Week = tuple[tuple[Shift, ...], ...]
"""Seven days, Monday first."""

ALWAYS: Week = ((Shift(time(0), time(23, 59, 59)),),) * 7


def shifts_on(week: Week, day: date) -> list[tuple[datetime, datetime]]:
    """Return the shifts that begin on that day, in order."""
    return [shift.on(day) for shift in week[day.weekday()]]


def is_open(week: Week, local: datetime) -> bool:
    """Tell whether the place is open at this moment of its own clock; the last second of a shift belongs to it."""
    moment = local.replace(tzinfo=None, microsecond=0)
    return any(opens <= moment <= closes for opens, closes in _shifts_around(week, moment.date()))


def _shifts_around(week: Week, day: date) -> Iterator[tuple[datetime, datetime]]:
    # Yesterday's late shift may not be over yet.
    yield from shifts_on(week, day - timedelta(days=1))
    yield from shifts_on(week, day)


def read_shift(text: str) -> Shift:
    """Read "09:00-18:30"; ValueError says what is wrong with it."""
    try:
        opens, closes = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise ValueError(f'"{text}" is no opening time like "09:00-18:30"') from None
    if opens.tzinfo or closes.tzinfo:
        raise ValueError(f'"{text}" must not name a time zone: hours are in the location\'s own')
    return Shift(opens, closes)
