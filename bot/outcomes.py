"""From an answer of the wire to the outcome of a send: what is proven, and what nobody can know. Pure."""

from bot.transport import Answer
from tickets.pushes import (
    BadContent,
    BotRefused,
    Flooded,
    Gone,
    Migrated,
    NotSent,
    Outcome,
    Sent,
    Unmade,
    Unsure,
)

_GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "have no rights to send", "not enough rights")
_NO_CARD = ("message to edit not found", "message can't be edited", "message_id_invalid")
_SAME = "message is not modified"


def outcome(answer: Answer) -> Outcome:
    """Of sendMessage. Only a 2xx with a message id proves it arrived; only a refusal or an unbegun request proves it did not."""
    if answer.unmade:
        return Unmade(answer.fault)
    if answer.status is None:
        return Unsure(answer.fault) if answer.begun else NotSent(answer.fault)
    if answer.ok:
        message = answer.result if isinstance(answer.result, dict) else {}
        number = message.get("message_id")
        return Sent(number) if isinstance(number, int) and not isinstance(number, bool) else Unsure("no message id")
    if answer.migrate_to is not None:
        return Migrated(answer.migrate_to)
    return _refused(answer.status, answer)


def _refused(status: int, answer: Answer) -> Outcome:
    reason = f"{status} {answer.description or answer.fault}"
    if status == 429:
        return Flooded(answer.retry_after)
    if status == 403 and answer.description:
        # A 403 in other words than Telegram's is of something in between, and says nothing about the person.
        return Gone(reason)
    if status in (401, 404):
        return BotRefused(reason)
    if status == 400 and answer.description:
        gone = any(words in answer.description.lower() for words in _GONE)
        return Gone(reason) if gone else BadContent(reason)
    # 5xx says nothing: Telegram's own server answers 500 to messages it has sent when it restarts.
    return Unsure(reason)


def unchanged(answer: Answer) -> bool:
    """Of an edit: the message shows this already."""
    return answer.status == 400 and _SAME in answer.description.lower()


def card_lost(answer: Answer) -> bool:
    """Of an edit: there is no such message any more, so a new card is sent."""
    return answer.status == 400 and any(words in answer.description.lower() for words in _NO_CARD)
