"""Languages: which one a person gets, escaping, plurals, the locale's numbers and times, right-to-left, and the catalogues' check."""

import importlib.util
import shutil
from datetime import timedelta
from gettext import NullTranslations
from pathlib import Path
from types import ModuleType

import pytest
from babel import Locale
from markupsafe import Markup

from bot.i18n import Translations, Translator, locales_folder
from tickets.watching import Person

ROOT = Path(__file__).resolve().parents[2]
SPEAK = Translations.load()
EN, PT = SPEAK.best("en"), SPEAK.best("pt")
AR = Translator("ar", Locale.parse("ar"), NullTranslations())


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (["pt"], "pt"),
        (["pt-br"], "pt"), (["pt_PT"], "pt"), (["PT-BR"], "pt"), (["en-GB"], "en"), (["", "pt"], "pt"), (["fr", "pt"], "pt"),
        (["zh-hans", ""], "en"), ([], "en"), (["   "], "en"), (["../pt"], "en"), (["p"], "en"),
    ],
)  # fmt: skip
def test_the_best_language_there_is(wanted: list[str], code: str) -> None:
    assert SPEAK.best(*wanted).language == code


@pytest.mark.parametrize(
    ("chosen", "account", "telegram", "brand", "code"),
    [
        ("en", "pt", "en", "en", "pt"), ("pt", "", "en", "en", "pt"), ("", "pt", "en", "en", "pt"),
        ("", "", "pt-br", "en", "pt"), ("", "", "fr", "pt", "pt"),
        ("xx", "", "", "", "en"), ("", "", "", "", "en"),
    ],
)  # fmt: skip
def test_whose_wish_comes_first(chosen: str, account: str, telegram: str, brand: str, code: str) -> None:
    person = Person(1, telegram_language=telegram, language=chosen)
    assert SPEAK.for_person(person, account, brand).language == code


def test_nobody_in_particular_gets_the_brands_language() -> None:
    assert SPEAK.for_person(None, "", "pt").language == "pt"


def test_languages_have_their_own_names_and_may_be_limited() -> None:
    assert SPEAK.languages == {"en": "English", "pt": "Português"}
    assert set(Translations.load(only=["en"]).languages) == {"en"}


def test_values_are_escaped_and_texts_are_not() -> None:
    assert PT("<b>Hello, {name}!</b>", name="<i>&") == Markup("<b>Olá, &lt;i&gt;&amp;!</b>")
    assert PT("<b>Hello, {name}!</b>", name=Markup("<i>x</i>")) == Markup("<b>Olá, <i>x</i>!</b>")
    assert EN.plain("Yes, cancel {label}", label="A<6>") == "Yes, cancel A<6>"
    assert EN("{label}: almost your turn", label="{count}{label[x]}%{y}") == "{count}{label[x]}%{y}: almost your turn"


@pytest.mark.parametrize(
    ("count", "en", "pt"),
    [(0, "0 people", "0 pessoas"), (1, "1 person", "1 pessoa"), (1200, "1,200 people", "1\xa0200 pessoas")],
)
def test_plurals_and_numbers(count: int, en: str, pt: str) -> None:
    texts = ("{count} person waiting", "{count} people waiting")
    assert EN.n(*texts, count).startswith(en)
    assert PT.plain_n(*texts, count).startswith(pt)


@pytest.mark.parametrize(
    ("metres", "en", "pt"),
    [(3.0, "10 m", "10 m"), (347.0, "350 m", "350 m"), (994.0, "990 m", "990 m"), (996.0, "1 km", "1 km"), (1420.0, "1.4 km", "1,4 km"),
     (9951.0, "10 km", "10 km"), (1_234_567.0, "1,235 km", "1\xa0235 km")],
)  # fmt: skip
def test_distances(metres: float, en: str, pt: str) -> None:
    assert (EN.distance(metres), PT.distance(metres)) == (en, pt)


@pytest.mark.parametrize(
    ("seconds", "about", "bare"),
    [
        (0, "about 1 min", "1 min"),
        (720, "about 12 min", "12 min"),
        (3600, "about 1 h", "1 h"),
        (3900, "about 1 h 5 min", "1 h 5 min"),
    ],
)
def test_durations(seconds: int, about: str, bare: str) -> None:
    assert EN.minutes(timedelta(seconds=seconds)) == about
    assert EN.minutes(timedelta(seconds=seconds), about=False) == bare


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Europe/Lisbon", "11:20"),
        ("Asia/Tokyo", "20:20"),
        (None, "11:20 UTC"),
        ("Mars/Base", "11:20 UTC"),
        ("../x", "11:20 UTC"),
    ],
)
def test_times(zone: str | None, told: str) -> None:
    assert EN.time(1_795_000_800, zone) == told


