"""A service's line: numbers, order, places ahead, and the service time it learns."""

import pytest

from sandbox.virtual_ticket.office_line import FIRST_GUESS, SLOWEST_TURN, Line
from sandbox.virtual_ticket.office_model import Ticket


def ticket(number: int, for_desk: str | None = None) -> Ticket:
    return Ticket(f"t{number}", "place", "service", "A", number, 0.0, for_desk=for_desk)


def test_numbers_wrap_around_after_999() -> None:
    line = Line(counter=997)
    assert [line.next_number() for _ in range(4)] == [998, 999, 1, 2]


def test_a_ticket_for_one_desk_goes_first_but_no_other_desk_calls_it() -> None:
    line = Line()
    common, sent = ticket(1), ticket(2, for_desk="5")
    for one in (common, sent):
        line.join(one)
    assert [one.number for one in line.waiting] == [2, 1]
    assert next(line.callable_at("3")) is common
    assert next(line.callable_at("5")) is sent
    assert (line.ahead(sent), line.ahead(common)) == (0, 1)


def test_somebody_who_does_not_wait_has_nobody_ahead() -> None:
    assert Line().ahead(ticket(1)) == 0


def test_a_service_time_is_learned_bit_by_bit() -> None:
    line = Line()
    for _ in range(30):
        line.learn(60.0)
    assert line.turn == pytest.approx(60.0, abs=1.0)


def test_a_clock_set_back_makes_no_service_shorter_than_nothing() -> None:
    line = Line()
    for _ in range(50):
        line.learn(-90_000.0)
    assert 0 <= line.turn < 1


def test_a_lunch_break_teaches_no_more_than_the_slowest_turn() -> None:
    line = Line()
    line.learn(90_000.0)
    assert line.turn <= FIRST_GUESS + 0.2 * SLOWEST_TURN


def test_a_new_day_keeps_the_pace() -> None:
    line = Line(counter=14, turn=33.0)
    line.begin_day()
    assert (line.counter, line.turn) == (0, 33.0)
