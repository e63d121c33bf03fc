"""What stands against taking a ticket, each rule alone and which one is named first."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tickets.town import MONDAY, a_location, a_service, a_ticket
from tickets.errors import AlreadyHolding, Closed, QueueTooShort, RuleBroken, SwitchedOff, TooFar
from tickets.model import Location, Rules, Service, Ticket
from tickets.rules import held_here, rule_against, too_short

SERVICE, OTHER = a_service(), a_service("11", "Advice")


def branch(**rules: float | bool | None) -> Location:
    return a_location(services=(SERVICE, OTHER), rules=Rules(**rules))  # type: ignore[arg-type]  # the table names Rules' own fields


def against(
    location: Location, *, away: float | None = None, holding: tuple[Ticket, ...] = (), unit: str = "km"
) -> RuleBroken | None:
    return rule_against(location, SERVICE, now=MONDAY, away=away, holding=holding, radius_unit=unit)


def test_nothing_stands_against_an_open_branch() -> None:
    assert against(branch(), away=5_000_000) is None


@pytest.mark.parametrize(
    ("radius", "unit", "away", "too_far"),
    [
        (50, "km", 50_000, False),
        (50, "km", 50_001, True),
        (50, "m", 51, True),
        (1, "mi", 1609, False),
        (1, "mi", 1610, True),
        (0, "km", 999_999, False),
        (None, "km", 999_999, False),
        (50, "m", None, False),
    ],
)
def test_distance(radius: float | None, unit: str, away: float | None, *, too_far: bool) -> None:
    broken = against(branch(radius=radius), away=away, unit=unit)
    assert isinstance(broken, TooFar) is too_far
    if isinstance(broken, TooFar):
        assert (broken.distance, broken.location.id, broken.service) == (away, "1", SERVICE)


def test_the_allowed_distance_is_told_in_metres() -> None:
    broken = against(branch(radius=2), away=9_000)
    assert isinstance(broken, TooFar)
    assert broken.allowed == 2000


@pytest.mark.parametrize(
    ("several", "of", "held"),
    [
        (None, SERVICE, True),
        (True, SERVICE, True),
        (False, SERVICE, True),
        (None, OTHER, False),
        (True, OTHER, False),
        (False, OTHER, True),
    ],
)
def test_a_ticket_held_already(of: Service, *, several: bool | None, held: bool) -> None:
    location = branch(allow_multi_ticket=several)
    ticket = a_ticket(location=location, service=of)
    broken = against(location, holding=(ticket,))
    assert isinstance(broken, AlreadyHolding) is held
    if isinstance(broken, AlreadyHolding):
        assert broken.ticket is ticket
    assert against(location, holding=(replace(ticket, location=a_location("2")),)) is None


def test_the_first_ticket_held_here_is_named() -> None:
    location = branch(allow_multi_ticket=False)
    elsewhere, here = a_ticket("1", location=a_location("2")), a_ticket("2", location=location, service=OTHER)
    assert held_here(location, SERVICE, [elsewhere, here]) is here
    assert held_here(location, SERVICE, []) is None


@pytest.mark.parametrize(
    ("least", "minutes", "waiting", "average", "short"),
    [
        (5, None, 4, None, True),
        (5, None, 5, None, False),
        (5, None, None, None, False),
        (0, 0, 0, timedelta(0), False),
        (None, 10, 0, timedelta(minutes=9), True),
        (None, 10, 0, timedelta(minutes=10), False),
        (None, 10, 0, None, False),
        (5, 10, 9, timedelta(minutes=3), True),
    ],
)
def test_a_queue_so_short_that_people_should_come_in_person(
    least: int | None, minutes: int | None, waiting: int | None, average: timedelta | None, *, short: bool
) -> None:
    location = branch(min_customers=least, min_waiting_time=minutes)
    service = replace(SERVICE, waiting=waiting, average_wait=average)
    assert too_short(location, service) is short
    broken = rule_against(location, service, now=MONDAY, away=None, holding=())
    assert isinstance(broken, QueueTooShort) is short


def test_the_order_in_which_rules_are_named() -> None:
    everything = Rules(radius=1, min_customers=9000, allow_multi_ticket=False)
    shut = a_location(is_open=False, rules=everything)
    ticket = a_ticket(location=shut)
    there = replace(shut, is_open=True)
    for broken, error, location in (
        (against(shut, away=9_000, holding=(ticket,)), AlreadyHolding, shut),
        (against(shut, away=9_000), Closed, shut),
        (against(there, away=9_000), TooFar, there),
        (against(there), QueueTooShort, there),
    ):
        assert isinstance(broken, error)
        assert (broken.location, broken.service) == (location, SERVICE)


def test_a_service_that_is_off_is_named_before_the_hours() -> None:
    off = replace(SERVICE, state=1, is_open=None)
    for location in (branch(), a_location(is_open=False)):
        broken = rule_against(location, off, now=MONDAY, away=None, holding=())
        assert isinstance(broken, SwitchedOff)
        assert (broken.location, broken.service) == (location, off)
    assert rule_against(branch(), replace(off, state=0), now=MONDAY, away=None, holding=()) is None


def test_kilometres_unless_told_otherwise() -> None:
    assert rule_against(branch(radius=2), SERVICE, now=MONDAY, away=1999, holding=()) is None
