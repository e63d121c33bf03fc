"""What a provider may send back: ID tokens spoilt in every way we could think of, keys that change, and providers that misbehave."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from bot.clock import SystemClock
from bot.web.openid import FRESH, MOST_BYTES, OpenId, Provider, ProviderAway, Untrusted
from tests.bot.conftest import HandClock
from tests.journeys.town import Town
from tests.oidc.browsing import Browser, offering
from tests.oidc.running import CLIENT_ID, CLIENT_SECRET, provider
from tests.oidc.running import Provider as Running

SPOILT = (
    "aud", "auds", "azp", "iss", "nonce", "no_nonce", "no_sub", "no_exp", "expired", "future", "unsigned", "no_signature", "symmetric",
    "tampered", "other_key", "other_name", "missing", "nonsense", "number",
)  # fmt: skip


@pytest.fixture
async def spoilt() -> AsyncIterator[Running]:
    """A provider whose tokens go bad on request."""
    async with provider("spoilt.mjs") as running:
        yield running


@pytest.fixture
async def town(tmp_path: Path, spoilt: Running, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """A town whose bot offers it."""
    async with offering(tmp_path, spoilt.issuer, monkeypatch) as one:
        yield one


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_spoilt_tokens_are_never_asked_about(town: Town, spoilt: Running) -> None:
    """The callback refuses each, nothing is asked in the chat, and a good one is taken before and after."""
    ana = town.chat(1001)
    for how in ("good", *SPOILT, "good"):
        await spoilt.spoil(how)
        await ana.says("/login")
        async with Browser(town) as browser:
            answer = await browser.get(await browser.consent(await browser.begin(ana)))
        await ana.look()
        asked = ana.count("Which number does your browser show")
        assert (answer.status_code, asked) == ((200, 1) if how == "good" else (403, 0)), how
        if asked:
            await ana.presses("No")


class Scripted:
    """A provider's answers by path; a test changes them."""

    def __init__(self, issuer: str = "https://id.example") -> None:
        """Good metadata, no keys."""
        self.asked: list[httpx.Request] = []
        self.answers: dict[str, Callable[[], httpx.Response]] = {}
        self.metadata: dict[str, Any] = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/auth?tenant=1",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
        }
        self.answers["/.well-known/openid-configuration"] = lambda: httpx.Response(200, json=self.metadata)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One exchange."""
        self.asked.append(request)
        return self.answers[request.url.path]()

    def client(self, now: Callable[[], float] = lambda: 0.0, **changes: str) -> OpenId:
        """Ours, speaking with it."""
        known = {
            "name": "google",
            "issuer": "https://id.example",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }
        transport = httpx.MockTransport(self)
        return OpenId(Provider(**(known | changes)), httpx.AsyncClient(transport=transport), now)


async def begin(client: OpenId) -> str:
    """Where people are sent."""
    return await client.address("https://bot.example/back", "state", "v" * 43, "nonce")


async def test_the_address_keeps_what_the_provider_put_there() -> None:
    scripted, clock = Scripted(), HandClock()
    client = scripted.client(clock.now)
    address = httpx.URL(await begin(client))
    assert address.params["tenant"] == "1"
    assert address.params["scope"] == "openid email profile"
    assert "v" * 43 not in str(address)
    await begin(client)
    assert len(scripted.asked) == 1, "the metadata is asked for once"
    clock.passes(FRESH + 1)
    await begin(client)
    assert len(scripted.asked) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://elsewhere.example"},
        {"issuer": None},
        {"authorization_endpoint": "http://id.example/auth"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": None},
        {"token_endpoint": "https://"},
        {"jwks_uri": 5},
    ],
)
async def test_metadata_that_is_not_believed(changes: dict[str, Any]) -> None:
    scripted = Scripted()
    scripted.metadata |= changes
    with pytest.raises(ProviderAway):
        await begin(scripted.client())


def _cut() -> httpx.Response:
    raise httpx.ReadTimeout("too slow")


@pytest.mark.parametrize(
    "answer",
    [
        lambda: httpx.Response(500, json={}),
        lambda: httpx.Response(302, headers={"Location": "https://elsewhere.example"}, json={}),
        lambda: httpx.Response(200, text="<html>"),
        lambda: httpx.Response(200, json=[]),
        lambda: httpx.Response(200, content=b"[" * 100_000),
        lambda: httpx.Response(200, content=b" " * (MOST_BYTES + 1)),
        _cut,
    ],
)
async def test_a_provider_that_does_not_answer_properly(answer: Callable[[], httpx.Response]) -> None:
    scripted = Scripted()
    scripted.answers["/.well-known/openid-configuration"] = answer
    with pytest.raises(ProviderAway):
        await begin(scripted.client())


@pytest.mark.parametrize(
    ("status", "error"), [(400, Untrusted), (401, Untrusted), (500, ProviderAway), (200, Untrusted)]
)
async def test_a_code_that_is_not_taken(status: int, error: type[Exception]) -> None:
    scripted = Scripted()
    scripted.answers["/token"] = lambda: httpx.Response(status, json={"error": "invalid_grant"})
    with pytest.raises(error) as refused:
        await scripted.client().vouched("the-code", "https://bot.example/back", "v" * 43, "nonce")
    assert "the-code" not in str(refused.value)


@pytest.mark.parametrize(
    ("offered", "in_body"),
    [(None, False), (["client_secret_basic"], False), (["client_secret_basic", "client_secret_post"], True)],
)
async def test_how_we_say_who_we_are(offered: list[str] | None, in_body: bool) -> None:
    scripted = Scripted()
    scripted.metadata["token_endpoint_auth_methods_supported"] = offered
    scripted.answers["/token"] = lambda: httpx.Response(400, json={})
    with pytest.raises(Untrusted):
        await scripted.client().vouched("c", "https://bot.example/back", "v" * 43, "nonce")
    request = scripted.asked[-1]
    assert (CLIENT_SECRET in request.content.decode(), "authorization" in request.headers) == (in_body, not in_body)
    assert CLIENT_SECRET not in str(request.url)
    assert b"code_verifier=" + b"v" * 43 in request.content


async def test_facebook_is_known_where_its_metadata_is_silent() -> None:
    scripted = Scripted("https://www.facebook.com")
    del scripted.metadata["token_endpoint"]
    scripted.answers["/oauth/access_token"] = lambda: httpx.Response(400, json={})
    client = scripted.client(name="facebook", issuer="https://www.facebook.com")
    assert httpx.URL(await begin(client)).params["scope"] == "openid email public_profile"
    with pytest.raises(Untrusted):
        await client.vouched("c", "https://bot.example/back", "v" * 43, "nonce")
    assert scripted.asked[-1].url.host == "graph.facebook.com"
    assert b"client_id=" + CLIENT_ID.encode() in scripted.asked[-1].content
    assert CLIENT_SECRET.encode() in scripted.asked[-1].content
    assert "authorization" not in scripted.asked[-1].headers


async def test_the_answers_issuer() -> None:
    scripted = Scripted()
    client = scripted.client()
    assert await client.issued(None)
    assert await client.issued("https://id.example")
    assert not await client.issued("https://elsewhere.example")
    promising = Scripted()
    promising.metadata["authorization_response_iss_parameter_supported"] = True
    assert not await promising.client().issued(None)


async def test_keys_are_read_again_when_the_provider_changes_them_but_not_for_every_forgery() -> None:

    scripted, clock = Scripted(), HandClock(SystemClock().now())
    keys = [RSAKey.generate_key(2048, parameters={"kid": name}) for name in ("first", "second")]
    published = [keys[0]]
    claims = {
        "iss": "https://id.example", "aud": CLIENT_ID, "sub": "1", "nonce": "nonce", "name": "Ana",
        "iat": int(clock.now()), "exp": int(clock.now()) + 7200,
    }  # fmt: skip

    def answer_with(key: RSAKey) -> None:
        token = jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
        scripted.answers["/token"] = lambda: httpx.Response(200, json={"id_token": token})

    scripted.answers["/keys"] = lambda: httpx.Response(
        200, content=json.dumps({"keys": [key.as_dict(private=False) for key in published]})
    )
    client = scripted.client(clock.now)

    async def name() -> str:
        return (await client.vouched("c", "https://bot.example/back", "v" * 43, "nonce")).name

    answer_with(keys[0])
    assert await name() == "Ana"
    answer_with(keys[1])
    for _ in range(3):
        with pytest.raises(Untrusted):
            await name()
    assert sum(request.url.path == "/keys" for request in scripted.asked) == 1, (
        "unknown names do not make us ask all the time"
    )
    published.append(keys[1])
    clock.passes(61)
    assert await name() == "Ana"
    assert sum(request.url.path == "/keys" for request in scripted.asked) == 2
