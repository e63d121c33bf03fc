"""The doors to our database: one Protocol a kind of record, and the book that holds them all for one unit of work."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from tickets.pushes import Push
from tickets.watching import Account, Intent, Person, Step, Watch


class People(Protocol):
    """Chats and what they chose."""

    async def get(self, chat_id: int) -> Person | None: ...
    async def put(self, person: Person) -> None: ...


class Accounts(Protocol):
    """Sign-ins; vt_token, user name, password and names are encrypted at rest."""

    async def get(self, chat_id: int) -> Account | None: ...
    async def put(self, account: Account) -> None: ...
    async def exchange(self, held: Account, account: Account) -> bool:
        """Write what differs from `held`; False, and nothing is written, where the chat has that vt_token no more."""
        ...

    async def due(self, now: float, *, untold_since: float, read_since: float) -> Account | None:
        """One to be compared with the queue server's: with something untold, or with a live ticket, and neither tried nor read since.

        One that cannot be read counts as tried now; commit, whatever the answer.
        """
        ...

    async def other_chat(self, chat_id: int, customer_id: str) -> int | None:
        """Another chat that holds the same customer, the one that signed in last; None where there is none."""
        ...

    async def forget(self, chat_id: int) -> None: ...


class Steps(Protocol):
    """Where people are in something typed; expired steps are as good as none."""

    async def get(self, chat_id: int, now: float) -> Step | None: ...
    async def put(self, step: Step) -> None: ...
    async def clear(self, chat_id: int) -> None: ...


class Intents(Protocol):
    """Tickets being asked for; at most one open a chat."""

    async def open(self, intent: Intent) -> bool:
        """Write it; False when the chat already has one open."""
        ...

    async def asked(self, intent_id: str, now: float) -> bool:
        """From now on it may have been asked for; False where it is open no more."""
        ...

    async def of(self, chat_id: int) -> Intent | None: ...
    async def close(self, intent_id: str) -> bool:
        """It is known what became of it; False where somebody closed it before, or its chat was erased."""
        ...

    async def forget(self, chat_id: int) -> None: ...
    async def left_open(self, before: float) -> Sequence[Intent]:
        """Intents asked for before that moment and still open: someone crashed. What cannot be read is closed; committed by the caller."""
        ...


class Watches(Protocol):
    """Tickets being watched."""

    async def add(self, watch: Watch) -> bool:
        """Begin watching; False when this chat already watches this ticket id."""
        ...

    async def get(self, watch_id: str) -> Watch | None: ...
    async def find(self, chat_id: int, ticket_id: str) -> Watch | None: ...
    async def of(self, chat_id: int, *, live: bool = True) -> Sequence[Watch]:
        """A chat's watches, oldest first; `live=False` means all that are still kept."""
        ...

    async def claim(
        self, owner: str, now: float, *, lease: float, limit: int, farthest: float = 3600.0
    ) -> Sequence[Watch]:
        """Take due, live watches that nobody else holds, with every other live watch of the same chats; committed by the caller.

        What is put off for longer than `farthest` seconds was so by a clock that is set back by now, and is due.
        """
        ...

    async def save(self, watch: Watch) -> bool:
        """Write it back and let go of the lease; False when another owner holds it by now, and then nothing is written."""
        ...

    async def audience(self) -> Sequence[Watch]:
        """Every live watch whose chat can be reached, oldest first."""
        ...

    async def count(self) -> int:
        """How many are live."""
        ...

    async def hold(self, watch_id: str) -> bool:
        """Whether it is still there; it stays so until this book is closed, whoever wants to stop or erase it."""
        ...

    async def card(self, watch_id: str, message_id: int | None, digest: str) -> None:
        """Remember the live card's message and what it shows, whoever holds the lease."""
        ...

    async def acknowledge(self, watch_id: str, call_no: int) -> None:
        """The person reacted to that call."""
        ...

    async def cancelling(self, watch_id: str, since: float) -> None:
        """The person wants to give it up since then, whoever holds the lease, in each of their chats; 0: nothing came of it."""
        ...

    async def hasten(self, chat_id: int, now: float) -> None:
        """Ask for this chat's live watches at the next tick."""
        ...

    async def stop(self, chat_id: int) -> None:
        """Watch nothing for this chat any more (signed out, erased)."""
        ...


