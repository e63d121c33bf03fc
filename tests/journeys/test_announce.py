"""The operator's own words reach who waits, in the chat and once, and nobody else."""

from pathlib import Path

import pytest
from typer import BadParameter

from bot.commands.announcing import tell
from tests.journeys.test_main_job import take
from tests.journeys.town import Town, opened

WORDS = "Desk 3 is closed until 14:00 & you keep your place."


def unasked(_: int) -> None:
    """As with --yes."""


async def test_who_waits_is_told_and_nobody_else(town: Town) -> None:
    ana, rui, eva = town.chat(1001), town.chat(1002, "Rui", "pt"), town.chat(1003, "Eva")
    await take(ana)
    await take(rui, "convidado", "Tirar senha")
    await eva.says("/start")
    reached: list[int] = []
    assert await tell(town.parts, WORDS, "Braga Central", "", reached.append) == 2
    assert reached == [2]
    assert await tell(town.parts, WORDS, "", "", unasked) == 0, "the same words are one announcement"
    await town.passes(5)
    for person in (ana, rui, eva):
        await person.look()
    ana.sees(r"A message from .+\nDesk 3 is closed until 14:00 & you keep your place\.")
    rui.sees(r"Mensagem de .+\nDesk 3")
    assert (ana.count("Desk 3 is closed"), eva.count("Desk 3 is closed")) == (1, 0)
    await ana.presses("Show my ticket")
    ana.sees("Braga Central")


async def test_those_of_one_language_or_of_another_place(town: Town) -> None:
    ana, rui = town.chat(1001), town.chat(1002, "Rui", "pt")
    await take(ana)
    await take(rui, "convidado", "Tirar senha")
    assert await tell(town.parts, WORDS, "", "pt", unasked) == 1
    with pytest.raises(BadParameter, match="no location fits"):
        await tell(town.parts, WORDS, "Nowhere at all", "", unasked)
    with pytest.raises(BadParameter, match="--language takes any of"):
        await tell(town.parts, WORDS, "", "xx", unasked)
    elsewhere = next(place for place in await town.parts.services.find.all() if place.name != "Braga Central")
    assert await tell(town.parts, WORDS, elsewhere.id, "", unasked) == 0
    await town.passes(5)
    await ana.look()
    ana.sees_not("Desk 3 is closed")


async def test_an_operator_who_thinks_again_tells_nobody(tmp_path: Path) -> None:
    def refused(_: int) -> None:
        raise KeyboardInterrupt

    async with opened(tmp_path) as town:
        await take(town.chat(1001))
        with pytest.raises(KeyboardInterrupt):
            await tell(town.parts, WORDS, "", "", refused)
        assert await tell(town.parts, WORDS, "", "", unasked) == 1
