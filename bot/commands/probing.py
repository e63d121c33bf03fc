"""`vtbot doctor --probe`: first contact with a queue server; which format and token transport it speaks, and samples for a maintainer."""

import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from bot.app import Contact, first_contact
from bot.commands.opening import read_settings
from tickets.model import Credentials

PASSWORD = "PROBE_PASSWORD"  # noqa: S105 -- the name of a variable


def credentials(username: str) -> Credentials | None:
    """The given user's, the password from the environment or typed unseen; None where nobody is named."""
    if not username:
        return None
    return Credentials(
        username, os.environ.get(PASSWORD) or typer.prompt("Password at the queue server", hide_input=True)
    )


async def probe(username: str, samples: Path | None) -> int:
    """Try everything, say what works, write the samples; the exit code: 0 when the server was understood, 69 otherwise."""
    if samples is not None:
        _assert_writable(samples)
    found = await first_contact(read_settings(), credentials(username))
    for trial in found.trials:
        typer.echo(
            f"{'works  ' if trial.works else 'no     '} {trial.setting}{f': {trial.detail}' if trial.detail else ''}"
        )
    if found.settings is None:
        typer.echo("No format was understood: is VTBOT_QUEUE_URL the BASE_URI of a Virtual Ticket server?")
    else:
        typer.echo("\nSettings that work:")
        typer.echo(f"VTBOT_QUEUE_FORMAT={found.settings.format}")
        if found.token_proven:
            typer.echo(
                f"VTBOT_QUEUE_TOKEN_IN={found.settings.token_in}\nVTBOT_QUEUE_TOKEN_NAME={found.settings.token_name}"
            )
        elif username:
            typer.echo('How the vt_token travels was not proved: the lines above that begin with "no" say why.')
        else:
            typer.echo("How the vt_token travels was not proved; name a customer with --username.")
    if samples is not None:
        with _written_to(samples):
            written = write(found, samples)
        typer.echo(f"{written} redacted samples in {samples}")
    return 0 if found.settings is not None else 69


def _assert_writable(samples: Path) -> None:
    """To be asked before anybody signs in: afterwards the answers would be lost."""
    with _written_to(samples):
        samples.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=samples).close()


@contextmanager
def _written_to(samples: Path) -> Iterator[None]:
    """`BadParameter` where the folder cannot be made or written to."""
    try:
        yield
    except OSError as error:
        raise typer.BadParameter(f"--samples {samples}: {error.strerror}") from None


def write(found: Contact, folder: Path) -> int:
    """One folder a sample, as tests/samples/virtual_ticket keeps them: meta.json and the body as it came, less what is private."""
    for number, sample in enumerate(found.samples, 1):
        kind = sample.format.lower()
        name = re.sub(r"[^a-z]+", "_", sample.operation.lower()).strip("_")
        case = folder / f"probe_{number:02}_{name}_{kind}"
        case.mkdir(parents=True, exist_ok=True)
        meta = {
            "status": sample.status,
            "operation": sample.operation,
            "why": "recorded at a first contact",
            "headers": {kind: {"content-type": sample.content_type}},
        }
        (case / "meta.json").write_text(json.dumps(meta, indent=2) + "\n", "utf-8")
        (case / f"body.{kind}").write_bytes(sample.body)
    return len(found.samples)
