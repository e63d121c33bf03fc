"""SQLite's file is for its owner only, whichever command makes it: SQLite itself would let everybody on the machine read it."""

import contextlib
import os
import stat
from pathlib import Path

OWNERS = 0o600
SQLITES = 0o644
"""What SQLite gives a file under the usual umask, so nobody's choice. Any other mode may be somebody's, and stays."""


def keep_to_owner(file: Path) -> None:
    """Make the file where there is none, and close one that SQLite left open to be read, with its journal, which gets the file's mode.

    Where that cannot be done the connection that follows says why, or somebody else owns the file. A file that exists is never opened here:
    closing it again would let go of every lock that this process has on it.
    """
    real = file.resolve()
    with contextlib.suppress(OSError):
        os.close(os.open(real, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNERS))
    for one in (real, *(real.with_name(real.name + end) for end in ("-wal", "-shm"))):
        with contextlib.suppress(OSError):
            if stat.S_IMODE(one.stat().st_mode) == SQLITES:
                one.chmod(OWNERS)
