"""Signing in and out: as a guest, over our own page, by a provider, or with a password that is deleted before anything else."""

from telegram import Update

from bot.callbacks import AsGuest, AskSignOut, SignIn, SignOut
from bot.context import Context
from bot.handlers import erasing, going_on, page_cards, places
from bot.views import refusals, signing
from tickets.conversation import LEAVING
from tickets.errors import Refused, TokenRefused, TooManyTries
from tickets.watching import Step

USERNAME = "username"
PASSWORD = "password"  # noqa: S105 -- the name of a step
LONGEST = 200
OAUTH_LIFETIME = 600.0
"""Seconds in which to go to a provider."""


async def login(update: Update, context: Context) -> None:
    """/login: every way in."""
    del update
    if context.services.entrance.url:
        await sign_in(context, SignIn())
        return
    await context.show(signing.choose_way(context.t, context.services.brand))


async def as_guest(context: Context, press: AsGuest) -> None:
    """Carry on without typing anything."""
    del press
    await context.services.session.as_guest(context.actor)
    await context.go("")
    if not await going_on.go_on(context):
        await context.show(signing.guest_ready(context.t))
        await places.ask(context)


async def sign_in(context: Context, press: SignIn) -> None:
    """Begin, unless a guest's live tickets would be left: that is asked first."""
    del press
    stake = await context.services.session.at_stake(context.actor)
    if stake.count:
        await context.show(signing.ask_leave(context.t, stake.tickets, asked=stake.asked))
    else:
        await begin(context)


async def begin(context: Context) -> None:
    """Offer our page; without one, begin to type a user name."""
    if context.services.entrance.url:
        await ways_in(context)
    else:
        await ask_username(context)


async def ask_username(context: Context) -> None:
    """Begin to type."""
    await context.go(USERNAME)
    await context.show(signing.ask_username(context.t, context.services.brand), fresh=True)


async def ways_in(context: Context) -> None:
    """The card with the page's button; its message is remembered, because the page's outcome is shown on it."""
    entrance = context.services.entrance
    providers = {}
    for name in entrance.providers:
        token = await context.services.passes.issue(
            context.actor, f"start_{name}", OAUTH_LIFETIME, {"chat": context.name}
        )
        providers[name] = f"{entrance.url}/oauth/{name}/start?n={token}"
    page = page_cards.address(context)
    shown = await context.show(signing.ways_in(context.t, context.services.brand, page, providers))
    await context.go("", card=str(shown or ""))


async def arrived(context: Context) -> None:
    """Signed in by a page or a provider: say so on the card, and go on where the sign-in interrupted."""
    account = await context.services.session.account(context.actor)
    await context.show_on(await card(context), signing.signed_in(context.t, account.display_name or account.username))
    await go_on(context)


async def card(context: Context) -> int | None:
    """The sign-in card's message."""
    step = await context.services.conversation.step(context.actor)
    return int(step.data["card"]) if step.data.get("card") else None


async def go_on(context: Context) -> None:
    """To what the sign-in interrupted, or to a location; tickets taken elsewhere with this account are watched from now on."""
    # Whatever is typed next is a location again, not a user name; and what was agreed to is done.
    await context.go("", code="", **{LEAVING: ""})
    mine = await context.services.mine.all(context.actor)
    if not await going_on.go_on(context) and not mine.watches:
        await places.ask(context)


async def username_typed(context: Context, text: str, step: Step) -> None:
    """The first of two messages."""
    del step
    await context.answered(PASSWORD, username=text[:LONGEST])
    await ask_password(context)


async def ask_password(context: Context) -> None:
    """Ask for the second."""
    await context.show(signing.ask_password(context.t, context.services.brand))


async def password_typed(context: Context, text: str, step: Step) -> None:
    """The second: gone from the chat before anything else happens to it, and kept nowhere.

    The step stays until the password fits, so that whatever is typed after a failure, or handled again, is a password too.
    """
    erased = await erasing.password(context)
    try:
        username, leave = step.data.get("username", ""), LEAVING in step.data
        account = await context.services.session.with_password(context.actor, username, text, leave=leave)
    except TooManyTries as error:
        await context.show(signing.too_many_tries(context.t, error.until))
        return
    except (Refused, TokenRefused) as error:
        known = refusals.reason(context.t, error.operation, error.errno) if isinstance(error, Refused) else None
        await context.show(signing.sign_in_failed(context.t, known, erased=erased, again=True))
        return
    await context.answered("", username="")
    await context.meet_again()
    await context.show(signing.signed_in(context.t, account.display_name or account.username, erased=erased))
    await go_on(context)


async def typed_too_late(context: Context, text: str, step: Step) -> None:
    """An answer to a question for a secret that is over: it goes from the chat, and nothing is done with it."""
    del text, step
    erased = await erasing.suspicious(context)
    await context.answered("")
    await context.show(signing.too_late(context.t, erased=erased))


async def logout(update: Update, context: Context) -> None:
    """/logout: asks first."""
    del update
    await ask_sign_out(context, AskSignOut())


async def ask_sign_out(context: Context, press: AskSignOut) -> None:
    """What signing out means for live tickets."""
    del press
    account = await context.services.session.account(context.actor)
    left = await context.services.session.followed(context.actor)
    await context.show(signing.ask_sign_out(context.t, left.tickets, asked=left.asked, guest=account.guest))


async def sign_out(context: Context, press: SignOut) -> None:
    """Forget the account here."""
    del press
    await context.services.session.sign_out(context.actor)
    await context.show(signing.signed_out(context.t))
