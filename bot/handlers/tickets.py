"""One's own tickets: the list, the live card, refreshing, cancelling, the map, and "I'm coming"."""

from telegram import Update
from telegram.error import TelegramError

from bot import showing
from bot.callbacks import AskCancel, Cancel, Coming, MyTickets, Refresh, ShowTicket, TicketMap, referred
from bot.context import Context
from bot.handlers.places import send_map
from bot.handlers.taking import show_card
from bot.views import answers, held, welcome
from bot.views import card as cards
from tickets.find import found
from tickets.model import Phase


async def tickets(update: Update, context: Context) -> None:
    """/tickets."""
    del update
    await show_mine(context)


async def my_tickets(context: Context, press: MyTickets) -> None:
    """The same by button, below its message, which may be a push and stays as it was told."""
    del press
    await show_mine(context)


async def show_mine(context: Context) -> None:
    """One live ticket is shown as its card, several as a list."""
    mine = await context.services.mine.all(context.actor)
    if len(mine.watches) == 1:
        await show_card(context, mine.watches[0], stale=mine.stale, fresh=True)
    elif mine.watches:
        await context.show(held.tickets_list(context.t, mine.watches, stale=mine.stale), fresh=True)
    else:
        await context.show(held.no_tickets(context.t, stale=mine.stale, signed_out=mine.signed_out), fresh=True)


async def show_ticket(context: Context, press: ShowTicket) -> None:
    """The card of one ticket, at the end of the chat: the message with the button may be a push, which stays as it was told."""
    mine = await context.services.mine.refresh(context.actor, referred(press.ticket))
    await show_card(context, mine.watches[0], stale=mine.stale, fresh=True)


async def refresh(context: Context, press: Refresh) -> None:
    """Read the ticket now."""
    mine = await context.services.mine.refresh(context.actor, referred(press.ticket))
    await show_card(context, mine.watches[0], stale=mine.stale)


async def cancel_command(update: Update, context: Context) -> None:
    """/cancel leaves a search or what is being typed; otherwise it asks which ticket to give up. It never cancels one by itself."""
    del update
    if await context.services.conversation.leave(context.actor):
        await context.show(welcome.left(context.t))
        return
    mine = await context.services.mine.all(context.actor)
    if len(mine.watches) == 1:
        await context.show(cards.ask_cancel(context.t, mine.watches[0]))
    elif mine.watches:
        await context.show(held.which_to_cancel(context.t, mine.watches))
    else:
        await context.show(held.no_tickets(context.t, stale=mine.stale, signed_out=mine.signed_out))


async def ask_cancel(context: Context, press: AskCancel) -> None:
    """Ask before giving a place in the queue away.

    Below the message with the button: the next news would wipe the question off a card, and a push stays as it was told.
    """
    watch = await context.services.mine.get(context.actor, referred(press.ticket))
    if watch.live:
        await context.show(cards.ask_cancel(context.t, watch), fresh=True)
    else:
        await show_card(context, watch, fresh=True)


async def cancel(context: Context, press: Cancel) -> None:
    """Give the ticket up. One that was over already is shown as what it came to."""
    watch = await context.services.mine.cancel(context.actor, referred(press.ticket))
    if watch.ticket.phase is not Phase.CANCELLED:
        await show_card(context, watch)
        return
    try:
        message_id = await context.show(cards.cancelled_by_you(context.t, watch.ticket))
    except TelegramError:
        # The outbox waits as long as it takes, and makes the card a receipt.
        await context.services.mine.tell_anew(context.actor, watch.id)
        raise
    if watch.card_message_id not in (None, message_id):
        # The card elsewhere in the chat would go on offering what is over.
        await showing.remove(context.bot, context.actor.chat_id, watch.card_message_id)


async def ticket_map(context: Context, press: TicketMap) -> None:
    """Where the ticket's location is."""
    watch = await context.services.mine.get(context.actor, referred(press.ticket))
    await send_map(context, found(watch.ticket.location, context.services.now()))


async def coming(context: Context, press: Coming) -> None:
    """The person has seen the call. Where it stands no longer, or another one does, its ticket is shown as what it came to."""
    watch = await context.services.mine.acknowledge(context.actor, referred(press.ticket), press.call_no)
    if watch.ticket.phase is Phase.CALLED and watch.acknowledged >= watch.call_no:
        await context.show(answers.on_your_way(context.t, watch))
    else:
        await show_card(context, watch)
