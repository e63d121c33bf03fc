"""What each door's answers carry, as a snapshot: every route of the real application stands here, and so do the framework's refusals."""

from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from bot.web.headers import bare_headers
from bot.web.pages import describe, metrics_page, pages
from tests.journeys.town import opened

PUBLIC = "https://bot.example"
HSTS = "max-age=31536000"
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors "
)
BARE = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": HSTS,
    "x-content-type-options": "nosniff",
}
OWN = BARE | {
    "content-security-policy": PAGE + "'none'",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
FRAMED = OWN | {"content-security-policy": PAGE + "https://web.telegram.org https://*.telegram.org"}
READ = ("/app", "/app/main.js", "/app/forms.js", "/app/telegram.js", "/app/look.css", "/app/brand.css", "/app/words")
POSTED = ("/app/open", "/app/sign_in", "/app/register", "/app/forgot", "/app/renew")
DOORS: Mapping[str, Mapping[str, str]] = {
    "/healthz": BARE,
    "/readyz": BARE,
    "/telegram": BARE,
    **dict.fromkeys((*READ, *POSTED), FRAMED),
    "/oauth/{provider}/start": OWN,
    "/oauth/{provider}/callback": OWN,
}
LEFT_OUT = ("allow", "content-length", "content-type", "location", "set-cookie")
"""Those that say what an answer is and not how it is guarded."""


async def healthy() -> Mapping[str, str]:
    """Nothing is wrong."""
    return {}


def told(answer: httpx.Response) -> dict[str, str]:
    """The headers that guard."""
    return {name: value for name, value in answer.headers.items() if name not in LEFT_OUT}


async def test_every_door_has_its_snapshot(tmp_path: Path) -> None:
    google = {"oauth_google_id": "id", "oauth_google_secret": "secret"}
    async with opened(tmp_path, public_url=PUBLIC, **google) as town:
        application = pages(town.parts.hook, healthy, list(town.parts.doors), bare_headers(PUBLIC))
        assert {path for path, _ in describe(application)} == set(DOORS), (
            "a door has no snapshot, or a snapshot no door"
        )
        transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as browser:
            for path, methods in describe(application):
                for method in methods:
                    answer = await browser.request(method, path.replace("{provider}", "google"))
                    assert told(answer) == DOORS[path], f"{method} {path} {answer.status_code}"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/healthz", 405)])
async def test_what_the_framework_refuses(method: str, path: str, status: int) -> None:
    transport = httpx.ASGITransport(app=pages(None, healthy, guards=bare_headers(PUBLIC)))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as browser:
        answer = await browser.request(method, path)
    assert (answer.status_code, told(answer)) == (status, BARE)


async def test_metrics_are_for_machines_beside_us() -> None:
    async def render() -> bytes:
        return b""

    transport = httpx.ASGITransport(app=metrics_page(render))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as browser:
        answer = await browser.get("/metrics")
    without = {name: value for name, value in BARE.items() if name != "strict-transport-security"}
    assert told(answer) == without
