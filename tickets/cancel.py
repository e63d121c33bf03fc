"""Giving a ticket up, once, whatever happens on the way: nobody's wish is taken for the location's doing."""

from dataclasses import replace

from tickets.book import OpenBook
from tickets.errors import QueueServerError, Refused, ServerNonsense, ServerUnavailable, SignedOut, TokenRefused
from tickets.model import Phase, Ticket
from tickets.ports import Clock, QueueServer
from tickets.records import WRITE_TRIES
from tickets.session import Session
from tickets.turn import still_ours
from tickets.watching import Watch

NOTHING_FOUND = 6
"""The documented number for what is not there."""
_SAID_AT_ONCE = ("cancelled_by_you", "card")
"""What a tick that saw it first would tell whoever cancelled, and hears of it now."""
_UNTRUE_ONCE_CANCELLED = ("your_turn", "still_your_turn", "almost_your_turn", "cancelled", *_SAID_AT_ONCE)


class Cancel:
    """Cancels the ticket of a watch that is the actor's own."""

    def __init__(self, server: QueueServer, open_book: OpenBook, clock: Clock, session: Session) -> None:
        """The session lends the vt_token."""
        self._server = server
        self._open_book = open_book
        self._clock = clock
        self._session = session

    async def __call__(self, watch: Watch) -> Watch:
        """Cancel its ticket: the wish is kept before the server is asked, and what the server says of the ticket is what counts.

        So a lost answer is looked up, and a refusal, and what came of an earlier wish. Raises `Refused` only where the ticket lives on,
        and `ServerUnavailable` that may have happened where nobody can be asked.
        """
        if not watch.ticket.phase.live:
            # One that is merely followed no longer may stand in line yet.
            await self._withdraw(watch)
            return watch
        if watch.cancelling:
            ticket = await self._became(watch)
            if ticket is not None and not ticket.phase.live:
                return await self._over(watch, ticket)
        await self._wish(watch, self._clock.now())
        try:
            await self._session.call(watch.chat_id, lambda token: self._ask(token, watch.ticket.id))
        except (SignedOut, QueueServerError) as error:
            return await self._over(watch, await self._after(watch, error))
        return await self._over(watch, None)

    async def _ask(self, token: str, ticket_id: str) -> None:
        await still_ours(self._clock)
        await self._server.cancel(token, ticket_id)

    async def _after(self, watch: Watch, error: SignedOut | QueueServerError) -> Ticket | None:
        """What a ticket has come to whose cancelling failed so; raises what is to be said where it lives, or nobody knows."""
        asked = not isinstance(error, SignedOut | TokenRefused)
        if not asked or (isinstance(error, ServerUnavailable) and not error.may_have_happened):
            await self._wish(watch, watch.cancelling)
            raise error
        ticket = await self._became(watch)
        if ticket is None and not (isinstance(error, Refused) and error.errno == NOTHING_FOUND):
            # That one answer does not hold it proves nothing (decision 0030): the wish stands, and the watch finds out what becomes of it.
            raise ServerUnavailable("ticket/cancel", str(error), may_have_happened=True) from error
        if ticket is None or not ticket.phase.live:
            return ticket
        if isinstance(error, Refused):
            await self._wish(watch, 0.0)
            raise error
        # A request that is late on its way may still take effect: the wish stands a while longer.
        raise ServerUnavailable("ticket/cancel", str(error), may_have_happened=False) from error

    async def _wish(self, watch: Watch, since: float) -> None:
        """Keep that the person wants to give the ticket up, or (0) that nothing came of it."""
        async with self._open_book() as book:
            current = await book.watches.get(watch.id)
            if since and current is not None and not current.live:
                # Where the answer is lost, somebody has to look what came of it.
                await book.watches.save(replace(current, live=True, missing=0, failures=0, next_ask=since))
            await book.watches.cancelling(watch.id, since)
            await book.commit()

    async def _became(self, watch: Watch) -> Ticket | None:
        """What the server says of a ticket that it was asked to cancel; None where it does not know it any more."""
        try:
            return await self._session.call(watch.chat_id, lambda token: self._server.ticket(token, watch.ticket.id))
        except (Refused, ServerUnavailable, ServerNonsense) as error:
            raise ServerUnavailable("ticket/cancel", str(error), may_have_happened=True) from error

    async def _withdraw(self, watch: Watch) -> None:
        """Whoever presses the button of a ticket that is over is answered at once, and need not be told."""
        async with self._open_book() as book:
            await book.outbox.withdraw(watch.id, _SAID_AT_ONCE, "cancelled")
            await book.commit()

    async def _over(self, watch: Watch, ticket: Ticket | None) -> Watch:
        """Whoever cancels knows it: nothing is pushed, and what still waited to be pushed is withdrawn. None: it is cancelled."""
        final = watch
        for _ in range(WRITE_TRIES):
            async with self._open_book() as book:
                # A tick may have written the watch, or hold its lease, since it was read.
                current = await book.watches.get(watch.id) or watch
                over = ticket or replace(current.ticket, phase=Phase.CANCELLED)
                final = replace(current, ticket=over, live=False, cancelling=0.0, read_at=self._clock.now())
                if await book.watches.save(final):
                    await book.outbox.withdraw(watch.id, _UNTRUE_ONCE_CANCELLED, "cancelled")
                    await book.commit()
                    break
        return final
