"""The bot as a child process: its environment, its restarts and its end. The child is a real one, a few lines of Python."""

import asyncio
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox import companion
from sandbox.companion import BotProcess, address_of, bot_settings, free_port, kept_key


def _settings(tmp_path: Path, inherited: dict[str, str]) -> dict[str, str]:
    return bot_settings(inherited, address_of("127.0.0.1", 8123), tmp_path, tmp_path / "demo.db", tmp_path / "demo.key")


def test_the_bot_is_pointed_at_the_sandbox_and_not_at_the_users_own_settings(tmp_path: Path) -> None:
    inherited = {
        "VTBOT_TELEGRAM_TOKEN": "real",
        "VTBOT_OAUTH_GOOGLE_ID": "x",
        "VTBOT_LOG_LEVEL": "DEBUG",
        "PATH": "/bin",
    }
    settings = _settings(tmp_path, inherited)
    assert settings["VTBOT_TELEGRAM_TOKEN"] == companion.TOKEN
    assert settings["VTBOT_TELEGRAM_API_URL"] == "http://127.0.0.1:8123"
    assert settings["VTBOT_QUEUE_URL"] == "http://127.0.0.1:8123/vt/api"
    assert settings["VTBOT_DATABASE_URL"] == f"sqlite+aiosqlite:///{tmp_path}/demo.db"
    assert settings["VTBOT_LOG_LEVEL"] == "DEBUG"
    assert settings["PATH"] == "/bin"
    assert "VTBOT_OAUTH_GOOGLE_ID" not in settings
    assert settings["VTBOT_LISTEN"] != settings["VTBOT_METRICS_LISTEN"]
    assert settings["VTBOT_PUBLIC_URL"] == f"http://{settings['VTBOT_LISTEN']}", "the sign-in page is part of the demo"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8123"),
        ("0.0.0.0", "http://127.0.0.1:8123"),  # noqa: S104 - nothing is bound to it.
        ("::", "http://127.0.0.1:8123"),
        ("", "http://127.0.0.1:8123"),
        ("::1", "http://[::1]:8123"),
        ("192.168.1.7", "http://192.168.1.7:8123"),
        ("localhost", "http://localhost:8123"),
    ],
)
def test_the_bot_reaches_the_sandbox_wherever_it_listens(host: str, address: str) -> None:
    assert address_of(host, 8123) == address


def test_a_wanted_port_is_taken_where_it_is_free() -> None:
    """Links in old messages lead to the same address after a restart."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        taken = held.getsockname()[1]
        assert free_port(taken) != taken
    assert free_port(taken) == taken
    assert 0 < free_port(70_000) < 65_536


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    key = kept_key(tmp_path / "demo.key")
    assert len(key) == 44
    assert kept_key(tmp_path / "demo.key") == key
    assert stat.S_IMODE((tmp_path / "demo.key").stat().st_mode) == 0o600


def test_a_free_port_can_be_listened_on() -> None:
    assert 1024 <= free_port() <= 65535


class Told:
    """Keeps what the person is told and lets a test wait for it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.arrived = asyncio.Event()

    def __call__(self, line: str) -> None:
        self.lines.append(line)
        self.arrived.set()


def _process(tmp_path: Path, code: str, told: Callable[[str], object]) -> BotProcess:
    return BotProcess([sys.executable, "-c", code], lambda: dict(os.environ), tmp_path, told)


async def test_a_bot_that_dies_is_started_again_after_a_growing_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(companion, "LONGEST_PAUSE", 0.0)
    monkeypatch.setattr(companion, "MOST_DEATHS", 3)
    told = Told()
    bot = _process(tmp_path, "import pathlib, uuid; pathlib.Path(uuid.uuid4().hex).touch(); raise SystemExit(3)", told)
    running = asyncio.ensure_future(bot.run())
    while len(told.lines) < 3:
        told.arrived.clear()
        await told.arrived.wait()
    assert not running.done()
    bot.stop()
    await running
    assert len(os.listdir(tmp_path)) == 3  # noqa: PTH208 - a folder of three files, listed in a test
    assert told.lines[0] == "The bot ended (exit code 3); it starts again in 0 s.\n"
    assert "left alone" in told.lines[-1]


@pytest.mark.parametrize("stubborn", [False, True])
@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_bot_is_ended_with_the_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stubborn: bool, cancelled: bool
) -> None:
    monkeypatch.setattr(companion, "TERMINATE_SECONDS", 0.3 if stubborn else 8.0)
    how = "signal.signal(signal.SIGTERM, signal.SIG_IGN)" if stubborn else "pass"
    fifo = tmp_path / "ready"
    os.mkfifo(fifo)
    code = f"import os, signal, time; {how}; open('ready', 'w').write(str(os.getpid())); time.sleep(60)"
    bot = _process(tmp_path, code, lambda _: None)
    running = asyncio.ensure_future(bot.run())
    pid = int(await asyncio.to_thread(fifo.read_text))
    if cancelled:
        running.cancel()
    else:
        bot.stop()
    await asyncio.gather(running, return_exceptions=True)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_bot_does_not_outlive_a_killed_sandbox(tmp_path: Path) -> None:
    fifo = tmp_path / "life"
    os.mkfifo(fifo)
    # The child keeps the pipe open as long as it lives, so its end is the end of the file.
    child = "import time; life = open('life', 'w'); life.write('x'); life.flush(); time.sleep(60)"
    parent = (
        "import asyncio, os, pathlib, sys; from sandbox.companion import BotProcess; "
        f"asyncio.run(BotProcess([sys.executable, '-c', {child!r}], lambda: dict(os.environ), pathlib.Path({str(tmp_path)!r})).run())"
    )
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen([sys.executable, "-c", parent], cwd=root) as sandbox, fifo.open() as life:
        assert life.read(1) == "x"
        sandbox.kill()
        assert life.read() == ""
