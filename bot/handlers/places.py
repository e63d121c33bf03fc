"""Choosing a location: by a shared position, any pin or venue, by typing a name or a town, or by browsing."""

from telegram import Update

from bot.callbacks import Found as FoundPage
from bot.callbacks import Near, Place, PlaceMap, Town, Towns, Where, ref, referred
from bot.context import Context
from bot.handlers import erasing
from bot.views import answers, places
from bot.views.screen import Screen
from tickets.find import Found
from tickets.model import Coordinates
from tickets.watching import Step

SEARCH = "search"
"""The step of whoever looks for a location or has found one, until a ticket is taken."""
ROUNDED = 3
"""Decimals of a degree that are kept of a position: about a hundred metres (how long: `tickets.conversation`)."""


async def where(context: Context, press: Where) -> None:
    """Ask where the person is."""
    del press
    await ask(context)


async def new(update: Update, context: Context) -> None:
    """/new: take a ticket, from the beginning."""
    del update
    await ask(context)


async def ask(context: Context) -> None:
    """The four ways to say where."""
    await context.go(SEARCH)
    await context.show(places.ask_where(context.t, context.services.brand), fresh=True)


async def located(update: Update, context: Context) -> None:
    """A position, a pin or a venue came."""
    message = update.effective_message
    venue = message.venue if message is not None else None
    location = venue.location if venue is not None else message.location if message is not None else None
    if location is None:
        return
    position = Coordinates(round(location.latitude, ROUNDED), round(location.longitude, ROUNDED))
    await context.go(SEARCH, latitude=str(position.latitude), longitude=str(position.longitude))
    nearest = await context.services.find.near(position)
    # No message can take the reply keyboard away and have buttons of its own, so a short one goes ahead.
    await context.show(answers.looking(context.t))
    await context.show(nearby(context, nearest, 0))


def nearby(context: Context, nearest: tuple[Found, ...], page: int) -> Screen:
    """The list by distance, or how else to go on."""
    return places.near(context.t, nearest, page=page) if nearest else places.none_near(context.t)


def position_of(step: Step) -> Coordinates | None:
    """The position told lately, if any."""
    try:
        return Coordinates(float(step.data["latitude"]), float(step.data["longitude"]))
    except (KeyError, ValueError):
        return None


async def near(context: Context, press: Near) -> None:
    """Another page of the list by distance."""
    step = await context.services.conversation.step(context.actor)
    position = position_of(step)
    if position is None:
        await ask(context)
        return
    await context.show(nearby(context, await context.services.find.near(position), press.page))


async def search(context: Context, text: str, step: Step) -> None:
    """Typed words: a name, a town or a street; or a key of the reply keyboard, which stays in the language it was shown in."""
    spoken = context.services.translations.translators.values()
    if text in map(places.browse_label, spoken):
        await context.show(answers.listing(context.t))
        await towns(context, Towns(0))
        return
    if text in map(places.share_label, spoken):
        await context.show(places.no_position(context.t))
        return
    query = text.strip()[:100]
    if await careful(context):
        await search_carefully(context, query, step)
        return
    matching = await context.services.find.named(query, position_of(step))
    await context.go(SEARCH, query=query)
    await show_matching(context, query, matching, 0)


async def careful(context: Context) -> bool:
    """Whether a password was asked for not long before what is in hand, so that typed words may be one and are not repeated."""
    message = context.incoming.message
    moment = message.date.timestamp() if message is not None else context.services.now()
    return await context.services.conversation.careful(context.actor, moment)


async def search_carefully(context: Context, query: str, step: Step) -> None:
    """As `search`, but what names no location may be a password: it is deleted, and neither kept nor said back."""
    try:
        matching = await context.services.find.named(query, position_of(step))
    except Exception:
        if await erasing.suspicious(context):
            await context.show(answers.message_deleted(context.t))
        raise
    if matching:
        await context.go(SEARCH, query=query)
        await show_matching(context, "", matching, 0)
    else:
        erased = await erasing.suspicious(context)
        await context.show(places.nothing_found(context.t, "", deleted=erased))


async def found(context: Context, press: FoundPage) -> None:
    """Another page of what was found."""
    step = await context.services.conversation.step(context.actor)
    query = step.data.get("query", "")
    if not query:
        # The words are forgotten by now, which is not to say that nothing fits them.
        await ask(context)
        return
    matching = await context.services.find.named(query, position_of(step))
    await show_matching(context, "" if await careful(context) else query, matching, press.page)


async def show_matching(context: Context, query: str, matching: tuple[Found, ...], page: int) -> None:
    """The locations that match, or how else to go on."""
    if matching:
        await context.show(places.found(context.t, query, matching, page=page))
    else:
        await context.show(places.nothing_found(context.t, query))


async def towns(context: Context, press: Towns) -> None:
    """The towns that have a location; where none has a town there is nothing to choose from, and all of them are shown."""
    names = await context.services.find.towns()
    if names == ("",):
        await town(context, Town(ref("")))
        return
    await context.show(places.towns(context.t, names, page=press.page))


async def town(context: Context, press: Town) -> None:
    """The locations of one town, or of none."""
    names = await context.services.find.towns()
    for name in filter(referred(press.town), names):
        here = await context.services.find.in_town(name)
        await context.show(places.town(context.t, name, here, page=press.page, alone=len(names) == 1))
        return
    await towns(context, Towns(0))


async def place(context: Context, press: Place) -> None:
    """One location with its services."""
    await open_place(context, press.location)


async def open_place(context: Context, location: str) -> None:
    """Show the location behind a reference; `Unknown` where there is none."""
    step = await context.services.conversation.step(context.actor)
    chosen = await context.services.find.place(referred(location), position_of(step))
    await context.show(places.place(context.t, chosen, now=context.services.now()))


async def place_map(context: Context, press: PlaceMap) -> None:
    """The location as a venue, which every client can route to."""
    chosen = await context.services.find.place(referred(press.location))
    await send_map(context, chosen)


async def send_map(context: Context, chosen: Found) -> None:
    """A venue message, or honest words where the server knows no position."""
    chat, location = context.incoming.effective_chat, chosen.location
    if chat is None or location.coordinates is None:
        await context.show(answers.no_map(context.t, location), fresh=True)
        return
    point = location.coordinates
    await context.bot.send_venue(
        chat.id,
        point.latitude,
        point.longitude,
        location.name[:200] or "-",
        (location.address or location.city)[:200] or "-",
    )
