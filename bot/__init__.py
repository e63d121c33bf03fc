"""The Telegram front: handlers, views, jobs, web routes and the command line that puts everything together."""

import os

# Durations as timedelta, as the next major version of python-telegram-bot has them; until this is said every use of one warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")
