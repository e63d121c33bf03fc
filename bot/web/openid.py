"""An OpenID provider as a client of it sees it: where to send people, and whom a returned code stands for.

Authlib makes the requests and checks the claims, joserfc the signature, httpx carries them (docs/decisions/0010-ways-in-over-pages.md).
OpenID Connect Core 1.0, section 3.1; RFC 7636 (PKCE); RFC 9700 (best current practice).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.settings import LOOPBACK

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""
FRESH = 3600.0
"""Seconds for which metadata and keys are believed without asking again."""
PAUSE = 60.0
"""Seconds between two looks for a key we do not know, so that forged tokens do not make us ask all the time."""
MOST_BYTES = 256 * 1024
TOKEN_ENDPOINTS = {"https://www.facebook.com": "https://graph.facebook.com/oauth/access_token"}
"""Facebook's metadata does not name it (developers.facebook.com, "OIDC token with manual flow")."""
IN_BODY = ("facebook",)
"""Who takes client_id and client_secret in the body alone, and does not say so."""


class ProviderAway(Exception):
    """The provider does not answer, or not as its protocol says."""


class Untrusted(Exception):
    """What came back is not to be believed; the text says why and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as the operator registered with it."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the provider vouches for: its ID token, and a name to show."""

    token: str = field(repr=False)
    name: str


class OpenId:
    """One provider, asked over the network when it is first needed."""

    def __init__(self, provider: Provider, client: httpx.AsyncClient, now: Callable[[], float]) -> None:
        """`client` follows no redirects; `now` gives Unix seconds."""
        self.provider = provider
        self._client = client
        self._now = now
        self._metadata: Mapping[str, Any] = {}
        self._metadata_at = float("-inf")
        self._keys: KeySet | None = None
        self._keys_at = float("-inf")

    async def address(self, redirect_uri: str, state: str, verifier: str, nonce: str) -> str:
        """Where to send the person. `ProviderAway` where the provider cannot be asked."""
        metadata = await self._known()
        return str(
            prepare_grant_uri(
                metadata["authorization_endpoint"],
                client_id=self.provider.client_id,
                response_type="code",
                redirect_uri=redirect_uri,
                scope="openid email profile" if self.provider.name != "facebook" else "openid email public_profile",
                state=state,
                nonce=nonce,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
            )
        )

    async def issued(self, told: str | None) -> bool:
        """Whether an answer's `iss` is this provider's (RFC 9207); one that promises to send it must."""
        metadata = await self._known()
        if told is None:
            return not metadata.get("authorization_response_iss_parameter_supported", False)
        return bool(told == metadata["issuer"])

    async def vouched(self, code: str, redirect_uri: str, verifier: str, nonce: str) -> Vouched:
        """Exchange a code. `Untrusted` where code or ID token are no good, `ProviderAway` where nobody answers."""
        metadata = await self._known()
        answer = await self._exchange(metadata, code, redirect_uri, verifier)
        token = answer.get("id_token")
        if not isinstance(token, str) or not token:
            raise Untrusted("there is no ID token")
        claims = await self._claims(token, metadata["issuer"], nonce, str(answer.get("access_token") or ""))
        name = claims.get("email") or claims.get("name") or claims.get("given_name") or claims["sub"]
        return Vouched(token, str(name))

    async def _exchange(
        self, metadata: Mapping[str, Any], code: str, redirect_uri: str, verifier: str
    ) -> Mapping[str, Any]:
        offered = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        # In the body no two programs disagree about escaping; in the header they do (RFC 6749, 2.3.1).
        in_body = "client_secret_post" in offered or self.provider.name in IN_BODY
        method = "client_secret_post" if in_body else "client_secret_basic"
        sign = ClientAuth(self.provider.client_id, self.provider.client_secret, method)
        body = prepare_token_request("authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=verifier)
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        url, headers, body = sign.prepare("POST", metadata["token_endpoint"], headers, body)
        status, answer = await self._ask("POST", url, headers=headers, content=body)
        if status >= 500:
            raise ProviderAway(f"the token endpoint answered {status}")
        if status != 200:
            raise Untrusted(f"the code was not taken ({status})")
        return answer

    async def _claims(self, token: str, issuer: str, nonce: str, access_token: str) -> CodeIDToken:
        rules = {
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": self.provider.client_id},
            "nonce": {"essential": True, "value": nonce},
        }
        params = {"nonce": nonce, "client_id": self.provider.client_id, "access_token": access_token}
        try:
            read = jwt.decode(token, await self._keys_for(token), algorithms=ALGORITHMS)
            claims = CodeIDToken(read.claims, read.header, rules, params)
            claims.validate(now=int(self._now()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Untrusted(f"the ID token does not hold: {type(error).__name__}") from None
        return claims

    async def _keys_for(self, token: str) -> KeySet:
        """The published keys; read again where none has the token's name, as happens when a provider changes its keys."""
        wanted = jws.extract_compact(token.encode()).headers().get("kid")
        age = self._now() - self._keys_at
        known = self._keys is not None and (wanted is None or any(key.kid == wanted for key in self._keys.keys))
        if self._keys is None or age > FRESH or (not known and age > PAUSE):
            _, published = await self._ask("GET", (await self._known())["jwks_uri"])
            self._keys, self._keys_at = KeySet.import_key_set(dict(published)), self._now()  # type: ignore[arg-type]  # bytes from outside
        return self._keys

    async def _known(self) -> Mapping[str, Any]:
        """The provider's metadata (OpenID Connect Discovery 1.0, section 4)."""
        if self._now() - self._metadata_at <= FRESH:
            return self._metadata
        issuer = self.provider.issuer
        status, found = await self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        told = {"token_endpoint": TOKEN_ENDPOINTS.get(issuer, ""), **found}
        if status != 200 or str(told.get("issuer")).rstrip("/") != issuer.rstrip("/"):
            raise ProviderAway("the metadata is another issuer's")
        if not all(_safe(told.get(name)) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")):
            raise ProviderAway("the metadata lacks an https address")
        self._metadata, self._metadata_at = told, self._now()
        return told

    async def _ask(self, method: str, url: str, **request: Any) -> tuple[int, Mapping[str, Any]]:
        """Status and JSON object; `ProviderAway` for anything else."""
        content = b""
        try:
            async with self._client.stream(method, url, **request) as answer:
                async for part in answer.aiter_bytes():
                    content += part
                    if len(content) > MOST_BYTES:
                        raise ProviderAway("the answer is too large")
            told = json.loads(content)
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            raise ProviderAway(type(error).__name__) from None
        if not isinstance(told, dict):
            raise ProviderAway("the answer is no object")
        return answer.status_code, told


def _safe(url: object) -> bool:
    return isinstance(url, str) and (
        bool(urlsplit(url).hostname and url.startswith("https://")) or bool(LOOPBACK.match(url))
    )
