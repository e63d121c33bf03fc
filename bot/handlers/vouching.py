"""A provider vouches for somebody in a browser: the chat is connected to them by the number that only this browser shows.

Whoever made the start link is asked, and need not be who signed in: without the number, a stranger's link would bind the account of whoever
followed it to the stranger's chat.
"""

import hmac
import unicodedata

from bot import showing
from bot.callbacks import DoNotConnect, SignInAnyway
from bot.context import Context
from bot.handlers import signing
from bot.views import refusals, vouching, welcome
from bot.views import signing as ways
from tickets.conversation import LEAVING
from tickets.errors import Refused, TicketsAtStake, TokenRefused
from tickets.watching import Step

NUMBER = "number"
LIFETIME = 600.0
"""Seconds in which the number is good."""
MOST_TRIES = 3
PROVED = "connect_proved"
"""The fact of a step that the number was right, and only a guest's tickets stand between."""
DIGITS = 6


async def vouched(context: Context, provider: str, token: str, number: str) -> None:
    """Ask on the card for the number. Nothing is connected before, nor is it said for whom the provider vouches."""
    card = await context.show_on(await signing.card(context), vouching.ask_number(context.t, provider))
    await context.go(
        NUMBER,
        card=str(card or ""),
        connect_provider=provider,
        connect_token=token,
        connect_number=number,
        connect_until=str(context.services.now() + LIFETIME),
        **{"connect_tries": "", PROVED: ""},
    )


async def number_typed(context: Context, text: str, step: Step) -> None:
    """The number connects the account; three others end the attempt."""
    told = "".join(str(unicodedata.decimal(letter, "")) for letter in text)
    if context.services.now() > float(step.data.get("connect_until", "0")):
        await _end(context)
        await context.show(vouching.not_connected(context.t, refused=False))
    elif len(told) != DIGITS:
        await context.show(vouching.no_number(context.t))
    elif not hmac.compare_digest(told, step.data["connect_number"]):
        await _wrong(context, step)
    else:
        await _connect(context, step, leave=LEAVING in step.data)


async def ask_again(context: Context) -> None:
    """The number is still waited for."""
    await context.show(vouching.no_number(context.t))


async def do_not_connect(context: Context, press: DoNotConnect) -> None:
    """No: the provider's word is forgotten. Where there is none any more, the button is of an old question."""
    del press
    step = await context.services.conversation.step(context.actor)
    if "connect_token" not in step.data:
        await context.show(welcome.stale(context.t))
        return
    await context.go("", **_NOTHING)
    await context.show(vouching.not_connected(context.t, refused=False))


async def _wrong(context: Context, step: Step) -> None:
    left = MOST_TRIES - 1 - int(step.data.get("connect_tries", "0"))
    if left > 0:
        await context.answered(NUMBER, connect_tries=str(MOST_TRIES - left))
        await context.show(vouching.wrong_number(context.t, left))
        return
    await _end(context)
    await context.show(vouching.not_connected(context.t, refused=False))


async def sign_in_anyway(context: Context, press: SignInAnyway) -> None:
    """A guest's live tickets are left, as was said. Where the number was right already, its provider's word is used now."""
    del press
    step = await context.services.conversation.step(context.actor)
    if PROVED in step.data and context.services.now() <= float(step.data["connect_until"]):
        await _connect(context, step, leave=True)
        return
    await context.go("", **{LEAVING: "yes"})
    await signing.begin(context)


async def _connect(context: Context, step: Step, *, leave: bool) -> None:
    """Sign in with the provider's word, or register with it. A server that was away is asked with the same word again."""
    provider, token = step.data["connect_provider"], step.data["connect_token"]
    try:
        account = await context.services.session.with_provider(context.actor, provider, token, leave=leave)
    except (Refused, TokenRefused) as error:
        await _end(context)
        reason = refusals.of_provider(context.t, error) if isinstance(error, Refused) else None
        await context.show(vouching.not_connected(context.t, refused=True, reason=reason))
        return
    except TicketsAtStake:
        await context.go("", **{PROVED: "yes"})
        raise
    await showing.remove(context.bot, context.actor.chat_id, await signing.card(context))
    await _end(context)
    await context.meet_again()
    await context.show(ways.signed_in(context.t, account.display_name or account.username))
    await signing.go_on(context)


_NOTHING = dict.fromkeys(
    ("connect_provider", "connect_token", "connect_number", "connect_until", "connect_tries", PROVED), ""
)


async def _end(context: Context) -> None:
    """The provider's word is of no more use."""
    await context.answered("", **_NOTHING)
