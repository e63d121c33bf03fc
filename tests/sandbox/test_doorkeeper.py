"""Who may play: this machine, and others only where the operator said so. The queue's own API is for everybody."""

from typing import Any

import httpx
import pytest

from sandbox.app import create_app
from sandbox.doorkeeper import CLOSED, is_loopback

HERE = ("127.0.0.1", 4711)
THERE = ("192.0.2.7", 4711)
PLAY = ("/play/outbox", "/play/clock", "/play/desk/town", "/play/messages", "/play/nothing", "/play")


async def asked(
    path: str, client: tuple[str, int], *, method: str = "GET", open_play: bool = False, **headers: str
) -> Any:
    """Ask a sandbox as somebody at that address; answers status and body."""
    transport = httpx.ASGITransport(create_app(open_play=open_play), client=client)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as http:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await http.request(method, path, headers=named)


@pytest.mark.parametrize("path", PLAY)
async def test_somebody_else_may_not_play(path: str) -> None:
    answer = await asked(path, THERE)
    assert (answer.status_code, answer.json()) == (403, {"error": CLOSED})


@pytest.mark.parametrize("path", ["/play/reset", "/play/desk/call", "/play/fault", "/play/text"])
async def test_nor_change_anything(path: str) -> None:
    assert (await asked(path, THERE, method="POST")).status_code == 403


@pytest.mark.parametrize("path", ["/vt/api/json/locations/get", "/desk", "/desk/board", "/"])
async def test_what_is_no_play_is_for_everybody(path: str) -> None:
    assert (await asked(path, THERE)).status_code == 200


@pytest.mark.parametrize("client", [HERE, ("127.1.2.3", 1), ("::1", 1), ("::ffff:127.0.0.1", 1)])
async def test_this_machine_may(client: tuple[str, int]) -> None:
    assert (await asked("/play/outbox", client)).status_code == 200


@pytest.mark.parametrize("host", ["localhost:8080", "[::1]:8080", "127.0.0.1", "vt.localhost"])
async def test_by_any_name_that_means_it(host: str) -> None:
    assert (await asked("/play/outbox", HERE, Host=host)).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "[2001:db8::1]:8080", "127.0.0.1.evil.example", ""]
)
async def test_not_by_a_name_that_somebody_else_has_led_here(host: str) -> None:
    assert (await asked("/play/outbox", HERE, Host=host)).status_code == 403


async def test_not_from_a_strangers_page() -> None:
    assert (await asked("/play/reset", HERE, method="POST", Sec_Fetch_Site="cross-site")).status_code == 403
    assert (await asked("/play/reset", HERE, method="POST", Sec_Fetch_Site="same-origin")).status_code == 200


async def test_opened_it_is_for_everybody() -> None:
    assert (await asked("/play/outbox", THERE, open_play=True, Host="queue.example")).status_code == 200


def test_which_addresses_mean_this_machine() -> None:
    assert not any(is_loopback(host) for host in ("::", "", "10.0.0.1", "fe80::1", "host"))
