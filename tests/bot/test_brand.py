"""The brand file: what it may say, sound defaults, and one sentence that names the key at fault."""

from pathlib import Path

import pytest

from bot.brand import Brand, LocationFilter

ADDRESS = "an address such as https://example.org, its host with a dot in it"
FULL = """
name = "Bloom Bank"
languages = ["pt", "en"]
default_language = "pt"
server_language = "pt_PT"
support = "help@example.org"
privacy_url = "https://example.org/privacy"
privacy_text = "Texto"
logo = "logo.png"

[greeting]
pt = "Bem-vindo."
en = " Welcome. "

[location_filter]
city = "Braga"

[colours]
accent = "#0a7d5c"
"""


def test_no_file_is_no_fault(tmp_path: Path) -> None:
    brand = Brand.load(tmp_path / "brand.toml")
    assert brand == Brand()
    assert (brand.name, brand.default_language, brand.greeting_in("en")) == ("Virtual Ticket", "en", "")


def test_a_file_that_is_needed_is_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^the file that it names is not there\.$"):
        Brand.load(tmp_path / "brand.toml", needed=True)


def test_the_example_is_a_brand() -> None:
    brand = Brand.load(Path(__file__).parents[2] / "deploy" / "brand.example.toml")
    assert (brand.name, brand.default_language, brand.location_filter.city) == ("Bloom Clinic", "pt", "Braga")
    assert all((brand.greeting_in("en"), brand.colours, brand.support, brand.privacy_url))


def test_a_full_file(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"")
    (tmp_path / "brand.toml").write_text(FULL, encoding="utf-8")
    brand = Brand.load(tmp_path / "brand.toml")
    assert (brand.name, brand.languages, brand.server_language) == ("Bloom Bank", ("pt", "en"), "pt_PT")
    assert (brand.greeting_in("en"), brand.greeting_in("fr")) == ("Welcome.", "")
    assert brand.privacy_in("en") == "Texto"
    assert brand.location_filter == LocationFilter(city="Braga")
    assert brand.colours == {"accent": "#0a7d5c"}
    assert brand.logo == tmp_path / "logo.png"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = 7", "brand.toml: name must be a text in quotes."),
        ('name = ""', "brand.toml: name must not be empty."),
        (f'name = "{"x" * 65}"', "brand.toml: name is longer than 64 characters."),
        ('nmae = "x"', "brand.toml: nmae is not a known key; perhaps name is meant."),
        ("zzz = 1", "brand.toml: zzz is not a known key."),
        ('languages = "pt"', 'brand.toml: languages must be a list such as ["en", "pt"].'),
        ("languages = [1]", "brand.toml: languages must be a text in quotes."),
        ('languages = ["pt"]', 'brand.toml: default_language is "en", which is not one of languages.'),
        ('default_language = "Portuguese"', 'brand.toml: default_language must be a language code such as "pt".'),
        ("[greeting]\nen = 1", "brand.toml: greeting.en must be a text in quotes."),
        ('location_filter = "Braga"', "brand.toml: location_filter must be a table, written [location_filter]."),
        ('[location_filter]\ntown = "x"', "brand.toml: location_filter.town is not a known key."),
        ('privacy_url = "javascript:1"', f"brand.toml: privacy_url must be {ADDRESS}."),
        ('privacy_url = "https://a b"', f"brand.toml: privacy_url must be {ADDRESS}."),
        ('privacy_url = "https://intranet/privacy"', f"brand.toml: privacy_url must be {ADDRESS}."),
        ('privacy_url = "https://intranet:80/a.html"', f"brand.toml: privacy_url must be {ADDRESS}."),
        ('[colours]\naccent = "green"', 'brand.toml: colours.accent must be a colour such as "#0a7d5c".'),
        ('logo = "none.png"', 'brand.toml: logo names "none.png", which is not there.'),
    ],
)
def test_a_fault_is_one_sentence_that_names_the_key(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "brand.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole sentence is compared below.
        Brand.load(tmp_path / "brand.toml")
    assert str(caught.value) == sentence


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe"])
def test_what_is_not_toml_is_said_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "brand.toml").write_bytes(content)
    with pytest.raises(ValueError, match=r"^brand\.toml is not valid TOML: "):
        Brand.load(tmp_path / "brand.toml")
