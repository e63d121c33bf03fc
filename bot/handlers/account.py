"""The account at the queue server, in chat: details and changes, keeping a guest's account, a new password, export and erasure."""

import io
import json

import structlog
from telegram import Update

from bot.callbacks import AskDelete, Delete, Details, Edit, EnterToken, Export, Forgot, KeepAccount
from bot.context import Context
from bot.handlers import choices, erasing, going_on, page_cards
from bot.views import account, refusals, signing, welcome
from tickets.choices import warn_at
from tickets.errors import Refused, SignedOut, TokenRefused, TooManyTries
from tickets.profile import CHANGEABLE
from tickets.watching import Step

EDIT, EMAIL, CODE, NEW_PASSWORD = "edit", "email", "code", "new_password"
KEEP_NAME, KEEP_PASSWORD = "keep_name", "keep_password"
SHORTEST = 8
LONGEST = 200
log = structlog.get_logger(__name__)


async def details(context: Context, press: Details) -> None:
    """customer/details, read now."""
    del press
    customer = await context.services.profile.details(context.actor)
    await context.meet_again()
    known, language = context.known, context.t.language
    ahead = warn_at(known.person if known else None, known.account if known else None, context.services.warn_ahead)
    named = context.services.translations.languages.get(language, language)
    await context.show(account.details(context.t, customer, language=named, ahead=ahead))


async def edit(context: Context, press: Edit) -> None:
    """Ask for one field."""
    if press.field not in CHANGEABLE:
        await details(context, Details())
        return
    await context.go(EDIT, field=press.field)
    await context.show(account.ask_field(context.t, press.field), fresh=True)


async def field_typed(context: Context, text: str, step: Step) -> None:
    """Write it at the queue server."""
    field = step.data.get("field", "")
    await context.go("", field="")
    try:
        await context.services.profile.change(context.actor, {field: text.strip()[:LONGEST]})
    except Refused as error:
        reason = refusals.said(context.t, error, context.services.brand)
        await context.show(account.not_changed(context.t, field, reason))
        return
    except (SignedOut, TokenRefused):
        await going_on.remember(context, Edit(field))
        raise
    await context.meet_again()
    await context.show(account.changed(context.t, field))


async def contact(update: Update, context: Context) -> None:
    """A contact card: the person's own is their phone number, where they were asked for it."""
    message = update.effective_message
    card = message.contact if message is not None else None
    step = await context.services.conversation.step(context.actor)
    if card is None or step.name != EDIT or step.data.get("field") != "phone":
        await context.show(welcome.unknown_text(context.t))
    elif card.user_id != context.actor.person_id:
        await context.show(account.not_your_card(context.t))
    else:
        await field_typed(context, card.phone_number, step)


async def keep(context: Context, press: KeepAccount) -> None:
    """Begin to keep a guest's account."""
    del press
    held = await context.services.session.account(context.actor)
    if not held.guest:
        await choices.show_settings(context)
    elif not await page_cards.offer(context, "register"):
        await ask_new_username(context)


async def ask_new_username(context: Context) -> None:
    """The next message is the user name to keep it under; `SignedOut` where there is no account to keep."""
    held = await context.services.session.account(context.actor)
    if not held.guest:
        # The card's button outlives the guest.
        await choices.show_settings(context)
        return
    await context.go(KEEP_NAME)
    await context.show(account.ask_new_username(context.t, context.services.brand), fresh=True)


async def keep_name_typed(context: Context, text: str, step: Step) -> None:
    """The user name; the password comes next."""
    del step
    await context.answered(KEEP_PASSWORD, username=text.strip()[:LONGEST])
    await ask_new_password(context)


async def ask_new_password(context: Context) -> None:
    """The next message is a new password."""
    await context.show(account.ask_new_password(context.t, context.services.brand), fresh=True)


async def keep_password_typed(context: Context, text: str, step: Step) -> None:
    """The password: deleted first, used once, kept nowhere. The step stays until it is known to hold."""
    erased = await erasing.password(context)
    if not await long_enough(context, text):
        return
    username = step.data.get("username", "")
    try:
        held = await context.services.profile.keep(context.actor, username, text)
    except Refused as error:
        reason = refusals.said(context.t, error, context.services.brand)
        await context.show(account.username_taken(context.t, reason, erased=erased))
        return
    except (SignedOut, TokenRefused):
        await going_on.remember(context, KeepAccount())
        raise
    await context.answered("", username="")
    await context.meet_again()
    if held.username != username:
        # Whoever signed in under another name meanwhile keeps that one, and nothing was set.
        await choices.show_settings(context)
        return
    await context.show(account.kept(context.t, username))


