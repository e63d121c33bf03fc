"""Our pages' matrix: every route x {the owner, somebody else, another chat, a group, nobody}, with the passes of each."""

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.web.pages import SECRET_HEADER, describe, metrics_page, pages
from bot.web.sign_in import LIFETIME, PASS
from tests.security.stage import GROUP, OTHER, OWNER, PASSWORD, PUBLIC, SECOND, Stage, staged
from tests.security.test_authorisation import state
from tickets.acting import Actor
from tickets.errors import OnlyInPrivate

READ, WRITE = frozenset({"GET", "HEAD"}), frozenset({"POST"})
ANYBODY = frozenset(
    {
        "/healthz", "/readyz", "/metrics", "/app", "/app/main.js", "/app/forms.js", "/app/telegram.js", "/app/look.css", "/app/brand.css",
        "/app/words",
    }
)  # fmt: skip
"""The same for everybody, because nothing personal is in them."""


@dataclass(frozen=True, slots=True)
class Door:
    """A route that does something: what is sent, and the status for the owner's own pass and for everybody else's attempts."""

    body: Mapping[str, str]
    own: int
    refused: int = 403
    holds: str = "pass"


ACCOUNT = {"username": SECOND, "password": PASSWORD}
POSTS: Mapping[str, Door] = {
    "/app/open": Door({}, 403, holds="initData"),
    "/app/sign_in": Door(ACCOUNT, 200),
    "/app/register": Door({"username": "new.name", "password": "new-password-1"}, 200),
    "/app/forgot": Door({"email": "nobody@example.org"}, 200),
    "/app/renew": Door({"token": "no-such-code", "password": "new-password-1"}, 409),
}
HOOK, START, RETURN = "/telegram", "/oauth/{provider}/start", "/oauth/{provider}/callback"
GUARDED: Mapping[str, frozenset[str]] = {HOOK: WRITE, START: READ, RETURN: READ}
"""Route -> its methods. Each has a test of its own below: what guards it is a secret, a pass or a cookie."""
STARTING = "start_google"
COOKIE = "vt_oauth"


async def healthy() -> Mapping[str, str]:
    """Nothing is wrong."""
    return {}


def browser(stage: Stage) -> httpx.AsyncClient:
    """Somebody's browser, without any cookie."""
    application = pages(stage.parts.hook, healthy, list(stage.parts.doors))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=application), base_url=PUBLIC)


async def test_no_door_is_without_a_row(tmp_path: Path) -> None:
    async with staged(tmp_path) as (stage, _):
        application = pages(stage.parts.hook, healthy, list(stage.parts.doors))
        metrics = metrics_page(stage.parts.measures.render)
        known = Counter((path, frozenset(methods)) for path, methods in (*describe(application), *describe(metrics)))
        rows = [*dict.fromkeys(ANYBODY, READ).items(), *dict.fromkeys(POSTS, WRITE).items(), *GUARDED.items()]
        assert known == Counter(rows)


@pytest.mark.parametrize("path", POSTS)
async def test_a_pass_opens_its_own_chat_and_no_other(path: str, tmp_path: Path) -> None:
    """Nobody, a forged pass, another chat's secret and a group's change nothing; one's own changes one's own."""
    door = POSTS[path]
    async with staged(tmp_path) as (stage, _), browser(stage) as client:
        passes = stage.parts.services.passes
        owners = await passes.issue(Actor(OWNER, OWNER), PASS, LIFETIME)
        others = await passes.issue(Actor(OTHER, OTHER), PASS, LIFETIME)
        start = await passes.issue(Actor(OTHER, OTHER), "start_google", LIFETIME)
        secret = others.partition(".")[2]
        before = await state(stage)
        forged = (f"{OWNER:x}.{secret}", f"{OWNER:x}.{secrets.token_urlsafe(32)}", f"{GROUP:x}.{secret}", start, "x")
        for wrong in forged:
            answer = await client.post(path, json={**door.body, door.holds: wrong})
            assert answer.status_code == door.refused, (wrong, answer.text)
        assert await state(stage) == before
        answer = await client.post(path, json={**door.body, door.holds: owners})
        assert answer.status_code == door.own, answer.text
        held, seen = await state(stage)
        assert (held[OTHER], seen[OTHER]) == (before[0][OTHER], before[1][OTHER])


async def test_only_telegram_gets_an_update_in(tmp_path: Path) -> None:
    async with staged(tmp_path) as (stage, _), browser(stage) as client:
        others = await stage.parts.services.passes.issue(Actor(OTHER, OTHER), PASS, LIFETIME)
        before = await state(stage)
        owner = {"chat": {"id": OWNER, "type": "private"}, "from": {"id": OWNER, "is_bot": False}}
        told = {"update_id": 10**9, "message": {"message_id": 1, "date": 1, "text": "/delete", **owner}}
        secret = stage.parts.settings.secret_of_webhook
        for header in ({}, {SECRET_HEADER: others}, {SECRET_HEADER: secret[:-1]}, {"authorization": secret}):
            assert (await client.post(f"{HOOK}?secret={secret}", json=told, headers=header)).status_code == 403
        twice = [(SECRET_HEADER, secret), (SECRET_HEADER, secret)]
        assert (await client.post(HOOK, json=told, headers=twice)).status_code == 403
        await stage.settle()
        assert await state(stage) == before
        nothing = {"update_id": 10**9 + 1}
        assert (await client.post(HOOK, json=nothing, headers={SECRET_HEADER: secret})).status_code == 200


