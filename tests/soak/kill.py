"""`python -m tests.soak.kill`: ends, stops and interrupts bots at random moments while answers are spoilt; prints a table.

Nothing may be lost, nothing doubled unmarked, no ticket taken twice (docs/reliability.md). Exit code 1 where a promise was not kept,
2 where fewer runs or calls were made than asked for.
"""

import argparse
import asyncio
import multiprocessing
import secrets
import sys
import traceback
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

from tests.soak import lanes
from tests.soak.stage import Lane
from tests.soak.verdict import Counted, Verdict

RUNS, STOPS, TERMS = 500, 200, 100
CALLS = 2000
"""Calls, each with a push of its own, on each database that is killed; the kills go on until they were made."""
FEWER = 20
"""People where few bots end: more would only keep the machine busy."""
SLOWLY = 5.0
"""The haste where bots are stopped. The bound of a handler's time is as hasty as the clock while handlers are not, and after a stop of one
and a half leases there must be room left in it, as there is in earnest. Such lanes mostly wait: two play on each database at once."""
PARTS = 2
LAST = 40
"""Lines of the bots' log that are printed where a promise was not kept: the folder may be gone with the test."""
MINUTES = 36.0
"""Of the 40 that all may take, those for runs; the rest is for beginning, coming to rest and being judged."""
SHARES = {"kill -9": 0.63, "SIGSTOP": 0.29, "SIGTERM": 0.08}
DATABASES = ("sqlite", "postgresql")
COLUMNS = (
    "campaign", "runs", "calls", "lost", "unsure, arrived", "unsure, never arrived", "unmarked twice", "told twice, marked", "repeated",
    "too many copies", "almost", "lost", "unsure, arrived", "unsure, never arrived", "twice", "tickets twice", "cancels",
    "false cancel notices", "cancelled twice", "updates lost", "updates put aside", "left SENDING", "slowest end", "database", "s",
)  # fmt: skip


def planned(databases: Sequence[str], runs: int, seed: int, minutes: float = MINUTES) -> list[Lane]:
    """The campaigns of one evening; stops, interruptions and calls in proportion to the kills, the former two shared by the databases."""
    stops, terms = (max(1, runs * share // RUNS // len(databases)) for share in (STOPS, TERMS))
    calls = runs * CALLS // RUNS
    kills = [Lane("kill -9", database, runs, seed + place, calls) for place, database in enumerate(databases)]
    stopped = [
        Lane("SIGSTOP", database, -(-stops // PARTS), seed + 10 * part + place, people=FEWER, haste=SLOWLY, part=part)
        for place, database in enumerate(databases)
        for part in range(1, PARTS + 1)
    ]
    ended = [
        Lane("SIGTERM", database, terms, seed + 50 + place, people=FEWER) for place, database in enumerate(databases)
    ]
    return [replace(lane, minutes=minutes * SHARES[lane.kind]) for lane in (*kills, *stopped, *ended)]


def played(lane: Lane) -> Verdict:
    """One campaign in a process of its own; one that cannot be played says so and spoils no other."""
    try:
        return asyncio.run(lanes.run(lane))
    except Exception:  # noqa: BLE001 -- whatever it is, it is in the verdict
        return Verdict(lane.name, lane.runs, lane.calls, failure=traceback.format_exc())


def table(verdicts: Iterable[Verdict]) -> str:
    """The verdicts as a Markdown table."""
    rows = [COLUMNS, ["---"] * len(COLUMNS), *(_row(verdict) for verdict in verdicts)]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)


def _row(one: Verdict) -> tuple[object, ...]:
    return (
        one.name, one.runs, *_counted(one.calls), one.unmarked_twice, one.told_twice, one.repeated, one.more_copies,
        *_counted(one.warnings), one.warned_twice, one.tickets_too_many, one.cancels, one.false_cancels,
        one.cancelled_twice, one.unhandled, sum(one.poisoned.values()), one.left_sending,
        f"{one.slowest_end:.1f} s" if one.slowest_end else "-", "whole" if one.whole else "damaged", f"{one.seconds:.0f}",
    )  # fmt: skip


def _counted(one: Counted) -> tuple[int, ...]:
    return one.owed, one.lost, one.unsure_arrived, one.unsure_never


def play(wanted: Sequence[Lane]) -> list[Verdict]:
    """Play these, all of one kind side by side and one kind after the other, and say of each how it went."""
    verdicts: dict[str, Verdict] = {}
    for kind in lanes.PLAYS:
        mine = [lane for lane in wanted if lane.kind == kind]
        with ProcessPoolExecutor(len(mine) or 1, multiprocessing.get_context("spawn")) as pool:
            for done in as_completed([pool.submit(played, lane) for lane in mine]):
                one = done.result()
                verdicts[one.name] = one
                print(f"{one.name}: {one.broken or 'kept'}; {dict(one.faults)}; log {one.log}", flush=True)
                if one.broken and one.log:
                    print(*Path(one.log).read_text("utf-8", "replace").splitlines()[-LAST:], sep="\n", flush=True)
    return [verdicts[lane.name] for lane in wanted]


def judged(verdicts: Sequence[Verdict]) -> int:
    """Print the table; the exit code."""
    print(table(verdicts))
    missing = "; ".join(one.short for one in verdicts if one.short)
    if missing:
        print(f"truncated, no evidence of what was asked for: {missing}", file=sys.stderr)
    broken = any(one.broken for one in verdicts)
    return 1 if broken else 2 * bool(missing)


def main(arguments: list[str] | None = None) -> int:
    """Play the campaigns; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.kill", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--runs", type=int, default=RUNS, help="kill -9 on each database; all else in proportion")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="for runs; the campaign is truncated after them")
    parser.add_argument("--only", default="", help="only the campaigns whose name begins so")
    told = parser.parse_args(arguments)
    databases = DATABASES if told.database == "both" else (told.database,)
    lanes_of_all = planned(databases, told.runs, told.seed, told.minutes)
    wanted = [lane for lane in lanes_of_all if lane.name.startswith(told.only)]
    print(f"seed {told.seed}, {told.runs} runs a database", flush=True)
    return judged(play(wanted))


if __name__ == "__main__":
    sys.exit(main())
