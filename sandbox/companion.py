"""The bot as a child process of the sandbox: its settings, its restarts when it dies, and its end together with ours."""

import asyncio
import base64
import contextlib
import ctypes
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

# Any well-formed token is let in, so this one is no secret; its number is the bot's identity in saved chats.
TOKEN = "8080808080:sandbox-token-that-opens-nothing-at-all"  # noqa: S105 - it opens nothing outside the sandbox.
TERMINATE_SECONDS = 8.0
STEADY_SECONDS = 30.0
LONGEST_PAUSE = 30.0
MOST_DEATHS = 10
_PR_SET_PDEATHSIG = 1


EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - only compared, to find an address that works.


def address_of(host: str, port: int) -> str:
    """Return the address at which this machine reaches what listens on `host`."""
    shown = "127.0.0.1" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def bot_settings(
    inherited: Mapping[str, str], sandbox: str, home: Path, database: Path, key_file: Path, telegram: str = ""
) -> dict[str, str]:
    """Return the environment of the bot: ours without the user's own VTBOT_ settings, pointed at the `sandbox`'s address.

    `telegram`: the address at which it finds our Bot API where something stands between, as a recorder of the traffic does.
    """
    root = str(Path(__file__).resolve().parents[1])
    settings = {
        key: value for key, value in inherited.items() if not key.startswith("VTBOT_") or key == "VTBOT_LOG_LEVEL"
    }
    pages = free_port(int(sandbox.rpartition(":")[2]) + 1)
    return settings | {
        "PYTHONPATH": os.pathsep.join(filter(None, [root, inherited.get("PYTHONPATH", "")])),
        "VTBOT_TELEGRAM_TOKEN": TOKEN,
        "VTBOT_TELEGRAM_API_URL": telegram or sandbox,
        "VTBOT_QUEUE_URL": f"{sandbox}/vt/api",
        "VTBOT_DATABASE_URL": f"sqlite+aiosqlite:///{database.resolve()}",
        "VTBOT_SECRET_KEYS": kept_key(key_file),
        "VTBOT_LISTEN": f"127.0.0.1:{pages}",
        "VTBOT_METRICS_LISTEN": f"127.0.0.1:{free_port()}",
        "VTBOT_PUBLIC_URL": f"http://127.0.0.1:{pages}",
        "HOME": inherited.get("HOME", str(home)),
    }


def kept_key(path: Path) -> str:
    """Return the encryption key in that file, made there at the first start for its owner's eyes only."""
    # Made exclusively and with its rights at once: there is no moment in which others could read it.
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    with os.fdopen(handle, "w") as file:
        file.write(key + "\n")
    return key


def free_port(wanted: int = 0) -> int:
    """Return a port of loopback that nobody listens on now: the wanted one where it is free, so that old links still lead here."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", wanted))
        except (OSError, OverflowError):
            if not wanted:
                raise
            return free_port()
        return int(probe.getsockname()[1])


class BotProcess:
    """Keeps the bot running until told to stop; one that dies is started again after a growing pause."""

    def __init__(
        self,
        command: list[str],
        settings: Callable[[], dict[str, str]],
        home: Path,
        tell: Callable[[str], object] = sys.stderr.write,
    ) -> None:
        """Run `command` in the folder `home`, where no .env of the user's lies; `tell` says a line to the person."""
        self._command = command
        self._settings = settings
        self._home = home
        self._tell = tell
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Begin to end the bot; run() returns when it has ended."""
        self._stopping.set()

    async def run(self) -> None:
        """Start the bot, and again when it dies, until stopped or cancelled; give up after ten quick deaths in a row."""
        deaths = 0
        while not self._stopping.is_set():
            begun = asyncio.get_running_loop().time()
            code = await self._life()
            if self._stopping.is_set():
                return
            # A bot that lived for a while and died is not one that cannot live: the count begins anew.
            quick = asyncio.get_running_loop().time() - begun < STEADY_SECONDS
            deaths = deaths + 1 if quick else 1
            if deaths >= MOST_DEATHS:
                self._tell(f"The bot ended {deaths} times in a row (exit code {code}); it is left alone now.\n")
                await self._stopping.wait()
                return
            pause = min(2.0 ** (deaths - 1), LONGEST_PAUSE)
            self._tell(f"The bot ended (exit code {code}); it starts again in {pause:.0f} s.\n")
            await self._pause(pause)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _life(self) -> int:
        """Run the bot once and return its exit code; it is ended where we are stopped or cancelled."""
        # A session of its own keeps the terminal's Ctrl-C to us: we end the bot, once and in order.
        process = await asyncio.create_subprocess_exec(
            *self._command, cwd=self._home, env=self._settings(), start_new_session=True, preexec_fn=_die_with_parent
        )
        try:
            async with asyncio.TaskGroup() as group:
                stopper = group.create_task(self._end_when_told(process))
                code = await process.wait()
                stopper.cancel()
            return code
        finally:
            await _end(process)

    async def _end_when_told(self, process: asyncio.subprocess.Process) -> None:
        await self._stopping.wait()
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask a process to end, and make it end where it does not within eight seconds."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), TERMINATE_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


def _die_with_parent() -> None:
    """Ask Linux to end this child when the sandbox is killed; elsewhere this is not possible, and nothing happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
