"""Mutation testing of what must not be wrong: breaks it in one place at a time and counts how often a test notices.

Usage: python3 scripts/mutants.py PART FOLDER (docs/mutation.md). mutmut rewrites sources, so it works in FOLDER: a copy, and an
environment of its own.
"""

import shutil
import subprocess
import sys
import venv
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUTMUT = "mutmut==3.8.1"
PRODUCT = ("tickets", "queue_api", "storage", "bot", "sandbox")
COPIED = (*PRODUCT, "tests", "locales")
CAUGHT = frozenset({"killed", "timeout"})
"""A test that a mutant keeps from ending has noticed it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is broken, by which tests that is to be noticed, and which of these take too long to be run for every mutant."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    left_out: str = "browser"
    """As pytest's `-k` reads it."""


PARTS: Mapping[str, Part] = {
    "rules": Part(
        tuple(
            f"tickets/{name}.py"
            for name in ("delivery", "flood", "pace", "opening", "rules", "notices", "reading", "progress")
        ),
        tuple(
            f"tests/tickets/test_{name}.py"
            for name in (
                "delivery", "delivery_lives", "flood", "pace", "opening", "rules", "notices", "reading", "reading_order",
                "reading_moments", "cancelling", "cancelling_doubts", "given_up", "progress",
            )
        ),
    ),
    "encryption": Part(
        ("storage/crypto.py", "storage/sealing.py", "storage/rotation.py"),
        tuple(f"tests/storage/test_{name}.py" for name in ("crypto", "sealing", "people", "rotation")),
        # A server, or processes killed and begun again, for every mutant would take hours.
        left_out="postgresql or killed_anywhere",
    ),
    "authorisation": Part(
        ("tickets/acting.py", "tickets/conversation.py", "tickets/guessing.py", "bot/packing.py", "bot/web/init_data.py"),
        (
            "tests/tickets/test_acting.py", "tests/tickets/test_conversation.py", "tests/tickets/test_guessing.py",
            "tests/tickets/test_session.py", "tests/bot/test_packing.py", "tests/bot/test_callbacks.py", "tests/bot/web/test_init_data.py",
        ),
        left_out="postgresql",
    ),
}  # fmt: skip


def copy(part: Part, folder: Path) -> None:
    """The project as git would take it in, and mutmut's and pytest's settings."""
    shutil.rmtree(folder / "mutants", ignore_errors=True)
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *COPIED]
    for name in subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines():
        to = folder / name
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, to)
    settings = {
        "source_paths": PRODUCT,
        "only_mutate": part.modules,
        "also_copy": COPIED[len(PRODUCT) :],
        "pytest_add_cli_args_test_selection": part.tests,
        "pytest_add_cli_args": ("-k", f"not ({part.left_out})"),
    }
    told = "\n".join("=\n    ".join((name, "\n    ".join(values))) for name, values in settings.items())
    (folder / "setup.cfg").write_text(f"[mutmut]\n{told}\n", "utf-8")
    (folder / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\nmarkers =\n    browser\n    network\n    slow\n",
        "utf-8",
    )


def environment(folder: Path) -> Path:
    """The developers' packages and mutmut; where its programs are."""
    programs = folder / "venv" / "bin"
    if not (programs / "mutmut").exists():
        venv.create(folder / "venv", with_pip=True)
        pip = [str(programs / "pip"), "--quiet", "--disable-pip-version-check", "install"]
        subprocess.run([*pip, "--no-deps", "-r", str(ROOT / "requirements" / "dev.txt")], check=True)
        # The product asks for its own version; what is run is the copy, which comes before the place of this one.
        subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], check=True)
        subprocess.run([*pip, MUTMUT], check=True)
    return programs


def table(results: str) -> str:
    """What `mutmut results` says of every mutant, as a table of modules and a list of those that nobody noticed."""
    found: dict[str, Counter[bool]] = defaultdict(Counter)
    left: list[str] = []
    for line in results.splitlines():
        name, _, fate = line.strip().partition(": ")
        found[name.rpartition(".")[0].replace(".", "/")][fate in CAUGHT] += 1
        left += [] if fate in CAUGHT else [line]
    rows = [
        f"| `{module}.py` | {count.total()} | {count[True]} | {count[True] / count.total():.1%} |"
        for module, count in found.items()
    ]
    return "\n".join([*rows, "", *left])


def main() -> int:
    """Copy, run, tell; 64 (sysexits.h) where it is not said what and where."""
    if len(sys.argv) != len(("script", "PART", "FOLDER")) or sys.argv[1] not in PARTS:
        print(f"usage: python3 scripts/mutants.py {'|'.join(PARTS)} FOLDER", file=sys.stderr)
        return 64
    folder = Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    mutmut = str(environment(folder) / "mutmut")
    copy(PARTS[sys.argv[1]], folder)
    done = subprocess.run([mutmut, "run", "--max-children", "2"], cwd=folder, check=False)
    results = [mutmut, "results", "--all", "true"]
    print(table(subprocess.run(results, cwd=folder, check=True, capture_output=True, text=True).stdout))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
