"""Who vouches for a customer who signs in with Google or Facebook: a provider's ID token, checked with the provider's published keys.

Nothing is accepted unless the environment names issuer and audience: SANDBOX_OIDC_ISSUER_GOOGLE and SANDBOX_OIDC_AUDIENCE_GOOGLE,
the same with FACEBOOK.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sandbox.virtual_ticket.refusals import Errno, Refusal

PROVIDERS = ("google", "facebook")
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
LEEWAY = 60
TIMEOUT = 10.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a provider vouches for: `subject` is the provider's own id of the person."""

    subject: str
    email: str | None = None
    first_name: str = ""
    last_name: str = ""


Verify = Callable[[str, str], Awaitable[Identity]]
"""verify(provider, token): the identity, or a Refusal."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """An OpenID provider as the operator trusts it: its `iss`, and the `aud` its tokens must be meant for."""

    url: str
    audience: str


async def refuse_all(provider: str, token: str) -> Identity:
    """Offer no provider: what holds where nothing is configured."""
    del provider, token
    raise Refusal(Errno.PROVIDER_OFF)


def from_environment(environ: Mapping[str, str], now: Callable[[], float]) -> Verify:
    """Return the check the environment asks for; ValueError where an issuer lacks an audience or is not safe to ask."""
    issuers = {}
    for provider in PROVIDERS:
        url = environ.get(f"SANDBOX_OIDC_ISSUER_{provider.upper()}", "").strip()
        audience = environ.get(f"SANDBOX_OIDC_AUDIENCE_{provider.upper()}", "").strip()
        if url:
            issuers[provider] = Issuer(_safe(url, provider), audience)
            if not audience:
                raise ValueError(
                    f"SANDBOX_OIDC_AUDIENCE_{provider.upper()} must name whom the provider's tokens are for"
                )
    return Providers(issuers, now).verify if issuers else refuse_all


def _safe(url: str, provider: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError(f"SANDBOX_OIDC_ISSUER_{provider.upper()} must be an https address")
    return url


class Providers:
    """Checks ID tokens; a provider's keys are fetched anew for each token, which a sandbox can afford."""

    def __init__(
        self, issuers: Mapping[str, Issuer], now: Callable[[], float], transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """`now` gives Unix seconds; `transport` leads elsewhere than the network."""
        self._issuers = issuers
        self._now = now
        self._transport = transport

    async def verify(self, provider: str, token: str) -> Identity:
        """Return whom the token vouches for; Refusal where the provider is not offered or the token does not hold."""
        issuer = self._issuers.get(provider)
        if issuer is None:
            raise Refusal(Errno.PROVIDER_OFF)
        try:
            claims = jwt.decode(token, await self._keys(issuer), algorithms=ALGORITHMS).claims
            rules = jwt.JWTClaimsRegistry(
                now=int(self._now()),
                leeway=LEEWAY,
                iss={"essential": True, "value": issuer.url},
                aud={"essential": True, "value": issuer.audience},
                exp={"essential": True},
                sub={"essential": True},
            )
            rules.validate(claims)
        except (JoseError, ValueError, httpx.HTTPError):
            raise Refusal(Errno.PROVIDER_TOKEN) from None
        return _identity(claims)

    async def _keys(self, issuer: Issuer) -> KeySet:
        async with httpx.AsyncClient(transport=self._transport, timeout=TIMEOUT, trust_env=False) as client:
            found = await self._fetch(client, f"{issuer.url.rstrip('/')}/.well-known/openid-configuration")
            # The document must speak for the issuer it was asked of (OpenID Connect Discovery 1.0, 4.3).
            if not isinstance(found, dict) or found.get("issuer") != issuer.url:
                raise ValueError("the discovery document is another issuer's")
            return KeySet.import_key_set(await self._fetch(client, str(found.get("jwks_uri"))))

    @staticmethod
    async def _fetch(client: httpx.AsyncClient, url: str) -> Any:
        answer = await client.get(url)
        answer.raise_for_status()
        return answer.json()


def _identity(claims: Mapping[str, Any]) -> Identity:
    # An address the provider has not checked could be anybody's, and would give away that person's account.
    email = str(claims["email"]) if claims.get("email") and claims.get("email_verified") in (True, "true") else None
    return Identity(
        str(claims["sub"]), email, str(claims.get("given_name") or ""), str(claims.get("family_name") or "")
    )
