"""Writing a reading down: the watch, its new pushes and the withdrawal of untrue ones, in the caller's one transaction."""

from dataclasses import replace

from tickets.book import Book
from tickets.choices import spoken
from tickets.errors import Unreadable
from tickets.model import Notices, Phase, Ticket
from tickets.pushes import Push, PushKind
from tickets.reading import Manner, Reading, opening_pushes, read
from tickets.watching import Account, Person, Watch

WRITE_TRIES = 3
"""An answer is merged into the watch as it stands; where another was written at that very moment, so often."""


async def note(book: Book, watch_id: str, after: Ticket | None, asked: float, now: float, manner: Manner) -> bool:
    """Merge one answer into the watch as it stands now; False where that changes this moment: try again in a new book."""
    current = await book.watches.get(watch_id)
    return current is None or await write(book, read(current, after, now, manner, asked=asked))


async def write(book: Book, reading: Reading) -> bool:
    """Write it all, or nothing: False when the watch is not as it was read any more, or no longer the caller's to write."""
    if not await book.watches.save(reading.watch):
        return False
    taken_back = 0
    if reading.untrue:
        calls = [kind.value for kind in reading.untrue if kind is PushKind.YOUR_TURN]
        taken_back = await book.outbox.withdraw(reading.watch.id, calls, "no longer true") if calls else 0
        others = [kind.value for kind in reading.untrue if kind is not PushKind.YOUR_TURN]
        await book.outbox.withdraw(reading.watch.id, others, "no longer true")
    for push in reading.pushes:
        await book.outbox.add(push)
    if taken_back and reading.unless_told is not None:
        await book.outbox.add(reading.unless_told)
    return True


async def begin(book: Book, watch: Watch) -> Watch:
    """Watch a ticket from now on, or go on watching it; the watch as it is kept.

    A ticket that is found called already was called unseen, and that is told as any other call. One that was thought to be
    over is asked for again at once: what is over at the queue server stays over.
    """
    if await book.watches.add(watch):
        for push in opening_pushes(watch):
            await book.outbox.add(push)
        return watch
    kept = await book.watches.find(watch.chat_id, watch.ticket.id) or watch
    if not kept.live and watch.ticket.phase.live:
        kept = replace(kept, live=True, missing=0, next_ask=watch.next_ask)
        await book.watches.save(kept)
    return kept


def new_watch(chat_id: int, ticket: Ticket, notices: Notices, now: float) -> Watch:
    """The watch of a ticket; its id is made of chat and ticket, so that no ticket is watched twice."""
    return Watch(
        id=f"{chat_id}:{ticket.id}",
        chat_id=chat_id,
        ticket=ticket,
        notices=notices,
        next_ask=now,
        read_at=now,
        call_no=int(ticket.phase is Phase.CALLED),
    )


async def addressee(book: Book, chat_id: int) -> Person:
    """Whom a push speaks to: the chat's person, in the language of the account if it has one."""
    person = await book.people.get(chat_id) or Person(chat_id)
    return replace(person, language=spoken(person, await readable_account(book, chat_id)))


async def readable_account(book: Book, chat_id: int) -> Account | None:
    """The chat's account; None also where it cannot be read, for those who can do without."""
    try:
        return await book.accounts.get(chat_id)
    except Unreadable:
        return None


async def watch_of(book: Book, push: Push) -> Watch | None:
    """What a push tells of; None where it is gone, or cannot be read: a call is told without it."""
    try:
        return await book.watches.get(push.watch_id)
    except Unreadable:
        return None
