"""The way out: a signal begins it, and ten seconds later the process is gone, whatever still hangs."""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable

LAST = 9.5
"""Seconds after the signal at which the process ends by force; everything it keeps is written to survive that."""


class WayOut:
    """Listens to SIGTERM and Ctrl-C."""

    def __init__(self, stop: Callable[[], None], end: Callable[[int], None] = os._exit) -> None:
        """`stop` begins the way out in order; `end` is the last resort."""
        self._stop = stop
        self._end = end
        self._last: threading.Timer | None = None

    def listen(self) -> None:
        """From now on, within the running event loop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
                loop.add_signal_handler(number, self.told, number)

    def told(self, number: int) -> None:
        """A signal came; a second one changes nothing."""
        self._stop()
        if self._last is None:
            # A thread of its own: what hangs may be the event loop, or the end of the interpreter, which waits for other threads.
            self._last = threading.Timer(LAST, self._force, (number,))
            self._last.daemon = True
            self._last.start()

    def _force(self, number: int) -> None:
        os.write(2, b"vtbot: ended by force, since something did not end in time\n")
        self._end(128 + number)
