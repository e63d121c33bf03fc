"""Taking a ticket: what stands for and against it, and asking for it exactly once whatever happens on the way."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tickets.acting import Actor, alone
from tickets.book import Book, OpenBook
from tickets.errors import (
    AlreadyHolding,
    QueueServerError,
    Refused,
    RuleBroken,
    ServerNonsense,
    ServerUnavailable,
    SignedOut,
    Undecided,
)
from tickets.find import Found, elsewhere, found, merged
from tickets.model import Coordinates, Location, ServerService, Service, Ticket
from tickets.ports import Clock, QueueServer
from tickets.pushes import Push, PushKind
from tickets.records import begin, new_watch
from tickets.rules import held_here, rule_against
from tickets.session import Session
from tickets.turn import still_ours
from tickets.watching import Intent, Watch
from tickets.wishes import HANDLED_AGAIN, granted_key, made_of, nothing_taken, nowhere, told_key

LOOKS = (0.5, 2.0, 4.0)
"""Seconds before each look for a ticket whose answer was lost."""
YOUNG = 30.0
"""Seconds during which no answer without an intent's ticket proves anything: lists lag behind new tickets."""
AT_ONCE = 15.0
"""Seconds between writing down that a ticket is asked for and asking: one asked for later might not be listed when the list proves it."""
CREATE = "ticket/create"
REMEMBERED = 86_400.0
"""Seconds a granted wish is remembered; an update is replayed within minutes of a crash."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The operator's RULES and RADIUS_UNIT."""

    enforce: bool = False
    radius_unit: str = "km"


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as it is offered to one person: what is known, what they hold, and the rule that stands against it."""

    location: Location
    service: Service
    broken: RuleBroken | None
    enforced: bool
    """Whether the broken rule is refused here; otherwise it is explained and the server decides."""
    holding: tuple[Ticket, ...]
    away: float | None
    """Metres from the person's last position, where both are known."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A ticket of one's own; `fresh` is False where it was there already."""

    watch: Watch
    fresh: bool


class Take:
    """Offers a service and takes the ticket."""

    def __init__(
        self, server: QueueServer, open_book: OpenBook, clock: Clock, session: Session, policy: Policy
    ) -> None:
        """The session lends the vt_token."""
        self._server = server
        self._open_book = open_book
        self._clock = clock
        self._session = session
        self._policy = policy

    async def offer(
        self, actor: Actor, location: Location, service: Service, position: Coordinates | None = None
    ) -> Offer:
        """What a person should know before taking a ticket; asks nobody."""
        now = self._clock.now()
        async with self._open_book() as book:
            holding = tuple(watch.ticket for watch in await book.watches.of(alone(actor)))
        away = found(location, now, position).distance
        broken = rule_against(
            location, service, now=now, away=away, holding=holding, radius_unit=self._policy.radius_unit
        )
        # A second ticket of the same service is never what a person wants; everything else is the operator's choice.
        enforced = broken is not None and (self._policy.enforce or isinstance(broken, AlreadyHolding))
        return Offer(location, service, broken, enforced, holding, away)

    def instead(
        self, broken: RuleBroken, offer: Offer, locations: Sequence[Location], position: Coordinates | None
    ) -> Found | None:
        """Another location for whoever cannot have this ticket here; nobody who holds one already needs another."""
        if isinstance(broken, AlreadyHolding):
            return None
        now, unit = self._clock.now(), self._policy.radius_unit
        return elsewhere(locations, broken, position, now=now, holding=offer.holding, radius_unit=unit)

    async def take(self, actor: Actor, offer: Offer, *, key: str) -> Taken:
        """Take the ticket. `key` names this one wish (one press of a button): replaying it takes no second ticket, ever.

        Raises `RuleBroken` where a rule is enforced, `Refused` by the server, `ServerUnavailable` where certainly nothing
        was taken, and `Undecided` where the server cannot tell yet what became of it.
        """
        chat_id = alone(actor)
        location, service = offer.location, offer.service
        granted = await self._granted(chat_id, key, service)
        if granted is not None:
            return Taken(granted, fresh=False)
        if await self._given_up(key):
            # They may have gone elsewhere since.
            raise ServerUnavailable(CREATE, "it was told that none was taken", may_have_happened=False)
        resumed = await self._resume(chat_id)
        if resumed is not None and resumed.ticket.service.id == service.id:
            return Taken(resumed, fresh=True)
        before = await self._session.call(chat_id, self._server.tickets)
        live = [ticket for ticket in before if ticket.phase.live]
        held = held_here(location, service, live)
        if held is not None:
            return Taken(await self._adopt(chat_id, held, location), fresh=False)
        if offer.broken is not None and offer.enforced and not isinstance(offer.broken, AlreadyHolding):
            raise offer.broken
        intent = Intent(key, chat_id, location.id, service.id, 0.0, tuple(t.id for t in before))
        async with self._open_book() as book:
            if not await book.intents.open(intent):
                # Another request for this chat is under way: what becomes of it must be known first.
                raise Undecided
            await _unsay(book, chat_id, location.id, service.id)
            await book.commit()
        ticket = await self._create(intent)
        return Taken(await self._adopt(chat_id, ticket, location, intent), fresh=True)

    async def _granted(self, chat_id: int, key: str, service: Service) -> Watch | None:
        """The ticket this very wish made, though it may be over: an update replayed after a crash must not take another."""
        async with self._open_book() as book:
            if not await book.tries.count(granted_key(key), self._clock.now() - REMEMBERED):
                return None
            watches = await book.watches.of(chat_id, live=False)
        return next((one for one in reversed(watches) if one.ticket.service.id == service.id), None)

    async def _given_up(self, key: str) -> bool:
        """Whether the person was told already that nothing came of this very wish: an update may be replayed later than that."""
        now = self._clock.now()
        async with self._open_book() as book:
            closed = await book.tries.count(told_key(key), now - REMEMBERED)
            return closed > await book.tries.count(told_key(key), now - HANDLED_AGAIN)

    async def _create(self, intent: Intent) -> Ticket:
        asked = intent

        async def ask(token: str) -> Ticket:
            nonlocal asked
            await still_ours(self._clock)
            asked = replace(intent, opened_at=self._clock.now())
            await self._about_to_ask(asked)
            return await self._server.create(token, intent.location_id, intent.service_id)

        try:
            return await self._session.call(intent.chat_id, ask)
        except (ServerUnavailable, ServerNonsense) as error:
            if isinstance(error, ServerUnavailable) and not error.may_have_happened:
                await self._close(asked)
                raise
            ticket = await self._look(asked, LOOKS)
            if ticket is not None:
                return ticket
            await self._close(asked)
            raise ServerUnavailable(error.operation, error.detail, may_have_happened=False) from error
        except QueueServerError:
            await self._close(asked)
            raise

    async def _about_to_ask(self, intent: Intent) -> None:
        """From here on whoever looks knows that it may have been asked for; and until here, if this process dies, that it was not."""
        async with self._open_book() as book:
            open_yet = await book.intents.asked(intent.id, intent.opened_at)
            await book.commit()
        if not open_yet or self._clock.now() - intent.opened_at > AT_ONCE:
            raise ServerUnavailable(CREATE, "it was not asked for in time", may_have_happened=False)

    async def _look(self, intent: Intent, pauses: Sequence[float]) -> Ticket | None:
        """The ticket that an intent made; None where the last look was answered without it, and the intent was not young by then.

        `Undecided` otherwise. Several looks, because the server's list may lag behind its own answers: most tickets are found at once.
        """
        proven = False
        for pause in pauses:
            await self._clock.sleep(pause)
            old = not self._young(intent)
            try:
                ticket = made_of(intent, await self._session.call(intent.chat_id, self._server.tickets))
            except (ServerUnavailable, ServerNonsense, Refused):
                proven = False
                continue
            if ticket is not None:
                return ticket
            proven = old
        if not proven:
            raise Undecided
        return None

    def _young(self, intent: Intent) -> bool:
        """One of times to come is not: the clock was set back since, and nobody could take a ticket until it is there again."""
        return abs(self._clock.now() - intent.opened_at) < YOUNG

    async def _resume(self, chat_id: int) -> Watch | None:
        """An intent left open by a crash or a lost answer: find out what became of it before asking for anything."""
        async with self._open_book() as book:
            intent = await book.intents.of(chat_id)
        if intent is None:
            return None
        if not intent.opened_at:
            # Whoever wrote it down died before they asked.
            await self._close(intent)
            return None
        return await self.settle(intent)

    async def settle(self, intent: Intent, *, tell: bool = False) -> Watch | None:
        """Close an open intent: the ticket it made is watched from now on; None where it made none. `Undecided` leaves it open.

        `tell`: nobody answers the person just now, so that they are told by a push that none was taken.
        """
        try:
            ticket = await self._look(intent, (0.0, *LOOKS) if self._young(intent) else (0.0,))
        except SignedOut:
            # Nobody is left to ask for. A ticket it made is found when somebody named signs in again; a guest was asked before they left.
            await self._close(intent)
            return None
        if ticket is None:
            await self._close(intent, await self._news(intent) if tell else None)
            return None
        location = await self._full(ticket.location)
        async with self._open_book() as book:
            if not await book.intents.close(intent.id):
                # Somebody else settled it meanwhile, or the person was erased and nothing may come back.
                return await book.watches.find(intent.chat_id, ticket.id)
            watch = await self._begin(book, intent.chat_id, ticket, location, intent)
            await book.commit()
        return watch

    async def _news(self, intent: Intent) -> Push:
        return nothing_taken(intent, await self._full(Location(intent.location_id, "")), self._clock.now())

    async def _full(self, location: Location) -> Location:
        """The location with its rules and notices, which a ticket's own answer does not hold; without them where it fails."""
        offered: tuple[ServerService, ...] = ()
        with contextlib.suppress(QueueServerError):
            every = await self._server.locations(location_id=location.id)
            with contextlib.suppress(QueueServerError):
                offered = await self._server.services(location_id=location.id)
            return next((one for one in merged(every, offered) if one.id == location.id), location)
        return location

    async def _adopt(self, chat_id: int, ticket: Ticket, location: Location, intent: Intent | None = None) -> Watch:
        """Watch the ticket and close the intent in one transaction."""
        async with self._open_book() as book:
            if intent is not None:
                await book.intents.close(intent.id)
            watch = await self._begin(book, chat_id, ticket, location, intent)
            await book.commit()
        return watch

    async def _begin(
        self, book: Book, chat_id: int, ticket: Ticket, location: Location, intent: Intent | None
    ) -> Watch:
        """Watch it, and remember the wish that it grants."""
        now = self._clock.now()
        if intent is not None:
            await book.tries.add(granted_key(intent.id), now, chat_id)
        watch = await begin(book, new_watch(chat_id, ticket, location.rules.notices, now))
        await _unsay(book, chat_id, ticket.location.id, ticket.service.id)
        return watch

    async def _close(self, intent: Intent, news: Push | None = None) -> None:
        """Nothing came of it; without `news` the person is answered by whoever closes it."""
        async with self._open_book() as book:
            # A press that is handled again may have opened another one of the same id meanwhile.
            ours = await book.intents.of(intent.chat_id) == intent and await book.intents.close(intent.id)
            if news is None:
                await _unsay(book, intent.chat_id, intent.location_id, intent.service_id)
            elif ours:
                await book.tries.add(told_key(intent.id), self._clock.now(), intent.chat_id)
                await book.outbox.add(news)
            await book.commit()


async def _unsay(book: Book, chat_id: int, location_id: str, service_id: str) -> None:
    """What comes of it is told here and now: the news that no such ticket was taken need not be sent any more."""
    await book.outbox.withdraw(nowhere(chat_id, location_id, service_id), [PushKind.NOT_TAKEN.value], "answered since")
