"""A request put to one server: base address, format, and the vt_token where that server wants it.

Requests are JSON whatever RESPONSE_FORMAT is: the seed shows no other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from queue_api.settings import QueueSettings
from queue_api.wire.requests import Request


@dataclass(frozen=True, slots=True)
class Addressed:
    """What goes over the wire, secrets included, so repr shows the method alone."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)


def addressed(request: Request, settings: QueueSettings) -> Addressed:
    """The request at that server.

    A GET has no body to carry a vt_token, so there `body` means the query: servers that read parameters find both alike.
    """
    query, body = list(request.query), request.body
    headers = {"Accept": _accept(settings.format), "Accept-Encoding": "identity"}
    if request.vt_token is not None:
        match settings.token_in:
            case "header":
                headers[settings.token_name] = request.vt_token
            case "bearer":
                headers["Authorization"] = f"Bearer {request.vt_token}"
            case "body" if body is not None:
                body = {**body, settings.token_name: request.vt_token}
            case _:
                query.append((settings.token_name, request.vt_token))
    url = f"{settings.base_url.rstrip('/')}/{settings.format}/{request.path}"
    if query:
        url = f"{url}?{urlencode(query, quote_via=quote)}"
    if body is None:
        return Addressed(request.method, url, headers, None)
    headers["Content-Type"] = "application/json"
    return Addressed(request.method, url, headers, json.dumps(body).encode())


def _accept(response_format: str) -> str:
    """The same wish as the path, for servers that trust the header more."""
    return "application/json" if response_format.lower() == "json" else "application/xml, text/xml"
