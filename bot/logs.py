"""Logging for people and for machines, with every secret taken out of every line whoever wrote it."""

import base64
import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import structlog

_BOT_TOKEN = re.compile(r"\d{5,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.+])(?:\+|%2B)[1-9](?:[ -]?\d){7,14}(?!\d)", re.IGNORECASE)
"""A telephone number as Telegram and people write it in full; a time zone's offset is far shorter."""
_FIELD = re.compile(
    r"""(?i)(\b(?:vt_token|oauth_token|password|repeat_password|reset_token|initdata|authorization|phone(?:_number)?)\b"""
    r"""(\\*["'])?\s*[:=]\s*)"""
    # A quoted value goes up to the quote it began with, be it escaped (JSON inside JSON) or not; a bare one to the next divider.
    r"""(?:(?P<quote>\\*["'])(?:(?!(?P=quote))(?:\\+.|[^\\]))*(?P=quote)|(?:(?:bearer|basic)\s+)?[^\s,}&"']+)"""
)
HIDDEN = "[hidden]"
QUIET = ("httpx", "httpcore", "apscheduler", "asyncio", "aiosqlite", "uvicorn.access", "hpack", "alembic")
"""Their INFO and DEBUG lines hold addresses with the token in them, or say nothing an operator needs."""


class Redactor:
    """Hides known secrets, anything shaped like a bot token, and fields that hold secrets or personal data."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """`secrets`: exact values, hidden as they are and as they look inside an address."""
        spellings = {spelling for secret in secrets for spelling in _spellings(secret)}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if spellings else None

    def __call__(self, text: str) -> str:
        """The text without them."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return _PHONE.sub(HIDDEN, _FIELD.sub(_hidden_field, _BOT_TOKEN.sub(HIDDEN, text)))


def _spellings(secret: str) -> Iterator[str]:
    """A secret as it is, inside an address, inside a JSON or Python string, and in base64."""
    yield secret
    yield quote(secret, safe="")
    yield json.dumps(secret)[1:-1]
    yield repr(secret)[1:-1]
    yield base64.b64encode(secret.encode()).decode().rstrip("=")


def _hidden_field(found: re.Match[str]) -> str:
    """The field without its value; the quotes stay, so that a line of JSON remains one."""
    mark = found["quote"] or ""
    return f"{found[1]}{mark}{HIDDEN}{mark}"


class _Redacting(structlog.stdlib.ProcessorFormatter):
    """The last thing that touches a line, traceback included, before it is written."""

    redactor = Redactor()

    def format(self, record: logging.LogRecord) -> str:
        return self.redactor(super().format(record))


def configure(level: str = "INFO", form: str = "console", secrets: Iterable[str] = ()) -> None:
    """Send every log line of this process to standard error, redacted; `form` is "console" or "json"."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        # Its usual tracebacks show the local variables of every frame, and a password may be one of them.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    last: list[structlog.typing.Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        last.append(structlog.processors.format_exc_info)
    formatter = _Redacting(foreign_pre_chain=shared, processors=[*last, renderer])
    formatter.redactor = Redactor(secrets)
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in (*QUIET, "uvicorn", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # An answer it cannot read is printed whole, with whatever people wrote in it; the caller logs the fault itself.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
    # A tick that takes longer than its period is ordinary; a warning for each one left out would drown the rest.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # At DEBUG these print message texts and whole bodies.
    for name in ("telegram", "telegram.ext"):
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level)))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
