"""The README's pictures are made by this test's own command: the scenes are played through the pages of a running demo."""

import asyncio
import os
import struct
import sys
from pathlib import Path

import pytest

from tests.sandbox.pages.conftest import CHROMIUM, INSTALLED

ROOT = Path(__file__).resolve().parents[2]
SHOWN = ("chat", "desk")
"""Those that the README shows."""
LEAST = 60_000
"""Bytes: an empty page packs to a few thousand."""


def size(picture: Path) -> tuple[int, int]:
    """Width and height of a PNG in pixels (https://www.w3.org/TR/png-3/#11IHDR)."""
    head = picture.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:24])
    return int(width), int(height)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.xdist_group("browser")
async def test_the_readmes_pictures_can_be_made_anew(tmp_path: Path) -> None:
    """The command waits for the live ticket and for "almost your turn" before it takes a picture, so it fails where they do not come."""
    if not INSTALLED:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing: run make browser")
        pytest.skip(f"{CHROMIUM} is missing: make browser installs it")
    command = [sys.executable, "scripts/pictures.py", "--to", str(tmp_path), *SHOWN]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    assert await asyncio.wait_for(process.wait(), 110) == 0
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in SHOWN:
        assert f"docs/pictures/{name}.png" in readme
        made, kept = tmp_path / f"{name}.png", ROOT / "docs" / "pictures" / f"{name}.png"
        assert size(made) == size(kept)
        assert made.stat().st_size > LEAST
