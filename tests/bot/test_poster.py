"""Links and posters: addresses Telegram takes, codes cameras read, and sheets that hold any name."""

import re
from base64 import b64encode
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import poster
from bot.commands.links import the_location, the_service
from bot.handlers.start import payload_for
from tests.tickets.town import a_location, a_service

ADDRESS = "https://t.me/the_bot?start=babcdefghij-sabcdefghij"


def test_links_are_what_telegram_takes() -> None:
    assert poster.link("the_bot", "") == "https://t.me/the_bot"
    assert poster.link("the_bot", payload_for("x" * 300, "y" * 300)).startswith("https://t.me/the_bot?start=b")
    # https://core.telegram.org/bots/features#deep-linking: up to 64 of A-Z, a-z, 0-9, _ and -.
    for location, service in (("1", ""), ("../%2f", "é"), ("x" * 300, "y" * 300)):
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload_for(location, service))


def test_the_code_is_of_level_h_with_its_quiet_zone(tmp_path: Path) -> None:
    code = poster.code(ADDRESS)
    assert (code.error, code.is_micro) == ("H", False)
    modules, _ = code.symbol_size(border=0)
    root = ET.fromstring(poster.sheet(ADDRESS, "Brand", "Place", "Words"))  # noqa: S314 -- we wrote it ourselves
    boxes = [one.get("viewBox") for one in root.iter() if one.tag.endswith("svg")]
    assert boxes[2] == f"0 0 {modules + 8} {modules + 8}"
    poster.save(tmp_path / "code.PNG", ADDRESS, "", "", "")
    width = int.from_bytes((tmp_path / "code.PNG").read_bytes()[16:20], "big")
    assert width == (modules + 8) * poster.PIXELS


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_name_makes_a_sheet_and_no_markup(title: str, place: str) -> None:
    plain = ET.fromstring(poster.sheet(ADDRESS, "x", "x", "x"))  # noqa: S314 -- we wrote it ourselves
    root = ET.fromstring(poster.sheet(ADDRESS, title, place, "x"))  # noqa: S314 -- the same
    assert [one.tag for one in root.iter()] == [one.tag for one in plain.iter()]


def test_words_that_fit_one_place_find_it() -> None:
    services = (a_service("10", "Payments"), a_service("11", "Information"), a_service("12", "Late payments"))
    braga, lisbon = (
        a_location("1", "Braga Centro", services=services),
        a_location("2", "Braga Centro Sul", city="Braga"),
    )
    assert the_location([braga, lisbon], "Braga Centro") is braga, "the exact name wins"
    assert the_location([braga, lisbon], "2") is lisbon
    assert the_location([braga, lisbon], "sul centro") is lisbon
    assert the_service(braga, "information").id == "11"
    assert the_service(braga, "Payments").id == "10"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("braga", 'several locations fit "braga"; there is Braga A [1], Braga B [2]'),
        ("porto", 'no location fits "porto"; there is Braga A [1], Braga B [2]'),
    ],
)
def test_words_that_do_not_are_told_what_there_is(words: str, sentence: str) -> None:
    with pytest.raises(Exception, match=re.escape(sentence)):
        the_location([a_location("1", "Braga A"), a_location("2", "Braga B")], words)
    with pytest.raises(Exception, match="there is none at all"):
        the_location([], words)


def test_a_logo_stands_above_the_title_and_needs_no_file_beside_the_sheet(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"/>')
    plain, with_logo = tmp_path / "plain.svg", tmp_path / "logo-sheet.svg"
    poster.save(plain, ADDRESS, "Bloom", "Braga", "Take a ticket")
    poster.save(with_logo, ADDRESS, "Bloom", "Braga", "Take a ticket", logo)
    assert b"<image" not in plain.read_bytes()
    drawn = with_logo.read_text()
    assert f'href="data:image/svg+xml;base64,{b64encode(logo.read_bytes()).decode()}"' in drawn
    assert drawn.index("<image") < drawn.index("Bloom")
