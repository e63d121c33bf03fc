"""`vtbot doctor --probe` against the sandbox: what works is said and settled, samples are written, and nothing secret is in either."""

import json
from pathlib import Path

import httpx
import pytest

from tests.bot.processes import environment, run, sandbox
from tests.queue_api import recorded
from tickets.errors import TokenRefused

PASSWORD = "operator-secret-1"


async def test_a_server_is_understood_and_sampled(tmp_path: Path) -> None:
    async with sandbox(tmp_path) as address:
        async with httpx.AsyncClient(base_url=address) as client:
            person = {"username": "operator", "password": PASSWORD}
            assert (await client.post("/vt/api/json/customer/register", json=person)).json()["success"] is True
        told = {**environment(tmp_path, address), "PROBE_PASSWORD": PASSWORD}
        words = ("doctor", "--probe", "--username", "operator", "--samples", str(tmp_path / "samples"))
        code, out, err = await run(tmp_path, told, *words)
    assert (code, err) == (0, "")
    settled = out.partition("Settings that work:\n")[2].splitlines()[:3]
    assert settled == ["VTBOT_QUEUE_FORMAT=json", "VTBOT_QUEUE_TOKEN_IN=header", "VTBOT_QUEUE_TOKEN_NAME=vt_token"]
    cases = sorted((tmp_path / "samples").iterdir())
    operations = {json.loads((case / "meta.json").read_text())["operation"] for case in cases}
    assert {"locations/get", "customer/login", "customer/tickets"} <= operations
    written = b"".join(path.read_bytes() for case in cases for path in case.iterdir())
    assert PASSWORD.encode() not in written
    for case in cases:
        (body,) = case.glob("body.*")
        told_again = recorded.sample(str(case), body.suffix[1:])
        if told_again.answer.status == 401:
            # A way for the token that this server does not know: its refusal is a sample too.
            with pytest.raises(TokenRefused):
                told_again.read()
        else:
            assert told_again.read() is not None, "a sample is read as those of tests/samples are"
    for way in ("header", "bearer", "body", "query"):
        assert f"works   QUEUE_FORMAT=json QUEUE_TOKEN_IN={way} QUEUE_TOKEN_NAME=vt_token: customer/tickets" in out
    assert "works   QUEUE_FORMAT=xml sign-in: customer/login" in out
    assert PASSWORD not in out


@pytest.mark.parametrize(
    ("named", "said"), [((), "name a customer with --username"), (("--username", "nobody"), 'that begin with "no"')]
)
async def test_a_token_that_was_not_proved_is_told_with_what_would_help(
    tmp_path: Path, named: tuple[str, ...], said: str
) -> None:
    async with sandbox(tmp_path) as address:
        told = {**environment(tmp_path, address), "PROBE_PASSWORD": PASSWORD}
        code, out, err = await run(tmp_path, told, "doctor", "--probe", *named)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1].startswith("How the vt_token travels was not proved")
    assert said in out.splitlines()[-1]


@pytest.mark.parametrize(
    ("folder", "why"),
    [("file", "File exists"), ("file/below", "Not a directory"), ("/proc/1", "")],
)
async def test_samples_that_cannot_be_written_are_said_before_anybody_is_asked(
    tmp_path: Path, folder: str, why: str
) -> None:
    (tmp_path / "file").write_bytes(b"")
    told = {**environment(tmp_path), "PROBE_PASSWORD": PASSWORD}
    code, out, err = await run(tmp_path, told, "doctor", "--probe", "--username", "operator", "--samples", folder)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"vtbot: Invalid value: --samples {folder}: {why}")


async def test_nobody_there_is_said(tmp_path: Path) -> None:
    code, out, err = await run(tmp_path, environment(tmp_path), "doctor", "--probe")
    assert (code, err) == (69, "")
    assert "No format was understood" in out
