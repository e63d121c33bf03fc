"""Addresses that bots send along: read without trusting them, and whether Telegram's demand for https is met."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from sandbox.bot_api import errors

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


def link_fault(url: str) -> str:
    """Return what Telegram finds wrong with the address of a link or a button (TD LinkManager.cpp, check_link); "" where it is fine.

    A bare localhost is let in: a page on one's own machine has no other name.
    """
    # An address without a scheme is completed as people's apps complete it.
    whole = url if "://" in url or url.startswith(("tg:", "mailto:", "tel:")) else f"http://{url}"
    address = read_address(whole)
    if address.scheme not in ("", "http", "https", "tg", "ton", "mailto", "tel"):
        return errors.URL_PROTOCOL
    web = address.scheme in ("", "http", "https")
    return errors.HTTP_URL if web and not re.fullmatch(r"[^\s.]+(\.[^\s.]+)+|localhost", address.host) else ""