def test_moments_are_for_the_client_to_write() -> None:
    assert (
        str(EN.moment(1_795_000_800.9, "<soon>", "r")) == '<tg-time unix="1795000800" format="r">&lt;soon&gt;</tg-time>'
    )


def test_names_are_isolated_only_where_writing_runs_from_the_right() -> None:
    assert AR("{label}: almost your turn", label="A 006") == "\u2068A 006\u2069: almost your turn"
    assert AR("{a}", a=Markup("<b>x</b>")) == Markup("<b>x</b>")
    assert AR.plain("{label}", label="A 006") == "\u2068A 006\u2069"
    assert "\u2068" not in PT("{label}: almost your turn", label="A 006")


def test_the_catalogues_are_found_beside_the_source() -> None:
    assert locales_folder() == ROOT / "locales"


@pytest.fixture(scope="module")
def catalogues() -> ModuleType:
    """scripts/catalogues.py as a module."""
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "scripts" / "catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CODE = """
def screen(t):
    t("<b>Hi, {name}</b>", name=1)
    t.n("{count} one", "{count} many", 2)
    button(t.plain("Go on"), 1)
"""
GOOD = """
msgid ""
msgstr ""
"Language: pt_PT\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "<b>Hi, {name}</b>"
msgstr "<b>Olá, {name}</b>"

msgid "{count} one"
msgid_plural "{count} many"
msgstr[0] "{count} um"
msgstr[1] "{count} muitos"

msgid "Go on"
msgstr "Continuar"
"""


def project(folder: Path, catalogues: ModuleType, catalogue: str = GOOD) -> Path:
    """A small project with one catalogue, its template fresh."""
    (folder / "bot").mkdir(exist_ok=True)
    (folder / "bot" / "view.py").write_text(CODE, encoding="utf-8")
    home = folder / "locales" / "pt" / "LC_MESSAGES"
    shutil.rmtree(home, ignore_errors=True)
    (folder / "locales").mkdir(exist_ok=True)
    catalogues.update(folder)
    home.mkdir(parents=True)
    (home / "messages.po").write_text(catalogue, encoding="utf-8")
    return folder


def test_the_projects_own_catalogues_are_complete(catalogues: ModuleType) -> None:
    assert catalogues.check(ROOT) == []


def test_a_complete_catalogue_has_no_faults(tmp_path: Path, catalogues: ModuleType) -> None:
    assert catalogues.check(project(tmp_path, catalogues)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("Olá, {name}", "Olá", "has other placeholders"),
        ("Olá, {name}", "Olá, {nome}", "has other placeholders"),
        ("Olá, {name}", "Olá, {name", "has other placeholders"),
        ("<b>Olá, {name}</b>", "Olá, {name}", "has other tags"),
        ('"Continuar"', '""', "needs 1 translated form"),
        ('msgstr[1] "{count} muitos"', 'msgstr[1] ""', "needs 2 translated form"),
        ('msgid "Go on"', '#, fuzzy\nmsgid "Go on"', "is fuzzy"),
        ("Continuar", "C" * 41, "is longer than 40 characters"),
        ('msgid "Go on"', 'msgid "Go away"', "'Go on' is missing"),
        ('msgid "Go on"', 'msgid "Go away"', "'Go away' is not in the code any more"),
    ],
)
def test_a_faulty_catalogue_is_told(tmp_path: Path, catalogues: ModuleType, right: str, wrong: str, fault: str) -> None:
    assert right in GOOD
    faults = catalogues.check(project(tmp_path, catalogues, GOOD.replace(right, wrong)))
    assert any(fault in one for one in faults), faults


def test_a_template_that_lags_behind_is_told_and_brought_up(tmp_path: Path, catalogues: ModuleType) -> None:
    folder = project(tmp_path, catalogues)
    (folder / "bot" / "view.py").write_text(CODE + '    t("New")\n', encoding="utf-8")
    assert any("run `make translations`" in fault for fault in catalogues.check(folder))
    catalogues.update(folder)
    assert catalogues.check(folder) == ["locales/pt/LC_MESSAGES/messages.po: 'New' needs 1 translated form(s)"]
    assert "Continuar" in (folder / "locales/pt/LC_MESSAGES/messages.po").read_text(encoding="utf-8")


def test_its_command_line(catalogues: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogues.main(["check"]) == 0
    assert catalogues.main([]) == 64
    assert "usage" in capsys.readouterr().err
