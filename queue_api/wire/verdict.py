"""Whether an answer is an answer: HTTP status, content type, and the seed's `success` with errno and message."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any

from queue_api.formats import tree_of
from queue_api.reading.fields import Tree, Unreadable, success
from queue_api.wire.requests import Request
from tickets.errors import Refused, ServerNonsense, ServerUnavailable, TokenRefused

_GATEWAY = frozenset({502, 503, 504})
_LONGEST_MESSAGE = 300
_LONGEST_PAUSE = 86_400.0
_TOKEN_NUMBERS = frozenset({20, 21})
_OTHER_NUMBERS = frozenset({*range(2, 9), *range(22, 29), *range(40, 46)})
"""What docs/virtual_ticket_api.md knows of errno: about the vt_token, and about anything else."""
_ABOUT_TOKEN = re.compile(r"\b(vt[_ -]?)?token\b", re.IGNORECASE)
_NO_GOOD = re.compile(
    r"\b(in-?valid|not valid|expired?|revoked|missing|required|needed|unknown|wrong|no longer|not (found|accepted|recogni[sz]ed))\b",
    re.IGNORECASE,
)
_READABLE = re.compile(r"(application|text)/([\w.-]+\+)?(json|xml|plain|javascript)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `headers` with lower-case names. The body may hold a vt_token, so repr does not show it."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def approved(request: Request, answer: Answer, *, payload: str = "") -> Tree:
    """The tree of an answer that says yes.

    `payload` is the key that holds what was asked for: an answer without `success` is a yes where it is there, and a bare list
    is taken for it. Raises `Refused`, `TokenRefused`, `ServerUnavailable` or `ServerNonsense`.
    """
    _passable(request, answer)
    try:
        tree = _envelope(_tree(answer), payload)
        said = success(tree)
        if answer.status >= 400 or said is False or (said is None and payload not in tree):
            raise _refusal(request, answer.status, tree, said)
    except Unreadable as fault:
        if answer.status >= 500:
            raise unavailable(request, answer) from None
        if answer.status == 401 and request.vt_token is not None:
            raise TokenRefused(request.operation, "status 401") from None
        raise ServerNonsense(request.operation, fault.field, f"{fault.detail} (status {answer.status})") from None
    return tree


def unavailable(request: Request, answer: Answer) -> ServerUnavailable:
    """The status alone says that the server cannot serve now. Only 429 proves that it did nothing (RFC 6585, section 4)."""
    return ServerUnavailable(
        request.operation,
        f"status {answer.status}",
        may_have_happened=answer.status != 429,
        retry_after=retry_after(answer.headers),
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds, at most a day: a number, or a moment against the answer's own Date (RFC 9110, section 10.2.3)."""
    told = headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit() and len(told) < 12:
        return min(float(told), _LONGEST_PAUSE)
    try:
        pause = (parsedate_to_datetime(told) - parsedate_to_datetime(headers.get("date", ""))).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(pause, 0.0), _LONGEST_PAUSE)


def passing(answer: Answer) -> bool:
    """Whether a repeatable request is worth repeating at once: a gateway's fault, and no wish to be left alone for a while."""
    return answer.status in _GATEWAY and "retry-after" not in answer.headers


def _passable(request: Request, answer: Answer) -> None:
    """Stop at what carries no verdict of the server itself."""
    if answer.status in (408, 429) or answer.status in _GATEWAY:
        raise unavailable(request, answer)
    if answer.status < 200 or 300 <= answer.status < 400:
        raise ServerNonsense(request.operation, "status", f"{answer.status} is not followed")
    if answer.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise ServerNonsense(request.operation, "content-encoding", "compressed although that was not accepted")


def _tree(answer: Answer) -> Any:
    kind, charset = _content_type(answer.headers.get("content-type", ""))
    # PHP calls everything a page whose author says nothing of it; a page never begins like an object.
    bare = kind == "text/html" and answer.body.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")
    if kind and not bare and not _READABLE.fullmatch(kind):
        raise Unreadable("content-type", "neither JSON nor XML")
    return tree_of(answer.body, charset)


def _content_type(header: str) -> tuple[str, str]:
    """Media type and charset, in lower case, "" where not told."""
    if not header:
        return "", ""
    parsed = Message()
    parsed["content-type"] = header.replace("\r", "").replace("\n", "")
    charset = parsed.get_param("charset", "")
    return parsed.get_content_type() if "/" in header else "", charset.lower() if isinstance(charset, str) else ""


def _envelope(tree: Any, payload: str) -> Tree:
    if isinstance(tree, dict):
        return tree
    if isinstance(tree, list) and payload:
        return {payload: tree}
    raise Unreadable("body", "not an object")


def _refusal(request: Request, status: int, tree: Tree, said: bool | None) -> Exception:
    """A no, told by `success` or by the status; the seed gives it no form, its sister API says errno without a text."""
    errno, message = _errno(tree), _message(tree)
    if status == 401 and request.vt_token is not None:
        return TokenRefused(request.operation, f"errno {errno}")
    if status >= 500 and said is not False:
        return ServerUnavailable(request.operation, f"status {status}", may_have_happened=True)
    if said is None and errno is None and status < 400:
        return ServerNonsense(request.operation, "success", "missing")
    if request.vt_token is not None and _of_the_token(errno, message):
        return TokenRefused(request.operation, f"errno {errno}")
    return Refused(request.operation, errno, message)


def _of_the_token(errno: int | None, message: str) -> bool:
    """Whether a no is about the vt_token: by its number, or by words where the number is nobody's.

    The seed documents no number, so the words must say of the token that it is no good: a queue's tickets are called tokens too.
    """
    if errno in _TOKEN_NUMBERS or errno in _OTHER_NUMBERS:
        return errno in _TOKEN_NUMBERS
    return bool(_ABOUT_TOKEN.search(message) and _NO_GOOD.search(message))


def _errno(tree: Tree) -> int | None:
    """`errno`, a number or digits, at the top or under `status`."""
    for place in (tree, tree.get("status")):
        told = place.get("errno") if isinstance(place, dict) else None
        if isinstance(told, str) and len(told) < 12 and re.fullmatch(r"\s*-?[0-9]+\s*", told):
            return int(told)
        if isinstance(told, int) and not isinstance(told, bool) and abs(told) < 10**12:
            return told
    return None


def _message(tree: Tree) -> str:
    for place in (tree, tree.get("status")):
        for name in ("message", "error"):
            told = place.get(name) if isinstance(place, dict) else None
            if isinstance(told, str) and told.strip():
                return told.strip()[:_LONGEST_MESSAGE]
    return ""
