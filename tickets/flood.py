"""Whose limit a 429 is: Telegram tells how long to wait and not whether the chat or the whole bot has to. Pure."""

from dataclasses import dataclass, replace

from tickets.pushes import BadContent, Flooded, Gone, Migrated, Outcome, Sent

CHATS = 3
"""So many different chats refused in a row mean that the limit is the bot's."""
WITHIN = 10.0
"""Seconds in which they are."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """Chats that were answered 429 since anything else was answered, and when, in monotonic seconds; oldest first."""

    chats: tuple[tuple[int, float], ...] = ()


def weighed(before: Refusals, chat_id: int, outcome: Outcome, now: float) -> tuple[Refusals, Outcome]:
    """The refusals after one more outcome, and the outcome with what they say of it.

    One message that Telegram dealt with, whichever way, proves that the bot as a whole is not halted: then each chat waits for itself.
    """
    match outcome:
        case Flooded():
            recent = ((other, at) for other, at in before.chats if other != chat_id and now - at < WITHIN)
            after = Refusals((*recent, (chat_id, now)))
            whole = outcome.whole_bot or len(after.chats) >= CHATS
            return after, replace(outcome, whole_bot=whole)
        case Sent() | Gone() | Migrated() | BadContent():
            return Refusals(), outcome
        case _:
            # Nothing is known to have been dealt with.
            return before, outcome
