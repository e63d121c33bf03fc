"""Updates that are not what Telegram sends, through the real application: each is handled or put aside, the next good one is handled."""

import copy
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journeys.town import Town, opened

ANA = {"id": 900, "is_bot": False, "first_name": "Ana", "language_code": "en"}
CHAT = {"id": 900, "type": "private", "first_name": "Ana"}
BOT = {"id": 123456789, "is_bot": True, "first_name": "Bot", "username": "sandbox_bot"}
COMMAND = [{"type": "bot_command", "offset": 0, "length": 6}]
MESSAGE = {"message_id": 5, "date": 1_795_000_800, "chat": CHAT, "from": ANA, "text": "/start", "entities": COMMAND}
SHOWN = {"message_id": 4, "date": 1_795_000_800, "chat": CHAT, "from": BOT, "text": "Hello"}
MEMBER = {"user": BOT, "status": "member"}
GOOD: list[dict[str, Any]] = [
    {"message": MESSAGE},
    {"message": {**MESSAGE, "text": "hello there", "entities": []}},
    {"message": {**MESSAGE, "text": None, "location": {"latitude": 38.7, "longitude": -9.1}}},
    {"message": {**MESSAGE, "text": None, "contact": {"phone_number": "1", "first_name": "Ana", "user_id": 900}}},
    {"edited_message": {**MESSAGE, "edit_date": 1_795_000_801}},
    {"callback_query": {"id": "1", "from": ANA, "chat_instance": "1", "message": SHOWN, "data": "1|home"}},
    {"inline_query": {"id": "1", "from": ANA, "query": "river", "offset": ""}},
    {"my_chat_member": {"chat": CHAT, "from": ANA, "date": 1, "old_chat_member": MEMBER, "new_chat_member": MEMBER}},
]


class Long(str):
    """A text of whole pages, which a failed example need not print."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} characters>"


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 2**31, 2**53, 2**63, -(2**63), 10**400, float("inf"), float("nan"), 1e308]),
    st.text(max_size=12),
    st.sampled_from(["\ud800", "\x00", Long("/start " * 700), "1|", "1|tickets|" + "x" * 60]),
    st.lists(st.none() | st.integers(), max_size=3),
    st.dictionaries(
        st.sampled_from(["id", "type", "status", "x"]), st.none() | st.integers() | st.text(max_size=3), max_size=3
    ),
)
spoils = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from(["replace", "drop", "add"]), JUNK), min_size=1, max_size=4
)
poison = st.tuples(st.sampled_from(range(len(GOOD))), spoils)
"""Which good update, and what becomes of it: by number, because a failed example is printed whole."""
numbers = count(10_000)


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every place of a tree that something stands in: its holder and its key."""
    if isinstance(tree, dict):
        here: list[tuple[Any, Any]] = [(tree, key) for key in tree]
    elif isinstance(tree, list):
        here = [(tree, index) for index in range(len(tree))]
    else:
        return []
    return here + [place for holder, key in list(here) for place in places(holder[key])]


def spoilt(update: dict[str, Any], changes: list[tuple[int, str, Any]]) -> dict[str, Any]:
    """The update, with something else in some of its places."""
    made = copy.deepcopy(update)
    for where, how, junk in changes:
        found = places(made)
        if not found:
            break
        holder, key = found[where % len(found)]
        if how == "drop" and isinstance(holder, dict):
            del holder[key]
        elif how == "add" and isinstance(holder, dict):
            holder["unheard_of"] = junk
        else:
            holder[key] = junk
    return {**made, "update_id": next(numbers)}


async def waiting(town: Town) -> dict[str, int]:
    async with town.parts.database.open_book(reading=True) as book:
        return dict(await book.inbox.counts())


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(poison, min_size=40, max_size=40))
async def test_whatever_comes_the_next_good_update_is_handled(told: list[tuple[int, list[Any]]]) -> None:
    """Some hundred in all; the promise is about twenty thousand, which `max_examples` says."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder)) as town:
            ana = town.chat(7)
            await town.parts.intake.accept([spoilt(GOOD[which], changes) for which, changes in told])
            await town.parts.worker.drain()
            counted, done, heard = await waiting(town), town.parts.worker.done, town.parts.intake.heard
            assert counted["waiting"] == 0
            assert done.handled + done.poisoned == heard.accepted
            assert counted["poison"] == done.poisoned
            await ana.says("/start")
            assert ana.bot_says()
            # What the bot answers to people who do not exist is no part of this.
            town.errors.clear()


@pytest.mark.parametrize(
    "broken",
    [
        {"message": {**MESSAGE, "chat": "nobody"}},
        {"message": {**MESSAGE, "date": "soon"}},
        {"message": {**MESSAGE, "from": []}},
        {"callback_query": {"id": "1"}},
        {"inline_query": 7},
    ],
)
async def test_what_cannot_be_read_is_put_aside_within_a_second(broken: dict[str, Any], tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        await town.parts.intake.accept([{**broken, "update_id": 77}])
        began = time.monotonic()
        await town.parts.worker.drain()
        took = time.monotonic() - began
        assert (await waiting(town), town.parts.worker.done.poisoned) == ({"waiting": 0, "done": 0, "poison": 1}, 1)
        assert took < 1
