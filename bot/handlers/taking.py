"""Choosing a service, being told what to expect, and taking the ticket."""

import contextlib

from bot import showing
from bot.callbacks import Another, Pick, Take, referred
from bot.context import Context
from bot.handlers import going_on
from bot.handlers.places import position_of
from bot.views import card as cards
from bot.views import refusals, signing, taking
from tickets.errors import (
    AlreadyHolding,
    QueueServerError,
    Refused,
    RuleBroken,
    SignedOut,
    TokenRefused,
    Undecided,
)
from tickets.find import Found, service_of
from tickets.take import Offer
from tickets.watching import Watch


async def pick(context: Context, press: Pick) -> None:
    """A service was chosen: what to expect, and the question."""
    await offer(context, press.location, press.service)


async def another(context: Context, press: Another) -> None:
    """The same below the news of an earlier ticket, which is not overwritten."""
    await offer(context, press.location, press.service, fresh=True)


async def offer(context: Context, location: str, service: str, *, fresh: bool = False) -> None:
    """Show the offer behind two references; `Unknown` where there is none."""
    offered = await _offer(context, location, service)
    screen = taking.refused if offered.enforced else taking.confirm
    elsewhere = await _elsewhere(context, offered, offered.broken) if offered.broken is not None else None
    await context.show(screen(context.t, offered, now=context.services.now(), elsewhere=elsewhere), fresh=fresh)


async def _offer(context: Context, location: str, service: str) -> Offer:
    services = context.services
    step = await services.conversation.step(context.actor)
    position = position_of(step)
    chosen = await services.find.place(referred(location), position)
    wanted = service_of(chosen.location, referred(service))
    return await services.take.offer(context.actor, chosen.location, wanted, position)


async def take(context: Context, press: Take) -> None:
    """Take it. Whoever has no account yet, or one that expired, chooses how to go on and comes back here."""
    offered = await _offer(context, press.location, press.service)
    try:
        taken = await context.services.take.take(context.actor, offered, key=_wish(context))
    except (SignedOut, TokenRefused) as error:
        await going_on.remember(context, press)
        expired = isinstance(error, TokenRefused)
        await context.show(
            signing.token_expired(context.t) if expired else signing.choose_way(context.t, context.services.brand)
        )
        return
    except (RuleBroken, Refused) as error:
        broken = error if isinstance(error, RuleBroken) else await _rule(context, offered, error)
        if broken is None:
            raise
        elsewhere = await _elsewhere(context, offered, broken)
        await context.show(taking.broken(context.t, broken, now=context.services.now(), elsewhere=elsewhere))
        return
    except Undecided:
        await context.show(taking.undecided(context.t))
        return
    await context.go("")
    await show_card(context, taken.watch)


async def _rule(context: Context, offered: Offer, refusal: Refused) -> RuleBroken | None:
    """The rule behind the server's own no, so that the ways on are those of a rule; None where it names none."""
    if refusal.errno != refusals.HOLDS_TICKET:
        return refusals.rule(refusal, offered.location, offered.service)
    mine = await context.services.mine.all(context.actor)
    held = next((one.ticket for one in mine.watches if one.ticket.location.id == offered.location.id), None)
    return AlreadyHolding(offered.location, offered.service, held) if held is not None else None


async def _elsewhere(context: Context, offered: Offer, broken: RuleBroken) -> Found | None:
    """The nearest location where the same is to be had; None where the list of locations cannot be read just now."""
    services = context.services
    step = await services.conversation.step(context.actor)
    with contextlib.suppress(QueueServerError):
        return services.take.instead(broken, offered, await services.find.all(), position_of(step))
    return None


def _wish(context: Context) -> str:
    """The name of this one wish: this press of a button. A replayed update is the same press, a second tap is not."""
    query = context.incoming.callback_query
    return f"{context.actor.chat_id}:{query.id if query is not None else context.incoming.update_id}"


async def show_card(context: Context, watch: Watch, *, stale: bool = False, fresh: bool = False) -> None:
    """Show the live card here and remember that this message is it; an earlier card of the ticket goes, so that there is one.

    An edit may wait, and be made twice: news that the outbox told on the card meanwhile are told again.
    """
    now = context.services.now()
    screen = cards.card(context.t, watch, now, stale_since=watch.read_at if stale else None)
    message_id = await context.show(screen, fresh=fresh)
    if message_id is not None:
        await context.services.mine.show_card(context.actor, watch, message_id, cards.facts(watch))
        if watch.card_message_id not in (None, message_id):
            await showing.remove(context.bot, context.actor.chat_id, watch.card_message_id)
