"""Reads a request to the Virtual Ticket API: where the vt_token may be, what the body holds, and whether each field has its type."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from starlette.requests import Request

from sandbox.virtual_ticket.refusals import Errno, Refusal

MOST_BYTES = 64 * 1024
LONGEST_TEXT = 500
LONGEST_TOKEN = 8192
HIGHEST_COUNT = 999
Fields = Mapping[str, str]
"""The type of each field: "text", "token" (a longer text), "flag", "count", "object" or "list".

One that ends in "?" may be null or left out.
"""

_TYPES: dict[str, type] = {"text": str, "token": str, "flag": bool, "count": int, "object": dict, "list": list}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as an operation sees it. `item` is what stands in the path after the operation's name."""

    query: Mapping[str, str]
    body: Mapping[str, Any] = field(default_factory=dict)
    item: str | None = None
    token: str | None = None

    def words(self, name: str) -> str | None:
        """Return a query parameter, None where it is absent, empty or "null"."""
        found = self.query.get(name, "")
        return None if found in ("", "null") else found


async def read_request(
    request: Request, item: str | None, known_query: Iterable[str], body_fields: Fields | None
) -> Asked:
    """Read query, body and token; `body_fields` None means that the operation has no body. Refusal where something is wrong."""
    query = dict(request.query_params)
    for name in ("vt_token", *known_query):
        check_text(query.get(name, ""), name)
    body: dict[str, Any] = {}
    if body_fields is not None:
        body = _parsed(await _received(request), request.headers.get("content-type", ""))
        check_fields(body, body_fields, "")
        body = {name: value for name, value in body.items() if name in body_fields}
    return Asked(query, body, item, _token(request, query, body))


def check_fields(found: Mapping[str, Any], fields: Fields, where: str) -> None:
    """Refuse a field of the wrong type, or a needed one that is missing; fields nobody knows are let pass."""
    for name, kind in fields.items():
        value = found.get(name)
        if value is None:
            if not kind.endswith("?"):
                refuse(f"{where}{name} is missing.")
            continue
        kind = kind.removesuffix("?")
        if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "flag"):
            refuse(f"{where}{name} must be a {kind}.")
        if isinstance(value, int) and not 0 <= value <= HIGHEST_COUNT:
            refuse(f"{where}{name} must lie between 0 and {HIGHEST_COUNT}.")
        if isinstance(value, str):
            check_text(value, where + name, LONGEST_TOKEN if kind == "token" else LONGEST_TEXT)


def check_text(value: str, name: str, longest: int = LONGEST_TEXT) -> None:
    """Refuse a text that is too long to be meant, or that cannot be written as UTF-8."""
    if len(value) > longest:
        refuse(f"{name} is longer than {longest} characters.")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        refuse(f"{name} holds half a character.")


def refuse(detail: str, status: int | None = None) -> NoReturn:
    """Refuse the parameters, saying which."""
    raise Refusal(Errno.PARAMETERS, detail, status=status)


def _token(request: Request, query: Mapping[str, str], body: Mapping[str, Any]) -> str | None:
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    by_bearer = bearer.strip() if scheme.lower() == "bearer" else ""
    return request.headers.get("vt_token") or by_bearer or query.get("vt_token") or body.get("vt_token") or None


async def _received(request: Request) -> bytes:
    received = bytearray()
    async for chunk in request.stream():
        received.extend(chunk)
        if len(received) > MOST_BYTES:
            raise Refusal(Errno.TOO_LARGE)
    return bytes(received)


def _parsed(received: bytes, content_type: str) -> dict[str, Any]:
    if not received.strip():
        return {}
    media = content_type.partition(";")[0].strip().lower()
    if media and media != "application/json" and not media.endswith("+json"):
        raise Refusal(Errno.MEDIA_TYPE)
    try:
        body = json.loads(received.decode("utf-8-sig"), parse_constant=_no_constant, parse_float=_number)
    except (ValueError, RecursionError):
        refuse("The request's body is not JSON.")
    if not isinstance(body, dict):
        refuse("The request's body must be an object.")
    return body


def _number(text: str) -> float:
    """Read 3.0 as 3: for JSON Schema, and so for the document, it is a whole number."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
