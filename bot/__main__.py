"""`python -m bot` and `vtbot`: the command line, with every start-up fault as one human line and an exit code."""

import os
import signal
import sys
from types import FrameType


def main() -> None:
    """Run the command line."""
    # First of all, because process 1 ignores whatever it has no handler for, and importing the rest takes seconds.
    signal.signal(signal.SIGTERM, leave)
    from bot.cli import application

    sys.exit(application())


def leave(number: int, _frame: FrameType | None = None) -> None:
    """End at once, as a process without a handler would: whatever is under way is written to survive it. `vtbot run` ends in order."""
    os._exit(128 + number)


if __name__ == "__main__":
    main()
