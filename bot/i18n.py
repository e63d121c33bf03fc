"""Speaks the person's language: gettext catalogues read from .po files, and CLDR's numbers, times and distances by Babel.

English is the source language; a msgid may hold Telegram's HTML tags, and every value put into it is escaped.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations as Catalogue
from babel.units import format_unit
from markupsafe import Markup

from tickets.watching import Person

SOURCE = "en"
"""The language of the msgids."""
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


_JOINER = "\u2060"
_LINKED = re.compile(r"(?<=:)(?=//)|(?<=\.)(?=[^\W\d]|\d+\.\d)|(?<=[@#$+])(?=\w)|(?<![\w/<>@]/)(?<=/)(?=\w)")
"""Where Telegram would find an address, a mention, a command, a tag or a number in plain text by itself."""


def inert(text: str) -> str:
    """Outside text in which Telegram finds nothing to tap: an invisible word joiner stands where a link would begin or end.

    Telegram looks for links in whatever is sent (https://core.telegram.org/bots/api#messageentity), so escaping is not enough.
    """
    return _LINKED.sub(_JOINER, text)


def locales_folder() -> Path:
    """Where the catalogues lie: inside the package of an installed wheel, or beside it in a source tree."""
    here = Path(__file__).resolve().parent
    installed = here / "locales"
    return installed if installed.is_dir() else here.parent / "locales"


class Translator:
    """One language. `t("Hello {name}", name=name)` is safe markup; `t.plain` is for buttons and toasts, which have none."""

    def __init__(self, language: str, locale: Locale, catalogue: NullTranslations) -> None:
        """`language` is the code people and catalogues use ("pt"), `locale` CLDR's ("pt_PT")."""
        self.language = language
        self.locale = locale
        self._catalogue = catalogue
        self._right_to_left = locale.text_direction == "rtl"

    def __repr__(self) -> str:
        """The language it speaks."""
        return f"Translator({self.language!r})"

    def __call__(self, text: str, /, **values: object) -> Markup:
        """Translate, then put the escaped values in."""
        return self._markup(self._catalogue.gettext(text), values)

    def n(self, one: str, many: str, count: int, /, **values: object) -> Markup:
        """The plural form for `count`, which the text names as {count}."""
        return self._markup(self._catalogue.ngettext(one, many, count), {"count": self.number(count), **values})

    def plain(self, text: str, /, **values: object) -> str:
        """Translate text that is never read as markup."""
        return self._catalogue.gettext(text).format(**self._isolated(values))

    def plain_n(self, one: str, many: str, count: int, /, **values: object) -> str:
        """The plural form for `count`, never read as markup."""
        text = self._catalogue.ngettext(one, many, count)
        return text.format(**self._isolated({"count": self.number(count), **values}))

    def number(self, value: float) -> str:
        """Digits and separators as the language writes them."""
        return format_decimal(value, locale=self.locale)

    def distance(self, metres: float) -> str:
        """ "350 m", "1.4 km", "12 km": as exact as a person needs it to choose."""
        if metres < 995:
            rounded = max(10, round(metres / 10) * 10)
            return format_unit(rounded, "length-meter", "short", locale=self.locale)
        pattern = "#,##0.#" if metres < 9950 else "#,##0"
        return format_unit(metres / 1000, "length-kilometer", "short", format=pattern, locale=self.locale)

    def minutes(self, duration: timedelta, *, about: bool = True) -> str:
        """ "about 12 min", "about 1 h 5 min"; without `about` just the duration, for labels."""
        whole = max(1, round(duration.total_seconds() / 60))
        hours, minutes = divmod(whole, 60)
        if not hours:
            text = self.plain("{minutes} min", minutes=self.number(minutes))
        elif not minutes:
            text = self.plain("{hours} h", hours=self.number(hours))
        else:
            text = self.plain("{hours} h {minutes} min", hours=self.number(hours), minutes=self.number(minutes))
        return self.plain("about {duration}", duration=text) if about else text

    def clock(self, wall: datetime) -> str:
        """The time a naive clock shows, such as a location's closing time; the 24-hour clock leaves no doubt."""
        return wall.strftime("%H:%M")

    def time(self, unix: float, timezone_name: str | None) -> str:
        """ "14:35" on the clock of that zone; where the zone is not known, UTC, and saying so."""
        zone = _zone(timezone_name)
        wall = datetime.fromtimestamp(unix, zone or UTC)
        return self.clock(wall) if zone else f"{self.clock(wall)} UTC"

    def moment(self, unix: float, fallback: str, style: str = "t") -> Markup:
        """A moment that the client writes in its own zone or relatively (`style` "r"); older clients show the fallback.

        https://core.telegram.org/bots/api#html-style, `tg-time` since Bot API 9.5.
        """
        return Markup('<tg-time unix="{unix}" format="{style}">{fallback}</tg-time>').format(
            unix=int(unix), style=style, fallback=fallback
        )

    def _markup(self, text: str, values: Mapping[str, object]) -> Markup:
        inactive = {name: _inactive(value) for name, value in values.items()}
        return Markup(text).format(**self._isolated(inactive))  # noqa: S704 - the catalogues are ours; values are escaped.

    def _isolated(self, values: Mapping[str, object]) -> Mapping[str, object]:
        """Names and numbers stand apart from the sentence's direction in languages written from the right."""
        if not self._right_to_left:
            return values
        return {name: _apart(value) for name, value in values.items()}


def _inactive(value: object) -> object:
    return inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _apart(value: object) -> object:
    return value if isinstance(value, Markup) else f"{_ISOLATE}{value}{_END_ISOLATE}"


def _zone(name: str | None) -> tzinfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@dataclass(frozen=True)
class Translations:
    """Every language there is a catalogue for, and the choice among them."""

    translators: Mapping[str, Translator]

    @classmethod
    def load(cls, folder: Path | None = None, *, only: Collection[str] = ()) -> "Translations":
        """Read `<code>/LC_MESSAGES/messages.po` of each language; `only` limits them (English stays, as the last resort)."""
        found = {SOURCE: Translator(SOURCE, Locale.parse(SOURCE), NullTranslations())}
        for path in sorted((folder or locales_folder()).glob("*/LC_MESSAGES/messages.po")):
            code = path.parent.parent.name
            if code != SOURCE and (not only or code in only):
                found[code] = _translator(code, path)
        return cls(found)

    @property
    def languages(self) -> Mapping[str, str]:
        """Code -> the language's name in itself ("English", "Português")."""
        return {code: own_name(code) for code in self.translators}

    def best(self, *wanted: str) -> Translator:
        """The first wanted language there is, region or script left out where needed; English where there is none."""
        for code in wanted:
            for candidate in _candidates(code):
                for known, translator in self.translators.items():
                    if known.lower() == candidate:
                        return translator
        return self.translators[SOURCE]

    def for_person(self, person: Person | None, account_language: str = "", brand_default: str = SOURCE) -> Translator:
        """The account's language, then what was chosen in the chat, then their Telegram's language, the brand's, English."""
        chosen, told = (person.language, person.telegram_language) if person else ("", "")
        return self.best(account_language, chosen, told, brand_default)


def own_name(code: str) -> str:
    """A language's name in itself, with a capital as buttons want it."""
    name = Locale.parse(code.replace("-", "_")).get_display_name() or code
    return name[:1].upper() + name[1:]


def _candidates(code: str) -> Iterator[str]:
    # Babel's negotiation does not find pt_BR for "pt-br": everything is brought to one form first.
    parts = code.strip().replace("-", "_").lower().split("_")
    for length in range(len(parts), 0, -1):
        yield "_".join(parts[:length])


def _translator(code: str, path: Path) -> Translator:
    with path.open("rb") as file:
        catalog = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translator(code, catalog.locale or Locale.parse(code), Catalogue(compiled))
