"""What stands in front of the bot, as we ship and describe it, lets every public door through and leaves health inside."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.web.pages import describe, pages
from tests.bot import plain_yaml
from tests.bot.web.test_headers import healthy
from tests.journeys.town import opened

ROOT = Path(__file__).resolve().parents[2]
INGRESS = ROOT / "deploy" / "kubernetes" / "webhook" / "ingress.yaml"
PROVIDERS = ("google", "facebook")
INSIDE = {"/healthz", "/readyz"}
"""For whoever looks after the process, on its own machine or in its cluster."""
Passes = Callable[[str], bool]


def ingress() -> Passes:
    """As Kubernetes matches: a prefix ends where a part of the path does."""
    (rule,) = plain_yaml.read(INGRESS.read_text("utf-8"))["spec"]["rules"]
    ways: list[dict[str, Any]] = rule["http"]["paths"]

    def let(way: dict[str, Any], path: str) -> bool:
        assert way["pathType"] in ("Exact", "Prefix")
        prefix = way["pathType"] == "Prefix" and path.startswith(way["path"].rstrip("/") + "/")
        return prefix or path == way["path"]

    return lambda path: any(let(way, path) for way in ways)


def nginx() -> Passes:
    """The sample for the bot's own port; a location is exact, or a pattern."""
    written = (ROOT / "docs" / "operations.md").read_text("utf-8")
    (sample,) = (one for one in re.findall(r"```nginx\n(.+?)```", written, re.DOTALL) if ":8088" in one)
    locations = re.findall(r"^location (=|~) (\S+) \{\n(.+?)^\}", sample, re.DOTALL | re.MULTILINE)
    assert len(locations) == sample.count("location ")
    assert all("proxy_pass http://127.0.0.1:8088;" in body for _, _, body in locations)
    return lambda path: any(path == told if kind == "=" else re.search(told, path) for kind, told, _ in locations)


@pytest.mark.parametrize("front", [ingress, nginx])
async def test_every_public_door_is_let_through(front: Callable[[], Passes], tmp_path: Path) -> None:
    vouching = {f"oauth_{name}_{part}": "told" for name in PROVIDERS for part in ("id", "secret")}
    async with opened(tmp_path, public_url="https://bot.example.com", **vouching) as town:
        doors = {path for path, _ in describe(pages(town.parts.hook, healthy, list(town.parts.doors)))}
    asked = {path.replace("{provider}", name) for path in doors for name in PROVIDERS}
    assert {"/telegram", "/app", "/app/open", "/oauth/google/start", "/oauth/facebook/callback"} <= asked
    passes = front()
    assert {path for path in asked if not passes(path)} == INSIDE


@pytest.mark.parametrize("front", [ingress, nginx])
def test_nothing_else_is(front: Callable[[], Passes]) -> None:
    passes = front()
    for path in ("/", "/metrics", "/telegram/x", "/application", "/x/app", "/oauthx"):
        assert not passes(path), path
