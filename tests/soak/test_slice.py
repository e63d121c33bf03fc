"""A small, honest slice of each campaign: the same code, fewer runs. The event loop's lag is judged only in the campaign itself."""

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.brand import Brand
from bot.errors import explain
from bot.views.pushes import tell
from tests.bot.processes import sandbox
from tests.bot.views.gallery import EN, push
from tests.soak import abuse, chaos, kill, lanes, shutdown
from tests.soak.stage import Lane
from tests.soak.told import CALLED, NEAR, NOT_SO
from tests.soak.verdict import Counted, Verdict
from tickets.errors import Refused
from tickets.pushes import PushKind

FAULTS = ("closed", "502", "deep", "stranger's certificate")
JUMPS = ("an hour on",)
PHASES = 2 * len(FAULTS) + len(JUMPS)
SLICES = {
    "kill -9": Lane("kill -9", "", 6, 1, calls=6, people=4, minutes=2),
    "SIGSTOP": Lane("SIGSTOP", "", 1, 2, calls=2, people=4, minutes=2, haste=kill.SLOWLY),
    "SIGTERM": Lane("SIGTERM", "", 2, 3, calls=2, people=4, minutes=2),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", SLICES)
def test_promises_are_kept_when_processes_end(kind: str) -> None:
    """On both databases side by side, each campaign in a process of its own, as in the whole one."""
    verdicts = kill.play([replace(SLICES[kind], database=database) for database in kill.DATABASES])
    for verdict in verdicts:
        assert not verdict.broken, verdict
        assert not verdict.short
    assert any(verdict.cancels for verdict in verdicts), verdicts


async def test_faults_of_neighbours_tell_nobody_anything_false() -> None:
    seen = await chaos.run(1, seconds=0.3, tickets=PHASES, faults=FAULTS, clock_faults=JUMPS, haste=15)
    assert not seen.broken(judge_lag=False), seen
    assert seen.spoilt
    assert seen.calls == seen.phases == PHASES


async def test_one_noisy_person_slows_nobody() -> None:
    seen = await abuse.run(3)
    assert seen.answers <= seen.allowed, seen
    assert seen.sent > 10 * seen.allowed
    # The limit of the campaign is a second; a busy machine of tests is given some more.
    assert seen.slowest < 5, seen.waits


async def test_process_1_ends_when_it_is_told_to(tmp_path: Path) -> None:
    if not await shutdown.possible():
        # Where the pipeline runs nothing may skip unseen.
        assert not os.environ.get("CI"), "the pipeline must let us make a process 1 of our own (unshare --pid)"
        pytest.skip("this machine does not let us make a process 1 of our own (unshare --pid)")
    async with sandbox(tmp_path) as address:
        code, seconds = await shutdown.ended_as_process_1(tmp_path, address)
    assert code == 0
    assert seconds < 10


def test_the_plan_has_the_issues_numbers() -> None:
    plan = kill.planned(kill.DATABASES, kill.RUNS, 1)
    runs = {kind: sum(lane.runs for lane in plan if lane.kind == kind) for kind in lanes.PLAYS}
    assert runs == {"kill -9": 1000, "SIGSTOP": 200, "SIGTERM": 100}
    assert [lane.calls for lane in plan if lane.kind == "kill -9"] == [2000, 2000]
    assert len({lane.seed for lane in plan}) == len(plan)
    # Those of one kind are played side by side.
    assert sum({lane.kind: lane.minutes for lane in plan}.values()) < 40


def test_a_campaign_knows_the_words_that_nobody_may_be_told() -> None:
    assert NOT_SO.search(explain(Refused("ticket/cancel", 45), EN).unformatted)
    assert NOT_SO.search(tell(EN, Brand(), push(PushKind.CANCELLED), None).unformatted)
    assert not NOT_SO.search(tell(EN, Brand(), push(PushKind.CANCELLED_BY_YOU), None).unformatted)
    nothing = tell(EN, Brand(), push(PushKind.NOT_TAKEN), None).unformatted
    assert not any(words.search(nothing) for words in (NOT_SO, CALLED, re.compile(NEAR))), "no call, and no warning"
    assert Verdict("kill -9, sqlite", cancels=1, false_cancels=1, cancelled_twice=2).broken == {
        "false cancel notices": 1,
        "cancelled twice": 2,
    }


@pytest.mark.parametrize(
    ("runs", "calls", "broken", "code"),
    [(500, 2000, 0, 0), (499, 2000, 0, 2), (500, 1999, 0, 2), (500, 2000, 1, 1), (3, 4, 1, 1)],
)
def test_a_truncated_campaign_fails_and_says_so(
    runs: int, calls: int, broken: int, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    played = Verdict("kill -9, sqlite", 500, 2000, runs=runs, calls=Counted(calls, lost=broken))
    assert kill.judged([played]) == code
    said = capsys.readouterr().err
    assert said.count("\n") == bool(played.short)
    assert not said or f"{runs} of 500 runs, {calls} of 2000 calls" in said
