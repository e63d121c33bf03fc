"""A small OpenID provider in this process: metadata, keys and tokens, with people who have agreed already."""

import base64
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class Vouching:
    """Vouches for one person, once for each code it gave out."""

    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        """As the operator registered the bot with it."""
        self.issuer, self.client_id, self.client_secret = issuer, client_id, client_secret
        self._key = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"})
        self._nonces: dict[str, str] = {}
        self.told: list[str] = []
        """Every secret given out or asked with: codes, states, nonces and ID tokens."""

    def agrees(self, address: str) -> str:
        """The person signs in at that address and agrees; answers the query that their browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(24)
        self._nonces[code] = asked["nonce"]
        self.told += [code, asked["state"], asked["nonce"]]
        return f"code={code}&state={asked['state']}"

    def application(self, now: Callable[[], float]) -> Starlette:
        """The provider's own pages; `now` gives Unix seconds."""

        async def metadata(_: Request) -> Response:
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return JSONResponse(
                {"issuer": self.issuer, **{key: f"{self.issuer}/{path}" for key, path in names.items()}}
            )

        async def keys(_: Request) -> Response:
            return JSONResponse({"keys": [self._key.as_dict(private=False)]})

        async def token(request: Request) -> Response:
            form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
            claims = self._claims(form, request.headers.get("authorization", ""), int(now()))
            if claims is None:
                return JSONResponse({"error": "invalid_grant"}, 400)
            word = jwt.encode({"alg": "ES256", "kid": "k1"}, claims, self._key, algorithms=["ES256"])
            self.told.append(word)
            return JSONResponse({"id_token": word, "token_type": "Bearer"})

        routes = [
            Route("/.well-known/openid-configuration", metadata),
            Route("/keys", keys),
            Route("/token", token, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    def _claims(self, form: dict[str, str], authorization: str, now: int) -> dict[str, Any] | None:
        basic = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        nonce = self._nonces.pop(form.get("code", ""), None)
        if nonce is None or authorization != f"Basic {basic}":
            return None
        return {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "1",
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            "email": "vouched@example.org",
        }
