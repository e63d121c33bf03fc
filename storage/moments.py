"""When a moment that was written down is over, though the machine's clock may have been set back since.

Deadlines of another clock's hour would hold everything up for that hour: one that lies further ahead than any is ever set is over.
"""

from sqlalchemy import ColumnElement, or_

LATEST = 180.0
"""Seconds: no lease, and no pause between two messages to a chat, is set further ahead than this."""
SLIP = 60.0
"""Seconds by which the clocks of several machines may differ: what happened later than that has not happened yet."""


def over(until: ColumnElement[float], now: float, latest: float = LATEST) -> ColumnElement[bool]:
    """Whether a deadline that may be set at most `latest` seconds ahead is past, or was set by a clock that is set back by now."""
    return or_(until <= now, until > now + latest)


def foretold(happened: ColumnElement[float], now: float) -> ColumnElement[bool]:
    """Whether something is written down as having happened in times to come: the clock was set back since."""
    return happened > now + SLIP
