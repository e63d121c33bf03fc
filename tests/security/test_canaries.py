"""One long journey at DEBUG with everything that may go wrong, and a search for every secret in whatever it left behind."""

import base64
import json
import logging
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from tests.journeys.town import KEY, TOKEN
from tests.security.canaries import SURNAME, TYPED, Canaries, house, logged
from tests.security.journey import Journey
from tests.security.stage import PASSWORD
from tickets.errors import QueueServerError
from tickets.model import Credentials, Customer, Holder, Registration
from tickets.watching import Account


def files_of(folder: Path) -> bytes:
    """Every byte of the database and its log."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.name.startswith("bot.db"))


@pytest.mark.parametrize("form", ["console", "json"])
async def test_no_secret_is_anywhere_afterwards(form: str, tmp_path: Path) -> None:
    async with house(tmp_path) as town:
        with logged(town.settings, form) as written:
            journey = Journey(town, tmp_path)
            await journey.walk()
            # The canary bird sings: what is searched for is really written where it is not hidden.
            logging.getLogger("canary").debug("a line of this journey")
        canaries = journey.canaries
        assert len(town.issued) >= 5
        canaries.add("vt_token", *sorted(town.issued))
        seen = await journey.pages_seen()
        await journey.web.aclose()
        await town.parts.database.dispose()
        lines = written.getvalue().encode()
        assert b"a line of this journey" in lines
        assert b"incident" in lines
        files = files_of(tmp_path)
        found = [
            *canaries.found_in("the log", lines),
            *canaries.found_in("our pages", seen),
            # The page is told its own pass.
            *canaries.found_in("an answer", b"\n".join(journey.answers), "pass"),
            *canaries.found_in("an exception", "\n".join(journey.raised).encode()),
            *canaries.found_in("the database", files),
        ]
        assert not found, "\n".join(found[:20])
        assert SURNAME.encode() not in lines + files
        if form == "json":
            assert all(json.loads(line) for line in written.getvalue().splitlines())


async def test_nothing_shows_its_secrets(tmp_path: Path) -> None:
    """repr and str of whatever may end up in a line or a traceback."""
    async with house(tmp_path) as town:
        parts = town.parts
        password, phone, mail, token = TYPED["password"], TYPED["phone"], TYPED["e-mail"], "vt-token-canary"
        credentials = Credentials("maria", password, "google", token)
        shown = [
            town.settings,
            credentials,
            Account(7, token, guest=True, username="maria", password=password, display_name=SURNAME),
            Registration(credentials, mail, phone, "Maria", SURNAME),
            Customer("7", "maria", "Maria", SURNAME, f"Maria {SURNAME}", phone, mail, address=SURNAME),
            Holder("7", SURNAME, phone, mail),
            QueueServerError("customer/login"),
            parts.database, parts.services, parts.hook, parts.worker, parts.intake, parts.polling, parts.deliver, parts.server,
            parts.doors, parts.measures, parts.watch, parts.clients, parts.application,
            parts,
        ]  # fmt: skip
        canaries = Canaries(town.settings)
        canaries.add("a token", token)
        canaries.add("a name", SURNAME)
        found = [line for one in shown for line in canaries.found_in(type(one).__name__, f"{one!r} {one!s}".encode())]
        assert not found, "\n".join(found)


def test_the_search_finds_what_it_looks_for() -> None:
    """Each spelling of a canary is caught."""
    town = Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it; its types hide it.
        telegram_token=SecretStr(TOKEN),
        queue_url="http://x",
        secret_keys=SecretStr(KEY),
    )
    canaries = Canaries(town)
    for value in (TOKEN, TOKEN.replace(":", "%3A"), base64.b64encode(TOKEN.encode()).decode(), PASSWORD):
        assert bool(canaries.found_in("it", f"x {value} y".encode())) == (value != PASSWORD)
