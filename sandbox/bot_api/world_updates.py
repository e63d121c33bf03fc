"""The queue of updates on its way to the bot: what is kept, what a poll or a webhook gets, and who is told to go away."""

import asyncio
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.bot_api import errors, limits
from sandbox.bot_api.errors import Failure, Refusal
from sandbox.clock import Clock

Json = dict[str, Any]
KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "guest_message", "message_reaction", "message_reaction_count",
    "inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media",
    "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost",
    "managed_bot",
)  # fmt: skip
# Telegram sends these three only to those who ask for them by name (D getUpdates).
UNASKED = ("chat_member", "message_reaction", "message_reaction_count")


@dataclass
class Webhook:
    """Where updates are pushed to, and how the last pushes went."""

    url: str
    secret: str = ""
    max_connections: int = limits.WEBHOOK_CONNECTIONS_DEFAULT
    ip_address: str = ""
    certificate: bool = False
    gone_since: float = 0.0
    last_error_date: int = 0
    last_error_message: str = ""


def kind_of(update: Json) -> str:
    """Return the one kind that an update is of."""
    return next(key for key in update if key != "update_id")


def _life(update: Json) -> int:
    """Return for how many seconds an update is kept: a press that nobody takes is soon worth nothing."""
    return limits.UPDATE_LIVES.get(kind_of(update), limits.UPDATE_LIFE)


class Updates:
    """All updates that the bot has not confirmed yet, oldest first."""

    def __init__(self, clock: Clock, first_id: int) -> None:
        """Give the first update the id `first_id`, the next the next."""
        self._clock = clock
        self._next_id = first_id
        self._pending: list[tuple[float, Json]] = []
        self.lapsed: deque[int] = deque(maxlen=10_000)
        """Ids of those that nobody fetched in time, the last ones."""
        self._holder: asyncio.Future[None] | None = None
        self._closed = False
        self._last_offset, self._last_poll = -1, 0.0
        self.patient = False
        self.arrived = asyncio.Event()
        self.allowed: list[str] | None = None
        self.webhook: Webhook | None = None

    @property
    def held(self) -> bool:
        """Tell whether a poll waits for updates now."""
        return self._holder is not None

    def put(self, kind: str, payload: Json) -> None:
        """Create an update of one kind, unless the bot does not want that kind now."""
        # The choice is applied now, not at delivery: what was unwanted once stays lost.
        wanted = kind not in UNASKED if not self.allowed else kind in self.allowed
        if not wanted:
            return
        self._pending.append((self._clock.now(), {"update_id": self._next_id, kind: payload}))
        self._next_id += 1
        self.arrived.set()
        self._wake()

    def pending(self) -> list[Json]:
        """Return the updates that wait, oldest first, without those that Telegram would have dropped by now."""
        now, kept = self._clock.now(), []
        for at, update in self._pending:
            if now - at <= _life(update):
                kept.append((at, update))
            else:
                self.lapsed.append(update["update_id"])
        self._pending = kept
        return [update for _, update in kept]

    def confirm(self, offset: int) -> None:
        """Forget what `offset` confirms: all lower ids; a negative one keeps only that many of the last."""
        if offset > 0:
            self._pending = [(at, update) for at, update in self._pending if update["update_id"] >= offset]
        elif offset < 0:
            self._pending = self._pending[offset:]

    def done(self, update_id: int) -> None:
        """Forget one update that a webhook took."""
        self._pending = [(at, update) for at, update in self._pending if update["update_id"] != update_id]

    def drop(self) -> None:
        """Forget all that waits."""
        self._pending.clear()

    def choose(self, kinds: Any) -> None:
        """Keep the bot's choice of kinds: missing or unreadable keeps the earlier one, [] means the default.

        Names that are none are ignored; a choice of nothing else is no choice.
        """
        if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds):
            self.allowed = [kind.lower() for kind in kinds if kind.lower() in KINDS] or None

    def seconds_for(self, offset: int, timeout: int) -> int:
        """Return how long a poll is held: one that repeats the last one's offset at once is not answered at once."""
        now = asyncio.get_running_loop().time()
        repeated = offset == self._last_offset and now - self._last_poll < limits.SAME_POLL
        self._last_offset, self._last_poll = offset, now
        return max(timeout, limits.SAME_POLL) if repeated and self.patient else timeout

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109 - it is Telegram's own parameter.
        """Return up to `limit` updates, waiting `timeout` real seconds for the first; a later poll ends this one with 409."""
        if self.webhook is not None:
            raise Refusal(errors.WEBHOOK_ACTIVE)
        self.confirm(offset)
        if not self.pending() and timeout > 0:
            if self._closed:
                raise Refusal(errors.RESTART)
            # The newcomer wins, so that a restarted bot is not locked out by the dead one's poll.
            self.end_poll(errors.OTHER_POLL)
            await self._hold(timeout)
        return self.pending()[:limit]

    async def _hold(self, seconds: float) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._holder = mine
        try:
            await asyncio.wait_for(mine, seconds)
        except TimeoutError:
            pass  # An empty poll has waited its time.
        finally:
            self._holder = None if self._holder is mine else self._holder

    def end_poll(self, failure: Failure | None) -> None:
        """End a held poll: with a refusal, or emptily where its client has hung up."""
        holder, self._holder = self._holder, None
        if holder is not None and not holder.done():
            if failure is None:
                holder.set_result(None)
            else:
                holder.set_exception(Refusal(failure))

    def close(self) -> None:
        """End a held poll and hold none from now on, because the server ends; Telegram's has the same words for it."""
        self._closed = True
        self.end_poll(errors.RESTART)

    def _wake(self) -> None:
        if self._holder is not None and not self._holder.done():
            self._holder.set_result(None)

    def dump(self) -> Json:
        """Return a tree for the data file."""
        return {
            "next_id": self._next_id,
            "pending": self._pending,
            "allowed": self.allowed,
            "webhook": asdict(self.webhook) if self.webhook else None,
        }

    def load(self, tree: Json) -> None:
        """Take the state of the data file."""
        self._next_id = tree["next_id"]
        self._pending = [(at, update) for at, update in tree["pending"]]
        self.allowed = tree["allowed"]
        self.webhook = Webhook(**tree["webhook"]) if tree["webhook"] else None
        self.arrived.set()
