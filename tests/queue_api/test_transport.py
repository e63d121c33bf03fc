"""The client on real sockets: what goes wrong there, how long it may take, and what is proven about it."""

import asyncio
import datetime as dt
import ipaddress
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from queue_api.client import VirtualTicket
from queue_api.settings import QueueSettings
from queue_api.transport import open_client
from tests.queue_api.scripted import (
    Behaviour,
    Scripted,
    answering,
    dripping,
    flooding,
    holding,
    resetting,
    saying,
    saying_and_closing,
    scripted,
)
from tickets.errors import ServerNonsense, ServerUnavailable

SETTINGS = b'{"success": true, "settings": [{"id": "vt_max_radius", "value": "50"}]}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SHORT = 0.3


@asynccontextmanager
async def talking(
    *behaviours: Behaviour, deadline: float = 5.0, ca_file: Path | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[VirtualTicket, Scripted]]:
    """A client and the server it talks to."""
    async with scripted(*behaviours, tls=tls) as server:
        settings = QueueSettings(server.url, timeout=deadline)
        async with open_client(settings, ca_file) as http:
            yield VirtualTicket(http, settings, pause=_at_once), server


async def _at_once(seconds: float) -> None:
    assert 0 < seconds < 1


BROKEN: dict[str, tuple[Behaviour, type[Exception]]] = {
    "reset": (resetting, ServerUnavailable),
    "closed without a word": (saying_and_closing(b""), ServerUnavailable),
    "closed in the head": (saying_and_closing(HEAD), ServerUnavailable),
    "cut off": (saying_and_closing(HEAD + b"Content-Length: 100\r\n\r\n{"), ServerUnavailable),
    "cut off in a chunk": (saying_and_closing(HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{"), ServerUnavailable),
    "never answered": (holding, ServerUnavailable),
    "a drip": (dripping, ServerUnavailable),
    "not HTTP": (saying_and_closing(b"SSH-2.0-OpenSSH_9.2\r\n"), ServerUnavailable),
    "a bad chunk": (saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"), ServerUnavailable),
    "two lengths": (saying(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}"), ServerUnavailable),
    "a flood": (flooding, ServerNonsense),
    "a redirect": (answering(b"", "302 Found", "Location: http://127.0.0.1:9/"), ServerNonsense),
    "compressed unasked": (answering(b"\x1f\x8b", "200 OK", "Content-Encoding: gzip"), ServerNonsense),
    "a picture": (answering(b"\x89PNG", kind="image/png"), ServerNonsense),
    "a page": (answering(b"<html></html>", kind="text/html"), ServerNonsense),
    "a gateway's page": (answering(b"<html></html>", "502 Bad Gateway", kind="text/html"), ServerUnavailable),
}


@pytest.mark.parametrize(("behaviour", "error"), BROKEN.values(), ids=BROKEN)
async def test_a_create_that_goes_wrong_may_have_happened_and_is_not_repeated(
    behaviour: Behaviour, error: type[Exception]
) -> None:
    deadline = SHORT if behaviour in (holding, dripping) else 5.0
    async with talking(behaviour, deadline=deadline) as (client, server):
        with pytest.raises(error) as caught:
            await client.create("a-token", "l", "s")
        assert getattr(caught.value, "may_have_happened", True) is True
        assert len(server.asked) == 1
        assert b'"master_id": "l"' in server.asked[0]


@pytest.mark.parametrize("behaviour", [resetting, saying_and_closing(b""), saying_and_closing(HEAD)])
async def test_a_reading_is_tried_again(behaviour: Behaviour) -> None:
    async with talking(behaviour, behaviour, answering(SETTINGS)) as (client, server):
        assert await client.settings() == {"vt_max_radius": "50"}
        assert len(server.asked) == 3


async def test_a_reading_is_not_tried_for_ever() -> None:
    async with talking(resetting) as (client, server):
        with pytest.raises(ServerUnavailable):
            await client.settings()
        assert len(server.asked) == 3


async def test_a_get_that_sends_a_message_is_not_repeated_by_anybody() -> None:
    async with talking(resetting) as (client, server):
        with pytest.raises(ServerUnavailable):
            await client.reset_password("ana@example.org")
        assert len(server.asked) == 1


async def test_nobody_listens_so_nothing_happened() -> None:
    async with scripted(holding) as server:
        url = server.url
    settings = QueueSettings(url, timeout=5)
    async with open_client(settings) as http:
        with pytest.raises(ServerUnavailable) as caught:
            await VirtualTicket(http, settings).create("a-token", "l", "s")
    assert caught.value.may_have_happened is False


async def test_no_name_no_connection() -> None:
    settings = QueueSettings("http://queue.invalid/vt/api", timeout=5)
    async with open_client(settings) as http:
        with pytest.raises(ServerUnavailable) as caught:
            await VirtualTicket(http, settings).create("a-token", "l", "s")
    assert caught.value.may_have_happened is False


async def test_the_deadline_holds_for_all_attempts_together() -> None:
    async with talking(resetting, resetting, dripping, deadline=SHORT) as (client, _):
        begun = asyncio.get_running_loop().time()
        with pytest.raises(ServerUnavailable, match="in time"):
            await client.settings()
        assert asyncio.get_running_loop().time() - begun < SHORT * 5


async def test_cancelling_is_not_an_error_of_the_server() -> None:
    async with talking(holding) as (client, _):
        task = asyncio.ensure_future(client.settings())
        await asyncio.wait([task], timeout=0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_connections_are_kept_and_cookies_are_not() -> None:
    async with talking(answering(SETTINGS, "200 OK", "Set-Cookie: session=ana; Path=/")) as (client, server):
        await client.settings()
        await client.settings()
    assert len(server.asked) == 2
    assert not any(b"cookie" in asked.lower() for asked in server.asked)


async def test_what_a_request_says_of_itself() -> None:
    async with talking(answering(SETTINGS)) as (client, server):
        await client.settings()
    head = server.asked[0].lower()
    assert head.startswith(b"get /vt/api/json/settings/get http/1.1\r\n")
    assert b"user-agent: vtbot/" in head
    assert b"accept-encoding: identity" in head


async def test_awkward_ids_stay_one_segment_on_the_wire() -> None:
    unknown = b'{"success": true, "tickets": []}'
    async with talking(answering(unknown)) as (client, server):
        for awkward in ("../../settings/get", "a/b", "%2f", "a?b#c", "..%2f", "é ✓", "a\r\nX: y", "\\..\\"):
            assert await client.ticket("a-token", awkward) is None
    for asked in server.asked:
        path = asked.split(b" ", 2)[1]
        assert path.startswith(b"/vt/api/json/customer/tickets/")
        assert path.count(b"/") == 6
        assert b"?" not in path


async def test_the_environment_s_proxies_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with talking(answering(SETTINGS)) as (client, _):
        assert await client.settings()


async def test_an_answer_without_a_length_and_one_in_pieces() -> None:
    plain = HEAD + b"Connection: close\r\n\r\n" + SETTINGS
    pieces = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n%s\r\n0\r\n\r\n" % (len(SETTINGS), SETTINGS)
    for raw in (saying_and_closing(plain), saying(pieces)):
        async with talking(raw) as (client, _):
            assert await client.settings() == {"vt_max_radius": "50"}


async def test_a_large_honest_answer_is_read() -> None:
    places = [{"id": str(place), "name": f"Branch {place}", "services": []} for place in range(5000)]
    body = json.dumps({"success": True, "locations": places}).encode()
    async with talking(answering(body)) as (client, _):
        assert len(await client.locations()) == 5000


def certificate(folder: Path, host: str) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for an address, as a CA file and a server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "queue")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_file, key_file)
    return cert_file, context


async def test_tls_with_a_ca_file(tmp_path: Path) -> None:
    ca_file, context = certificate(tmp_path, "127.0.0.1")
    async with talking(answering(SETTINGS), ca_file=ca_file, tls=context) as (client, _):
        assert await client.settings()


@pytest.mark.parametrize(("host", "trusted"), [("127.0.0.1", False), ("127.0.0.2", True)])
async def test_tls_that_cannot_be_verified_sends_nothing(tmp_path: Path, host: str, trusted: bool) -> None:
    ca_file, context = certificate(tmp_path, host)
    async with talking(answering(SETTINGS), ca_file=ca_file if trusted else None, tls=context) as (client, server):
        with pytest.raises(ServerUnavailable) as caught:
            await client.create("a-token", "l", "s")
        assert caught.value.may_have_happened is False
        assert server.asked == []


async def test_one_client_serves_many_at_once() -> None:
    async with talking(answering(SETTINGS)) as (client, server):
        told = await asyncio.gather(*(client.settings() for _ in range(200)))
    assert len(told) == len(server.asked) == 200


async def test_settings_of_another_server_do_not_follow_the_client() -> None:
    async with scripted(answering(SETTINGS)) as one, scripted(answering(SETTINGS)) as other:
        settings = QueueSettings(one.url)
        async with open_client(settings) as http:
            await VirtualTicket(http, replace(settings, base_url=other.url + "/")).settings()
    assert (len(one.asked), len(other.asked)) == (0, 1)
