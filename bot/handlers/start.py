"""Coming in: /start, from a poster or by hand, and going back to the beginning."""

from telegram import Update

from bot.callbacks import Home, ref
from bot.context import Context
from bot.handlers import account, going_on, places, taking
from bot.views import welcome
from tickets.errors import Unknown

RESET = "r_"
"""The payload of a letter's link: its code follows."""


async def start(update: Update, context: Context) -> None:
    """/start, with a poster's payload or without; it leaves whatever was being typed."""
    del update
    await context.services.conversation.leave(context.actor)
    payload = context.args[0] if context.args else ""
    if payload.startswith(RESET):
        await account.code_brought(context, payload.removeprefix(RESET))
    elif not payload or not await from_poster(context, payload):
        await greet(context)
        await look_elsewhere(context)


async def look_elsewhere(context: Context) -> None:
    """What the person chose elsewhere holds here from now on; after the greeting, because the queue server may take its time."""
    language = context.t.language
    if await context.services.preferences.keep_in_step(context.actor):
        await context.meet_again()
        if context.t.language != language:
            await context.services.mine.redraw(context.actor)
            await greet(context)


async def home(context: Context, press: Home) -> None:
    """Back to the beginning, out of whatever was being typed."""
    del press
    await going_on.forget(context)
    await greet(context)


async def greet(context: Context) -> None:
    """Say who we are and what can be done now."""
    known = context.known
    account = known.account if known is not None else None
    user = context.incoming.effective_user
    await context.show(
        welcome.welcome(
            context.t,
            context.services.brand,
            first_name=user.first_name if user is not None else "",
            signed_in=account is not None,
            guest=account is not None and account.guest,
            tickets=len(known.watches) if known is not None else 0,
        )
    )


async def from_poster(context: Context, payload: str) -> bool:
    """Open what a link names: `b<location>` or `b<location>-s<service>`, each a reference; False where it names nothing."""
    location, _, service = payload.partition("-")
    if not location.startswith("b") or (service and not service.startswith("s")):
        return False
    try:
        if service:
            await taking.offer(context, location[1:], service[1:])
        else:
            await places.open_place(context, location[1:])
    except Unknown:
        return False
    return True


def payload_for(location_id: str, service_id: str = "") -> str:
    """The payload of a link or poster to a location, or to one of its services; at most 23 of the 64 characters allowed."""
    return f"b{ref(location_id)}" + (f"-s{ref(service_id)}" if service_id else "")
