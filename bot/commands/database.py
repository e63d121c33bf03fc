"""`vtbot db`: look after the bot's own database."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.opening import complete, opened

db = typer.Typer(no_args_is_help=True, help="Look after the bot's own database.")


@db.command()
def upgrade() -> None:
    """Create the database or bring it up to date."""

    async def work() -> None:
        async with opened() as parts:
            await parts.database.upgrade()

    complete(work())


@db.command()
def downgrade(revision: str) -> None:
    """Take the database back to an earlier revision ("base" for none)."""

    async def work() -> None:
        async with opened() as parts:
            await parts.database.downgrade(revision)

    complete(work())


@db.command()
def backup(path: Path) -> None:
    """Write a consistent copy of the database while the bot runs."""

    async def work() -> None:
        async with opened() as parts:
            await parts.database.backup(path)

    complete(work())


@db.command()
def restored() -> None:
    """Say, with the bot stopped, that the database came back from a dump: nothing that waited in it is told again."""

    async def work() -> None:
        async with opened() as parts:
            await parts.database.upgrade()
            await parts.database.assert_ours()
            await parts.database.after_restore()
            typer.echo("what waited is put aside; tickets are read anew when the bot starts")

    complete(work())


@db.command()
def adopt() -> None:
    """Say, with the bot stopped, that this database now belongs to the bot of VTBOT_TELEGRAM_TOKEN."""

    async def work() -> None:
        async with opened() as parts:
            await parts.database.upgrade()
            if await parts.database.adopt():
                typer.echo(
                    "this bot's now; what waited for the other is put aside, tickets are read anew when it starts"
                )
            else:
                typer.echo("this bot's already; nothing is changed")

    complete(work())


@db.command("rotate-keys")
def rotate_keys(
    give_up: Annotated[
        bool,
        typer.Option("--give-up", help="Leave what cannot be read, because its key is lost: its people begin anew."),
    ] = False,
) -> None:
    """Encrypt everything anew with the newest of VTBOT_SECRET_KEYS; safe to interrupt and to repeat."""

    async def work() -> None:
        async with opened() as parts:
            await parts.database.assert_ours()
            typer.echo(f"{await parts.database.rotate_keys(give_up=give_up)} rows encrypted anew")

    complete(work())
