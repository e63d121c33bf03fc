"""What a campaign has shown: the promises counted one by one, and whether they were kept."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.soak.crowd import Crowd
from tests.soak.house import House
from tests.soak.ledger import Row
from tickets.delivery import MOST_COPIES
from tickets.pushes import PushKind

ENDING = 10.0
"""Seconds a bot may take to end when it is told to."""


@dataclass(slots=True)
class Counted:
    """What became of the pushes of one kind."""

    owed: int = 0
    """That somebody was to be told; each makes one push."""
    unsure_arrived: int = 0
    """The bot says, and alarms, that nobody knows whether it arrived; it did."""
    unsure_never: int = 0
    """The same, and it did not: counted apart from what is lost, because nobody is deceived about it."""
    lost: int = 0
    """Never arrived, and the bot does not say so."""


@dataclass(slots=True)
class Verdict:
    """The numbers of one campaign; those under "must be zero" are promises."""

    name: str
    runs_asked: int = 0
    calls_asked: int = 0
    runs: int = 0
    seconds: float = 0.0
    calls: Counted = field(default_factory=Counted)
    """your_turn."""
    warnings: Counted = field(default_factory=Counted)
    """almost_your_turn, which is sent at most once."""
    told_twice: int = 0
    """Calls of which a second copy arrived, marked as a reminder."""
    repeated: int = 0
    """Calls that were told once more because nobody acknowledged them: still_your_turn, a push of its own, marked too."""
    cancels: int = 0
    """Tickets that their people gave up."""
    faults: Counter[str] = field(default_factory=Counter)
    slowest_end: float = 0.0
    log: str = ""
    failure: str = ""
    """What kept the campaign itself from being played to its end."""
    # These must be zero, and the last one True.
    unmarked_twice: int = 0
    more_copies: int = 0
    """More copies than the bot says it has sent, or than it may send: two of each push."""
    warned_twice: int = 0
    strays: int = 0
    """Messages about calls or tickets that there are not."""
    tickets_too_many: int = 0
    false_cancels: int = 0
    """Messages that call a person's own cancelling the location's, or say that it was not done."""
    cancelled_twice: int = 0
    """Tickets cancelled unasked, and requests to cancel what was cancelled already."""
    unhandled: int = 0
    poisoned: Mapping[str, int] = field(default_factory=dict)
    left_sending: int = 0
    died: int = 0
    """Bots that ended otherwise than they were told to."""
    whole: bool = True

    @property
    def broken(self) -> dict[str, int]:
        """The promises that were not kept, with how often."""
        counted = {
            "lost": self.calls.lost,
            "unmarked duplicates": self.unmarked_twice,
            "more copies than allowed": self.more_copies,
            "warnings lost": self.warnings.lost,
            "warned twice": self.warned_twice,
            "told of what is not": self.strays,
            "tickets taken twice": self.tickets_too_many,
            "false cancel notices": self.false_cancels,
            "cancelled twice": self.cancelled_twice,
            "updates not handled": self.unhandled,
            "left SENDING": self.left_sending,
            "died by itself": self.died,
            "ended too late": int(self.slowest_end > ENDING),
            "database damaged": int(not self.whole),
            f"not played: {self.failure}": int(bool(self.failure)),
            **{f"updates put aside: {why}": number for why, number in self.poisoned.items()},
        }
        return {name: number for name, number in counted.items() if number}

    @property
    def short(self) -> str:
        """What is missing to what was asked for; empty: nothing."""
        if self.runs >= self.runs_asked and self.calls.owed >= self.calls_asked:
            return ""
        return f"{self.name}: {self.runs} of {self.runs_asked} runs, {self.calls.owed} of {self.calls_asked} calls"


async def judge(verdict: Verdict, house: House, crowd: Crowd) -> None:
    """Compare what people got with what was to be told."""
    told, ledger = crowd.told, crowd.ledger
    calls, repetitions = await ledger.calls(PushKind.YOUR_TURN), await ledger.calls(PushKind.STILL_YOUR_TURN)
    for call in crowd.called:
        _count(verdict.calls, told.calls[call].all, calls.get(call))
        _judge_copies(verdict, crowd, call, calls.get(call), repetitions.get(call))
    warnings = await ledger.warnings()
    for ticket in crowd.owed:
        _count(verdict.warnings, told.warnings[ticket], warnings.get(ticket))
    verdict.warned_twice = sum(copies > 1 for copies in told.warnings.values())
    verdict.strays = sum(name.startswith("unknown") for name in (*told.calls, *told.warnings))
    verdict.tickets_too_many = crowd.took_more_than_wished()
    verdict.cancels, verdict.false_cancels = len(crowd.given_up), told.false_cancels
    verdict.cancelled_twice = crowd.cancelled_again + crowd.cancelled_unasked()
    verdict.unhandled = await crowd.never_handled()
    verdict.poisoned = await ledger.poisoned()
    verdict.faults = house.struck


def _count(counted: Counted, copies: int, row: Row | None) -> None:
    unsure = row is not None and row.unsure
    counted.owed += 1
    counted.unsure_arrived += unsure and copies > 0
    counted.unsure_never += unsure and not copies
    counted.lost += not unsure and not copies


def _judge_copies(verdict: Verdict, crowd: Crowd, call: str, row: Row | None, repetition: Row | None) -> None:
    """Nobody can see of a marked copy whether it is a reminder or a repetition, so the sends of both bound them together."""
    copies = crowd.told.calls[call]
    sends, again = (0 if one is None else min(one.attempt, MOST_COPIES) for one in (row, repetition))
    verdict.repeated += again > 0
    verdict.told_twice += copies.all - min(copies.marked, again) == MOST_COPIES
    verdict.unmarked_twice += copies.unmarked > 1
    verdict.more_copies += copies.all > sends + again
