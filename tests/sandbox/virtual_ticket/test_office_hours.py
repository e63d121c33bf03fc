"""Opening hours: shifts, the last second, and nights that end on the next day."""

from datetime import UTC, datetime, time

import pytest

from sandbox.virtual_ticket.office_hours import ALWAYS, Shift, is_open, read_shift, shifts_on

LATE = ((Shift(time(18), time(2)),),) + ((),) * 6
TWO_SHIFTS = ((Shift(time(9), time(12, 30)), Shift(time(14), time(18))),) * 7


@pytest.mark.parametrize(
    ("week", "moment", "open_then"),
    [
        (ALWAYS, "2026-01-12T00:00:00", True),
        (ALWAYS, "2026-01-12T23:59:59.900000", True),
        (TWO_SHIFTS, "2026-01-12T08:59:59", False),
        (TWO_SHIFTS, "2026-01-12T12:30:00", True),
        (TWO_SHIFTS, "2026-01-12T12:30:01", False),
        (TWO_SHIFTS, "2026-01-12T14:00:00", True),
        (LATE, "2026-01-12T17:59:59", False),
        (LATE, "2026-01-12T23:00:00", True),
        (LATE, "2026-01-13T01:59:00", True),
        (LATE, "2026-01-13T02:00:01", False),
        (LATE, "2026-01-13T19:00:00", False),
        (((),) * 7, "2026-01-12T12:00:00", False),
    ],
)
def test_open(week: tuple[tuple[Shift, ...], ...], moment: str, open_then: bool) -> None:
    assert is_open(week, datetime.fromisoformat(moment).replace(tzinfo=UTC)) is open_then


def test_a_late_shift_closes_on_the_next_day() -> None:
    [(opens, closes)] = shifts_on(LATE, datetime(2026, 1, 12, tzinfo=UTC).date())
    assert (opens.isoformat(), closes.isoformat()) == ("2026-01-12T18:00:00", "2026-01-13T02:00:00")


@pytest.mark.parametrize("text", ["", "09:00", "9-12", "09:00-25:00", "09:00-12:00-13:00", "09:00+01:00"])
def test_what_is_no_shift(text: str) -> None:
    with pytest.raises(ValueError, match="is no opening time"):
        read_shift(text)


def test_a_shift_names_no_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read_shift("09:00Z-18:00")
