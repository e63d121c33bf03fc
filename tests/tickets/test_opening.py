"""Hours on the location's own wall clock: zones, summer time, two shifts, past midnight, and nothing known."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.tickets.town import a_location, a_service, at
from tickets.model import Shift
from tickets.opening import Opening, hours, local, moment, opening, service_open, switched_off

DAY = (Shift(at("09:00"), at("13:00")), Shift(at("14:00"), at("18:00")))


def utc(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[arg-type,misc]  # the parts of a date, as in datetime itself


@pytest.mark.parametrize(
    ("zone", "now", "wall"),
    [
        ("Europe/Lisbon", utc(2026, 3, 2, 9, 30), at("09:30")),
        ("Atlantic/Azores", utc(2026, 3, 2, 9, 30), at("08:30")),
        ("America/Sao_Paulo", utc(2026, 3, 3, 1, 0), at("22:00")),
        ("Asia/Kathmandu", utc(2026, 3, 2, 9, 30), at("15:15")),
        # Summer time in Lisbon begins at 01:00 UTC on the 29th.
        ("Europe/Lisbon", utc(2026, 3, 29, 0, 59), at("00:59", 29)),
        ("Europe/Lisbon", utc(2026, 3, 29, 1, 0), at("02:00", 29)),
    ],
)
def test_the_wall_clock_of_a_zone(zone: str, now: float, wall: datetime) -> None:
    assert local(now, zone) == wall
    assert moment(wall, zone) == now


@pytest.mark.parametrize("zone", [None, "", "Mars/Base", "../../etc/passwd", "Europe", "\x00", "UTC\udc80"])
def test_an_unknown_zone_is_never_guessed(zone: str | None) -> None:
    assert local(utc(2026, 3, 2, 9, 30), zone) is None
    assert moment(at("09:30"), zone) is None


def test_no_time_is_no_moment() -> None:
    assert moment(None, "Europe/Lisbon") is None


@pytest.mark.parametrize(
    ("shifts", "clock", "known"),
    [
        ((Shift(at("00:00"), at("23:59")),), "12:00", Opening(open=True)),
        ((Shift(at("00:00"), at("23:58")),), "12:00", Opening(open=True, closes=at("23:58"))),
        (DAY, "08:59", Opening(open=False, opens=at("09:00"))),
        (DAY, "09:00", Opening(open=True, closes=at("13:00"))),
        (DAY, "12:59", Opening(open=True, closes=at("13:00"))),
        (DAY, "13:00", Opening(open=False, opens=at("14:00"))),
        (DAY, "15:00", Opening(open=True, closes=at("18:00"))),
        (DAY, "18:00", Opening(open=False)),
        (tuple(reversed(DAY)), "08:00", Opening(open=False, opens=at("09:00"))),
        (
            (Shift(at("09:00"), at("13:00")), Shift(at("13:00"), at("18:00"))),
            "10:00",
            Opening(open=True, closes=at("18:00")),
        ),
        (
            (Shift(at("00:00"), at("12:59")), Shift(at("13:00"), at("18:00"))),
            "10:00",
            Opening(open=True, closes=at("18:00")),
        ),
        (
            (Shift(at("09:00"), at("18:00")), Shift(at("10:00"), at("11:00"))),
            "10:30",
            Opening(open=True, closes=at("18:00")),
        ),
        (
            (Shift(at("09:00"), at("12:58")), Shift(at("13:00"), at("18:00"))),
            "10:00",
            Opening(open=True, closes=at("12:58")),
        ),
        ((Shift(at("20:00"), at("02:00", 3)),), "23:00", Opening(open=True, closes=at("02:00", 3))),
        ((Shift(at("20:00", 1), at("02:00")),), "01:00", Opening(open=True, closes=at("02:00"))),
        ((Shift(at("20:00", 1), at("02:00")),), "02:00", Opening(open=False)),
        ((), "10:00", Opening(open=None)),
    ],
)
def test_what_the_shifts_say(shifts: tuple[Shift, ...], clock: str, known: Opening) -> None:
    assert hours(shifts, at(clock)) == known


def test_without_a_wall_clock_the_shifts_say_nothing() -> None:
    assert hours(DAY, None) == Opening(open=None)


@pytest.mark.parametrize(
    ("is_open", "clock", "known"),
    [
        (None, 10, Opening(open=True, closes=at("13:00"))),
        (True, 10, Opening(open=True, closes=at("13:00"))),
        (True, 8, Opening(open=True)),
        (False, 8, Opening(open=False, opens=at("09:00"))),
        (False, 10, Opening(open=False)),
    ],
)
def test_the_servers_word_comes_before_the_shifts(*, is_open: bool | None, clock: int, known: Opening) -> None:
    assert opening(a_location(is_open=is_open, shifts=DAY), utc(2026, 3, 2, clock)) == known


def test_the_same_moment_is_open_in_one_zone_and_closed_in_the_other() -> None:
    now = utc(2026, 3, 2, 9, 30)
    lisbon, azores = (a_location(timezone=z, is_open=None, shifts=DAY) for z in ("Europe/Lisbon", "Atlantic/Azores"))
    assert opening(lisbon, now).open is True
    assert opening(azores, now) == Opening(open=False, opens=at("09:00"))
    assert opening(a_location(timezone=None, is_open=None, shifts=DAY), now) == Opening(open=None)


@pytest.mark.parametrize(
    ("location", "service", "shift", "open_now"),
    [
        (True, True, None, True),
        (True, False, None, False),
        (False, True, None, False),
        (None, True, None, True),
        (True, None, None, True),
        (None, None, None, None),
        (True, None, Shift(at("09:00"), at("10:00")), True),
        (True, None, Shift(at("14:00"), at("15:00")), False),
        (None, None, Shift(at("09:00"), at("10:00")), True),
        (False, None, Shift(at("09:00"), at("10:00")), False),
    ],
)
def test_a_service_is_to_be_had(
    *, location: bool | None, service: bool | None, shift: Shift | None, open_now: bool | None
) -> None:
    offered = replace(a_service(is_open=service), shift=shift)
    assert service_open(a_location(is_open=location), offered, utc(2026, 3, 2, 9, 30)) is open_now


@pytest.mark.parametrize(
    ("state", "is_open", "off"),
    [
        (None, None, False),
        (0, None, False),
        (0, False, False),
        (1, None, True),
        (7, False, True),
        (1, True, False),
    ],
)
def test_a_service_is_switched_off_by_its_state(state: int | None, *, is_open: bool | None, off: bool) -> None:
    offered = replace(a_service(is_open=is_open), state=state)
    assert switched_off(offered) is off
    if off:
        assert service_open(a_location(), offered, utc(2026, 3, 2, 9, 30)) is False


def test_a_services_shift_without_a_zone_leaves_it_to_the_location() -> None:
    offered = replace(a_service(is_open=None), shift=DAY[0])
    assert service_open(a_location(timezone=None), offered, utc(2026, 3, 2, 9, 30)) is True
