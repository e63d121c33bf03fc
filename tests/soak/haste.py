"""A clock that runs many times faster than the machine's, the same in every process of a campaign, and the bot's settings there."""

import asyncio
import os
import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.settings import Settings

MORNING = 1_794_963_600.0
"""A Wednesday, 2026-11-18, 01:00 UTC."""
TOKEN = "123456789:" + "A" * 35


@dataclass(frozen=True, slots=True)
class HastyClock:
    """`tickets.ports.Clock`: since `began` (the machine's Unix seconds), when it showed `first`, its seconds pass `haste` times faster."""

    began: float
    first: float
    haste: float
    jumps: Path | None = None
    """A file with the seconds by which the machine's clock is wrong just now; none of it reaches `monotonic`."""

    def now(self) -> float:
        """Unix seconds of the campaign."""
        wrong = float(self.jumps.read_text("ascii")) if self.jumps is not None else 0.0
        return self.first + wrong + (time.time() - self.began) * self.haste  # noqa: TID251 -- this is a clock, and processes must agree

    def monotonic(self) -> float:
        """Seconds that never jump; they pass while a process is stopped, too."""
        return time.monotonic() * self.haste

    async def sleep(self, seconds: float) -> None:
        """Let that much of this clock's time pass."""
        await asyncio.sleep(seconds / self.haste)


def hasty(haste: float, first: float = MORNING) -> HastyClock:
    """A clock that begins now, early on a day, because queues begin anew at midnight."""
    return HastyClock(time.time(), first, haste)  # noqa: TID251 -- the moment a campaign begins


@dataclass(frozen=True, slots=True)
class Place:
    """Where one bot of a campaign lives; everything its process must be told."""

    neighbour: str
    """The address of the sandbox, or of the proxies before it."""
    database_url: str
    key: str
    clock: HastyClock
    folder: Path
    queue: str = ""
    """The address of the queue server where it is another one than `neighbour`."""
    rate: float = 4.0
    """Requests of the watch a tick."""
    authority: Path | None = None
    """Whose certificates the bot believes, where its neighbours speak HTTPS."""
    listen: str = "127.0.0.1:0"
    public: str = ""
    """Where Telegram delivers updates, which need not be `listen`; where empty, the bot asks for them."""

    def settings(self) -> Settings:
        """The bot's settings, with the timeouts of the network as hasty as the clock."""
        os.environ.update({name: "" for name in os.environ if name.startswith("VTBOT_")})
        return Settings(
            _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it; its types hide it.
            telegram_token=SecretStr(TOKEN),
            telegram_api_url=self.neighbour,
            queue_url=f"{self.queue or self.neighbour}/vt/api",
            queue_ca_file=self.authority,
            queue_timeout=max(0.5, 10.0 / self.clock.haste),
            secret_keys=SecretStr(self.key),
            database_url=SecretStr(self.database_url),
            brand_file=Path(os.devnull),
            intake="webhook" if self.public else "polling",
            public_url=self.public,
            listen=self.listen,
            metrics_listen="127.0.0.1:0",
            watch_rate=self.rate,
            log_level="WARNING",
        )
