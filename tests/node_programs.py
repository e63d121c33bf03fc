"""Node programs of the tests: a folder with its lock, installed by `npm ci` on first use, beside the Python packages."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest


@cache
def installed(folder: Path) -> Path:
    """A copy of the folder with its packages; the test skips, or fails in CI, where they cannot be installed."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        _absent("node and npm are missing: make browser installs them")
    sources = sorted(path for path in folder.iterdir() if path.suffix in (".json", ".mjs"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    home = Path(sys.prefix) / folder.name
    ready = home / digest
    if ready.is_dir():
        return ready
    home.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as made:
        for path in sources:
            shutil.copy(path, made)
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=made,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        if done.returncode:
            _absent(f"npm ci failed: {done.stderr[-300:]}")
        try:
            # Another test process may have been faster; both made the same.
            Path(made).rename(ready)
            Path(made).mkdir()
        except OSError:
            assert ready.is_dir()
    return ready


def _absent(why: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)
