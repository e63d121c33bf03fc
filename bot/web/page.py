"""The sign-in page as files and words: the only things a browser may fetch, each named here."""

from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.brand import Brand
from bot.i18n import Translations
from bot.views import page as views

FOLDER = Path(__file__).parent / "page"
PAGE = "/app"
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
FILES = {PAGE: "index.html"} | {f"{PAGE}/{name}": name for name in ("main.js", "forms.js", "telegram.js", "look.css")}
"""Path -> file. A file that is not named here is not served."""


def page_routes(
    brand: Brand, translations: Translations, bot_username: Callable[[], str], headers: Mapping[str, str]
) -> list[Route]:
    """The page, its scripts and style, the brand's colours and the words; `bot_username` is known once Telegram answered."""

    async def colours(_: Request) -> Response:
        return Response(views.colours(brand), media_type="text/css", headers=headers)

    async def words(request: Request) -> Response:
        t = translations.best(request.query_params.get("lang", "")[:35], brand.default_language)
        return JSONResponse(dict(views.words(t, brand, bot_username())), headers=headers)

    return [
        *(_file(path, FOLDER / name, headers) for path, name in FILES.items()),
        Route(f"{PAGE}/brand.css", colours, methods=["GET"]),
        Route(f"{PAGE}/words", words, methods=["GET"]),
    ]


def _file(path: str, file: Path, headers: Mapping[str, str]) -> Route:
    content = file.read_bytes()

    async def answer(_: Request) -> Response:
        return Response(content, media_type=KINDS[file.suffix], headers=headers)

    return Route(path, answer, methods=["GET"])
