"""Runs the tests on both cores and holds the coverage floor; given paths, runs just those, without coverage."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BIN = Path(sys.executable).parent
MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of our own is made in it
ROOM = 4 * 1024**3
"""Bytes of memory the tests' files may take; the databases wait for the disk at every commit otherwise."""


def run(*command: str, **more: str) -> int:
    """Run one of the environment's programs; answers its exit code."""
    return subprocess.run([str(BIN / command[0]), *command[1:]], env={**os.environ, **more}, check=False).returncode


def all_tests() -> int:
    """Everything, with coverage; in memory where there is room, because thousands of databases are made."""
    workers = ["-n", str(os.cpu_count() or 2), "--dist", "loadgroup"]
    for old in Path().glob(".coverage*"):
        old.unlink()
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    with tempfile.TemporaryDirectory(prefix="vtbot-tests-", dir=MEMORY if roomy else None) as folder:
        code = run("coverage", "run", "-m", "pytest", *workers, "tests", TMPDIR=folder)
    return code or run("coverage", "combine", "-q") or run("coverage", "report")


def main() -> int:
    """`make test`: everything. `make test T=path`: that path."""
    wanted = sys.argv[1:] or ["tests"]
    return all_tests() if wanted == ["tests"] else run("pytest", *wanted)


if __name__ == "__main__":
    sys.exit(main())
