"""The ticks: the scheduler only says that time has passed, so a missed or late run loses nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from tickets.errors import DatabaseUnavailable

log = structlog.get_logger(__name__)

Tick = Callable[[], Awaitable[Any]]


class Ticks:
    """Owns the scheduler of this process."""

    def __init__(self) -> None:
        """A late run is run all the same, several missed ones become one, and no job runs beside itself."""
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(job_defaults=defaults, timezone="UTC")
        self._scheduler.add_listener(self._noted, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        self._busy = 0
        self._stopped = False
        self._idle = asyncio.Event()
        self._idle.set()
        self.errors = 0

    def every(self, seconds: float, name: str, tick: Tick) -> None:
        """Run `tick` that often."""
        self._scheduler.add_job(self._guarded, "interval", seconds=seconds, args=(name, tick), id=name, name=name)

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._scheduler.start()

    def pause(self) -> None:
        """Begin no new run; those in work go on."""
        if self._scheduler.running:
            self._scheduler.pause()

    async def drain(self) -> None:
        """Return when no run is in work; to be called after `pause`."""
        await self._idle.wait()

    def stop(self) -> None:
        """Begin no run any more; the scheduler cancels what is still in work, so its owner drains first."""
        # The scheduler ends itself a turn of the loop later and goes on calling itself running until then.
        if self._scheduler.running and not self._stopped:
            self._stopped = True
            self._scheduler.shutdown(wait=False)

    async def _guarded(self, name: str, tick: Tick) -> None:
        """A database that is away for a moment is no reason for a traceback a second."""
        self._busy += 1
        self._idle.clear()
        try:
            await tick()
        except DatabaseUnavailable as error:
            log.error("tick skipped: the database is unavailable", job=name, reason=str(error))
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    def _noted(self, event: JobExecutionEvent) -> None:
        self.errors += 1
        log.error("tick failed", job=event.job_id, exc_info=event.exception)
