"""What a chat leaves when another account takes the place of the one it had: its tickets, but never unasked or by mistake."""

from tickets.book import Book
from tickets.choices import comparable
from tickets.errors import QueueServerError, ServerUnavailable, TicketsAtStake
from tickets.watching import Account


async def at_stake(book: Book, account: Account | None) -> int:
    """How many live tickets would be left with that account: a guest's, whom nobody can become again."""
    if account is None or not account.guest or not account.vt_token:
        return 0
    return len(await book.watches.of(account.chat_id))


async def part(book: Book, before: Account, after: Account, *, fault: QueueServerError | None, leave: bool) -> None:
    """Follow no ticket of `before` any more: another customer's tickets are not this one's to see.

    `fault`: why the server did not tell who `after` is, None where that is known. `TicketsAtStake` unless they `leave` a guest's.
    """
    agreed = leave and before.guest
    unknown = not agreed and not comparable(before, after)
    if isinstance(fault, ServerUnavailable) and unknown and await book.watches.of(before.chat_id):
        # It may be the same customer come back, who would be told nothing any more. A server that is there and does not say who it is
        # would let nobody in ever again; whose tickets they are is seen when it lists them next.
        raise fault
    count = 0 if leave else await at_stake(book, before)
    if count:
        raise TicketsAtStake(count)
    await book.watches.stop(before.chat_id)
