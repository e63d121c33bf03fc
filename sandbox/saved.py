"""The data file: one JSON file with the state of both servers, read at the start and written soon after every change.

Who is told that something happened at the queue is told when it is on the disk: `DataFile.saved` waits for that.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

LOOK_SECONDS = 0.1
REFUSED_SECONDS = 5.0
_FORMAT = "sandbox-1"


class Kept(Protocol):
    """Something whose state the file keeps; a number `revision` that grows with each change saves looking for one."""

    def dump(self) -> dict[str, Any]:
        """Return the state as a tree of JSON."""

    def load(self, tree: dict[str, Any], /) -> None:
        """Take a state."""


class DataError(Exception):
    """The file holds no state of ours; the message is for a person."""


class DataFile:
    """Keeps the state of several parts in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._written = ""
        self._refusal: tuple[type[OSError], int | None] | None = None
        """The kind of failure that was said last; None once a write succeeds."""
        self._pause = LOOK_SECONDS
        self._revisions: dict[str, Any] = {}
        self._wanted = asyncio.Event()
        self._next: asyncio.Future[None] | None = None
        """Done when the next write is; None while nobody keeps the file."""

    def restore(self, parts: Mapping[str, Kept]) -> None:
        """Give every part its state; nothing happens where there is no file yet. DataError where it is none of ours."""
        try:
            text = self.path.read_text("utf-8")
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"The data file {self.path} cannot be read: {error}") from error
        try:
            states = json.loads(text)[_FORMAT]
            for name, part in parts.items():
                if name in states:
                    part.load(states[name])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(
                f"The data file {self.path} is no state of this sandbox; move it away to begin anew."
            ) from error

    async def keep(self, parts: Mapping[str, Kept]) -> None:
        """Write the file at once when somebody waits for it, soon after every other change, and a last time when cancelled."""
        loop = asyncio.get_running_loop()
        self._next = loop.create_future()
        try:
            while True:
                # Whoever comes from here on may have changed what is being written already, and waits for the write after it.
                waited_for, self._next = self._next, loop.create_future()
                self._wanted.clear()
                try:
                    await self._write_beside(self._changed(parts))
                finally:
                    waited_for.set_result(None)
                with contextlib.suppress(TimeoutError):
                    # Not wait_for, which on Python 3.11 loses a cancellation that comes together with what is waited for.
                    async with asyncio.timeout(self._pause):
                        await self._wanted.wait()
        finally:
            waiting, self._next = self._next, None
            self._write(self._changed(parts))
            waiting.set_result(None)

    async def saved(self) -> None:
        """Return when all that has happened until now is on the disk; however many wait, they wait for one write.

        Returns as well where the disk refuses, which is said on the console: customers still get their tickets.
        """
        if self._next is not None:
            self._wanted.set()
            await asyncio.shield(self._next)

    async def _write_beside(self, text: str | None) -> None:
        """Write in a thread, for a disk may take its time."""
        if text is None:
            return
        writing = asyncio.ensure_future(asyncio.to_thread(self._write, text))
        try:
            await asyncio.shield(writing)
        finally:
            # A thread cannot be cancelled, and must not overtake the last write.
            await asyncio.wait({writing})

    def _changed(self, parts: Mapping[str, Kept]) -> str | None:
        """Return what to write, None where nothing changed since."""
        revisions = {name: getattr(part, "revision", None) for name, part in parts.items()}
        if None not in revisions.values() and revisions == self._revisions:
            return None
        self._revisions = revisions
        state = {_FORMAT: {name: part.dump() for name, part in parts.items()}}
        text = json.dumps(state, ensure_ascii=False)
        return None if text == self._written else text

    def _write(self, text: str | None) -> None:
        """Replace the file in one step; a failure is said once for each kind of it, and tried again after growing pauses."""
        if text is None:
            return
        # A crash in the middle of writing leaves the earlier state, never half of one.
        fresh = self.path.with_name(self.path.name + ".new")
        try:
            # Names, addresses and telephone numbers stand in it: it is its owner's, from the first moment on.
            fresh.unlink(missing_ok=True)
            fresh.touch(0o600)
            with fresh.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
            _sync_folder(self.path.parent)
            self._written, self._refusal, self._pause = text, None, LOOK_SECONDS
        except OSError as error:
            self._refused(error)

    def _refused(self, error: OSError) -> None:
        """Say a failure unless it was the last one too, and give the disk longer; who waits for a write is not kept waiting by that."""
        self._revisions = {}
        self._pause = min(self._pause * 2, REFUSED_SECONDS)
        kind = (type(error), error.errno)
        if kind != self._refusal:
            self._refusal = kind
            sys.stderr.write(f"The data file {self.path} cannot be written: {error}\n")


def _sync_folder(folder: Path) -> None:
    """Put on the disk which file bears which name."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
