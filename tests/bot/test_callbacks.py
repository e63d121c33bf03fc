"""What buttons mean: every meaning packs, fits and comes back, and looks as it did in old messages."""

from collections.abc import Iterator
from dataclasses import fields

import pytest

from bot.callbacks import MOST_BYTES, Callback, Coming, Home, Place, SetLanguage, ref, unpack


def everyone() -> Iterator[Callback]:
    """One of each meaning, with the longest references."""
    for kind in Callback.known.values():
        values: dict[str, str | int] = {
            field.name: 7 if field.type is int else ref("x" * 500) for field in fields(kind)
        }
        yield kind(**values)


@pytest.mark.parametrize("callback", list(everyone()), ids=lambda callback: callback.code)
def test_every_meaning_comes_back(callback: Callback) -> None:
    data = callback.pack()
    assert len(data.encode()) <= MOST_BYTES
    assert unpack(data) == callback


@pytest.mark.parametrize(
    ("callback", "data"),
    [
        (Home(), "1|home"),
        (Coming("abc", 2), "1|come|abc|2"),
        (SetLanguage("pt_BR"), "1|lang|pt_BR"),
        (Place(ref("l-1")), "1|place|" + ref("l-1")),
    ],
)
def test_what_it_looks_like(callback: Callback, data: str) -> None:
    """These stand in old messages: a change of them makes people's buttons stale."""
    assert callback.pack() == data
