"""The outbox's promises as properties of whole lives: what no sequence of outcomes, crashes and claims may ever lead to."""

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from tests.tickets.test_delivery import CALL, CARD, OUTCOMES, SENT, P, U
from tests.tickets.town import MONDAY, a_push
from tickets.delivery import FLOOD_MOST, MOST_COPIES, RESENT, after, given_up, may_send
from tickets.pushes import Flooded, Migrated, NotSent, Outcome, Push, PushKind, PushState, Sent, Unsure


@dataclass(frozen=True)
class Stalled:
    """The process dies in the middle of the attempt: only the lease tells, `arrived` says what Telegram knows."""

    arrived: bool


@dataclass
class Life:
    """A push as storage and Telegram see it: storage claims and recovers as ports.Outbox says, Telegram counts copies."""

    push: Push
    now: float = MONDAY
    marked: int = 0
    unmarked: int = 0
    edits: int = 0

    def live(self, event: Outcome | Stalled, arrived: bool) -> None:
        """One claim and what came of it."""
        if self.push.state.final:
            return
        self.now = max(self.now, self.push.not_before)
        unsure = self.push.state is U
        self.push = replace(
            self.push,
            state=PushState.SENDING,
            attempt=self.push.attempt + 1,
            reminder=self.push.reminder or unsure,
        )
        if not may_send(self.push):
            self.push = given_up(self.push).push
        elif isinstance(event, Stalled):
            self._arrive(arrived=event.arrived)
            self.push = replace(self.push, state=U)
        else:
            self._arrive(arrived=isinstance(event, Sent) or (isinstance(event, Unsure) and arrived))
            self.push = after(self.push, event, self.now, jitter=0.5).push
        self.now += 1

    def _arrive(self, *, arrived: bool) -> None:
        if self.push.kind is CARD:
            self.edits += arrived
        elif self.push.reminder:
            self.marked += arrived
        else:
            self.unmarked += arrived


events = st.one_of(
    st.sampled_from(OUTCOMES),
    st.builds(Flooded, st.floats(allow_nan=True), st.booleans()),
    st.builds(Stalled, st.booleans()),
)
lives = st.lists(st.tuples(events, st.booleans()), max_size=30)


@given(st.sampled_from(PushKind), lives)
def test_at_most_two_copies_and_one_unmarked(kind: PushKind, told: list[tuple[Outcome | Stalled, bool]]) -> None:
    life = Life(a_push(kind, state=P, attempt=0))
    for event, arrived in told:
        life.live(event, arrived)
        assert life.push.attempt >= 0
        assert life.unmarked <= 1
        assert life.unmarked + life.marked <= MOST_COPIES
        assert kind in RESENT or life.marked == 0
        assert life.push.state is not PushState.SENDING
        assert life.push.not_before <= life.now + FLOOD_MOST


@given(st.sampled_from(PushKind), lives)
def test_a_final_push_is_never_sent_again(kind: PushKind, told: list[tuple[Outcome | Stalled, bool]]) -> None:
    life = Life(a_push(kind, state=P, attempt=0))
    ended: Push | None = None
    for event, arrived in told:
        life.live(event, arrived)
        ended = ended or (life.push if life.push.state.final else None)
        assert ended is None or life.push == ended


@given(st.sampled_from(PushKind), st.lists(st.sampled_from([NotSent("x"), Flooded(3), Migrated(5)]), max_size=40))
def test_what_never_left_is_still_waiting_and_not_marked(kind: PushKind, told: list[Outcome]) -> None:
    life = Life(a_push(kind, state=P, attempt=0))
    for event in told:
        life.live(event, arrived=False)
    assert (life.push.state, life.push.attempt, life.push.reminder, life.push.tries) == (P, 0, False, len(told))
    life.live(Sent(9), arrived=True)
    assert (life.push.state, life.unmarked) == (SENT, kind is not CARD)


@given(lives)
def test_a_copy_that_may_have_arrived_is_always_called_a_reminder(told: list[tuple[Outcome | Stalled, bool]]) -> None:
    life = Life(a_push(CALL, state=P, attempt=0))
    doubtful = False
    for event, arrived in told:
        life.live(event, arrived)
        doubtful = doubtful or isinstance(event, Unsure | Stalled)
        assert life.push.state.final or life.push.state is (U if doubtful else P)
