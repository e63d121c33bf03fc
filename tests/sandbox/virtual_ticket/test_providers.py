"""ID tokens of a provider: only one that is signed, meant for us, of the right issuer and fresh is believed."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from sandbox.virtual_ticket.providers import Identity, Issuer, Providers, from_environment, refuse_all
from sandbox.virtual_ticket.refusals import Errno, Refusal
from tests.sandbox.virtual_ticket.conftest import MONDAY_NOON

ISSUER = "https://accounts.example.org"
KEY = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
STRANGER = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
CLAIMS = {
    "iss": ISSUER,
    "aud": "brand",
    "sub": "42",
    "exp": MONDAY_NOON + 600,
    "email": "ana@example.org",
    "email_verified": True,
    "given_name": "Ana",
    "family_name": "Reis",
}


def provider(discovery: Mapping[str, Any] | None = None) -> Providers:
    """A provider that publishes its keys on this machine."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/.well-known/openid-configuration":
            return httpx.Response(200, json=discovery or {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"})
        return httpx.Response(200, json=KeySet([KEY]).as_dict(private=False))

    issuers = {"google": Issuer(ISSUER, "brand")}
    return Providers(issuers, lambda: MONDAY_NOON, httpx.MockTransport(answer))


def signed(key: RSAKey = KEY, **claims: Any) -> str:
    content = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": "1"}, content, key)


async def test_a_good_token() -> None:
    identity = await provider().verify("google", signed())
    assert identity == Identity("42", "ana@example.org", "Ana", "Reis")


async def test_an_address_nobody_checked_is_not_taken_over() -> None:
    assert (await provider().verify("google", signed(email_verified=False))).email is None


@pytest.mark.parametrize(
    "token",
    [
        signed(STRANGER),
        signed(aud="another app"),
        signed(iss="https://evil.example.org"),
        signed(exp=MONDAY_NOON - 120),
        signed(exp=None),
        signed(sub=None),
        "not.a.token",
        "",
    ],
)
async def test_tokens_that_do_not_hold(token: str) -> None:
    with pytest.raises(Refusal) as caught:
        await provider().verify("google", token)
    assert caught.value.errno is Errno.PROVIDER_TOKEN


@pytest.mark.parametrize("discovery", [{"issuer": "https://evil.example.org"}, {"issuer": ISSUER, "jwks_uri": "x"}])
async def test_a_discovery_document_that_does_not_hold(discovery: dict[str, str]) -> None:
    with pytest.raises(Refusal) as caught:
        await provider(discovery).verify("google", signed())
    assert caught.value.errno is Errno.PROVIDER_TOKEN


async def test_nothing_is_offered_unless_configured() -> None:
    verify = from_environment({}, lambda: 0.0)
    assert verify is refuse_all
    for check in (verify, provider().verify):
        with pytest.raises(Refusal) as caught:
            await check("facebook", "token")
        assert caught.value.errno is Errno.PROVIDER_OFF


@pytest.mark.parametrize("url", ["http://accounts.example.org", "accounts.example.org"])
def test_an_issuer_is_asked_only_safely(url: str) -> None:
    environ = {"SANDBOX_OIDC_ISSUER_FACEBOOK": url, "SANDBOX_OIDC_AUDIENCE_FACEBOOK": "brand"}
    with pytest.raises(ValueError, match="must be an https address"):
        from_environment(environ, lambda: 0.0)


def test_an_issuer_on_this_machine_may_be_plain() -> None:
    environ = {"SANDBOX_OIDC_ISSUER_GOOGLE": "http://127.0.0.1:1", "SANDBOX_OIDC_AUDIENCE_GOOGLE": "brand"}
    assert from_environment(environ, lambda: 0.0) is not refuse_all
