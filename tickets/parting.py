"""What a chat leaves when another account takes the place of the one it had: its tickets, but never unasked or by mistake."""

from dataclasses import dataclass

from tickets.book import Book
from tickets.choices import comparable
from tickets.errors import QueueServerError, ServerUnavailable, TicketsAtStake, Unreadable
from tickets.watching import Account


@dataclass(frozen=True, slots=True)
class Stake:
    """What a chat follows with its account."""

    tickets: int = 0
    """Live ones."""
    asked: bool = False
    """One more was asked for, and nobody knows yet whether it was given."""

    @property
    def count(self) -> int:
        """The ticket that was asked for counts as one: it may wait in line already."""
        return self.tickets + self.asked


async def followed(book: Book, chat_id: int) -> Stake:
    """What nobody would follow any more if the chat had another account, or none."""
    try:
        asked = await book.intents.of(chat_id) is not None
    except Unreadable:
        # Whatever it was for was asked for; and who wants to leave, or to have it all deleted, is not kept from that.
        asked = True
    return Stake(len(await book.watches.of(chat_id)), asked)


async def at_stake(book: Book, account: Account | None) -> Stake:
    """What would be left for good with that account: a guest's, whom nobody can become again."""
    if account is None or not account.guest or not account.vt_token:
        return Stake()
    return await followed(book, account.chat_id)


async def spare(book: Book, account: Account | None) -> None:
    """`TicketsAtStake` where that account must not be left unasked."""
    stake = await at_stake(book, account)
    if stake.count:
        raise TicketsAtStake(stake.tickets, asked=stake.asked)


async def abandon(book: Book, chat_id: int) -> None:
    """Follow nothing any more, nor look up what was asked for: with another account it would not be found, though it may be there."""
    # In the order of an erasure.
    await book.intents.forget(chat_id)
    await book.watches.stop(chat_id)


async def part(book: Book, before: Account, after: Account, *, fault: QueueServerError | None, leave: bool) -> None:
    """Follow no ticket of `before` any more: another customer's tickets are not this one's to see.

    `fault`: why the server did not tell who `after` is, None where that is known. `TicketsAtStake` unless they `leave` a guest's.
    """
    agreed = leave and before.guest
    unknown = not agreed and not comparable(before, after)
    if isinstance(fault, ServerUnavailable) and unknown and (await followed(book, before.chat_id)).count:
        # It may be the same customer come back, who would be told nothing any more. A server that is there and does not say who it is
        # would let nobody in ever again; whose tickets they are is seen when it lists them next.
        raise fault
    if not leave:
        await spare(book, before)
    await abandon(book, before.chat_id)
