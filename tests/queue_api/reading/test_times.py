"""Dates, shifts and waits in every form."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from queue_api.reading.fields import Unreadable
from queue_api.reading.times import average_wait, date, expected_wait, shift
from tickets.model import Shift

DAY = datetime.fromisoformat("2019-12-23")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2019-12-23 10:30:05", DAY + timedelta(hours=10, minutes=30, seconds=5)),
        ("2019-12-23 10:30", DAY + timedelta(hours=10, minutes=30)),
        (" 2019-12-23T10:30:05 ", DAY + timedelta(hours=10, minutes=30, seconds=5)),
        ("2019-12-23 10:30:05.250", DAY + timedelta(hours=10, minutes=30, seconds=5.25)),
        # No zone is known: an offset of their own is their own clock, and UTC is nobody's.
        ("2019-12-23T10:30:05+01:00", DAY + timedelta(hours=10, minutes=30, seconds=5)),
        ("2019-12-23T10:30:05Z", None),
        ("2019-12-23T10:30:05+00:00", None),
        ("2019-12-23 9:05", DAY + timedelta(hours=9, minutes=5)),
        ("2019-12-23 24:00:00", DAY + timedelta(days=1)),
        ("2019-12-23 25:30", DAY + timedelta(days=1, hours=1, minutes=30)),
        ("0000-00-00 00:00:00", None),
        ("yyyy-MM-dd hh:mm:ss", None),
        (" yyyy-MM-dd hh:mm:ss ", None),
        (" ", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date(told: Any, expected: datetime | None) -> None:
    assert date({"d": told}, "d") == expected


@pytest.mark.parametrize(
    ("told", "zone", "hours"),
    [
        ("2019-12-23T10:30:00Z", "Europe/Madrid", 11.5),
        ("2019-12-23T10:30:00+01:00", "Europe/Lisbon", 9.5),
        ("2019-12-23T23:30:00-02:00", "Europe/Lisbon", 25.5),
        ("2019-12-23 10:30:00", "Europe/Madrid", 10.5),
        ("2019-12-23T10:30:00Z", "Nowhere/At_All", None),
        ("2019-12-23T10:30:00Z", "UTC", 10.5),
    ],
)
def test_an_offset_is_put_on_the_location_s_clock(told: str, zone: str, hours: float | None) -> None:
    assert date({"d": told}, "d", zone) == (None if hours is None else DAY + timedelta(hours=hours))


def test_hours_with_an_offset_are_put_on_the_location_s_clock() -> None:
    told = {"open_today_from": "2019-12-23T08:00:00Z", "open_today_to": "2019-12-23T17:00:00Z"}
    assert shift(told, "Europe/Madrid") == Shift(DAY + timedelta(hours=9), DAY + timedelta(hours=18))
    assert shift(told) is None, "nobody knows what the clock there shows"
    mixed = {"open_today_from": "2019-12-23T08:00:00Z", "open_today_to": "2019-12-23 18:00:00"}
    assert shift(mixed, "Europe/Madrid") == Shift(DAY + timedelta(hours=9), DAY + timedelta(hours=18))


@pytest.mark.parametrize(
    "told", ["today", "2019-12-23 48:00", "2019-13-01", "0002-01-01", "9999-12-31 23:59", 5, [], "1" * 41]
)
def test_what_is_no_date(told: Any) -> None:
    if told == "today":
        # Words without a digit are taken for a placeholder, as the seed's own examples have them.
        assert date({"d": told}, "d") is None
        return
    with pytest.raises(Unreadable):
        date({"d": told}, "d")


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [
        ("2019-12-23 09:00:00", "2019-12-23 18:00:00", (9, 18)),
        ("2019-12-23 22:00", "2019-12-23 02:00", (22, 26)),
        ("2019-12-23 22:00", "2019-12-24 02:00", (22, 26)),
        ("2019-12-23 00:00", "2019-12-23 24:00", (0, 24)),
        ("2019-12-23 00:00", "2019-12-23 00:00", None),
        ("2019-12-23 09:00", "2019-12-20 18:00", None),
        ("2019-12-23 09:00", "", None),
        ("", "", None),
        (None, None, None),
        ("09:00", "18:00", None),
        ("2019-99-99", "2019-12-23 18:00", None),
        ("YYYY-mm-dd HH:mm:ss", "YYYY-mm-dd HH:mm:ss", None),
        ("x" * 41, "2019-12-23 18:00", None),
        (9, 18, None),
    ],
)
def test_a_shift(opens: Any, closes: Any, hours: tuple[int, int] | None) -> None:
    expected = Shift(DAY + timedelta(hours=hours[0]), DAY + timedelta(hours=hours[1])) if hours else None
    assert shift({"open_today_from": opens, "open_today_to": closes}) == expected


@pytest.mark.parametrize(
    ("told", "minutes"),
    [
        ({"waiting_avg": "01:05"}, 65),
        ({"waiting_avg": "0"}, 0),
        ({"waiting_avg": 0}, 0),
        ({"waiting_avg": 12}, 12),
        ({"waiting_avg": "00:00"}, 0),
        ({"waiting_avg": "100:00"}, 6000),
        ({"waiting_avg": "00:00", "hours": "0", "minutes": "9"}, 9),
        ({"waiting_avg": "00:07", "hours": "0", "minutes": "9"}, 7),
        ({"hours": "01", "minutes": "05"}, 65),
        ({"minutes": 5}, 5),
        ({"hours": 1, "minutes": ""}, 60),
        ({"waiting_avg": "hh:mm"}, None),
        ({"waiting_avg": "1h 20m"}, None),
        ({"waiting_avg": "-1"}, None),
        ({"waiting_avg": -1}, None),
        ({"waiting_avg": True}, None),
        ({"waiting_avg": "00:99"}, None),
        ({"waiting_avg": "1" * 41}, None),
        ({"waiting_avg": None}, None),
        ({}, None),
    ],
)
def test_an_average_wait(told: dict[str, Any], minutes: int | None) -> None:
    assert average_wait(told) == (None if minutes is None else timedelta(minutes=minutes))


def test_an_expected_wait_of_absurd_hours_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        expected_wait({"hours": 10**9})
    with pytest.raises(Unreadable):
        expected_wait({"minutes": "soon"})


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00", "0001-01-01 00:00:00", "0001-01-01T00:00:00Z"])
def test_the_null_date_of_net_is_no_date(written: str) -> None:
    assert date({"d": written}, "d") is None
    with pytest.raises(Unreadable):
        date({"d": "0002-01-01T00:00:00"}, "d")
