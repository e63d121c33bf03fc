"""First contact: with the sandbox, and with servers of narrower habits."""

import json
from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from queue_api.client import VirtualTicket
from queue_api.probe import FORMATS, Probed, probe
from queue_api.settings import QueueSettings, TokenPlace
from queue_api.transport import open_client
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.virtual_ticket.app import create
from tickets.errors import TokenRefused
from tickets.model import Credentials, Registration

SETTINGS = QueueSettings("http://queue.test/vt/api")
ANA = Credentials("ana-of-braga", "a long password")


def town() -> ASGIApp:
    """The sandbox's server."""
    return Starlette(routes=create(Clock(lambda: 1_766_404_800.0), Faults(), seed=1).routes)


class Narrow:
    """A server that knows one spelling of the format and one place for the token."""

    def __init__(self, served: str, place: str) -> None:
        self._served, self._place, self._town = served, place, town()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything else away."""
        request = Request(scope)
        if scope["path"].split("/")[3] != self._served:
            await Response("<html>404</html>", 404, media_type="text/html")(scope, receive, send)
            return
        token = {
            "header": request.headers.get("vt_token"),
            "query": request.query_params.get("vt_token"),
            "bearer": request.headers.get("authorization"),
        }[self._place]
        carried = scope["path"].endswith(("details", "tickets"))
        if carried and not token:
            no = json.dumps({"success": False, "errno": 1}).encode()
            await Response(no, 401, media_type="application/json")(scope, receive, send)
            return
        await self._town(scope, receive, send)


async def _at_once(seconds: float) -> None:
    assert seconds < 1


async def probed(app: ASGIApp, credentials: Credentials | None = ANA, told: QueueSettings = SETTINGS) -> Probed:
    """Sign somebody up and probe."""
    async with open_client(SETTINGS, transport=httpx.ASGITransport(app=app)) as http:
        for written in FORMATS:
            try:
                await VirtualTicket(http, replace(SETTINGS, format=written), pause=_at_once).register(
                    Registration(ANA, "ana@example.org", "+351 900 100", "Ana", "Árvore")
                )
                break
            except Exception:  # noqa: BLE001, S112 -- whichever spelling this server knows
                continue
        return await probe(http, told, credentials, pause=_at_once)


@pytest.fixture
async def found() -> Probed:
    """A probe of the sandbox."""
    return await probed(town())


async def test_the_sandbox_speaks_everything(found: Probed) -> None:
    assert found.settings == SETTINGS
    assert found.token_proven
    works = {trial.setting: trial.works for trial in found.trials}
    assert all(works[f"QUEUE_FORMAT={written}"] for written in FORMATS)


async def test_every_way_for_the_token_is_tried_and_told(found: Probed) -> None:
    told = {
        (trial.setting.removeprefix("QUEUE_FORMAT=json QUEUE_TOKEN_IN="), trial.works)
        for trial in found.trials
        if trial.setting.startswith("QUEUE_FORMAT=json QUEUE_TOKEN_IN=")
    }
    assert told == {
        ("header QUEUE_TOKEN_NAME=vt_token", True),
        ("bearer QUEUE_TOKEN_NAME=vt_token", True),
        ("body QUEUE_TOKEN_NAME=vt_token", True),
        ("query QUEUE_TOKEN_NAME=vt_token", True),
        ("header QUEUE_TOKEN_NAME=token", False),
        ("body QUEUE_TOKEN_NAME=token", False),
        ("query QUEUE_TOKEN_NAME=token", False),
    }


async def test_each_format_is_signed_in_to(found: Probed) -> None:
    signed = [trial.detail for trial in found.trials if trial.setting.startswith("QUEUE_FORMAT=xml ") and trial.works]
    assert signed == ["customer/login", "customer/details", "customer/tickets"]
    good = [(one.operation, one.format) for one in found.samples if one.status == 200]
    assert len(good) == len(set(good)), "once each"
    for operation in ("customer/login", "customer/details", "customer/tickets", "locations/get"):
        assert {(operation, "json"), (operation, "xml")} <= set(good)


async def test_a_format_that_fails_once_signed_in_is_told_and_another_is_proven() -> None:
    class Halved:
        """A server whose JSON breaks off where somebody signs in."""

        def __init__(self) -> None:
            self._town = town()

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"].endswith("json/customer/login"):
                await Response(b'{"success": true, "vt_', media_type="application/json")(scope, receive, send)
            else:
                await self._town(scope, receive, send)

    found = await probed(Halved())
    assert found.token_proven
    assert found.settings
    assert found.settings.format == "xml"
    assert [trial.works for trial in found.trials if trial.setting == "QUEUE_FORMAT=json sign-in"] == [False]


async def test_samples_hold_no_secret(found: Probed) -> None:
    operations = {sample.operation for sample in found.samples}
    assert operations >= {"locations/get", "server_services/get", "settings/get", "customer/login", "customer/details"}
    everything = b"".join(sample.body for sample in found.samples) + repr(found).encode()
    for private in ("ana-of-braga", "a long password", "ana@example.org", "+351 900 100", "Árvore"):
        assert private.encode() not in everything
    login = next(sample for sample in found.samples if sample.operation == "customer/login")
    assert json.loads(login.body) == {"success": True, "vt_token": "redacted"}
    assert login.content_type.startswith("application/json")


@pytest.mark.parametrize("written", ["JSON", "xml", "XML"])
@pytest.mark.parametrize("place", ["header", "query", "bearer"])
async def test_a_server_with_narrow_habits(written: str, place: str) -> None:
    found = await probed(Narrow(written, place))
    assert found.token_proven
    assert found.settings
    assert found.settings.format == written
    assert found.settings.token_in in {place, "body" if place == "query" else place}
    failed = [trial for trial in found.trials if not trial.works]
    assert failed
    assert all(trial.detail for trial in failed)


@pytest.mark.parametrize(("place", "told_place"), [("header", "header"), ("header", "query"), ("query", "query")])
async def test_the_operators_own_name_for_the_token_is_tried(place: TokenPlace, told_place: TokenPlace) -> None:
    class Own:
        """A server that has a name of its own for the token."""

        def __init__(self) -> None:
            self._town = town()

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope)
            if scope["path"].endswith(("details", "tickets")):
                kept = {"header": request.headers, "query": request.query_params}[place].get("X-VT-Token", "")
                scope = {**scope, "headers": [(b"vt_token", kept.encode())], "query_string": b""}
            await self._town(scope, receive, send)

    told = replace(SETTINGS, token_in=told_place, token_name="X-VT-Token")
    found = await probed(Own(), told=told)
    assert found.token_proven
    assert found.settings == replace(told, token_in=place)
    tried = [trial.setting for trial in found.trials if "json QUEUE_TOKEN_IN" in trial.setting]
    assert tried[0] == f"QUEUE_FORMAT=json QUEUE_TOKEN_IN={told_place} QUEUE_TOKEN_NAME=X-VT-Token"
    assert len({one for one in tried if "bearer" in one}) == 1


async def test_without_credentials_the_format_alone_is_found() -> None:
    found = await probed(town(), None)
    assert found.settings == SETTINGS
    assert not found.token_proven
    assert not any("TOKEN" in trial.setting for trial in found.trials)


async def test_wrong_credentials_are_a_trial_that_failed() -> None:
    found = await probed(town(), Credentials("ana-of-braga", "another password"))
    assert not found.token_proven
    assert [trial.works for trial in found.trials if trial.setting.endswith(" sign-in")] == [False] * 2


async def test_a_server_that_speaks_nothing_of_ours() -> None:
    found = await probed(Response("<html></html>", media_type="text/html"))
    assert found.settings is None
    assert not any(trial.works for trial in found.trials)
    assert found.samples, "what cannot be read is the sample that helps most"


async def test_a_token_that_nobody_accepts() -> None:
    class Forgetful:
        """A server that knows nobody."""

        def __init__(self) -> None:
            self._town = town()

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"].endswith("details"):
                await Response(b"", 401)(scope, receive, send)
            else:
                await self._town(scope, receive, send)

    found = await probed(Forgetful())
    assert not found.token_proven
    refused = [trial for trial in found.trials if "QUEUE_TOKEN_IN" in trial.setting]
    assert len(refused) == 14, "seven ways in each of two formats"
    assert TokenRefused("customer/details", "status 401").args[0] in {trial.detail for trial in refused}
