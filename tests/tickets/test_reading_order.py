"""Answers that come late, out of order or from a cache that lags: one call is told once, unmarked, and none is lost."""

from collections import Counter
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.tickets.town import MONDAY, a_service, a_ticket, a_watch, at
from tickets.model import Desk, Phase, Ticket
from tickets.pace import FRONT, Limits
from tickets.pushes import Push, PushKind
from tickets.reading import Manner, Reading, read
from tickets.watching import Watch

K = PushKind
MANNER = Manner(3, Limits(2, 60), 1.0)
WAITING = a_ticket()
CALLED = a_ticket(phase=Phase.CALLED, called=at("09:00"))
AGAIN = replace(CALLED, called=at("09:05"))
CALLS = (K.YOUR_TURN, K.STILL_YOUR_TURN)


@dataclass
class Outbox:
    """The outbox as storage keeps it: a key is known for ever, what is withdrawn unsent stays unsent, `send` sends what waits."""

    watch: Watch = field(default_factory=a_watch)
    waiting: dict[str, Push] = field(default_factory=dict)
    sent: list[Push] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def hear(self, after: Ticket | None, now: float, asked: float | None = None) -> Reading:
        """One answer, written down."""
        one = read(self.watch, after, now, MANNER, asked=asked)
        self.watch = one.watch
        self.waiting = {key: push for key, push in self.waiting.items() if push.kind not in one.untrue}
        for push in one.pushes:
            if push.dedupe_key not in self.known:
                self.known.add(push.dedupe_key)
                self.waiting[push.dedupe_key] = push
        return one

    def send(self) -> None:
        """Everything, also what waits for a minute."""
        self.sent += self.waiting.values()
        self.waiting = {}

    def told(self) -> list[PushKind]:
        """What arrived, cards apart."""
        return [push.kind for push in self.sent if push.kind is not K.CARD]


def test_an_answer_asked_for_before_the_last_reading_moves_nothing() -> None:
    called = read(a_watch(), CALLED, MONDAY + 9, MANNER, asked=MONDAY + 8).watch
    assert called.read_at == MONDAY + 8
    for late in (WAITING, a_ticket(phase=Phase.CANCELLED), None):
        assert read(called, late, MONDAY + 12, MANNER, asked=MONDAY + 7.9) == Reading(called, (), ())
        assert read(called, late, MONDAY + 8, MANNER, asked=MONDAY + 7.9) == Reading(called, (), ())
    over = a_ticket(phase=Phase.ENDED, called=at("09:00"))
    assert read(called, over, MONDAY + 12, MANNER, asked=MONDAY + 8).watch.ticket == over


def test_a_clock_that_was_set_back_stops_nobodys_readings() -> None:
    ahead = replace(a_watch(), read_at=MONDAY + 3600)
    one = read(ahead, CALLED, MONDAY + 1, MANNER, asked=MONDAY)
    assert (one.watch.ticket, one.watch.read_at) == (CALLED, MONDAY)


def test_a_flap_of_the_list_is_neither_back_in_line_nor_a_new_call() -> None:
    box = Outbox()
    for step, answer in enumerate((CALLED, WAITING, CALLED, WAITING, WAITING, CALLED, CALLED)):
        box.hear(answer, MONDAY + 9 * step + 9)
    box.send()
    assert box.told() == [*CALLS]
    assert (box.watch.ticket, box.watch.call_no, box.watch.missing) == (CALLED, 1, 0)


def test_three_answers_put_the_ticket_back_in_line() -> None:
    box = Outbox()
    box.hear(CALLED, MONDAY + 9)
    box.send()
    for step in (1, 2):
        one = box.hear(WAITING, MONDAY + 9 + FRONT * step)
        assert (one.pushes, one.untrue, one.watch.ticket, one.watch.missing) == ((), (), CALLED, step)
        assert one.watch.next_ask == MONDAY + 9 + FRONT * (step + 1)
    box.hear(WAITING, MONDAY + 9 + FRONT * 3)
    box.send()
    assert box.told() == [*CALLS, K.MOVED]
    assert (box.watch.ticket.phase, box.watch.ticket.called, box.watch.missing) == (Phase.WAITING, at("09:00"), 0)


def test_pressing_refresh_does_not_make_one_answer_three() -> None:
    box = Outbox()
    box.hear(CALLED, MONDAY + 9)
    for press in range(9):
        box.hear(WAITING, MONDAY + 10 + press / 2)
    assert (box.watch.ticket, box.watch.missing) == (CALLED, 1)
    assert box.watch.next_ask == MONDAY + 10 + FRONT
    gone = Outbox()
    for press in range(9):
        gone.hear(None, MONDAY + 10 + press / 2)
    assert gone.watch.live


def test_what_the_server_does_to_the_ticket_is_believed_at_once() -> None:
    for answer, told in (
        (AGAIN, [*CALLS, *CALLS]),
        (a_ticket(service=a_service("11")), [*CALLS, K.MOVED]),
        (a_ticket(phase=Phase.MISSED), [*CALLS, K.MISSED]),
    ):
        box = Outbox()
        box.hear(CALLED, MONDAY + 9)
        box.send()
        box.hear(answer, MONDAY + 18)
        box.send()
        assert box.told() == told


