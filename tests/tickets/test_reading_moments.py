"""The moments in a reading: what is told first, and what is read before a clock is set back."""

from dataclasses import replace

from tests.tickets.test_reading import MANNER, NOW, C, K, reading
from tests.tickets.town import a_service, a_ticket, a_watch
from tickets.reading import AFTER_A_MOVE, SKEW, failed, read


def test_a_move_is_told_before_the_warning_about_the_new_queue() -> None:
    told = {push.kind: push for push in reading(a_ticket(phase=C), a_ticket(service=a_service("11"), ahead=2)).pushes}
    assert told[K.MOVED].not_before == NOW
    assert told[K.ALMOST_YOUR_TURN].not_before == NOW + AFTER_A_MOVE
    alone = reading(a_ticket(), a_ticket(ahead=3)).pushes[0]
    assert (alone.kind, alone.not_before) == (K.ALMOST_YOUR_TURN, NOW)


def test_a_look_that_says_nothing_brings_a_reading_of_the_future_back() -> None:
    """The clock was set back: the next look is a pause away, and not at once for as long as that future lasts."""
    future = a_watch(read_at=NOW + 86_400)
    assert failed(future, NOW, MANNER).read_at == NOW
    assert reading(future.ticket, None, watch=future).watch.read_at == NOW
    past = a_watch(read_at=NOW - 5)
    assert failed(past, NOW, MANNER).read_at == NOW - 5


def test_an_answer_without_the_ticket_is_counted_where_the_next_ask_is_of_times_to_come() -> None:
    """The clock was set back since: kept, it would put the next ask off by as much."""
    one = read(replace(a_watch(), missing=1, next_ask=NOW + 3600), None, NOW, MANNER).watch
    assert (one.missing, one.next_ask <= NOW + 60) == (2, True)


def test_an_answer_of_a_moment_before_another_machines_reading_changes_nothing() -> None:
    """Its clock is a little ahead of ours, and what it read is newer than what we asked for."""
    watch = replace(a_watch(), read_at=NOW + SKEW)
    assert read(watch, a_ticket(phase=C), NOW, MANNER).watch == watch
    assert read(replace(watch, read_at=NOW + SKEW + 1), a_ticket(phase=C), NOW, MANNER).pushes
