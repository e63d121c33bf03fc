"""The data file: one JSON file with the state of both servers, read at the start and written soon after every change."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

LOOK_SECONDS = 0.1
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
        self._revisions: dict[str, Any] = {}

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
        """Write the file within a fifth of a second after every change, and a last time when cancelled."""
        try:
            while True:
                self._write(self._changed(parts))
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self._write(self._changed(parts))

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
        """Replace the file in one step; a failure is said once for each kind of it, and the next change tries again."""
        if text is None:
            return
        # A crash in the middle of writing leaves the earlier state, never half of one.
        fresh = self.path.with_name(self.path.name + ".new")
        try:
            # Names, addresses and telephone numbers stand in it: it is its owner's, from the first moment on.
            fresh.unlink(missing_ok=True)
            fresh.touch(0o600)
            fresh.write_text(text, "utf-8")
            fresh.replace(self.path)
            self._written = text
        except OSError as error:
            self._revisions = {}
            sys.stderr.write(f"The data file {self.path} cannot be written: {error}\n")