async def long_enough(context: Context, text: str) -> bool:
    """False (and said) where it is too short to be a password."""
    if len(text) < SHORTEST:
        await context.show(account.too_short(context.t))
        return False
    return True


async def forgot(context: Context, press: Forgot) -> None:
    """Ask where the letter goes. A code that is known by now is of a letter before it."""
    del press
    if not await page_cards.offer(context, "forgot", code=""):
        await ask_email(context)


async def ask_email(context: Context) -> None:
    """The next message is the address of the letter."""
    await context.go(EMAIL, code="")
    await context.show(account.ask_email(context.t), fresh=True)


async def reset(update: Update, context: Context) -> None:
    """/reset."""
    del update
    await forgot(context, Forgot())


async def email_typed(context: Context, text: str, step: Step) -> None:
    """Ask for the letter; the answer is the same whether the account exists or not."""
    del step
    await context.go("")
    try:
        await context.services.profile.forgot(context.actor, text.strip()[:LONGEST])
    except TooManyTries as error:
        await context.show(signing.too_many_tries(context.t, error.until))
        return
    await context.show(account.letter_sent(context.t))


async def enter_code(context: Context, press: EnterToken) -> None:
    """Ask for the letter's code; one that was told before is not the one meant now."""
    del press
    if not await page_cards.offer(context, "renew", code=""):
        await ask_another_code(context)


async def ask_code(context: Context) -> None:
    """The next message is the letter's code, unless its link brought it already; then it is the new password."""
    code = (await context.services.conversation.step(context.actor)).data.get("code", "")
    if not code:
        await ask_another_code(context)
        return
    await context.go(NEW_PASSWORD, code=code)
    await ask_new_password(context)


async def ask_another_code(context: Context) -> None:
    """The next message is the letter's code, whatever was told before."""
    await context.go(CODE, code="")
    await context.show(account.ask_token(context.t), fresh=True)


async def code_typed(context: Context, text: str, step: Step) -> None:
    """The code is a secret too: its message goes."""
    del step
    await erasing.suspicious(context)
    await context.answered(NEW_PASSWORD, code=text.strip()[:LONGEST])
    await ask_new_password(context)


async def code_brought(context: Context, code: str) -> None:
    """The letter's link brought it: the page that is opened now is told of it, and it stands in no address."""
    if not await page_cards.offer(context, "renew", code=code):
        await context.answered(NEW_PASSWORD, code=code)
        await ask_new_password(context)


async def new_password_typed(context: Context, text: str, step: Step) -> None:
    """Set it, and sign in with it where the server says how. The step stays until it is known to hold."""
    erased = await erasing.password(context)
    if not await long_enough(context, text):
        return
    try:
        held = await context.services.profile.renew(context.actor, step.data.get("code", ""), text)
    except TooManyTries as error:
        await context.show(signing.too_many_tries(context.t, error.until))
        return
    except (Refused, TokenRefused) as error:
        reason = refusals.said(context.t, error, context.services.brand) if isinstance(error, Refused) else None
        await context.show(account.not_renewed(context.t, reason, erased=erased))
        return
    await context.answered("", code="")
    await context.meet_again()
    await context.show(account.renewed(context.t, signed_in=held is not None))
    if held is not None:
        await going_on.go_on(context)


async def export_command(update: Update, context: Context) -> None:
    """/export."""
    del update
    await export(context, Export())


async def export(context: Context, press: Export) -> None:
    """One JSON file with everything held on the person."""
    del press
    held = await context.services.people.export(context.actor)
    file = io.BytesIO(json.dumps(held, ensure_ascii=False, indent=2, default=str).encode())
    await context.bot.send_document(
        context.actor.chat_id,
        file,
        filename="my-data.json",
        caption=account.export_caption(context.t),
        protect_content=True,
    )


async def delete_command(update: Update, context: Context) -> None:
    """/delete asks first."""
    del update
    await ask_delete(context, AskDelete())


async def ask_delete(context: Context, press: AskDelete) -> None:
    """What is erased, and what the queue server keeps."""
    del press
    left = await context.services.session.followed(context.actor)
    await context.show(welcome.ask_delete(context.t, context.services.brand, live_tickets=left.count))


async def delete(context: Context, press: Delete) -> None:
    """Erase it all, pending pushes included, and say so when it is done: what is said must be true if this process dies."""
    del press
    words = welcome.deleted(context.t, context.services.brand)
    account = await context.services.people.erase(context.actor)
    log.info("somebody was erased")
    try:
        await context.show(words)
    except Exception as error:  # noqa: BLE001 -- what the library makes of a spoilt answer may be anything
        # Nothing may meet the person again for the sake of telling them so.
        log.warning("not told of the erasure", reason=type(error).__name__)
    await context.services.session.let_go(account)
