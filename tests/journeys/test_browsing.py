"""The list of locations page by page: towns, what has none, and pages whose words are forgotten."""

from pathlib import Path

import pytest

from tests.journeys.test_rules import BRANCHES
from tests.journeys.town import Town, opened
from tickets.conversation import KEPT


def branches(folder: Path, text: str) -> Path:
    """A town file."""
    file = folder / "town.toml"
    file.write_text(text, "utf-8")
    return file


async def test_what_has_no_town_has_a_door_of_its_own(tmp_path: Path) -> None:
    file = branches(tmp_path, BRANCHES.read_text("utf-8").replace('city = "Porto"\n', 'city = ""\n', 1))
    async with opened(tmp_path, branches=file) as town:
        ana = town.chat(1301)
        await ana.says("Browse the list")
        assert ana.buttons()[-4:-2] == ["Porto", "Other locations"], ana.buttons()
        await ana.presses("Other locations")
        assert "Other locations\nHarbour" in ana.last(), ana.transcript()
        await ana.presses("Harbour")
        await ana.presses("Advice")
        ana.sees("Take a ticket for A – Advice")


async def test_where_nothing_has_a_town_the_locations_are_the_list(tmp_path: Path) -> None:
    """Nobody chooses between one thing, nor reads that there is nothing."""
    file = branches(tmp_path, BRANCHES.read_text("utf-8").replace('city = "Porto"\n', 'city = ""\n'))
    async with opened(tmp_path, branches=file) as town:
        ana = town.chat(1302)
        await ana.says("Browse the list")
        assert ana.last().startswith("Locations\n"), ana.transcript()
        ana.sees("Harbour", "Market")
        await ana.presses("Harbour")
        ana.sees("Choose a service")


@pytest.mark.parametrize("left", ["/start", "/cancel", "half an hour"])
async def test_another_page_of_forgotten_words_asks_again(left: str, town: Town) -> None:
    """Nobody reads that nothing fits what they searched for."""
    ana = town.chat(1303)
    await ana.says("a")
    await ana.presses("Next")
    ana.sees("Page 2 of")
    if left.startswith("/"):
        await ana.says(left)
    else:
        town.clock.passes(KEPT)
    await ana.presses("Previous")
    assert "Where would you like to take a ticket?" in ana.last(), ana.transcript()
    ana.sees_not("No location fits")
