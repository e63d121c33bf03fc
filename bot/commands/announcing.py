"""`vtbot announce`: the operator's own words to everybody who waits, through the outbox."""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from bot.app import Parts
from bot.commands.links import the_location
from bot.commands.opening import complete, opened
from bot.views.screen import clean
from tickets.announce import LONGEST, Announce, Fits
from tickets.watching import Person, Watch


def announce(
    text: Annotated[str, typer.Argument(help=f"What they are told; at most {LONGEST} characters.")],
    location: Annotated[str, typer.Option(help="Only those who wait there: words of its name, town or address.")] = "",
    language: Annotated[str, typer.Option(help="Only those who are spoken to in this language, such as pt.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Tell everybody who holds a live ticket something; it is sent within six hours or not at all."""
    words = clean(text, LONGEST + 1)
    if not 0 < len(words) <= LONGEST:
        raise typer.BadParameter(f"an announcement has 1 to {LONGEST} characters")

    def asked(reached: int) -> None:
        typer.echo(f"it reaches {reached} {'person' if reached == 1 else 'people'}")
        if reached and not yes and sys.stdin.isatty():
            typer.confirm("Tell them?", abort=True)

    async def work() -> None:
        async with opened() as parts:
            await parts.database.assert_ours()
            typer.echo(f"handed to the outbox for {await tell(parts, words, location, language, asked)}")

    complete(work())


async def tell(parts: Parts, words: str, location: str, language: str, asked: Callable[[int], None]) -> int:
    """Hand it to the outbox; for how many it is new. `asked` is told how many it reaches, and raises where that is not wanted."""
    fits = await _chosen(parts, location, language)
    announcing = Announce(parts.database.open_book, parts.clock)
    asked(len(await announcing.audience(fits)))
    return await announcing(words, fits)


async def _chosen(parts: Parts, location: str, language: str) -> Fits:
    """Whom these options mean; `BadParameter` where they mean nobody we could know."""
    translations, standard = parts.services.translations, parts.services.brand.default_language
    if language and language not in translations.languages:
        raise typer.BadParameter(f"--language takes any of {', '.join(translations.languages)}")
    place = the_location(await parts.services.find.all(), location).id if location else ""

    def fits(person: Person, watch: Watch) -> bool:
        spoken = not language or translations.for_person(person, "", standard).language == language
        return spoken and place in ("", watch.ticket.location.id)

    return fits
