"""Addresses of databases: what the driver takes goes on working, what it does not is refused before anything is opened."""

import inspect

import asyncpg
import pytest

from storage.address import SSL, TAKEN, OptionRefused, read_url
from storage.crypto import KeyRing
from storage.database import Database
from tests.databases import PostgresServer

SAID = {
    "command_timeout": "5",
    "database": "postgres",
    "dsn": "postgresql:///postgres",
    "gsslib": "gssapi",
    "krbsrvname": "postgres",
    "passfile": "/none",
    "password": "none",
    "port": "5432",
    "prepared_statement_cache_size": "0",
    "server_settings": "ours",
    "service": "none",
    "servicefile": "/none",
    "ssl": "prefer",
    "target_session_attrs": "any",
    "timeout": "5",
    "user": "postgres",
}
"""A value that each option works with."""


@pytest.mark.parametrize("option", sorted(SAID))
async def test_every_option_that_is_taken_works(option: str, postgres_server: PostgresServer, keys: KeyRing) -> None:
    """Of the others, `host` is in each of these addresses, and a server on a socket speaks no TLS."""
    name = await postgres_server.create()
    database = Database(f"{postgres_server.url(name)}&{option}={SAID[option]}", keys)
    await database.upgrade()
    await database.check()
    await database.dispose()
    await postgres_server.drop(name)


def test_what_is_not_taken_could_not_be_said_in_an_address() -> None:
    """A newer driver's options have to be looked at; these take numbers and Python's own things."""
    numbers = {"statement_cache_size", "max_cached_statement_lifetime", "max_cacheable_statement_size"}
    objects = {"loop", "connection_class", "record_class"}
    theirs = set(inspect.signature(asyncpg.connect).parameters)
    assert theirs - numbers - objects == TAKEN - {"prepared_statement_cache_size"}
    assert set(SAID) == TAKEN - {"host", "direct_tls"}


@pytest.mark.parametrize("mode", SSL)
def test_every_way_of_tls_is_taken(mode: str) -> None:
    assert read_url(f"postgresql+asyncpg://h/d?ssl={mode}").query == {"ssl": mode}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("sslmode=require", "write ssl=require instead"),
        ("ssl=require&sslmode=require", "write ssl=require instead"),
        ("ssl=canary", "ssl takes one of disable, allow, prefer, require, verify-ca, verify-full$"),
        ("ssl=require&ssl=require", "given twice"),
        ("canary=1", "it takes command_timeout, database, "),
        ("statement_cache_size=0", "it takes command_timeout, database, "),
        ("plugin=canary", "it takes command_timeout, database, "),
    ],
)
def test_an_option_that_would_fail_at_the_first_connection_is_refused(options: str, says: str) -> None:
    with pytest.raises(OptionRefused, match=says) as caught:
        read_url(f"postgresql+asyncpg://canary:canary@canary/canary?{options}")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite://user:canary@host/x.db",
        "sqlite+aiosqlite:///x.db?plugin=canary",
        "postgresql+asyncpg://canary@/d?host=a&host=b:1",
        "postgresql+asyncpg://canary@/d?port=canary",
        "postgresql+asyncpg://canary@h:canary/d",
    ],
)
def test_an_address_that_contradicts_itself_is_no_traceback(url: str, keys: KeyRing) -> None:
    with pytest.raises(ValueError, match=r"address|invalid literal"):
        Database(url, keys)


def test_what_sqlite_is_told_is_left_alone(keys: KeyRing) -> None:
    for options in ("", "?timeout=3", "?uri=true&mode=rwc", "?cached_statements=7"):
        Database(f"sqlite+aiosqlite:///x.db{options}", keys)
