"""Makes .venv and installs what a lock file names, by hash. Standard library only: it runs before anything is installed.

Usage: python3 scripts/setup.py runtime|dev. A second run with the same locks returns at once.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)


def fail(sentence: str) -> int:
    """Say one line and answer the exit code of a missing service (69, sysexits.h)."""
    print(f"setup: {sentence}", file=sys.stderr)
    return 69


def digest(name: str) -> str:
    """What the environment was made from: the lock, this project's metadata and the interpreter."""
    parts = [ROOT / "requirements" / f"{name}.txt", ROOT / "requirements" / "runtime.in", ROOT / "pyproject.toml"]
    together = b"".join(part.read_bytes() for part in parts) + sys.version.encode() + str(ROOT).encode()
    return hashlib.sha256(together).hexdigest()


def install(name: str) -> int:
    """Install the lock called `name` and this project; answers an exit code."""
    stamp = VENV / f".{name}.installed"
    wanted = digest(name)
    # The developers' lock holds the runtime's, so either satisfies a run.
    stamps = [(stamp, wanted), (VENV / ".dev.installed", digest("dev"))]
    if any(path.exists() and path.read_text("utf-8") == value for path, value in stamps):
        return 0
    print(f"setup: installing the {name} packages into .venv (once; under a minute) ...", flush=True)
    python = VENV / "bin" / "python"
    if not python.exists():
        venv.create(VENV, with_pip=True)
    # Python compiles what is imported when it first is; compiling all of it beforehand takes as long as installing it.
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-compile"]
    environment = {**os.environ, "PIP_RETRIES": os.environ.get("PIP_RETRIES", "1")}
    # The lock is complete, so nothing is left to resolve: resolving would look past it for "coverage[toml]" and its like.
    locked = [*pip, "--require-hashes", "--no-deps", "-r", str(ROOT / "requirements" / f"{name}.txt")]
    ours = [*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    for command in (locked, ours):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            (VENV / "setup.log").write_text(done.stdout + done.stderr, "utf-8")
            return fail("the packages could not be installed (is the network there?); details: .venv/setup.log")
    stamp.write_text(wanted, "utf-8")
    return 0


def main() -> int:
    """Check the interpreter, then install."""
    if sys.version_info < OLDEST:
        return fail(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}; try: make PYTHON=python3.12 ..."
        )
    try:
        return install(sys.argv[1] if len(sys.argv) > 1 else "runtime")
    except (OSError, subprocess.SubprocessError, SystemExit) as error:
        return fail(f".venv could not be made: {error}")


if __name__ == "__main__":
    sys.exit(main())
