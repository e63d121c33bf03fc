"""The sign-in page's parts: which doors there are, what each answer carries, the brand's colours, and the words."""

import re
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape
from pydantic import SecretStr

from bot.brand import Brand
from bot.i18n import Translations
from bot.settings import Settings
from bot.views.page import ACCENT, colours, number, readable_on, words
from bot.web.doors import entrance
from bot.web.headers import page_headers, plain_headers
from bot.web.page import FOLDER
from bot.web.pages import describe, pages
from tests.bot.web.conftest import Site
from tests.journeys.town import KEY, TOKEN, Town

FRAMED = "https://web.telegram.org https://*.telegram.org"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors "
)
GUARDS = {
    "cache-control": "no-store",
    "content-security-policy": POLICY + FRAMED,
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
DOORS = {
    "/app": "text/html; charset=utf-8",
    "/app/main.js": "text/javascript; charset=utf-8",
    "/app/forms.js": "text/javascript; charset=utf-8",
    "/app/telegram.js": "text/javascript; charset=utf-8",
    "/app/look.css": "text/css; charset=utf-8",
    "/app/brand.css": "text/css; charset=utf-8",
    "/app/words": "application/json",
}
POSTS = ("/app/open", "/app/sign_in", "/app/register", "/app/forgot", "/app/renew")


def settings(**changes: Any) -> Settings:
    """A bot's settings."""
    given: dict[str, Any] = {"public_url": "https://bot.example", "queue_url": "http://queue.example", **changes}
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it; its types hide it.
        telegram_token=SecretStr(TOKEN),
        secret_keys=SecretStr(KEY),
        **given,
    )


def told(answer: Any) -> dict[str, str]:
    """The headers that guard."""
    return {
        name: value for name, value in answer.headers.items() if name not in ("content-length", "content-type", "allow")
    }


def test_which_doors_there_are(town: Town) -> None:
    async def healthy() -> dict[str, str]:
        return {}

    doors = dict(describe(pages(None, healthy, list(town.parts.doors))))
    assert {path for path in doors if path.startswith("/app")} == {*DOORS, *POSTS}
    assert all(doors[path] == {"GET", "HEAD"} for path in DOORS)
    assert all(doors[path] == {"POST"} for path in POSTS)


@pytest.mark.parametrize("path", [*DOORS, *POSTS])
async def test_what_every_answer_carries(path: str, site: Site) -> None:
    answer = await (site.browser.post(path) if path in POSTS else site.browser.get(path))
    assert answer.status_code == (415 if path in POSTS else 200)
    assert answer.headers["content-type"] == DOORS.get(path, "application/json")
    assert told(answer) == GUARDS
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/app/", "/app/index.html", "/app/../settings.py", "/app/page.py", "/app/%2e%2e/page.py", "/app/x.js"]
)
async def test_no_other_file_is_served(path: str, site: Site) -> None:
    assert (await site.browser.get(path)).status_code in (404, 307)


def test_headers_behind_https_and_beside_a_sandbox() -> None:
    behind = page_headers(settings())
    assert behind["Strict-Transport-Security"] == "max-age=31536000"
    assert behind["Content-Security-Policy"] == POLICY + FRAMED
    beside = page_headers(settings(public_url="http://127.0.0.1:8081", telegram_api_url="http://127.0.0.1:8080"))
    assert "Strict-Transport-Security" not in beside
    assert beside["Content-Security-Policy"] == f"{POLICY}{FRAMED} http://127.0.0.1:8080 http://localhost:8080"
    # Something that records the traffic stands between; the chat page is served where the queue is.
    two = {"telegram_api_url": "http://127.0.0.1:9901", "queue_url": "http://127.0.0.1:8080/vt/api"}
    recorded = page_headers(settings(public_url="http://127.0.0.1:8081", **two))["Content-Security-Policy"]
    assert recorded.endswith("http://127.0.0.1:9901 http://localhost:9901 http://127.0.0.1:8080 http://localhost:8080")
    real = page_headers(settings(queue_url="http://127.0.0.1:8080/vt/api"))
    assert real["Content-Security-Policy"] == POLICY + FRAMED
    assert plain_headers(settings())["Content-Security-Policy"] == POLICY + "'none'"


def test_a_bot_without_pages_has_no_doors(tmp_path: Path) -> None:
    assert Town(tmp_path).parts.doors == ()


