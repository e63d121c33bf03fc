"""The way back: what a sign-in interrupts is remembered in the person's step, encrypted there, and gone on with afterwards."""

from collections.abc import Callable, Mapping
from typing import Any

from bot import callbacks as to
from bot.callbacks import Callback, unpack
from bot.context import Context

INTERRUPTED = "interrupted"
"""The fact of the step: the button, as it is packed."""
_QUESTIONS: Mapping[type[Callback], Callable[[Any], Callback]] = {
    to.Take: lambda press: to.Pick(press.location, press.service),
    to.Cancel: lambda press: to.AskCancel(press.ticket),
    to.Delete: lambda _: to.AskDelete(),
}
"""What cannot be undone is asked again: the person may be another by then, or think otherwise."""
_NOWHERE = (to.SignIn, to.AsGuest, to.DoNotConnect, to.AskSignOut, to.SignOut)
"""Signing in or out is no place to come back to."""
_COMMANDS: Mapping[str, Callback] = {"/tickets": to.MyTickets(), "/cancel": to.MyTickets()}
"""Commands that ask the queue server, and the button that leads to the same."""


async def remember(context: Context, place: Callback) -> None:
    """Come back to that button's place after signing in; it takes the place of any earlier one."""
    if not isinstance(place, _NOWHERE):
        asked = _QUESTIONS[type(place)](place) if type(place) in _QUESTIONS else place
        await context.go("", **{INTERRUPTED: asked.pack()})


async def remember_update(context: Context) -> None:
    """Come back to what this press or command wanted. Typed words say nothing by themselves: their handlers remember the question."""
    query, message = context.incoming.callback_query, context.incoming.effective_message
    if query is not None:
        place = unpack(query.data or "")
    else:
        words = (message.text or "").split() if message is not None else []
        place = _COMMANDS.get(words[0].partition("@")[0].casefold()) if words else None
    if place is not None:
        await remember(context, place)


async def go_on(context: Context) -> bool:
    """Go on where the sign-in interrupted; False where it interrupted nothing."""
    step = await context.services.conversation.step(context.actor)
    place = unpack(step.data.get(INTERRUPTED, ""))
    if place is None:
        return False
    await forget(context)
    await context.press(place)
    return True


async def forget(context: Context) -> None:
    """The person went elsewhere: nothing waits to be gone on with."""
    await context.go("", **{INTERRUPTED: ""})
