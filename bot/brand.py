"""One bot is one brand: its name, greeting, languages, links and colours, read from the operator's TOML file."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_ADDRESS = re.compile(r"https?://(?:[^\s/?#@]*@)?[^\s/?#:@.]+(?:\.[^\s/?#:@.]+)+\.?(?::\d+)?(?:[/?#]\S*)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Za-z]{2,8})?")
_LONGEST = {"name": 64, "greeting": 500, "support": 200, "privacy_text": 3000}
"""Characters; a bot's name at Telegram has at most 64."""


@dataclass(frozen=True, slots=True)
class LocationFilter:
    """Which of the queue server's locations are the brand's, as locations/get takes it; empty means all."""

    region: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class Brand:
    """What the operator chose; the defaults make a working bot without any file."""

    name: str = "Virtual Ticket"
    greeting: Mapping[str, str] = field(default_factory=dict)
    """Language -> the words after the name; none means our own."""
    languages: tuple[str, ...] = ()
    """The languages offered; empty means every one there is a catalogue for."""
    default_language: str = "en"
    server_language: str = "en"
    """The language of the queue server's notification texts and messages."""
    location_filter: LocationFilter = LocationFilter()
    support: str = ""
    """How people reach the business: an address, a number or a link."""
    privacy_url: str = ""
    privacy_text: Mapping[str, str] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict)
    """Role ("accent") -> #rrggbb, for our pages."""
    logo: Path | None = None
    """A picture at the top of posters."""

    def greeting_in(self, language: str) -> str:
        """The greeting in that language, or an empty string where the brand has none in it."""
        return self.greeting.get(language, "")

    def privacy_in(self, language: str) -> str:
        """The privacy text in that language, else in the default one: a policy in another language beats none."""
        return self.privacy_text.get(language) or self.privacy_text.get(self.default_language, "")

    @classmethod
    def load(cls, path: Path, *, needed: bool = False) -> "Brand":
        """Read the file; no file means the defaults unless it is `needed`. `ValueError` with one sentence that names the key at fault."""
        try:
            read = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            if needed:
                raise ValueError("the file that it names is not there.") from None
            return cls()
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"{path.name} is not valid TOML: {error}.") from error
        return _Reader(path, read).brand()


class _Reader:
    """Takes each key out of the file once, checking its kind, and complains about what is left."""

    def __init__(self, path: Path, read: dict[str, Any]) -> None:
        self._path = path
        self._read = read

    def brand(self) -> Brand:
        self._known(self._read, Brand.__slots__, "")
        default = self._language("default_language", "en")
        return Brand(
            name=self._text("name", "Virtual Ticket") or self._fail("name", "must not be empty"),
            greeting=self._by_language("greeting", default),
            languages=self._languages(default),
            default_language=default,
            server_language=self._language("server_language", "en"),
            location_filter=self._location_filter(),
            support=self._text("support", ""),
            privacy_url=self._url("privacy_url"),
            privacy_text=self._by_language("privacy_text", default),
            colours=self._colours(),
            logo=self._logo(),
        )

    def _fail(self, key: str, why: str) -> Any:
        raise ValueError(f"{self._path.name}: {key} {why}.")

    def _known(self, table: Mapping[str, Any], keys: tuple[str, ...], within: str) -> None:
        for key in table:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, 1)
                self._fail(
                    within + key, "is not a known key" + (f"; perhaps {within + near[0]} is meant" if near else "")
                )

    def _text(self, key: str, default: str) -> str:
        return self._checked(key, self._read.get(key, default), _LONGEST.get(key, 200))

    def _checked(self, key: str, value: Any, longest: int = 200) -> str:
        if not isinstance(value, str):
            self._fail(key, "must be a text in quotes")
        if len(value) > longest:
            self._fail(key, f"is longer than {longest} characters")
        return str(value).strip()

    def _table(self, key: str) -> Mapping[str, Any]:
        value = self._read.get(key, {})
        return value if isinstance(value, dict) else self._fail(key, f"must be a table, written [{key}]")

    def _by_language(self, key: str, default: str) -> Mapping[str, str]:
        """One text for the default language, or a table with one a language."""
        value = self._read.get(key, {})
        table = value if isinstance(value, dict) else {default: value}
        return {
            self._code(f"{key}.{code}", code): self._checked(f"{key}.{code}", text, _LONGEST[key])
            for code, text in table.items()
        }

    def _language(self, key: str, default: str) -> str:
        return self._code(key, self._read.get(key, default))

    def _code(self, key: str, value: Any) -> str:
        code = self._checked(key, value)
        return code if _LANGUAGE.fullmatch(code) else self._fail(key, 'must be a language code such as "pt"')

    def _languages(self, default: str) -> tuple[str, ...]:
        value = self._read.get("languages", [])
        if not isinstance(value, list):
            self._fail("languages", 'must be a list such as ["en", "pt"]')
        codes = tuple(self._code("languages", code) for code in value)
        if codes and default not in codes:
            self._fail("default_language", f'is "{default}", which is not one of languages')
        return codes

    def _location_filter(self) -> LocationFilter:
        table = self._table("location_filter")
        self._known(table, ("region", "city"), "location_filter.")
        return LocationFilter(**{key: self._checked(f"location_filter.{key}", value) for key, value in table.items()})

    def _url(self, key: str) -> str:
        url = self._text(key, "")
        # Telegram refuses the whole message for a button whose address it does not like.
        fine = not url or _ADDRESS.fullmatch(url)
        return (
            url
            if fine
            else self._fail(key, "must be an address such as https://example.org, its host with a dot in it")
        )

    def _colours(self) -> Mapping[str, str]:
        table = self._table("colours")
        for role, colour in table.items():
            if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
                self._fail(f"colours.{role}", 'must be a colour such as "#0a7d5c"')
        return dict(table)

    def _logo(self) -> Path | None:
        name = self._text("logo", "")
        if not name:
            return None
        logo = self._path.parent / name
        return logo if logo.is_file() else self._fail("logo", f'names "{name}", which is not there')
