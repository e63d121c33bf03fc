"""Who may play: /play gives out letters with live codes and begins everything anew, so only this machine may, unless told otherwise."""

import ipaddress

from starlette.datastructures import Headers
from starlette.types import Scope

CLOSED = (
    "The play side, and with it the pages for chat and desk, is for the machine that the sandbox runs on; "
    "`--open-play` opens it to everybody who reaches this port."
)


def refused(scope: Scope) -> str | None:
    """Return why a request may not play, None where it may or does not want to."""
    path = scope.get("path", "")
    if scope["type"] != "http" or not (path == "/play" or path.startswith("/play/")):
        return None
    headers = Headers(scope=scope)
    client = scope.get("client")
    # uvicorn has put the client in place whom a proxy on this machine names. The name asked for is looked at too, and where
    # the browser says it comes from: a stranger's page, open on this machine, may lead here, by a name of its own or a form.
    local = client is not None and is_loopback(client[0]) and is_loopback(_host(headers.get("host", "localhost")))
    return None if local and headers.get("sec-fetch-site") != "cross-site" else CLOSED


def _host(header: str) -> str:
    """Return the host of a Host header, without the port."""
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Tell whether an address, or the name of one, means this machine only."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
