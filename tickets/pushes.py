"""What waits to be sent: the outbox's record, its kinds and states, and the outcomes of one attempt to send."""

from dataclasses import dataclass
from enum import Enum

from tickets.model import Notices, Ticket


class PushKind(Enum):
    """What a push tells. The names are stored; do not rename them."""

    YOUR_TURN = "your_turn"
    STILL_YOUR_TURN = "still_your_turn"
    """The one repetition of a call that nobody acknowledged."""
    ALMOST_YOUR_TURN = "almost_your_turn"
    MOVED = "moved"
    MISSED = "missed"
    CANCELLED = "cancelled"
    CANCELLED_BY_YOU = "cancelled_by_you"
    """By the person, where whoever asked the queue server for it did not live to say so."""
    ENDED = "ended"
    VANISHED = "vanished"
    UNFOLLOWED = "unfollowed"
    """The queue server gave no healthy answer about the ticket for so long that it is followed no longer."""
    NOT_TAKEN = "not_taken"
    """Nothing came of a wish for a ticket whose answer was lost. Of a ticket that is none it tells only what it would have been for."""
    SIGN_IN = "sign_in"
    """The account's vt_token is no longer accepted: the ticket cannot be watched until the person signs in again."""
    ANNOUNCEMENT = "announcement"
    """The operator's own words to everybody who waits, carried by the push itself."""
    CARD = "card"
    """An edit of the live card: idempotent, coalesced, sent when nothing else waits."""

    @property
    def priority(self) -> int:
        """Smaller goes first when Telegram's budget is short."""
        if self in (PushKind.YOUR_TURN, PushKind.STILL_YOUR_TURN):
            return 0
        if self is PushKind.ALMOST_YOUR_TURN:
            return 1
        return {PushKind.ANNOUNCEMENT: 3, PushKind.CARD: 9}.get(self, 2)


class PushState(Enum):
    """The states of notes on delivery (docs/reliability.md). The names are stored; do not rename them."""

    PENDING = "pending"
    SENDING = "sending"
    UNSURE = "unsure"
    SENT = "sent"
    DEAD = "dead"
    EXPIRED = "expired"
    UNSURE_FINAL = "unsure_final"

    @property
    def final(self) -> bool:
        """Whether nothing happens to such a push any more."""
        return self in (PushState.SENT, PushState.DEAD, PushState.EXPIRED, PushState.UNSURE_FINAL)


@dataclass(frozen=True, slots=True)
class Push:
    """One thing to tell one chat. It carries facts, not words: the words are made when it is sent, in the language of that moment.

    Only an announcement carries words: they are the operator's own.
    """

    id: str
    chat_id: int
    watch_id: str
    kind: PushKind
    dedupe_key: str
    ticket: Ticket
    notices: Notices
    created_at: float
    expires_at: float
    not_before: float = 0.0
    state: PushState = PushState.PENDING
    attempt: int = 0
    """Attempts whose outcome was not proven unsent."""
    tries: int = 0
    """Proven-unsent attempts in a row, for the back-off."""
    reminder: bool = False
    """An earlier copy may have arrived: this one is marked as a reminder."""
    plain: bool = False
    """Formatting was refused once: send without it."""
    lease_owner: str = ""
    lease_until: float = 0.0
    message_id: int | None = None
    reason: str = ""
    words: str = ""
    """Of an announcement, as the operator wrote it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram confirmed it."""

    message_id: int
    shows: str = ""
    """Of a card: a digest of what it shows now."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Proven not to have reached Telegram: refused, no free connection, headers never started."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unmade:
    """A mistake of our own before anything left: the message could not be made, and trying again would not help."""

    reason: str


@dataclass(frozen=True, slots=True)
class Flooded:
    """429: told to wait, seconds. `whole_bot` when the limit is the bot's and not this chat's (tickets.flood)."""

    retry_after: float
    whole_bot: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """The chat cannot be reached until the person comes back: blocked, deactivated, not found."""

    reason: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """The chat has a new id."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class BadContent:
    """400: Telegram did not like what we sent."""

    reason: str


@dataclass(frozen=True, slots=True)
class BotRefused:
    """401 or 404: the token is not accepted; nothing can be sent at all."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """Anything else: it may or may not have arrived."""

    reason: str


Outcome = Sent | NotSent | Unmade | Flooded | Gone | Migrated | BadContent | BotRefused | Unsure