class Outbox(Protocol):
    """Pushes and their state (docs/reliability.md)."""

    async def add(self, push: Push) -> bool:
        """Insert it; False when its dedupe key is known. A CARD replaces the pending CARD of the same watch."""
        ...

    async def claim(
        self, owner: str, now: float, *, lease: float, limit: int, rate: float, chat_gap: float
    ) -> Sequence[Push]:
        """Turn due PENDING and UNSURE pushes into SENDING within the budgets, most urgent first; committed by the caller.

        At most one a chat in flight, `chat_gap` seconds between two to one chat, `rate` a second for the whole bot.
        Pushes to unreachable chats and expired ones are not taken. An UNSURE push is claimed with `reminder` True.
        """
        ...

    async def settle(self, push: Push) -> bool:
        """Write the outcome; False when the lease was lost (somebody else decided meanwhile) and nothing was written."""
        ...

    async def hold(self, chat_id: int | None, until: float) -> None:
        """Send nothing to this chat (None: to anybody) before that moment."""
        ...

    async def held(self, now: float) -> Mapping[int | None, float]:
        """Chat (None: the bot) -> until when nothing is sent, of those that wait now."""
        ...

    async def expire(self, now: float) -> int:
        """Close everything not final whose time is over; how many."""
        ...

    async def withdraw(self, watch_id: str, kinds: Sequence[str], reason: str) -> int:
        """Expire the watch's pushes of these kinds that are not final: the ticket's state made them untrue."""
        ...

    async def recover(self, now: float) -> int:
        """SENDING whose lease is over becomes UNSURE; how many."""
        ...

    async def confirm(self, push_id: str) -> None:
        """Evidence that it arrived (a button of it was pressed): SENT."""
        ...

    async def get(self, push_id: str) -> Push | None: ...
    async def counts(self) -> Mapping[str, int]:
        """State name -> how many."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """One raw update of the inbox."""

    update_id: int
    chat_id: int
    body: bytes
    received_at: float
    attempt: int


class Inbox(Protocol):
    """Raw updates, encrypted, blanked once handled; the ids are kept for de-duplication."""

    async def add(self, update_id: int, chat_id: int, body: bytes, now: float) -> bool:
        """Commit-worthy insert; False when the id is known."""
        ...

    async def waiting(self, chat_id: int) -> int:
        """How many of that chat are not handled yet."""
        ...

    async def claim(
        self,
        owner: str,
        now: float,
        *,
        lease: float,
        limit: int,
        again: int | None = None,
        without: Collection[int] = (),
    ) -> Sequence[Received]:
        """The oldest unhandled update of each chat that has none in flight, at most `limit`; `attempt` counts claims.

        `again` bounds how many of them may have been claimed before (None: all may); chats in `without` are left out.
        """
        ...

    async def put_back(self, update_id: int, owner: str, until: float) -> None:
        """Not handled: due again at that moment, where the owner still holds it."""
        ...

    async def done(self, update_id: int, *, poison: str = "") -> None:
        """Blank the body; with `poison` it is kept apart and counted."""
        ...

    async def counts(self) -> Mapping[str, int]: ...


class Tries(Protocol):
    """Attempts that are limited, such as signing in: `<what for>:<of whom and what>`. Of a key only what it is for can be read back."""

    async def hold(self, keys: Collection[str]) -> None:
        """Nobody else who holds one of these keys counts or adds before this book is closed."""
        ...

    async def count(self, key: str, since: float) -> int: ...
    async def add(self, key: str, now: float, chat_id: int | None = None) -> None:
        """One more. `chat_id`: whose it is, where it is somebody's; once they are erased it still counts, and is nobody's."""
        ...

    async def clear(self, key: str) -> None: ...


class Notes(Protocol):
    """Small facts of the whole bot that outlive a process: the polling offset, what was seen once (single use), settings applied."""

    async def get(self, name: str) -> str | None: ...
    async def put(self, name: str, value: str) -> None: ...


class Leases(Protocol):
    """Things only one process may do at a time."""

    async def take(self, name: str, owner: str, now: float, lease: float) -> bool: ...
    async def drop(self, name: str, owner: str) -> None: ...


class Privacy(Protocol):
    """What the law and the person ask for."""

    async def export(self, chat_id: int) -> Mapping[str, Any]:
        """Everything held on that chat, decrypted, JSON-able, one key a table."""
        ...

    async def erase(self, chat_id: int, now: float) -> int:
        """Delete it all, pending pushes included, but for those being sent at this moment: how many these are.

        They are not tried again. Erase once more when they are settled: only then nothing is left.
        """
        ...

    async def forget_old(self, now: float) -> int:
        """Retention: handled updates 7 days, finished watches and pushes 30 days, unseen people and sign-ins a year; how many rows went."""
        ...


class Book(Protocol):
    """One unit of work: short, rolled back unless committed, never open across a network call."""

    people: People
    accounts: Accounts
    steps: Steps
    intents: Intents
    watches: Watches
    outbox: Outbox
    inbox: Inbox
    tries: Tries
    notes: Notes
    leases: Leases
    privacy: Privacy

    async def commit(self) -> None:
        """Make it so, shielded from cancellation; may raise `DatabaseUnavailable`."""
        ...


OpenBook = Callable[[], AbstractAsyncContextManager[Book]]
"""`async with open_book() as book: ...; await book.commit()`."""
