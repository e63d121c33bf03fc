"""A person's own tickets: seeing them, reading one again, cancelling it, and saying "I'm coming"."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tickets.acting import Actor, alone, own
from tickets.book import OpenBook
from tickets.cancel import Cancel
from tickets.choices import warn_at
from tickets.errors import QueueServerError, ServerNonsense, ServerUnavailable, SignedOut
from tickets.find import Find
from tickets.model import Location, Notices, Ticket
from tickets.ports import Clock, QueueServer
from tickets.pushes import PushKind
from tickets.reading import Asking, push_of, read
from tickets.records import WRITE_TRIES, begin, new_watch, write
from tickets.session import Session
from tickets.watching import Watch


@dataclass(frozen=True, slots=True)
class Mine:
    """Live tickets as last read; `stale` when the server could not be asked just now, `signed_out` where there is nobody to ask for."""

    watches: tuple[Watch, ...]
    stale: bool
    signed_out: bool = False


class MyTickets:
    """Use cases about tickets that are the actor's own."""

    def __init__(
        self,
        server: QueueServer,
        open_book: OpenBook,
        clock: Clock,
        session: Session,
        find: Find,
        asking: Asking,
    ) -> None:
        """`asking`: the operator's bounds, the same as the watch's."""
        self._server = server
        self._open_book = open_book
        self._clock = clock
        self._session = session
        self._find = find
        self._asking = asking
        self._cancel = Cancel(server, open_book, clock, session)

    async def all(self, actor: Actor) -> Mine:
        """The actor's live tickets, read now; tickets taken elsewhere with the same account are watched from now on."""
        chat_id, asked = alone(actor), self._clock.now()
        try:
            tickets = await self._session.call(chat_id, self._server.tickets)
        except (ServerUnavailable, ServerNonsense):
            return Mine(await self._watched(chat_id), stale=True)
        except SignedOut:
            return Mine((), stale=False, signed_out=True)
        await self._note(chat_id, tickets, asked)
        return Mine(await self._watched(chat_id), stale=False)

    async def refresh(self, actor: Actor, wanted: Callable[[str], bool]) -> Mine:
        """One ticket, read now; `NotYours` where the actor has none whose id is wanted."""
        watch = await self.get(actor, wanted)
        if not watch.live:
            return Mine((watch,), stale=False)
        every = await self.all(actor)
        async with self._open_book() as book:
            fresh = await book.watches.get(watch.id)
        return Mine((fresh or watch,), every.stale)

    async def get(self, actor: Actor, wanted: Callable[[str], bool]) -> Watch:
        """One of the actor's tickets as last read, live or over; `NotYours` where there is none."""
        chat_id = alone(actor)
        async with self._open_book() as book:
            watches = await book.watches.of(chat_id, live=False)
        # The newest first: after a daily reset of ids nothing else could be meant.
        return own(actor, next((one for one in reversed(watches) if wanted(one.ticket.id)), None))

    async def cancel(self, actor: Actor, wanted: Callable[[str], bool]) -> Watch:
        """Give a ticket up (tickets.cancel)."""
        return await self._cancel(await self.get(actor, wanted))

    async def acknowledge(self, actor: Actor, wanted: Callable[[str], bool], call_no: int) -> Watch:
        """The person is coming: that call is not repeated. The button of an earlier call says nothing of the present one."""
        watch = await self.get(actor, wanted)
        seen = min(call_no, watch.call_no)
        async with self._open_book() as book:
            await book.watches.acknowledge(watch.id, seen)
            if seen == watch.call_no:
                # Whoever answers a call has heard of it: an unsure copy needs no reminder.
                await book.outbox.confirm(push_of(watch, PushKind.YOUR_TURN, watch.read_at).id)
                await book.outbox.withdraw(watch.id, ["your_turn", "still_your_turn"], "acknowledged")
            await book.commit()
        return replace(watch, acknowledged=max(seen, watch.acknowledged))

    async def show_card(self, actor: Actor, shown: Watch, message_id: int | None, digest: str) -> None:
        """The live card of the actor's watch is this message, and shows this; `NotYours` for somebody else's.

        News of the ticket that came while it was shown are told anew: the outbox may have told them on this very message before.
        """
        async with self._open_book() as book:
            watch = own(actor, await book.watches.get(shown.id))
            await book.watches.card(watch.id, message_id, digest)
            if (watch.ticket, watch.live) != (shown.ticket, shown.live):
                await book.outbox.add(push_of(watch, PushKind.CARD, self._clock.now()))
            await book.commit()

    async def tell_anew(self, actor: Actor, watch_id: str) -> None:
        """Have the outbox tell the card, where nobody knows what the person was shown."""
        async with self._open_book() as book:
            watch = own(actor, await book.watches.get(watch_id))
            await book.outbox.add(push_of(watch, PushKind.CARD, self._clock.now()))
            await book.commit()

    async def redraw(self, actor: Actor) -> None:
        """The words on the actor's cards have changed, though nothing has happened to the tickets: tell them anew."""
        now = self._clock.now()
        async with self._open_book() as book:
            for watch in await book.watches.of(alone(actor)):
                if watch.card_message_id is not None:
                    await book.outbox.add(push_of(watch, PushKind.CARD, now))
            await book.commit()

    async def _watched(self, chat_id: int) -> tuple[Watch, ...]:
        async with self._open_book() as book:
            return tuple(await book.watches.of(chat_id))

    async def _note(self, chat_id: int, tickets: Sequence[Ticket], asked: float) -> None:
        """Write a healthy answer down: progress of watched tickets, and new watches for those nobody watches yet."""
        notices = await self._notices(chat_id, tickets)
        for _ in range(WRITE_TRIES):
            async with self._open_book() as book:
                person, account = await book.people.get(chat_id), await book.accounts.get(chat_id)
                manner = self._asking.manner(warn_at(person, account, self._asking.warn_ahead))
                known = {watch.ticket.id: watch for watch in await book.watches.of(chat_id, live=False)}
                settled = True
                for ticket in tickets:
                    watch = known.get(ticket.id)
                    if watch is not None and (watch.live or ticket.phase.live):
                        settled &= await write(book, read(watch, ticket, self._clock.now(), manner, asked=asked))
                    elif watch is None and ticket.phase.live:
                        texts = notices.get(ticket.location.id, Notices())
                        await begin(book, new_watch(chat_id, ticket, texts, asked))
                await book.commit()
            if settled:
                return

    async def _notices(self, chat_id: int, tickets: Sequence[Ticket]) -> dict[str, Notices]:
        async with self._open_book() as book:
            known = {watch.ticket.id for watch in await book.watches.of(chat_id, live=False)}
        if all(ticket.id in known or not ticket.phase.live for ticket in tickets):
            return {}
        try:
            locations: Sequence[Location] = await self._find.all()
        except QueueServerError:
            return {}
        return {location.id: location.rules.notices for location in locations}
