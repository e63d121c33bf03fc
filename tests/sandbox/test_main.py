"""`python -m sandbox` as a person runs it: its lines, its exit codes, its end, and its memory."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _has_six() -> bool:
    """Whether this machine has an IPv6 loopback."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


SIX = _has_six()


@contextmanager
def _sandbox(*arguments: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Run the sandbox on a free port; yields its address once it says it."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--no-bot", "--speed", "0", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            lines = [process.stdout.readline() for _ in range(3)]
            match = re.fullmatch(r"Chat page: (http://127\.0\.0\.1:\d+)/\n", lines[0])
            assert match, (lines, process.stderr and process.stderr.read())
            assert lines[1:] == [f"Desk page: {match.group(1)}/desk\n", "Ctrl-C ends it.\n"]
            yield match.group(1), process
        finally:
            process.kill()


def _post(address: str, path: str, **body: object) -> Any:
    request = Request(address + path, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310 - loopback
    with urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
        return json.load(answer)


def _messages(address: str, chat_id: int) -> list[str]:
    with urlopen(f"{address}/play/messages?chat_id={chat_id}", timeout=10) as answer:  # noqa: S310 - loopback
        return [message["text"] for message in json.load(answer)["messages"]]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_and_remembers(tmp_path: Path, number: signal.Signals) -> None:
    data = str(tmp_path / "demo.data")
    with _sandbox("--data", data) as (address, process):
        _post(address, "/play/text", chat_id=5, text="remember me")
        # A page that watches and a bot that polls must not hold up the end.
        with urlopen(f"{address}/play/events?chat_id=5", timeout=10) as events:  # noqa: S310 - loopback
            assert events.readline() == b"event: snapshot\r\n"
            with socket.create_connection((address[7:].split(":")[0], int(address.rpartition(":")[2]))) as poll:
                poll.sendall(
                    f"GET /bot1:{'x' * 35}/getUpdates?timeout=50&offset=999999999 HTTP/1.1\r\nHost: x\r\n\r\n".encode()
                )
                os.kill(process.pid, number)
                assert process.wait(10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    with _sandbox("--data", data) as (address, _):
        assert _messages(address, 5) == ["remember me"]


def test_a_ticket_that_was_given_out_survives_a_sudden_end(tmp_path: Path) -> None:
    data, given = str(tmp_path / "queue.data"), []
    for number in range(4):
        with _sandbox("--data", data) as (address, process):
            with urlopen(f"{address}/vt/api/json/server_services/get", timeout=10) as answer:  # noqa: S310 - loopback
                places = [place for one in json.load(answer)["server_services"] for place in one["locations"]]
            wish = next(
                {"master_id": one["id"], "service_id": one["services"][0]["id"]} for one in places if one["isOpen"]
            )
            person = {"username": f"ana-{number}", "password": "secret-1"}
            token = _post(address, "/vt/api/json/customer/register", **person)["vt_token"]
            told = _post(address, "/vt/api/json/ticket/create", vt_token=token, tickets=[wish])
            os.kill(process.pid, signal.SIGKILL)
            given.append((told["ticket"]["id"], told["ticket"]["number"]))
    assert len(set(given)) == 4
    with _sandbox("--data", data) as (address, _):
        with urlopen(f"{address}/play/tickets", timeout=10) as answer:  # noqa: S310 - loopback
            assert {one["id"] for one in json.load(answer)} == {one for one, _ in given}
        assert _post(address, "/vt/api/json/customer/login", **person)["success"] is True


def test_a_letter_is_shown_on_the_console() -> None:
    with _sandbox() as (address, process):
        account = {"username": "ana", "password": "secret", "email": "ana@example.org\n\x1b[2Jfake"}
        _post(address, "/vt/api/json/customer/register", **account)
        query = urlencode({"email": account["email"]})
        with urlopen(f"{address}/vt/api/json/customer/resetpassword?{query}", timeout=10) as answer:  # noqa: S310 - loopback
            assert json.load(answer) == {"success": True}
        with urlopen(f"{address}/play/outbox", timeout=10) as answer:  # noqa: S310 - loopback
            [letter] = json.load(answer)
        assert process.stdout is not None
        line = process.stdout.readline()
    assert line.startswith("E-mail to ana@example.org \ufffd[2Jfake: Demo: choose a new password. ")
    assert letter["token"] in line


@pytest.mark.parametrize("headers", [{"Host": "queue.example"}, {"X-Forwarded-For": "192.0.2.7"}])
def test_only_this_machine_plays_unless_told(headers: dict[str, str]) -> None:
    for arguments, expected in (((), 403), (("--open-play",), 200)):
        with _sandbox(*arguments) as (address, _):
            request = Request(f"{address}/play/outbox", headers=headers)  # noqa: S310 - loopback
            if expected == 200:
                with urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
                    assert json.load(answer) == []
                continue
            with pytest.raises(HTTPError) as caught:
                urlopen(request, timeout=10)  # noqa: S310 - loopback
            assert caught.value.code == expected
            assert "--open-play" in json.load(caught.value)["error"]


@pytest.mark.parametrize(("arguments", "words"), [((), "for the machine"), (("--open-play",), "Everybody")])
def test_a_port_for_others_says_who_may_play(arguments: tuple[str, ...], words: str) -> None:
    with _sandbox("--host", "0.0.0.0", *arguments) as (_, process):  # noqa: S104 - what the line is about
        assert process.stdout is not None
        assert words in process.stdout.readline()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the whole of 127.0.0.0/8 without being told")
@pytest.mark.parametrize(
    "host", ["127.0.0.2", pytest.param("::1", marks=pytest.mark.skipif(not SIX, reason="no IPv6 loopback here"))]
)
def test_the_bot_is_there_wherever_the_sandbox_listens(host: str) -> None:
    """The bot is a process of its own, which must find its way to an address that is not 127.0.0.1."""
    command = [sys.executable, "-m", "sandbox", "--host", host, "--port", "0", "--speed", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().removeprefix("Chat page: ").rstrip("/\n")
            with urlopen(f"{address}/play/events?chat_id=5", timeout=60) as events:  # noqa: S310 - loopback
                _post(address, "/play/text", chat_id=5, text="/start")
                assert any(b"Hello" in line for line in events)
            process.send_signal(signal.SIGINT)
            assert process.wait(15) == 0
        finally:
            process.kill()


def test_a_taken_port_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "sandbox", "--no-bot", "--port", str(port)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 69
    assert done.stderr == f"Port {port} is taken by another program: end it, or choose another port with --port.\n"


def test_a_host_that_is_none_is_said_in_one_line() -> None:
    command = [sys.executable, "-m", "sandbox", "--no-bot", "--host", "192.0.2.1", "--port", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 69
    assert done.stderr.startswith("Cannot listen on 192.0.2.1:0: ")
    assert done.stderr.count("\n") == 1


def test_a_corrupt_data_file_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "demo.data").write_text("half a fi")
    command = [sys.executable, "-m", "sandbox", "--no-bot", "--port", "0", "--data", str(tmp_path / "demo.data")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 78
    assert "demo.data" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("speed", ["-1", "nan", "inf", "fast"])
def test_a_speed_that_is_none_is_refused(speed: str) -> None:
    command = [sys.executable, "-m", "sandbox", "--no-bot", "--port", "0", f"--speed={speed}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "--speed" in done.stderr


def test_a_town_that_is_none_is_said_in_one_line() -> None:
    command = [sys.executable, "-m", "sandbox", "--no-bot", "--port", "0", "--town", "no/such/town.toml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 78
    assert "no/such/town.toml" in done.stderr
    assert done.stderr.count("\n") == 1
