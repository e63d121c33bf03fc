"""A bot without a proper key does not begin: exit code 78, one line, and nothing of what was given in it."""

import base64
from pathlib import Path

import pytest

from tests.bot.processes import environment, run

GOOD = base64.urlsafe_b64encode(bytes(range(32))).decode()
BAD = {
    "missing": "",
    "short": base64.urlsafe_b64encode(b"too-short-canary").decode(),
    "no base64": "canary-of-a-key!",
    "an example's": "change-me",
    "all the same": base64.urlsafe_b64encode(b"\0" * 32).decode(),
    "good and then short": f"{GOOD},c2hvcnQ=",
    "the same twice": f"{GOOD},{GOOD}",
}


@pytest.mark.parametrize("which", BAD)
async def test_it_does_not_begin_without_a_proper_key(which: str, tmp_path: Path) -> None:
    code, out, err = await run(tmp_path, environment(tmp_path, SECRET_KEYS=BAD[which]), "run")
    assert (code, out) == (78, "")
    assert "VTBOT_SECRET_KEYS" in err
    assert err.count("\n") == 1, err
    for given in BAD[which].split(","):
        assert not given or given not in err
    assert not (tmp_path / "bot.db").exists(), "nothing is written before the key is known to be good"
