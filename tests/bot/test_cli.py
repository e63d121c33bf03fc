"""The command line as an operator meets it: real processes, one human line for each fault, and the exit codes of sysexits.h."""

import asyncio
import contextlib
import os
import pty
import socket
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from storage.crypto import KeyRing
from storage.database import Database
from tests.bot import processes, scripted
from tests.bot.processes import PATIENCE, TOKEN, end, environment, run
from tests.storage.records import push, watch

CONFIGURATION, UNAVAILABLE, USAGE = 78, 69, 2


def one_line(err: str) -> str:
    """The only line, and no traceback; warnings of the log may stand before it."""
    said = [line for line in err.splitlines() if line.startswith("vtbot: ")]
    assert len(said) == 1, err
    assert "Traceback" not in err, err
    return said[0].removeprefix("vtbot: ")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"TELEGRAM_TOKEN": ""}, "VTBOT_TELEGRAM_TOKEN is not set; .env.example shows every setting"),
        ({"SECRET_KEYS": "c2hvcnQ="}, "VTBOT_SECRET_KEYS: key 1 has 5 bytes where 32 are needed"),
        (
            {"DATABASE_URL": "mysql://user:canary@host/x"},
            "VTBOT_DATABASE_URL must look like sqlite+aiosqlite:///file.db or postgresql+asyncpg://...",
        ),
        (
            {"DATABASE_URL": "sqlite+aiosqlite://user:canary@host/x"},
            "VTBOT_DATABASE_URL must look like sqlite+aiosqlite:///file.db or postgresql+asyncpg://...",
        ),
        (
            {"DATABASE_URL": "postgresql+asyncpg://vt:canary@host/x?sslmode=require&channel_binding=require"},
            "VTBOT_DATABASE_URL: asyncpg takes no sslmode: write ssl=require instead",
        ),
        (
            {"DATABASE_URL": "postgresql+asyncpg://vt:can@ry?canary=1@host/x"},
            "VTBOT_DATABASE_URL: it has an option after the ? that asyncpg does not take; it takes command_timeout, database,",
        ),
        ({"QUEUE_CA_FILE": "missing.pem"}, "VTBOT_QUEUE_CA_FILE cannot be used: No such file or directory"),
        ({"BRAND_FILE": "mistyped.toml"}, "VTBOT_BRAND_FILE: the file that it names is not there."),
        ({"BRAND_FILE": "brand.toml"}, "VTBOT_BRAND_FILE: the file that it names is not there."),
        ({"BRAND_FILE": "bad.toml"}, "VTBOT_BRAND_FILE: bad.toml: nam is not a known key"),
    ],
)
async def test_what_cannot_be_used_is_said(settings: dict[str, str], sentence: str, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('nam = "x"\n')
    code, out, err = await run(tmp_path, environment(tmp_path, **settings), "run")
    assert (code, out) == (CONFIGURATION, "")
    assert one_line(err).startswith(sentence)
    assert "canary" not in err


async def test_unknown_roles_and_words(tmp_path: Path) -> None:
    told = environment(tmp_path)
    code, _, err = await run(tmp_path, told, "run", "--roles", "web,wtach")
    assert (code, one_line(err)) == (CONFIGURATION, "--roles takes any of web, chat, watch, deliver; got wtach")
    code, _, err = await run(tmp_path, told, "rnu")
    assert code == USAGE
    assert "rnu" in one_line(err)


async def test_help_is_there(tmp_path: Path) -> None:
    code, out, _ = await run(tmp_path, environment(tmp_path), "--help")
    assert code == 0
    for name in ("run", "doctor", "webhook", "db", "link", "poster", "announce"):
        assert name in out


@pytest.mark.parametrize(("name", "roles"), [("LISTEN", "web"), ("METRICS_LISTEN", "watch,deliver")])
async def test_a_busy_port(name: str, roles: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        code, _, err = await run(tmp_path, environment(tmp_path, **{name: listen}), "run", "--roles", roles)
    assert (code, one_line(err)) == (UNAVAILABLE, f"VTBOT_{name}: {listen} cannot be used: Address already in use")


async def test_a_token_that_telegram_does_not_accept(tmp_path: Path) -> None:
    refusal = {"ok": False, "error_code": 401, "description": "Unauthorized"}
    async with scripted.scripted(scripted.answering(401, refusal)) as telegram:
        code, _, err = await run(tmp_path, environment(tmp_path, telegram.url), "run")
    assert (code, one_line(err)) == (CONFIGURATION, "Telegram does not accept VTBOT_TELEGRAM_TOKEN")
    assert TOKEN not in err
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.db")) as kept:
        assert kept.execute("select * from notes").fetchall() == [], "a token mistyped at the first start owns nothing"


async def test_a_database_that_is_damaged_or_out_of_reach(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_bytes(b"this is no database at all" * 200)
    code, _, err = await run(tmp_path, environment(tmp_path), "run")
    assert (code, one_line(err)) == (
        UNAVAILABLE,
        "the database cannot be used: the file is not a database, or it is damaged",
    )
    away = environment(tmp_path, DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path / 'no' / 'such' / 'bot.db'}")
    code, _, err = await run(tmp_path, away, "db", "upgrade")
    assert code == UNAVAILABLE
    assert one_line(err).startswith("the database cannot be used: ")


async def test_a_password_may_hold_what_an_address_is_divided_by(tmp_path: Path) -> None:
    away = environment(tmp_path, DATABASE_URL="postgresql+asyncpg://vt:Xy[k29]Lq0pW@127.0.0.1:9/vt?ssl=disable")
    code, _, err = await run(tmp_path, away, "db", "upgrade")
    assert (code, one_line(err)) == (UNAVAILABLE, "the database cannot be used: the database server cannot be reached")
    assert "k29" not in err


async def test_looking_after_the_database(tmp_path: Path) -> None:
    told = environment(tmp_path)
    assert (await run(tmp_path, told, "db", "upgrade"))[0] == 0
    assert (await run(tmp_path, told, "db", "backup", "copy.db"))[0] == 0
    assert (tmp_path / "copy.db").read_bytes().startswith(b"SQLite format 3")
    assert (await run(tmp_path, told, "db", "rotate-keys"))[:2] == (0, "0 rows encrypted anew\n")
    code, out, err = await run(tmp_path, told, "db", "restored")
    assert (code, "put aside" in out) == (0, True), err
    assert (await run(tmp_path, told, "db", "downgrade", "base"))[0] == 0
    code, _, err = await run(tmp_path, told, "db", "backup", "copy.db")
    assert code == UNAVAILABLE, "a copy is never written over"
    assert one_line(err)


@pytest.fixture
async def belongs(tmp_path: Path) -> AsyncIterator[Database]:
    """The database of the tests' settings; it belongs to the bot 42, and a call waits in it."""
    told = environment(tmp_path)
    database = Database(told["VTBOT_DATABASE_URL"], KeyRing.parse(told["VTBOT_SECRET_KEYS"]), bot="42")
    await database.upgrade()
    await database.own()
    async with database.open_book() as book:
        await book.outbox.add(push())
        await book.commit()
    yield database
    await database.dispose()


@pytest.mark.parametrize("words", ["run", "announce closed --yes", "db restored", "db rotate-keys"])
async def test_nobody_works_on_another_bots_database(words: str, belongs: Database, tmp_path: Path) -> None:
    code, out, err = await run(tmp_path, environment(tmp_path), *words.split())
    assert (code, out) == (CONFIGURATION, "")
    assert one_line(err) == (
        "the database cannot be used: it belongs to the bot 42; each bot needs a database of its own, "
        "and if this bot takes the other's place for good, say so with `vtbot db adopt`"
    )
    async with belongs.open_book() as book:
        assert (await book.outbox.counts())["pending"] == 1


async def test_a_database_is_adopted(belongs: Database, tmp_path: Path) -> None:
    told = environment(tmp_path)
    (line,) = [line for line in (await run(tmp_path, told, "doctor"))[1].splitlines() if "database:" in line]
    assert line.startswith("WRONG  database: it belongs to the bot 42; ")
    assert "db adopt" in line
    code, out, err = await run(tmp_path, told, "db", "adopt")
    assert (code, out.startswith("this bot's now; what waited"), out.count("\n")) == (0, True, 1), err
    async with belongs.open_book() as book:
        assert (await book.outbox.counts())["expired"] == 1
    assert "ok     database: " in (await run(tmp_path, told, "doctor"))[1]
    assert await run(tmp_path, told, "db", "adopt") == (0, "this bot's already; nothing is changed\n", "")


async def test_a_mistyped_setting_is_warned_of(tmp_path: Path) -> None:
    told = {**environment(tmp_path), "VTBOT_WACH_RATE": "5"}
    code, _, err = await run(tmp_path, told, "db", "upgrade")
    assert code == 0
    assert "VTBOT_WACH_RATE is no setting of this program; did you mean VTBOT_WATCH_RATE?" in err


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[str]:
    """The sandbox's address."""
    async with processes.sandbox(tmp_path) as address:
        yield address


async def test_the_doctor_finds_everything_well(town: str, tmp_path: Path) -> None:
    told = environment(tmp_path, town)
    assert (await run(tmp_path, told, "db", "upgrade"))[0] == 0
    code, out, err = await run(tmp_path, told, "doctor")
    lines = out.splitlines()
    assert (code, len(lines)) == (0, 10), out + err
    assert all(line.startswith("ok     ") for line in lines), out
    assert "this is @" in out
    assert TOKEN not in out


async def test_the_doctor_says_what_is_wrong_and_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "brand.toml").write_text('languages = ["xx", "en"]\n')
    told = {**environment(tmp_path), "VTBOT_WACH_RATE": "5"}
    code, out, err = await run(tmp_path, told, "doctor")
    assert code == UNAVAILABLE, err
    assert "Traceback" not in err
    wrong = [line for line in out.splitlines() if line.startswith("WRONG")]
    assert len(wrong) == 9, out
    assert all(" -- " in line for line in wrong), "each says how to mend it"
    assert "no catalogue for xx" in out


async def test_the_webhook_is_set_read_and_taken_away(town: str, tmp_path: Path) -> None:
    told = environment(tmp_path, town, PUBLIC_URL="http://127.0.0.1:9", INTAKE="webhook")
    assert await run(tmp_path, told, "webhook", "set") == (0, "Telegram delivers to http://127.0.0.1:9/telegram\n", "")
    code, out, _ = await run(tmp_path, told, "webhook", "info")
    assert (code, out) == (0, "address: http://127.0.0.1:9/telegram\nwaiting: 0\n")
    assert (await run(tmp_path, told, "webhook", "delete"))[0] == 0
    assert "none, the bot asks" in (await run(tmp_path, told, "webhook", "info"))[1]
    code, _, err = await run(tmp_path, environment(tmp_path, town), "webhook", "set")
    assert code == CONFIGURATION
    assert one_line(err).startswith("VTBOT_PUBLIC_URL is not set")


async def test_links_and_posters_by_name(town: str, tmp_path: Path) -> None:
    told = environment(tmp_path, town)
    code, out, err = await run(tmp_path, told, "link")
    assert (code, out.startswith("https://t.me/")) == (0, True), err
    code, _, err = await run(tmp_path, told, "link", "no such place anywhere")
    assert code == USAGE
    offered = one_line(err).split("there is ")[1]
    name = offered.split(" [")[0]
    code, link, err = await run(tmp_path, told, "link", name)
    assert code == 0, err
    assert "?start=b" in link
    code, out, err = await run(tmp_path, told, "poster", "door.svg", name)
    assert (code, out) == (0, f"door.svg: {link}"), err
    words = "".join(ET.parse(tmp_path / "door.svg").getroot().itertext())  # noqa: S314 -- we wrote it ourselves
    assert name in words
    assert link.strip().removeprefix("https://") in words
    assert (await run(tmp_path, told, "poster", "door.png", name))[0] == 0
    assert (tmp_path / "door.png").read_bytes().startswith(b"\x89PNG")
    assert (await run(tmp_path, told, "poster", "door.pdf", name))[0] == USAGE


async def test_an_announcement_to_nobody_yet(town: str, tmp_path: Path) -> None:
    told = environment(tmp_path, town)
    assert (await run(tmp_path, told, "db", "upgrade"))[0] == 0
    code, out, err = await run(tmp_path, told, "announce", "Closed until two.", "--yes")
    assert (code, out) == (0, "it reaches 0 people\nhanded to the outbox for 0\n"), err
    code, _, err = await run(tmp_path, told, "announce", "  \n ")
    assert (code, one_line(err)) == (USAGE, "Invalid value: an announcement has 1 to 1000 characters")


async def test_a_telegram_that_is_away_is_one_line(tmp_path: Path) -> None:
    code, _, err = await run(tmp_path, environment(tmp_path), "webhook", "info")
    assert code == UNAVAILABLE
    assert one_line(err).startswith("Telegram: ")


@pytest.mark.parametrize(("answer", "code", "handed"), [(b"n\n", 130, 0), (b"y\n", 0, 1)])
async def test_an_announcement_is_asked_about_on_a_terminal(
    answer: bytes, code: int, handed: int, town: str, tmp_path: Path
) -> None:
    told = environment(tmp_path, town)
    keys = KeyRing.parse(told["VTBOT_SECRET_KEYS"])
    database = Database(told["VTBOT_DATABASE_URL"], keys)
    await database.upgrade()
    async with database.open_book() as book:
        await book.watches.add(watch())
        await book.commit()
    ours, theirs = pty.openpty()
    os.write(ours, answer)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "announce", "Closed until two.", cwd=tmp_path, env=told, stdin=theirs, stdout=PIPE, stderr=PIPE
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
    finally:
        await end(process)
        os.close(ours)
        os.close(theirs)
    assert process.returncode == code, err
    assert out.startswith(b"it reaches 1 person\nTell them?")
    async with database.open_book(reading=True) as book:
        assert (await book.outbox.counts())["pending"] == handed
    await database.dispose()
