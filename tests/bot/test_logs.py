"""Canaries in every place a line of the log can take them from: none comes out, and nobody forges a line."""

import json
import logging
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import logs

TOKEN = "123456789:AAcanary_token-0123456789abcdefghij"
KEY = "canary-key/with+signs=and spaces"
ODD = 'canary"quote\\slash é'
FORMS = ("console", "json")


@pytest.fixture
def _clean() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def _lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def _fail_with_an_address() -> None:
    secret_in_a_frame, typed = TOKEN, "sdloh-emarf-a-sdrow"[::-1]
    assert typed
    raise RuntimeError(f"https://api.telegram.org/bot{secret_in_a_frame}/sendMessage refused {KEY}")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.usefixtures("_clean")
def test_no_canary_leaves_by_any_way(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("DEBUG", form, [KEY, ODD])
    ours, theirs = structlog.get_logger("bot.somewhere"), logging.getLogger("somebody.elses")
    ours.info(f"event with {TOKEN}")
    ours.info("fields", token=TOKEN, key=KEY, nested={"deep": [KEY, ODD]}, phone_number="+351 912 345 678")
    ours.info("body", body='{"password": "canary-hunter2", "vt_token":"canary-vt"}')
    theirs.warning("formatted %s and %s", TOKEN, {"password": "canary-hunter2", "phone": "912345678"})
    theirs.info("GET %s", quote(f"https://api.telegram.org/bot{TOKEN}/getMe", safe=""))
    theirs.info("Authorization: Bearer canary-bearer")
    theirs.info("form oauth_token=canary-oauth&repeat_password=canary-again")
    try:
        _fail_with_an_address()
    except RuntimeError as error:
        ours.error("incident", exc_info=error)
        theirs.exception("theirs")
    written = capsys.readouterr().err
    assert written.count("\n") >= 9
    for canary in ("canary_token", "canary-key", 'canary"quote', "canary\\", "hunter2", "canary-vt", "912345678"):
        assert canary not in written, canary
    for canary in ("912 345", "canary-bearer", "canary-oauth", "canary-again", quote(KEY, safe="")):
        assert canary not in written, canary
    assert written.count(logs.HIDDEN) >= 9
    assert "words-a-frame-holds" not in written
    assert "RuntimeError" in written, "the traceback itself is worth keeping"


@pytest.mark.usefixtures("_clean")
def test_json_stays_json_after_redaction(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json", [KEY, ODD])
    structlog.get_logger("x").info(
        "first", password="canary", vt_token=KEY, other=ODD, body='{"password": "a\\"b", "keep": 1}'
    )
    (line,) = _lines(capsys)
    told = json.loads(line)
    assert told["password"] == told["vt_token"] == told["other"] == logs.HIDDEN
    assert told["event"] == "first"
    assert json.loads(told["body"]) == {"password": logs.HIDDEN, "keep": 1}


@pytest.mark.usefixtures("_clean")
@pytest.mark.parametrize(
    "forgery",
    ['x\n{"event": "forged"}', "x\r\nforged", "x\u2028forged", "x\x85forged", "\x1b[2Kforged", '", "level": "x'],
)
def test_nobody_forges_a_line_of_json(forgery: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json")
    structlog.get_logger("x").warning("said", text=forgery)
    logging.getLogger("y").warning("said %s", forgery)
    lines = _lines(capsys)
    assert len(lines) == 2
    ours, theirs = map(json.loads, lines)
    assert ours["text"] == forgery
    assert theirs["event"] == f"said {forgery}"
    assert ours["level"] == "warning"


@pytest.mark.usefixtures("_clean")
def test_libraries_that_print_addresses_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("DEBUG", "console")
    for name in (
        "httpx",
        "httpcore.http11",
        "aiosqlite",
        "telegram.Bot",
        "telegram.ext.ExtBot",
        "apscheduler.scheduler",
    ):
        logging.getLogger(name).debug("whole bodies")
    logging.getLogger("httpx").info("POST https://...")
    logging.getLogger("apscheduler.scheduler").warning("skipped: maximum number of running instances reached")
    assert _lines(capsys) == []
    logging.getLogger("apscheduler.scheduler").error("a job failed")
    assert len(_lines(capsys)) == 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("call +351912345678 now", False),
        ("call %2B351912345678 now", False),
        ("+44 20 7946 0958", False),
        ("2026-11-23T22:06:12+00:00", True),
        ("chat 5511999999999 answered", True),
        ("1+12345678901", True),
        ("3 + 5 = 8", True),
    ],
)
def test_telephone_numbers_are_hidden_and_other_numbers_are_not(text: str, kept: bool) -> None:
    assert (logs.Redactor()(text) == text) is kept


def test_a_secret_in_base64_is_hidden() -> None:
    redact = logs.Redactor(["0123456789abcdef"])
    assert "MDEyMzQ1Njc4OWFiY2RlZg" not in redact("Basic MDEyMzQ1Njc4OWFiY2RlZg==")


@given(st.text(min_size=8, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_any_known_secret_is_hidden_wherever_it_stands(secret: str, before: str, after: str) -> None:
    shown = logs.Redactor([secret])(f"{before}{secret}{after}")
    assert secret not in shown or secret in logs.HIDDEN or secret in f"{before}{logs.HIDDEN}{after}"
