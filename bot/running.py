"""Runs what `bot.app` built: begins the roles asked for, watches over them, and ends them within ten seconds of SIGTERM."""

import asyncio
import contextlib
from collections.abc import Collection, Coroutine
from datetime import timedelta
from typing import Any

import structlog
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot import profile
from bot.app import Parts
from bot.checkup import Readiness
from bot.counting import measure_polling, measure_running, measure_watch, measure_webhook
from bot.ending import WayOut
from bot.jobs.ticks import Ticks
from bot.replying import NONSENSE
from bot.subscription import Subscription
from bot.web.headers import bare_headers
from bot.web.pages import metrics_page, pages
from bot.web.server import WebServer
from tickets.deliver import accepted
from tickets.errors import DatabaseUnavailable, OfAnotherBot, QueueServerError

ROLES = ("web", "chat", "watch", "deliver")
GRACE = 6.0
"""Seconds for what is in work to finish; with the rest of the way out it stays under ten."""
CUT_SHORT = 1.0
"""Seconds for what did not finish in them to write down how far it came."""
CLOSING = 3.0
"""Seconds for connections to be closed; the end of the process closes whatever is left."""
LONGEST_PAUSE = 30.0
"""Seconds between two tries to reach Telegram at the start."""
START_PATIENCE = 60.0
"""Seconds that Telegram may be out of reach at the start, as it is while a machine's network comes up."""
NO_WAY_OUT = "see VTBOT_TELEGRAM_API_URL and this machine's way out"
WATCH_EVERY, DELIVER_EVERY, DAMAGE_EVERY, OWNER_EVERY, FORGET_EVERY, IN_STEP_EVERY = 1.0, 0.25, 10.0, 10.0, 3600.0, 60.0
log = structlog.get_logger(__name__)


class StartError(Exception):
    """The bot cannot begin; one sentence for the operator and the exit code (sysexits.h)."""

    def __init__(self, sentence: str, code: int) -> None:
        """`code`: 78 configuration, 69 a service that is away."""
        super().__init__(sentence)
        self.code = code


