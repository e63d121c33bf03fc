"""The outbox as tests fill it and look at it."""

from tests.tickets.house import House
from tests.tickets.town import a_ticket, a_watch, at
from tickets.model import Phase
from tickets.pushes import Push, PushKind
from tickets.reading import push_of


async def put(house: House, kind: PushKind = PushKind.YOUR_TURN, chat_id: int = 7) -> Push:
    """A push in the outbox, and its watch."""
    watch = a_watch(a_ticket(phase=Phase.CALLED, called=at("09:00")), chat_id=chat_id, call_no=1)
    push = push_of(watch, kind, house.clock.now())
    async with house.database.open_book() as book:
        await book.watches.add(watch)
        assert await book.outbox.add(push)
        await book.commit()
    return push


async def stored(house: House, push: Push) -> Push:
    async with house.database.open_book() as book:
        kept = await book.outbox.get(push.id)
    assert kept is not None
    return kept


async def run(house: House, seconds: int) -> None:
    """One tick a second."""
    for _ in range(seconds):
        house.clock.advance(1)
        await house.deliver()
