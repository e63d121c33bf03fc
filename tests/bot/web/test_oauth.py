"""The two routes of a provider behind https: which doors there are, what each answer carries, and the cookie's form."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.web.headers import plain_headers
from bot.web.oauth import LIFETIME, OAuth
from bot.web.pages import describe, pages
from tests.bot.web.test_openid import Scripted
from tests.bot.web.test_page import GUARDS, POLICY
from tests.journeys.town import Town, opened
from tickets.acting import Actor

PUBLIC = "https://bot.example"
HEADERS = {**GUARDS, "content-security-policy": POLICY + "'none'", "strict-transport-security": "max-age=31536000"}
COOKIE = re.compile(r"__Host-vt_oauth=3e9\.[\w-]{43}; HttpOnly; Max-Age=600; Path=/; SameSite=lax; Secure")


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A bot behind https that offers Google."""
    known = {"oauth_google_id": "vtbot", "oauth_google_secret": "a-secret-between-the-two-of-us"}
    async with opened(tmp_path, public_url=PUBLIC, **known) as one:
        yield one


@pytest.fixture
async def browser(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before its pages, with a provider that answers what is scripted."""

    async def nobody(*told: Any) -> bool:
        raise AssertionError("nobody is to be asked")

    services, secrets = town.parts.services, iter(f"{number:043}" for number in range(100))
    headers = plain_headers(town.parts.settings)
    oauth = OAuth(services, {"google": Scripted().client()}, lambda: next(secrets), nobody, lambda: "some_bot", headers)
    transport = httpx.ASGITransport(app=Starlette(routes=oauth.routes()))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as one:
        yield one


async def start(town: Town) -> str:
    """A fresh start link's path."""
    return (
        f"/oauth/google/start?n={await town.parts.services.passes.issue(Actor(1001, 1001), 'start_google', LIFETIME)}"
    )


def told(answer: httpx.Response) -> dict[str, str]:
    """The headers that guard."""
    left_out = ("content-length", "content-type", "location", "set-cookie")
    return {name: value for name, value in answer.headers.items() if name not in left_out}


async def test_which_doors_there_are(town: Town) -> None:
    async def healthy() -> dict[str, str]:
        return {}

    doors = describe(pages(None, healthy, list(town.parts.doors)))
    ours = {path: methods for path, methods in doors if path.startswith("/oauth")}
    assert ours == {"/oauth/{provider}/start": {"GET", "HEAD"}, "/oauth/{provider}/callback": {"GET", "HEAD"}}


async def test_what_every_answer_carries(town: Town, browser: httpx.AsyncClient) -> None:
    path = await start(town)
    for method, where, status in (
        ("HEAD", path, 200),
        ("GET", path, 302),
        ("GET", path, 403),
        ("GET", "/oauth/google/callback", 403),
        ("GET", "/oauth/facebook/start", 404),
        ("GET", "/oauth/nobody/callback?code=1&state=2", 404),
    ):
        answer = await browser.request(method, where)
        assert answer.status_code == status, where
        assert told(answer) == HEADERS, where


async def test_the_cookie_is_tied_to_this_host(town: Town, browser: httpx.AsyncClient) -> None:
    answer = await browser.get(await start(town))
    assert COOKIE.fullmatch(answer.headers["set-cookie"])
    assert answer.headers["location"].startswith("https://id.example/auth?tenant=1&")
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert (await browser.request(method, "/oauth/google/callback")).status_code == 405


async def test_saying_no_there_ends_it_here(town: Town, browser: httpx.AsyncClient) -> None:
    answer = await browser.get(await start(town))
    state = httpx.URL(answer.headers["location"]).params["state"]
    refused = await browser.get("/oauth/google/callback", params={"error": "access_denied", "state": state})
    assert (refused.status_code, "Nothing was connected" in refused.text) == (400, True)
    assert "Max-Age=0" in refused.headers["set-cookie"]


async def test_what_is_put_into_the_page_is_text(town: Town, browser: httpx.AsyncClient) -> None:
    """The page's own address is the only thing of the asker's on it."""
    answer = await browser.get('/oauth/google/start?n="><script>alert(1)</script>', headers={"User-Agent": "X; wv)"})
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert (await browser.get("/oauth/google/start", headers={"Accept-Language": "<b>,pt;q=0.5"})).text.count(
        'lang="pt"'
    ) == 1
