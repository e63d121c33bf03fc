"""The README's first commands in a clean clone, as a stranger types them; and what is said when something is missing."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.network, pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.xdist_group("newcomer")]


def plain_environment(**more: str) -> dict[str, str]:
    """This environment without what the test run or a virtual environment added."""
    mine = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("VTBOT_", "COV", "PYTEST", "VIRTUAL_ENV"))
    }
    return {**mine, **more}


def run(folder: Path, *command: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """One command in the clone."""
    return subprocess.run(
        command, cwd=folder, env=plain_environment(**more), capture_output=True, text=True, timeout=300, check=False
    )


@contextmanager
def begun(folder: Path, *command: str, **more: str) -> Iterator["subprocess.Popen[str]"]:
    """A command that goes on until it is told to stop; whatever happens, nothing of it is left."""
    with subprocess.Popen(
        command, cwd=folder, env=plain_environment(**more), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def until(process: "subprocess.Popen[str]", words: str) -> str:
    """What it says, up to the line that holds the words."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"it ended without {words!r}:\n{said}")


def fetched(address: str) -> bytes:
    """A page."""
    with urlopen(address, timeout=10) as page:  # noqa: S310 -- loopback
        return bytes(page.read())


def greeted(town: str) -> None:
    """Somebody writes /start, and the bot answers."""
    with urlopen(f"{town}/play/events?chat_id=7", timeout=60) as events:  # noqa: S310 -- loopback
        order = Request(f"{town}/play/text", json.dumps({"chat_id": 7, "text": "/start"}).encode())  # noqa: S310
        with urlopen(order, timeout=10):  # noqa: S310
            assert any(b"Hello" in line for line in events)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean clone of what is committed."""
    folder = tmp_path_factory.mktemp("newcomer") / "vtbot"
    done = subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def readme_commands() -> list[str]:
    """The first block of commands of the README."""
    block = re.search(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert block
    return block[1].splitlines()


def test_the_readme_begins_with_two_commands() -> None:
    assert readme_commands() == ["git clone <this repository> vtbot && cd vtbot", "make demo"]


def test_make_demo_in_a_clean_clone_twice(clone: Path) -> None:
    """The first run installs by hash and serves; Ctrl-C ends everything; the second run starts in seconds, without installing."""
    for attempt in ("first", "second"):
        with begun(clone, "make", "demo", "PORT=0") as process:
            said = until(process, "Ctrl-C")
            address = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert address, said
            assert ("installing" in said) == (attempt == "first"), said
            for path in ("/", "/desk"):
                assert b"<title>" in fetched(address[0] + path)
            began = time.monotonic()
            os.killpg(process.pid, signal.SIGINT)
            process.wait(15)
            assert time.monotonic() - began < 12


def test_make_run_with_three_values(clone: Path) -> None:
    """`cp .env.example .env`, three values and `make run`; where it speaks to is the sandbox, for nobody has a token here."""
    done = run(clone, "make", "setup")
    assert done.returncode == 0, done.stdout + done.stderr
    with begun(clone, ".venv/bin/python", "-m", "sandbox", "--no-bot", "--port", "0", "--speed", "0") as sandbox:
        found = re.search(r"http://127\.0\.0\.1:\d+", until(sandbox, "Ctrl-C"))
        assert found
        town = found[0]
        env = (clone / ".env.example").read_text("utf-8")
        recipe = re.search(r"(python3 -c \".*\")", env)
        assert recipe, "the file says how to make a key"
        values = {
            "TELEGRAM_TOKEN": "123456789:" + "A" * 35,
            "QUEUE_URL": f"{town}/vt/api",
            "SECRET_KEYS": run(clone, "sh", "-c", recipe[1]).stdout.strip(),
        }
        for name, value in values.items():
            assert f"\nVTBOT_{name}=\n" in env
            env = env.replace(f"\nVTBOT_{name}=\n", f"\nVTBOT_{name}={value}\n")
        (clone / ".env").write_text(env, "utf-8")
        here = {"VTBOT_TELEGRAM_API_URL": town, "VTBOT_LISTEN": "127.0.0.1:0", "VTBOT_METRICS_LISTEN": "127.0.0.1:0"}
        with begun(clone, "make", "run", **here) as bot:
            until(bot, "ready")
            greeted(town)
            os.killpg(bot.pid, signal.SIGINT)
            bot.wait(15)
        assert (clone / "vtbot.db").is_file()


def test_make_test_runs(clone: Path) -> None:
    """The whole of it is what runs just now; here, that it sets itself up and runs a part."""
    assert "scripts/run_tests.py tests" in run(clone, "make", "-n", "test").stdout
    done = run(clone, "make", "test", "T=tests/tickets/test_notices.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "100%" in done.stdout


def test_make_help_lists_every_command(clone: Path) -> None:
    said = run(clone, "make", "help").stdout
    for name in ("setup", "demo", "run", "check", "test", "browser", "bench", "lock"):
        assert f"make {name}" in said


def test_no_network_is_one_line(clone: Path, tmp_path: Path) -> None:
    """Nothing to install from: one sentence, exit code not zero, and the details in a file."""
    copy = tmp_path / "copy"
    subprocess.run(["git", "clone", "-q", str(clone), str(copy)], check=True)
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_FIND_LINKS": "",
        "PIP_NO_CACHE_DIR": "1",
    }
    done = run(copy, "make", "setup", PIP_CONFIG_FILE="/dev/null", PIP_RETRIES="0", **nowhere)
    assert done.returncode != 0
    ours = [line for line in done.stderr.splitlines() if line.startswith("setup:")]
    assert ours == ["setup: the packages could not be installed (is the network there?); details: .venv/setup.log"]


def test_an_old_python_is_one_line(clone: Path) -> None:
    """The version is checked before anything is made."""
    pretend = "import runpy, sys; sys.version_info = (3, 9, 1); sys.argv = ['setup.py', 'runtime']"
    code = f"{pretend}; runpy.run_path('scripts/setup.py', run_name='__main__')"
    done = run(clone, sys.executable, "-c", code)
    assert done.returncode == 69
    assert re.fullmatch(r"setup: Python 3\.11 or newer is needed, this is [^\n]*\n", done.stderr)


def test_a_missing_python_is_one_line(clone: Path) -> None:
    done = run(clone, "make", "setup", "PYTHON=python-of-nobody")
    assert done.returncode != 0
    assert "setup: python-of-nobody was not found; Python 3.11 or newer is needed" in done.stderr