@pytest.mark.parametrize(
    ("public", "telegram", "offered"),
    [
        ("https://bot.example", "https://api.telegram.org", True),
        ("http://127.0.0.1:8081", "http://127.0.0.1:8080", True),
        ("http://127.0.0.1:8081", "https://api.telegram.org", False),
        ("", "http://127.0.0.1:8080", False),
    ],
)
def test_a_page_is_offered_where_telegram_takes_its_address(public: str, telegram: str, offered: bool) -> None:
    """A button with an address that Telegram refuses would take the whole card with it."""
    google = {"oauth_google_id": "x", "oauth_google_secret": SecretStr("y")}
    told = entrance(settings(public_url=public, telegram_api_url=telegram, **google))
    assert (told.url, told.providers) == ((public, ("google",)) if offered else ("", ()))
    assert entrance(settings(oauth_google_id="x")).providers == (), "an id without a secret offers nothing"


def test_nothing_on_the_page_comes_from_elsewhere_or_stands_inline() -> None:
    """The policy would stop it; this says it before a browser does."""
    page = (FOLDER / "index.html").read_text("utf-8")
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    for file in FOLDER.iterdir():
        text = file.read_text("utf-8")
        assert set(re.findall(r"https?://[^\s\"']+", text)) <= {"https://core.telegram.org/api/web-events"}, file.name
        assert not re.search(
            r"innerHTML|insertAdjacentHTML|document\.write|eval\(|localStorage|document\.cookie", text
        ), file.name


@pytest.mark.parametrize(
    ("accent", "ink"),
    [
        ("#000000", "#ffffff"),
        ("#ffffff", "#000000"),
        ("#ffd400", "#000000"),
        ("#0f6b5f", "#ffffff"),
        ("#7F7F7F", "#000000"),
    ],
)
def test_the_ink_can_be_read_on_the_brands_colour(accent: str, ink: str) -> None:
    assert readable_on(accent) == ink
    assert colours(Brand(colours={"accent": accent})) == f":root {{ --accent: {accent}; --on-accent: {ink}; }}\n"


@pytest.mark.parametrize("accent", ["red", "#fff", "#12345g", "#000000;} body{display:none", ""])
def test_what_is_no_colour_is_not_written_into_the_style(accent: str) -> None:
    assert f"--accent: {ACCENT};" in colours(Brand(colours={"accent": accent}))


@pytest.mark.parametrize("language", ["en", "pt"])
def test_every_form_field_and_error_has_words(language: str) -> None:
    said = words(Translations.load().best(language), Brand(name="<b>Loja</b>", support="call us"), "some_bot")
    scripts = "".join((FOLDER / name).read_text("utf-8") for name in ("forms.js", "main.js"))
    forms = set(re.findall(r"^  (\w+): \{\s+fields", scripts, re.MULTILINE)) | set(
        re.findall(r"^  (\w+): \{ fields", scripts, re.MULTILINE)
    )
    assert set(said["views"]) == forms
    assert set(re.findall(r'\["(\w+)", "(?:text|password|email|tel)"', scripts)) <= {*said["fields"]}
    routes = Path("bot/web/sign_in.py").read_text("utf-8")
    assert set(re.findall(r'Wrong\(\d+, "(\w+)"\)', routes)) <= set(said["errors"])
    assert said["language"] == language
    assert said["chat"] == "https://t.me/some_bot"
    assert "<b>Loja</b>" in said["views"]["register"]["title"], (
        "text, not markup: the page escapes nothing because it reads none"
    )


async def test_the_words_follow_the_language_asked_for(site: Site) -> None:
    for asked, language in (("pt", "pt"), ("pt-br", "pt"), ("xx", "en"), ("", "en"), ("x" * 5000, "en")):
        assert (await site.browser.get("/app/words", params={"lang": asked})).json()["language"] == language


def test_names_on_the_page_with_the_number_are_text() -> None:
    t = Translations.load().best("en")
    page = number(t, Brand(name="<b>Loja"), "google", "<img src=x>", "<i>Ana\u202e", "012345")
    assert str(escape(page["text"])) == "You are signed in at Google as &lt;img src=x&gt;."
    assert "the chat of &lt;i&gt;Ana with &lt;b&gt;Loja" in page["more"]
    assert '<p id="number">012\u00a0345</p>' in page["more"]
    assert "<p>To connect it to your chat with" in number(t, Brand(), "google", "x", "", "012345")["more"]
