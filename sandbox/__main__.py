"""`python -m sandbox`: serves the sandbox on one port, with the bot beside it, until Ctrl-C ends both."""

import argparse
import asyncio
import contextlib
import errno
import logging
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from sandbox.app import Sandbox, create_app
from sandbox.companion import BotProcess, address_of, bot_settings
from sandbox.doorkeeper import CLOSED, is_loopback
from sandbox.saved import DataError, DataFile

EX_UNAVAILABLE = 69
EX_CONFIG = 78
_GRACE_SECONDS = 2
OPEN = "Everybody who reaches this port may work at the desks, read the letters and begin everything anew."


class Server(uvicorn.Server):
    """A server that leaves signals to us, so that Ctrl-C ends with exit code 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def main(arguments: list[str] | None = None) -> int:
    """Run the sandbox and return its exit code: 0, 69 for a taken port, 78 for a bad town or data file."""
    options = _parser().parse_args(arguments)
    try:
        listener = _listen(options.host, options.port)
    except OSError as error:
        return _sorry(_why_no_port(error, options.host, options.port), EX_UNAVAILABLE)
    with listener, tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        try:
            app = _compose(options, listener.getsockname()[1], Path(folder))
        except (DataError, ValueError, OSError) as error:
            return _sorry(str(error), EX_CONFIG)
        asyncio.run(_serve(app, listener, options.host, options.open_play))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on; 0 takes a free one")
    parser.add_argument("--town", type=Path, help="file with the locations and services of the town")
    parser.add_argument("--data", type=Path, help="file that keeps the state across restarts")
    parser.add_argument(
        "--speed", type=_pace, default=1.0, help="desks call by themselves, so many times a believable pace; 0: never"
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same town life")
    parser.add_argument(
        "--open-play",
        action="store_true",
        help="let everybody who reaches the port use /play and the pages, not only this machine",
    )
    parser.add_argument(
        "--bot-api-url",
        default="",
        metavar="URL",
        help="where the bot finds this Bot API if something stands between them, a recorder of the traffic for example",
    )
    parser.add_argument("--no-bot", action="store_true", help="do not start the bot")
    return parser


def _pace(text: str) -> float:
    """Read a speed: a finite number, 0 or more."""
    speed = float(text)
    if not 0 <= speed < float("inf"):
        raise argparse.ArgumentTypeError("must be 0 or more")
    return speed


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Bound here and not by uvicorn: a taken port is known before anything else is started.
    # With the protocol named, asyncio turns Nagle's algorithm off; otherwise answers wait for 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise OSError(getattr(error, "errno", None) or errno.EINVAL, str(error)) from error
    return listener


def _why_no_port(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: end it, or choose another port with --port."
    return f"Cannot listen on {host}:{port}: {error.strerror or error}"


def _compose(options: argparse.Namespace, port: int, folder: Path) -> Sandbox:
    """Build the sandbox; the bot's database and key lie beside the data file, or in a folder that goes away."""
    data: Path | None = options.data
    home = data.resolve() if data else folder / "demo.data"
    home.parent.mkdir(parents=True, exist_ok=True)
    database, key_file = home.with_suffix(".db"), home.with_suffix(".key")
    address = address_of(options.host, port)
    bot = BotProcess(
        [sys.executable, "-m", "bot", "run"],
        lambda: bot_settings(os.environ, address, folder, database, key_file, options.bot_api_url),
        folder,
    )
    return create_app(
        speed=options.speed,
        seed=options.seed,
        town=options.town,
        data=DataFile(data) if data else None,
        bot=False if options.no_bot else bot,
        open_play=options.open_play,
    )


async def _serve(app: Sandbox, listener: socket.socket, host: str, open_play: bool) -> None:
    """Serve until a signal comes, then end everything that was started."""
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=_GRACE_SECONDS)
    server = Server(config)

    told = asyncio.Event()

    async def end() -> None:
        await told.wait()
        # Those who wait for news are let go first, or the server would wait for them.
        await app.release()
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    address = address_of(host, listener.getsockname()[1])
    sys.stdout.write(f"Chat page: {address}/\nDesk page: {address}/desk\nCtrl-C ends it.\n")
    if not is_loopback(host):
        sys.stdout.write((OPEN if open_play else CLOSED) + "\n")
    sys.stdout.flush()
    _log_to_console()
    ending = asyncio.ensure_future(end())
    await server.serve(sockets=[listener])
    ending.cancel()


def _log_to_console() -> None:
    """Show what the sandbox logs, an e-mail that a customer waits for above all; the server's own lines stay what they were."""
    console = logging.StreamHandler(sys.stdout)
    console.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("sandbox")
    log.addHandler(console)
    log.setLevel(logging.INFO)


def _sorry(line: str, code: int) -> int:
    sys.stderr.write(line + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