def forged(token: str) -> tuple[str, ...]:
    """What might pass for the owner's: a good secret of somebody else's under other names, and nothing at all."""
    secret = token.partition(".")[2]
    return "", "x", f"{OWNER:x}.{secret}", f"{GROUP:x}.{secret}", f"{OWNER:x}.{secrets.token_urlsafe(32)}"


async def begun(stage: Stage, client: httpx.AsyncClient, chat_id: int) -> tuple[str, str]:
    """Somebody sets out from their own link and agrees at the provider: the query that leads back, and the cookie given."""
    token = await stage.parts.services.passes.issue(Actor(chat_id, chat_id), STARTING, LIFETIME)
    answer = await client.get(f"{START.format(provider='google')}?n={token}")
    assert answer.status_code == 302
    cookie = answer.cookies[COOKIE]
    client.cookies.clear()
    return stage.provider.agrees(answer.headers["location"]), cookie


async def test_a_start_is_its_own_chats_and_no_other(tmp_path: Path) -> None:
    """Nobody, a forged link, a page's pass and a group's lead nowhere; the other person's own leads to their own chat."""
    async with staged(tmp_path) as (stage, _), browser(stage) as client:
        passes, address = stage.parts.services.passes, START.format(provider="google")
        page = await passes.issue(Actor(OTHER, OTHER), PASS, LIFETIME)
        facebook = await passes.issue(Actor(OTHER, OTHER), "start_facebook", LIFETIME)
        others = await passes.issue(Actor(OTHER, OTHER), STARTING, LIFETIME)
        before = await state(stage)
        for wrong in (page, facebook, *forged(others)):
            answer = await client.get(f"{address}?n={wrong}", headers={"Cookie": f"{COOKIE}={others}"})
            assert (answer.status_code, answer.headers.get("location")) == (403, None), wrong
        assert (await client.get(f"{address}?n={others}&n={others}")).status_code == 403
        assert await state(stage) == before
        assert (await client.get(f"{address}?n={others}")).status_code == 302
        held, seen = await state(stage)
        for one in (OWNER, GROUP):
            assert (held[one], seen[one]) == (before[0][one], before[1][one])
        assert (await client.get(f"{address}?n={others}")).status_code == 403, "good once"


@pytest.mark.parametrize("chat_id", [OWNER, OTHER], ids=["owner", "other"])
async def test_a_return_asks_in_the_chat_it_began_in(chat_id: int, tmp_path: Path) -> None:
    """And it needs both what the provider brings back and the cookie of the browser that set out."""
    async with staged(tmp_path) as (stage, _), browser(stage) as client:
        address = RETURN.format(provider="google")
        query, cookie = await begun(stage, client, chat_id)
        others_query, others_cookie = await begun(stage, client, OTHER if chat_id == OWNER else OWNER)
        before = await state(stage)
        attempts = [(query, one) for one in (others_cookie, *forged(others_cookie))] + [
            (others_query, cookie),
            ("", cookie),
        ]
        for told, given in attempts:
            answer = await client.get(f"{address}?{told}", headers={"Cookie": f"{COOKIE}={given}"})
            assert answer.status_code == 403, (told, given)
        assert await state(stage) == before
        answer = await client.get(f"{address}?{query}", headers={"Cookie": f"{COOKIE}={cookie}"})
        assert answer.status_code == 200, answer.text
        held, seen = await state(stage)
        changed = {one for one in held if (held[one], seen[one]) != (before[0][one], before[1][one])}
        assert changed == {chat_id}, "it is asked there and nowhere else"
        assert held[chat_id]["account"] == before[0][chat_id]["account"], "nothing is connected before somebody says so"


async def test_a_group_is_given_no_pass(tmp_path: Path) -> None:
    async with staged(tmp_path) as (stage, _):
        with pytest.raises(OnlyInPrivate):
            await stage.parts.services.passes.issue(Actor(OWNER, GROUP), PASS, LIFETIME)


async def test_the_same_for_everybody(tmp_path: Path) -> None:
    """No cookie, pass or language makes a page personal."""
    async with staged(tmp_path) as (stage, _), browser(stage) as client:
        others = await stage.parts.services.passes.issue(Actor(OTHER, OTHER), PASS, LIFETIME)
        for path in sorted(ANYBODY - {"/metrics"}):
            plain = await client.get(path)
            told = await client.get(path, headers={"Cookie": f"vt_oauth={others}", "Authorization": f"Bearer {others}"})
            assert (plain.status_code, plain.content) == (200, told.content), path
