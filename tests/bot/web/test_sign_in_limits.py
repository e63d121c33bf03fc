"""What the sign-in page's routes refuse: guesses, codes tried again and again, and whatever is no form of theirs."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.web.sign_in import MOST_BYTES
from tests.bot.web.conftest import PASSWORD, Site
from tests.bot.web.test_page import GUARDS
from tests.bot.web.test_page import told as guards
from tests.journeys.town import Chat, Town
from tickets.conversation import digest

FIELDS = ("pass", "initData", "username", "password", "email", "phone", "first_name", "last_name", "token")


POSTS = ("open", "sign_in", "register", "forgot", "renew")


async def test_guessing_is_slowed_down(site: Site, ana: Chat) -> None:
    token = await site.enter(ana)
    wrong = {"pass": token, "username": "ana.sa", "password": "wrong horse"}
    codes = [(await site.post("sign_in", **wrong)).json()["error"] for _ in range(6)]
    assert codes == ["credentials"] * 5 + ["too_many"]
    right = await site.post("sign_in", **{**wrong, "password": PASSWORD})
    assert (right.status_code, right.json()) == (429, {"error": "too_many"})


async def test_guessing_side_by_side_is_no_way_around(site: Site, ana: Chat) -> None:
    """One pass, many posts at one moment: the queue server is asked five times."""
    token = await site.enter(ana)
    before = (await site.town.ask("requests")).get("customer/login", 0)
    told = [{"pass": token, "username": "ana.sa", "password": f"wrong horse {number}"} for number in range(12)]
    answers = await asyncio.gather(*(site.post("sign_in", **one) for one in told))
    assert sorted(answer.json()["error"] for answer in answers) == ["credentials"] * 5 + ["too_many"] * 7
    assert (await site.town.ask("requests"))["customer/login"] - before == 5


async def test_a_code_is_not_tried_again_and_again(site: Site) -> None:
    told = {"token": "guessed", "password": "another battery"}
    assert [(await site.post("renew", **told)).status_code for _ in range(6)] == [409] * 5 + [429]


async def tries(site: Site, address: str, many: int, prefix: str = "") -> list[int]:
    """So many codes tried by somebody at that address; `prefix`: only such whose digests begin with it."""
    codes = (f"guess {address} {number}" for number in itertools.count())
    chosen = itertools.islice((code for code in codes if digest(code).startswith(prefix)), many)
    async with site.from_address(address) as browser:
        posts = [{"token": code, "password": "another battery"} for code in chosen]
        return [(await browser.post("/app/renew", json=told)).status_code for told in posts]


async def test_whoever_tries_many_codes_is_in_nobody_elses_way(
    site: Site, ana: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Limited by the network they come from, of which a house has many addresses; anybody else's letter works."""
    monkeypatch.setattr("tickets.profile.MOST_RENEWALS", 3)
    assert await tries(site, "81.2.69.142", 5) == [409] * 3 + [429] * 2
    assert await tries(site, "81.2.69.143", 1) == [409]
    assert await tries(site, "2a02:8071::1", 2) + await tries(site, "2a02:8071::2", 2) == [409] * 3 + [429]
    token = await site.enter(ana)
    await site.post("forgot", **{"pass": token, "email": "ana@example.org"})
    (letter,) = await site.town.ask("outbox")
    async with site.from_address("81.2.69.144") as browser:
        answer = await browser.post("/app/renew", json={"token": letter["token"], "password": "another battery"})
    assert answer.json() == {"done": False}


async def test_behind_a_proxy_that_says_nothing_codes_share_limits_in_small_parts(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.profile.MOST_RENEWALS", 3)
    for address in ("127.0.0.1", "10.0.0.7", "unix"):
        assert (await tries(site, address, 1, "a1"))[0] in (409, 429)
    assert await tries(site, "10.0.0.8", 1, "a1") == [429]
    assert await tries(site, "10.0.0.8", 1, "a2") == [409]


@pytest.mark.parametrize("path", POSTS)
async def test_the_form_of_what_is_posted(path: str, site: Site) -> None:
    async def post(content: Any, kind: str = "application/json") -> int:
        answer = await site.browser.post(f"/app/{path}", content=content, headers={"Content-Type": kind})
        assert answer.headers["content-type"] == "application/json"
        assert set(answer.json()) == {"error"}
        return answer.status_code

    good = json.dumps({"pass": "x", "initData": "x"}).encode()
    for kind in ("", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json5"):
        assert await post(good, kind) == 415, kind
    assert await post(good, "application/json; charset=utf-8") in (403, 422)
    assert await post(b" " * (MOST_BYTES + 1)) == 413
    for nonsense in (
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff",
        b"[" * 20_000,
        b'{"pass": 1}',
        b'{"pass": {"a": "b"}}',
        b'{"pass": "a", "pass": "b"}',
        b'{"\\ud800": "x"}',
        *(b'{"%s": "x\\udfff"}' % name.encode() for name in FIELDS),
    ):
        assert await post(nonsense) == 400, nonsense
    assert (await site.browser.get(f"/app/{path}")).status_code == 405


async def test_half_a_pair_in_any_field_is_refused_with_our_headers(site: Site, ana: Chat) -> None:
    """Also where everything else is good; a whole pair is a letter like any other."""
    good = {"pass": await site.enter(ana), "username": "ana.sa", "password": "wrong horse", "email": "x", "token": "t"}
    for path in ("sign_in", "register", "forgot", "renew"):
        for name in FIELDS:
            body = json.dumps({**good, name: "\ud83d"})
            answer = await site.browser.post(f"/app/{path}", content=body, headers={"Content-Type": "application/json"})
            assert (answer.status_code, answer.json()) == (400, {"error": "unknown"}), (path, name)
            assert answer.headers["cache-control"] == "no-store"
    assert (await site.post("sign_in", **{**good, "password": "😀 horse"})).status_code == 403


async def test_what_nobody_foresaw_says_nothing_and_carries_our_headers(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the-inside-of-it")

    monkeypatch.setattr("tickets.conversation.Passes.look", broken)
    with capture_logs() as logs:
        answer = await site.post("sign_in", **{"pass": "x", "username": "a", "password": "b"})
    assert (answer.status_code, answer.json()) == (500, {"error": "unknown"})
    assert guards(answer) == GUARDS
    assert [line["event"] for line in logs] == ["incident"]


async def test_fields_that_are_missing_or_endless(site: Site, ana: Chat) -> None:
    token = await site.enter(ana)
    for told in ({}, {"username": "a"}, {"password": PASSWORD}, {"username": " ", "password": PASSWORD}):
        answer = await site.post("sign_in", **{"pass": token, **told})
        assert (answer.status_code, answer.json()) == (422, {"error": "fields"})
    assert (
        await site.post("register", **{"pass": token, "username": "a" * 201, "password": PASSWORD})
    ).status_code == 422
    assert (await site.post("forgot", **{"pass": token})).status_code == 422


async def test_a_body_that_trickles_in_is_not_waited_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.sign_in.SLOWEST", 0.01)

    async def trickle() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    answer = await site.browser.post("/app/open", content=trickle(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()) == (408, {"error": "offline"})


@pytest.mark.parametrize("kind", ["500", "reset", "garbage"])
async def test_a_queue_server_in_trouble(kind: str, site: Site, ana: Chat, town: Town) -> None:
    token = await site.enter(ana)
    await town.tell("fault", target="queue", kind=kind, apply="before", count=20)
    answer = await site.post("sign_in", **{"pass": token, "username": "ana.sa", "password": PASSWORD})
    assert (answer.status_code, answer.json()) == (503, {"error": "away"})
