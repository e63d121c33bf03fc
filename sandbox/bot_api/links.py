"""The addresses of links and buttons, checked and completed as Telegram does it (TD LinkManager.cpp, check_link_impl, and HttpUrl.cpp).

An address without a scheme that Telegram knows is one of the web without any: `tel:1` is a host with a port, and so none.
"""

import ipaddress
import re
from typing import NamedTuple

from sandbox.bot_api import errors_of_links as words
from sandbox.bot_api import limits
from sandbox.bot_api.errors_of_links import LinkError

_OWN_SCHEME = re.compile(r"(tg|ton|tonsite):(?://)?", re.IGNORECASE)
_SCHEME = re.compile(r"([^:/?#@\[\]]*)://")
_PORT_AT_END = re.compile(r"(.+):([^:\]@]*)", re.DOTALL)
_LETTERS = re.compile(r"[^\x00-\x7f]|[a-zA-Z0-9.\-_!$,~*'();&+=]|%[0-9a-fA-F]{2}")
_USER = re.compile(r"tg:(?://)?user/?\?([^#]*)")


class _Address(NamedTuple):
    scheme: str
    userinfo: str
    host: str
    port: str
    rest: str

    @property
    def ipv6(self) -> bool:
        return self.host.startswith("[")


def link_user(url: str) -> int:
    """Return the id of the person whom tg://user?id=N leads to, 0 where it leads to nobody."""
    match = _USER.match(url.lower())
    pairs = [parameter.partition("=") for parameter in match.group(1).split("&")] if match else []
    number = next((value for key, _, value in pairs if key == "id"), "")
    return int(number) if re.fullmatch(r"[1-9][0-9]{0,12}", number) and int(number) <= limits.USER_ID else 0


def opens_bot(url: str, username: str) -> bool:
    """Tell whether an address opens that bot with a parameter, t.me/bot?start=XXXX."""
    start = (
        rf"(https?://)?(www\.)?(t\.me|telegram\.(me|dog))/{re.escape(username)}/?\?start=[a-z0-9_-]{{1,{limits.START}}}"
    )
    return re.fullmatch(start, url, re.IGNORECASE) is not None


def checked_link(url: str) -> str:
    """Return an address as Telegram keeps it; LinkError says what is wrong.

    A bare localhost is let in: a page on one's own machine has no other name.
    """
    own = _OWN_SCHEME.match(url)
    address = _parsed(url[own.end() :] if own else url)
    if own:
        return _own_link(own.group(1).lower(), address, url[own.end() :])
    if "." not in address.host and not address.ipv6 and address.host != "localhost":
        raise LinkError(words.HTTP_URL)
    userinfo, port = f"{address.userinfo}@" if address.userinfo else "", f":{address.port}" if address.port else ""
    return f"{address.scheme}://{userinfo}{address.host}{port}{address.rest}"


def link_fault(url: str) -> str:
    """Return what is wrong with an address, "" where nothing is."""
    try:
        checked_link(url)
    except LinkError as error:
        return str(error)
    return ""


def _own_link(scheme: str, address: _Address, bare: str) -> str:
    web = address.scheme == "https" or bare.lower().startswith("http://")
    if web or address.userinfo or address.port or address.ipv6:
        raise LinkError(words.OWN_URL, scheme="tg" if scheme == "tg" else "ton")
    if not re.fullmatch(r"[a-z0-9_.-]+" if scheme == "tonsite" else r"[a-z0-9_-]+", address.host):
        raise LinkError(words.OWN_HOST)
    return f"{scheme}://{address.host}{address.rest.removeprefix('/') if address.rest[1:2] == '?' else address.rest}"


def _parsed(url: str) -> _Address:
    named = _SCHEME.match(url)
    scheme = named.group(1).lower() if named else "http"
    if scheme not in ("http", "https"):
        raise LinkError(words.PROTOCOL)
    place = named.end() if named else 0
    end = next((match.start() for match in re.compile(r"[/?#]").finditer(url, place)), len(url))
    before, port = _without_port(url[place:end])
    userinfo, _, host = before.rpartition("@")
    _check_host(host)
    if not host.startswith("["):
        _check_part(host, "host")
        _check_part(userinfo.replace(":", ""), "userinfo")
    rest = url[end:].rstrip(" \t\r\n\0\v")
    rest = re.sub(r"[\x00-\x20]", lambda letter: f"%{ord(letter.group()):02X}", rest if rest[:1] == "/" else f"/{rest}")
    return _Address(scheme, userinfo, re.sub(r"[A-Z]+", lambda run: run.group().lower(), host), port, rest)


def _without_port(written: str) -> tuple[str, str]:
    """Return what stands before the port, and the port without leading zeros; "" where none is named."""
    match = _PORT_AT_END.fullmatch(written)
    if match is None:
        return written, ""
    port = match.group(2).lstrip("0")
    if not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > limits.URL_PORT:
        raise LinkError(words.PORT)
    return match.group(1), port


def _check_host(host: str) -> None:
    if host.startswith("[") and host.endswith("]"):
        try:
            ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            raise LinkError(words.IPV6) from None
    if not host:
        raise LinkError(words.HOST_EMPTY)
    if host == ".":
        raise LinkError(words.HOST_INVALID)


def _check_part(written: str, part: str) -> None:
    wrong = _LETTERS.sub("", written)[:1]
    if wrong:
        fault = words.PERCENT if wrong == "%" else words.LETTER
        raise LinkError(fault, part=part)
