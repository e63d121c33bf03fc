"""The command line `vtbot`: run the bot, look after its database and webhook, tell people. Faults are one line, never a traceback."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import doctor as examination
from bot import logs
from bot.app import build
from bot.commands import probing
from bot.commands.announcing import announce
from bot.commands.database import db
from bot.commands.links import link, poster
from bot.commands.opening import complete, opened, read_settings
from bot.commands.webhook import webhook
from bot.running import ROLES, Running, StartError
from bot.settings import SettingsError
from tickets.errors import DatabaseUnavailable, OfAnotherBot

CONFIGURATION, UNAVAILABLE, USAGE = 78, 69, 2
cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
cli.add_typer(db, name="db")
cli.add_typer(webhook, name="webhook")
cli.command()(link)
cli.command()(poster)
cli.command()(announce)


def application() -> int:
    """Run the command line; answers the exit code."""
    try:
        code = cli(standalone_mode=False)
    except SettingsError as error:
        return _say(str(error), CONFIGURATION)
    except StartError as error:
        return _say(str(error), error.code)
    except DatabaseUnavailable as error:
        code = CONFIGURATION if isinstance(error, OfAnotherBot) else UNAVAILABLE
        return _say(f"the database cannot be used: {error}", code)
    except typer.Exit as ended:
        return int(ended.exit_code)
    except typer.Abort:
        return 130
    except Exception as error:
        shown = getattr(error, "format_message", None)
        if shown is None:
            raise
        return _say(shown(), USAGE)
    return code if isinstance(code, int) else 0


def _say(sentence: str, code: int) -> int:
    print(f"vtbot: {logs.Redactor()(sentence)}", file=sys.stderr)  # noqa: T201 -- the one line a person reads
    return code


@cli.command()
def run(roles: Annotated[str, typer.Option(help="Any of web,chat,watch,deliver.")] = ",".join(ROLES)) -> None:
    """Run the bot; it creates or migrates its database."""
    wanted = [role.strip() for role in roles.split(",") if role.strip()]
    unknown = sorted(set(wanted) - set(ROLES))
    if unknown or not wanted:
        raise SettingsError(f"--roles takes any of {', '.join(ROLES)}; got {', '.join(unknown) or 'none'}")
    settings = read_settings()

    async def work() -> None:
        await Running(build(settings), wanted).run()

    complete(work())


@cli.command()
def doctor(
    probe: Annotated[
        bool, typer.Option("--probe", help="Try formats and token transports of the queue server.")
    ] = False,
    username: Annotated[
        str, typer.Option(help="With --probe: a customer to sign in as; the password is asked for.")
    ] = "",
    samples: Annotated[
        Path | None, typer.Option(help="With --probe: a folder for redacted samples of answers.")
    ] = None,
) -> None:
    """Look at everything the bot needs; exit code 69 where something is wrong."""
    if probe:
        raise typer.Exit(asyncio.run(probing.probe(username, samples)))

    async def work() -> None:
        async with opened() as parts:
            findings = await examination.examine(parts)
        for finding in findings:
            typer.echo(logs.Redactor()(str(finding)))
        if not all(finding.well for finding in findings):
            raise typer.Exit(UNAVAILABLE)

    complete(work())
