"""VTBOT_DATABASE_URL as an address: which of the two databases it names, and whether the driver takes what it says of it."""

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

PREFIXES = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
TAKEN = frozenset(
    {"command_timeout", "database", "direct_tls", "dsn", "gsslib", "host", "krbsrvname", "passfile", "password", "port"}
    | {"prepared_statement_cache_size", "server_settings", "service", "servicefile", "ssl", "target_session_attrs"}
    | {"timeout", "user"}
)
"""What asyncpg and SQLAlchemy's dialect for it take as text after the `?`; anything else is a TypeError at the first connection."""
SSL = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


class OptionRefused(ValueError):
    """The address has an option that the driver does not take; the text holds no piece of the address."""


def read_url(text: str) -> URL:
    """The address; `ValueError` where it is neither of the two we speak, `OptionRefused` as it says."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError("the database address cannot be read") from None
    if url.drivername not in PREFIXES.values():
        raise ValueError("the database address must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
    if url.drivername == PREFIXES["postgresql"]:
        _assert_taken(url)
    elif url.database in (None, "", ":memory:") or "file:" in str(url.database):
        raise ValueError("SQLite needs the path of a file: a database in memory forgets everything")
    return url


def sqlite_file(url: URL) -> Path | None:
    """The database's file; None on PostgreSQL."""
    return Path(url.database or "") if url.drivername == PREFIXES["sqlite"] else None


def _assert_taken(url: URL) -> None:
    """No option is repeated in the words: behind an @ that was not encoded it may be a piece of the password."""
    if "sslmode" in url.query:
        raise OptionRefused("asyncpg takes no sslmode: write ssl=require instead (ssl takes the values of sslmode)")
    if not url.query.keys() <= TAKEN:
        raise OptionRefused(
            f"it has an option after the ? that asyncpg does not take; it takes {', '.join(sorted(TAKEN))}"
        )
    if any(not isinstance(value, str) for name, value in url.query.items() if name not in {"host", "port"}):
        raise OptionRefused("an option after the ? is given twice")
    if str(url.query.get("ssl", SSL[0])).replace("_", "-") not in SSL:
        raise OptionRefused(f"ssl takes one of {', '.join(SSL)}")
