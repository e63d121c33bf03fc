"""`vtbot webhook`: tell Telegram where to deliver updates, and read what it says about that."""

import typer

from bot.commands.opening import complete, opened, read_settings
from bot.subscription import address, subscribe

webhook = typer.Typer(no_args_is_help=True, help="Tell Telegram where to deliver updates.")


@webhook.command("set")
def set_webhook() -> None:
    """Deliver updates to VTBOT_PUBLIC_URL; `vtbot run` does so by itself where it is https."""
    settings = read_settings()
    address(settings)

    async def work() -> None:
        async with opened(settings) as parts, parts.application.bot as bot:
            typer.echo(f"Telegram delivers to {await subscribe(bot, settings)}")

    complete(work())


@webhook.command()
def delete() -> None:
    """Deliver nothing: the bot asks for updates instead. What waits at Telegram is kept there."""

    async def work() -> None:
        async with opened() as parts, parts.application.bot as bot:
            await bot.delete_webhook()
            typer.echo("Telegram delivers nothing by itself any more")

    complete(work())


@webhook.command()
def info() -> None:
    """What Telegram says: address, updates that wait, and its last trouble with us."""

    async def work() -> None:
        async with opened() as parts, parts.application.bot as bot:
            told = await bot.get_webhook_info()
            typer.echo(f"address: {told.url or 'none, the bot asks for updates'}")
            typer.echo(f"waiting: {told.pending_update_count}")
            if told.last_error_date is not None:
                typer.echo(f"last trouble: {told.last_error_date:%Y-%m-%d %H:%M:%S} UTC, {told.last_error_message}")

    complete(work())
