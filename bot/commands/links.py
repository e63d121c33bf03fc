"""`vtbot link` and `vtbot poster`: the ways into one location or service, to be put on a page or a door."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot import poster as posters
from bot.app import Parts
from bot.commands.opening import complete, opened
from bot.handlers.start import payload_for
from bot.views import commands
from tickets.find import matches, plain
from tickets.model import Location, Service

Named = TypeVar("Named", Location, Service)
LOCATION = Annotated[str, typer.Argument(help="Words of its name, town or address; none: the bot's beginning.")]
SERVICE = Annotated[str, typer.Argument(help="Words of the service's name.")]


def link(location: LOCATION = "", service: SERVICE = "") -> None:
    """Print the address that opens a location, or one of its services, in the chat."""

    async def work() -> None:
        async with opened() as parts:
            address, _ = await _named(parts, location, service)
            typer.echo(address)

    complete(work())


def poster(
    path: Annotated[Path, typer.Argument(help="An .svg (the whole sheet) or a .png (the code alone).")],
    location: LOCATION = "",
    service: SERVICE = "",
    language: Annotated[str, typer.Option(help="Of the sentence on it; the brand's where none is given.")] = "",
) -> None:
    """Write a poster with the QR code that opens a location, or one of its services, in the chat."""

    async def work() -> None:
        async with opened() as parts:
            address, place = await _named(parts, location, service)
            brand = parts.services.brand
            t = parts.services.translations.best(language, brand.default_language)
            try:
                sentence = commands.short_description(t, brand)
                posters.save(path, address, brand.name, place, sentence, brand.logo)
            except (ValueError, OSError) as error:
                raise typer.BadParameter(str(error)) from None
            typer.echo(f"{path}: {address}")

    complete(work())


async def _named(parts: Parts, location: str, service: str) -> tuple[str, str]:
    """The address, and the place in words."""
    async with parts.application.bot as bot:
        username = bot.username
    if not location:
        return posters.link(username, ""), ""
    chosen = the_location(await parts.services.find.all(), location)
    if not service:
        return posters.link(username, payload_for(chosen.id)), chosen.name
    wanted = the_service(chosen, service)
    return posters.link(username, payload_for(chosen.id, wanted.id)), f"{chosen.name}: {wanted.name}"


def the_location(locations: Iterable[Location], words: str) -> Location:
    """The one location these words mean; `BadParameter` that names the candidates where it is none or several."""
    every = list(locations)
    exact = [one for one in every if words in (one.id, one.name)]
    return _one(exact or [one for one in every if matches(one, words)], every, words, "location")


def the_service(location: Location, words: str) -> Service:
    """The one service these words mean; `BadParameter` as above."""
    every = list(location.services)
    exact = [one for one in every if words in (one.id, one.name, one.tag)]
    return _one(exact or [one for one in every if plain(words) in plain(one.name)], every, words, "service")


def _one(found: list[Named], every: list[Named], words: str, what: str) -> Named:
    if len(found) == 1:
        return found[0]
    names = ", ".join(sorted(f"{one.name} [{one.id}]" for one in found or every)) or "none at all"
    trouble = f"several {what}s fit" if found else f"no {what} fits"
    raise typer.BadParameter(f'{trouble} "{words}"; there is {names}')