class Running:
    """One process of the bot."""

    def __init__(self, parts: Parts, roles: Collection[str] = ROLES) -> None:
        """`roles`: any of ROLES."""
        self._parts = parts
        self._roles = frozenset(roles)
        self._ticks = Ticks()
        self._subscription = Subscription(parts.application.bot, parts.settings, parts.clock)
        polls = "chat" in self._roles and not self._hooked
        self.health = Readiness(parts.database, parts.intake.heard, parts.clock, self._subscription, polls=polls)
        """What keeps this process from its work."""
        measure_running(parts.measures, self._ticks, self.health.database)
        measure_polling(parts.measures, parts.intake.heard, parts.clock, polls=polls)
        delivered = "chat" in self._roles and self._hooked
        measure_webhook(parts.measures, lambda: self._subscription.taken, delivered=delivered)
        measure_watch(parts.measures, parts.watch, watches="watch" in self._roles)
        self._stop = asyncio.Event()
        self._servers: list[WebServer] = []
        self._working: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()
        """Set when every role has begun."""

    def stop(self) -> None:
        """Begin the way out."""
        self._stop.set()

    async def run(self) -> None:
        """Until `stop`, or SIGTERM, or Ctrl-C. `StartError` when it cannot begin."""
        WayOut(self.stop).listen()
        try:
            await self._prepare()
            if self._stop.is_set():
                return
            async with asyncio.TaskGroup() as tasks:
                await self._begin(tasks)
                self.ready.set()
                log.info("ready", roles=sorted(self._roles), intake="webhook" if self._hooked else "polling")
                await self._stop.wait()
                log.info("stopping")
                await self._end()
        finally:
            await self._close()

    @property
    def _hooked(self) -> bool:
        return self._parts.settings.by_webhook

    async def _prepare(self) -> None:
        parts = self._parts
        try:
            # Another process may hold the database for as long as one is ready to wait; a stop is not kept waiting by it.
            if not await self._until_stopped(parts.database.upgrade()):
                return
            await parts.database.check()
            await parts.database.begin_work()
            self._bind()
            await self._meet_telegram()
        except DatabaseUnavailable as error:
            code = 78 if isinstance(error, OfAnotherBot) else 69
            raise StartError(f"the database cannot be used: {error}", code) from error

    def _bind(self) -> None:
        """Take the addresses before anything else begins, so that a busy one is said at once."""
        settings, parts = self._parts.settings, self._parts
        addresses = [(metrics_page(parts.measures.render), settings.metrics_listen, "VTBOT_METRICS_LISTEN")]
        if "web" in self._roles:
            hook, guards = parts.hook if self._hooked else None, bare_headers(settings.public_url)
            application = pages(hook, self.health, list(parts.doors), guards)
            addresses.insert(0, (application, settings.listen, "VTBOT_LISTEN"))
        for application, listen, name in addresses:
            server = WebServer(application, listen)
            try:
                server.bind()
            except OSError as error:
                raise StartError(f"{name}: {listen} cannot be used: {error.strerror}", 69) from error
            self._servers.append(server)

    async def _meet_telegram(self) -> None:
        """getMe until it answers. Where nothing answers for START_PATIENCE the operator is told, and a supervisor decides.

        A flood is an answer, and is waited out however long it takes.
        """
        pause, clock = 1.0, self._parts.clock
        away = clock.monotonic() + START_PATIENCE
        while not self._stop.is_set():
            try:
                await self._until_stopped(self._parts.application.initialize())
            except InvalidToken:
                raise StartError("Telegram does not accept VTBOT_TELEGRAM_TOKEN", 78) from None
            except RetryAfter as error:
                pause = max(pause, _seconds(error.retry_after))
                away = clock.monotonic() + pause + START_PATIENCE
                log.warning("Telegram asks to wait", seconds=pause)
            except NONSENSE as error:
                reason, left = type(error).__name__, away - clock.monotonic()
                if left <= 0:
                    raise StartError(f"Telegram cannot be reached ({reason}); {NO_WAY_OUT}", 69) from None
                pause = min(pause, left)
                log.warning("Telegram cannot be reached; trying again", seconds=pause, reason=reason)
            else:
                await self._accepted()
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause / self._parts.haste):
                    await self._stop.wait()
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _greet_queue(self) -> None:
        """A queue server that is away ends nothing: people are told so until it is back, and the operator is told here."""
        try:
            await self._parts.server.settings()
        except QueueServerError as error:
            log.warning(
                "the queue server does not answer properly; people are told so until it does", reason=str(error)
            )

    async def _accepted(self) -> None:
        """getMe was answered: the bot may own its database, and a refusal of the token in use before says nothing any more."""
        if self._stop.is_set():
            return
        await self._parts.database.own()
        async with self._parts.database.open_book() as book:
            await accepted(book)
            await book.commit()

    async def _begin(self, tasks: asyncio.TaskGroup) -> None:
        parts = self._parts
        for server in self._servers:
            await server.start(tasks)
        if self._roles & {"chat", "watch"}:
            tasks.create_task(self._until_stopped(self._greet_queue()))
        if "chat" in self._roles:
            self._working = tasks.create_task(parts.worker.run())
            tasks.create_task(self._take_in())
        if "watch" in self._roles:
            self._ticks.every(WATCH_EVERY / parts.haste, "watch", parts.watch)
            self._ticks.every(FORGET_EVERY, "forget", self._forget)
            self._ticks.every(IN_STEP_EVERY, "keep in step", parts.services.preferences)
        if "deliver" in self._roles:
            self._ticks.every(DELIVER_EVERY / parts.haste, "deliver", parts.deliver.begin)
        self._ticks.every(DAMAGE_EVERY, "damage", parts.damage)
        self._ticks.every(OWNER_EVERY, "owner", parts.database.assert_ours)
        self._ticks.start()

    async def _take_in(self) -> None:
        """Receive updates until the stop, which cuts short whatever Telegram is just being asked."""
        await self._until_stopped(self._receive())
        if not self._hooked:
            with contextlib.suppress(DatabaseUnavailable, TimeoutError):
                await self._parts.polling.release()

    async def _until_stopped(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do the work unless the stop comes first; answers whether it was done, and raises what it raised."""
        working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            over = working.done()
            working.cancel()
            stopping.cancel()
            await asyncio.gather(working, stopping, return_exceptions=True)
        if over:
            working.result()
        return over

    async def _receive(self) -> None:
        """Write the profile, then ask for updates, or have them delivered."""
        parts = self._parts
        await profile.apply(parts.application.bot, parts.services.brand, parts.services.translations)
        if self._hooked:
            await self._subscription.keep()
            return
        with contextlib.suppress(*NONSENSE):
            await parts.application.bot.delete_webhook()
        await parts.polling.run()

    async def _forget(self) -> None:
        async with self._parts.database.open_book() as book:
            await book.privacy.forget_old(self._parts.clock.now())
            await book.commit()

    async def _end(self) -> None:
        """Intake first, then what is in work, then the pages. An update cut short by the deadline is handled again at the next start.

        A send cut short is written down as unsure, so that nothing is left that looks as if it were still being sent.
        """
        self._ticks.pause()
        self._parts.worker.stop()
        work = [asyncio.ensure_future(self._ticked()), *(server.stop_soon() for server in self._servers)]
        if self._working is not None:
            work.append(self._working)
        _, late = await asyncio.wait(work, timeout=GRACE)
        for task in late:
            task.cancel()
        await asyncio.wait([asyncio.ensure_future(self._parts.deliver.stop()), *late], timeout=CUT_SHORT)
        self._ticks.stop()

    async def _ticked(self) -> None:
        """Return when no tick is in work, nor what one began."""
        await self._ticks.drain()
        await self._parts.deliver.drain()

    async def _close(self) -> None:
        self._ticks.stop()
        for server in self._servers:
            server.release()
        closing = asyncio.ensure_future(self._let_go())
        done, _ = await asyncio.wait([closing], timeout=CLOSING)
        for task in done:
            task.result()

    async def _let_go(self) -> None:
        """Of everything that is open."""
        parts = self._parts
        await self.health.close()
        with contextlib.suppress(TelegramError):
            await parts.application.shutdown()
        for client in parts.clients:
            await client.aclose()
        await parts.database.dispose()


def _seconds(told: int | timedelta) -> float:
    """A retry_after, which the library gives in either way."""
    return told.total_seconds() if isinstance(told, timedelta) else float(told)
