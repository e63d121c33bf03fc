"""The outbox's state machine: what one attempt's outcome makes of a push. Pure; docs/reliability.md draws it.

Telegram has no idempotency key, so a send whose outcome is unknown is never simply repeated: your_turn is sent once more,
marked as a reminder; everything else is left, because the next edit of the card says it too.
"""

from dataclasses import dataclass, replace

from tickets.pushes import (
    BadContent,
    BotRefused,
    Flooded,
    Gone,
    Migrated,
    NotSent,
    Outcome,
    Push,
    PushKind,
    PushState,
    Sent,
    Unmade,
)

MOST_COPIES = 2
"""The first send and one reminder."""
REMIND_AFTER = 15.0
"""Seconds between an unsure send and its reminder."""
FLOOD_DEFAULT = 5.0
FLOOD_MOST = 3600.0
"""A retry_after that is missing, absurd or longer is bounded: seconds."""
BACKOFF_FIRST = 0.5
BACKOFF_MOST = 15.0
REFUSED_PAUSE = 30.0
"""How long everything rests when Telegram does not accept the token, in seconds."""

RESENT = frozenset({PushKind.YOUR_TURN, PushKind.STILL_YOUR_TURN})
"""Losing one of these costs a person their place; a second, marked copy costs one buzz."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The push as it is to be kept, and what the outcome says about its chat and the bot."""

    push: Push
    unreachable: bool = False
    hold_chat_until: float = 0.0
    hold_bot_until: float = 0.0
    alarm: str = ""


def may_send(push: Push) -> bool:
    """Whether a push just claimed may touch the network: an unsure one only if it is one that is resent, and not too often."""
    if push.kind is PushKind.CARD or not push.reminder:
        return True
    return push.kind in RESENT and push.attempt <= MOST_COPIES


def given_up(push: Push) -> Verdict:
    """A push that may not be sent again though nobody knows whether it arrived."""
    return Verdict(_ended(push, PushState.UNSURE_FINAL, push.reason or "unsure"), alarm=_loss(push))


def after(push: Push, outcome: Outcome, now: float, jitter: float) -> Verdict:
    """What becomes of a SENDING push. `now` in Unix seconds, `jitter` 0..1."""
    match outcome:
        case Sent(message_id=message_id):
            return Verdict(replace(_ended(push, PushState.SENT, ""), message_id=message_id))
        case NotSent(reason):
            return Verdict(_again(push, now + _backoff(push.tries, jitter), reason))
        case Unmade(reason):
            return Verdict(_ended(push, PushState.DEAD, reason), alarm=f"{push.kind.value} could not be made: {reason}")
        case Flooded(retry_after, whole_bot):
            until = now + flood_wait(retry_after)
            held = _again(push, until, "flood")
            return Verdict(held, hold_bot_until=until) if whole_bot else Verdict(held, hold_chat_until=until)
        case Migrated(chat_id):
            return Verdict(replace(_again(push, now, "migrated"), chat_id=chat_id))
        case Gone(reason):
            return Verdict(_ended(push, PushState.DEAD, reason), unreachable=True)
        case BadContent(reason):
            return _bad_content(push, now, reason)
        case BotRefused(reason):
            until = now + REFUSED_PAUSE
            return Verdict(
                _again(push, until, reason), hold_bot_until=until, alarm=f"telegram refuses the bot: {reason}"
            )
        case _:
            return _unsure(push, now, outcome.reason)


def flood_wait(retry_after: float) -> float:
    """The seconds to wait for a retry_after as told, which may be missing (0), negative or absurd."""
    return min(retry_after, FLOOD_MOST) if retry_after > 0 else FLOOD_DEFAULT


def _unsure(push: Push, now: float, reason: str) -> Verdict:
    if push.kind is PushKind.CARD:
        # An edit can be repeated for ever: the second one says "message is not modified".
        return Verdict(_again(push, now + REMIND_AFTER, reason))
    if push.kind in RESENT and push.attempt < MOST_COPIES:
        return Verdict(replace(push, state=PushState.UNSURE, not_before=now + REMIND_AFTER, reason=reason, tries=0))
    return Verdict(_ended(push, PushState.UNSURE_FINAL, reason), alarm=_loss(push))


def _bad_content(push: Push, now: float, reason: str) -> Verdict:
    if push.plain:
        return Verdict(_ended(push, PushState.DEAD, reason), alarm=f"telegram refuses {push.kind.value}: {reason}")
    return Verdict(replace(_again(push, now, reason), plain=True))


def _again(push: Push, not_before: float, reason: str) -> Push:
    """Nothing arrived: this attempt does not count. A copy that may have arrived before still makes it a reminder."""
    state = PushState.UNSURE if push.reminder and push.kind is not PushKind.CARD else PushState.PENDING
    return replace(
        push, state=state, attempt=max(0, push.attempt - 1), tries=push.tries + 1, not_before=not_before, reason=reason
    )


def _ended(push: Push, state: PushState, reason: str) -> Push:
    return replace(push, state=state, reason=reason)


def _backoff(tries: int, jitter: float) -> float:
    return min(BACKOFF_MOST, BACKOFF_FIRST * 2.0 ** min(tries, 10)) * (0.5 + 0.5 * jitter)


def _loss(push: Push) -> str:
    """Of any kind: whoever was not told is helped by somebody who knows that; what is alike is told once in a while."""
    return f"nobody knows whether {push.kind.value} arrived"