def test_a_call_that_stands_after_all_is_told_again_and_marked() -> None:
    box = Outbox()
    box.hear(CALLED, MONDAY + 9)
    box.send()
    for step in range(1, 4):
        box.hear(WAITING, MONDAY + 9 + FRONT * step)
    for step in range(4, 7):
        box.hear(CALLED, MONDAY + 9 + FRONT * step)
    box.send()
    assert box.told() == [*CALLS, K.MOVED, K.STILL_YOUR_TURN]
    assert (box.watch.ticket, box.watch.call_no) == (CALLED, 1)


@pytest.mark.parametrize("sent", [False, True])
def test_another_desk_of_one_call_is_told_and_marked(*, sent: bool) -> None:
    box = Outbox()
    box.hear(replace(CALLED, desk=Desk(tag="1")), MONDAY + 9)
    if sent:
        box.send()
    box.hear(replace(CALLED, desk=Desk(tag="2")), MONDAY + 18)
    box.send()
    assert box.told() == [*(CALLS if sent else ()), K.STILL_YOUR_TURN]
    last = [push for push in box.sent if push.kind is K.STILL_YOUR_TURN][-1]
    assert (last.ticket.desk, last.not_before) == (Desk(tag="2"), MONDAY + 18)


def test_a_later_call_replaces_the_unsent_words_of_the_earlier() -> None:
    box = Outbox()
    box.hear(CALLED, MONDAY + 9)
    box.hear(AGAIN, MONDAY + 18)
    box.hear(CALLED, MONDAY + 27)
    box.hear(AGAIN, MONDAY + 36)
    box.send()
    assert [(push.kind, push.ticket.called) for push in box.sent if push.kind in CALLS] == [
        (kind, at("09:05")) for kind in CALLS
    ]


times = st.sampled_from([at("09:00"), at("09:05"), at("09:10")])
desks = st.sampled_from([None, Desk(tag="1"), Desk(tag="2")])
calls = st.builds(a_ticket, phase=st.just(Phase.CALLED), called=times, desk=desks)
clear = st.builds(
    a_ticket, phase=st.just(Phase.CALLED), called=times, desk=st.sampled_from([Desk(tag="1"), Desk(tag="2")])
)
waits = st.builds(
    a_ticket, ahead=st.none() | st.integers(0, 9), service=st.sampled_from([a_service(), a_service("11")])
)
ends = st.builds(
    a_ticket, phase=st.sampled_from([Phase.ENDED, Phase.MISSED, Phase.CANCELLED]), called=st.none() | times
)
unclear = st.builds(a_ticket, phase=st.sampled_from([Phase.CALLED, Phase.UNKNOWN]))
answers = st.none() | calls | calls | waits | waits | ends | unclear
lateness = st.floats(0, 60)
Steps = list[tuple[Ticket | None, float, float, bool]]
"""An answer, seconds since the one before, seconds since it was asked for, and whether what waits is sent then."""


def steps(answer: st.SearchStrategy[Ticket | None]) -> st.SearchStrategy[Steps]:
    return st.lists(st.tuples(answer, st.floats(0, 30), lateness, st.booleans()), max_size=25)


def unmarked(box: Outbox) -> Counter[object]:
    """Unmarked copies of a call that were sent, by the time of the call."""
    timed = (push.ticket.called for push in box.sent if push.kind is K.YOUR_TURN and push.ticket.called)
    return Counter[object](timed)


@given(steps(answers))
def test_however_answers_come_a_call_is_told_at_most_once_unmarked(told: Steps) -> None:
    box, now = Outbox(), MONDAY
    for answer, pause, late, sends in told:
        now += pause
        box.hear(answer, now, now - late)
        if sends:
            box.send()
    box.send()
    assert all(many == 1 for many in unmarked(box).values())


MOVED_FAR = [
    (replace(CALLED, called=at("09:10"), desk=Desk(tag="1")), 9.0, 0.0, True),
    (a_ticket(service=a_service("11")), 9.0, 0.0, True),
    (None, 9.0, 0.0, True),
    (None, 9.0, 0.0, True),
    (replace(CALLED, desk=Desk(tag="1")), 9.0, 0.0, True),
]
"""Answers of a call before the last one, believed after the ticket was missing twice, must not make the last call look like a new one."""


@example(MOVED_FAR)
@given(steps(st.none() | clear | waits | waits))
def test_a_call_that_stands_is_told_whatever_was_heard_before(told: Steps) -> None:
    box, now = Outbox(), MONDAY
    for answer, pause, late, sends in told:
        now += pause
        box.hear(answer, now, now - late)
        if not box.watch.live:
            return
        if sends:
            box.send()
    last = a_ticket(phase=Phase.CALLED, called=at("09:10"), desk=Desk(tag="9"))
    for _ in range(3):
        now += 61
        box.hear(last, now)
    assert box.watch.ticket == last
    due = [push for push in (*box.sent, *box.waiting.values()) if push.kind in CALLS and push.ticket.desk == last.desk]
    assert [push for push in due if push.not_before <= now]


@given(st.lists(st.sampled_from([WAITING, CALLED]), max_size=30))
def test_nobody_is_sent_back_in_line_by_fewer_than_three_answers(heard: list[Ticket]) -> None:
    box = Outbox()
    for step, answer in enumerate(heard):
        box.hear(answer, MONDAY + 9 * (step + 1))
        box.send()
    since = heard[heard.index(CALLED) :] if CALLED in heard else []
    runs = "".join("w" if one is WAITING else "c" for one in since)
    assert (K.MOVED in box.told()) is ("www" in runs)
    assert box.told().count(K.YOUR_TURN) == bool(since)
