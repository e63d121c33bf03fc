"""Addresses that bots send along: read without trusting them, and whether Telegram's demand for https is met."""

from typing import NamedTuple
from urllib.parse import urlsplit

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Address(NamedTuple):
    """The parts of a URL that decide whether it is let in; the port is the scheme's own where none is named."""

    scheme: str
    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Tell whether it leads to this very machine."""
        return self.host in _LOOPBACK

    @property
    def trusted(self) -> bool:
        """Tell whether it is https, or plain http on loopback.

        Telegram's test servers take plain http as well: a page on one's own machine has no certificate.
        """
        return bool(self.host) and (self.scheme == "https" or (self.scheme == "http" and self.loopback))


def read_address(url: object) -> Address:
    """Return the parts of a URL; empty ones where it is none."""
    if not isinstance(url, str):
        return Address("", "", 0)
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return Address(parts.scheme, parts.hostname or "", port)
    except ValueError:
        return Address("", "", 0)
