"""The matrix, carried out on the real bot: every cell does what it says, and changes nothing that is anybody else's."""

import inspect
import random
import re
import string
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from telegram import Update
from telegram.ext import BaseHandler

from bot.callbacks import MOST_BYTES, Callback, ref, unpack
from bot.context import Services
from bot.handlers import fallback
from bot.handlers import typed as typed_steps
from bot.intake import WANTED
from bot.routes import COMMANDS, PRESSES, routes
from bot.throttle import Seldom
from tests.security import matrix
from tests.security.matrix import Cell, Row
from tests.security.stage import (
    EMAIL,
    GROUP,
    OTHER,
    OWNER,
    PHONE,
    STRANGER,
    SURNAME,
    Refs,
    Stage,
    newly,
    staged,
)

ROWS: Mapping[str, Row] = {
    **{f"/{name}": row for name, row in matrix.COMMANDS.items()},
    **matrix.OTHER_COMMANDS,
    **{f"press {kind.__name__}": row for kind, row in matrix.PRESSES.items()},
    **{f"step {name or '(none)'}": row for name, row in matrix.STEPS.items()},
    **matrix.MESSAGES,
}
ROLES = {
    "signed_out": (STRANGER, STRANGER),
    "other": (OTHER, OTHER),
    "member": (GROUP, OTHER),
    "in_group": (GROUP, OWNER),
    "owner": (OWNER, OWNER),
}
"""Role -> the chat and who acts there; the owner comes last, because what she does takes effect."""
CHATS = (OWNER, OTHER, STRANGER, GROUP)
State = tuple[dict[int, Mapping[str, Any]], dict[int, dict[int, str]]]
TOGETHER = 8
"""Rows that change nothing are carried out one after the other on the same stage."""


def batches() -> list[list[str]]:
    """Every row; one that changes something has a stage of its own."""
    quiet = [name for name, row in ROWS.items() if row.quiet]
    return [[name] for name in ROWS if name not in quiet] + [
        quiet[start : start + TOGETHER] for start in range(0, len(quiet), TOGETHER)
    ]


async def state(stage: Stage) -> State:
    """What is held on each chat, and what each sees."""
    return {one: await stage.held(one) for one in CHATS}, {one: await stage.seen(one) for one in CHATS}


async def carried_out(stage: Stage, refs: Refs, row: Row, role: str, before: State) -> State:
    """One cell, judged by the queue's truth, the database and what every chat sees; answers how things stand afterwards."""
    chat_id, from_id = ROLES[role]
    expected: Cell = getattr(row, role)
    held, seen = before
    # A group that was answered lately would hear nothing.
    stage.parts.application.groups = Seldom(stage.parts.clock)
    await row.act.do(stage, refs, chat_id, from_id)
    await stage.settle()
    held_after, seen_after = await state(stage)
    shown = newly(seen[chat_id], seen_after[chat_id])
    assert bool(shown) == bool(expected.sees), (role, shown)
    assert re.search(expected.sees, shown), (role, shown)
    changed = {aspect for aspect, value in held_after[chat_id].items() if held[chat_id][aspect] != value}
    assert changed == expected.changes, (role, shown)
    for other in set(CHATS) - {chat_id}:
        assert held_after[other] == held[other], (role, "something of somebody else's has changed")
        assert seen_after[other] == seen[other], (role, "somebody else's chat was written to")
    if role != "owner":
        assert not re.search(f"{SURNAME}|{re.escape(EMAIL)}|{re.escape(PHONE)}|A 001.*Braga", shown), (role, shown)
    return held_after, seen_after


@pytest.mark.parametrize("names", batches(), ids=lambda names: f"{names[0]} and {len(names) - 1} more")
async def test_everything_does_for_everybody_what_the_matrix_says(names: list[str], tmp_path: Path) -> None:
    async with staged(tmp_path) as (stage, refs):
        for row in (ROWS[name] for name in names):
            await row.act.prepare(stage, refs)
            now = await state(stage)
            for role in ROLES:
                now = await carried_out(stage, refs, row, role, now)


def handle_of(route: BaseHandler[Any, Any, Any]) -> Callable[..., Any]:
    """What a route leads to; of a button what is behind the acknowledgement of the press."""
    held = inspect.getclosurevars(route.callback).nonlocals
    handle: Callable[..., Any] = held.get("handle", route.callback)
    return handle


def test_nothing_is_without_a_row() -> None:
    """A new command, button, step or handler has to be given its row; so has a new kind of update."""
    assert set(matrix.COMMANDS) == set(COMMANDS)
    assert set(matrix.PRESSES) == set(PRESSES) == set(Callback.known.values())
    assert set(matrix.STEPS) == set(typed_steps.STEPS)
    # One handler for each row, object by object: another one of the same name, or one used twice, has no row.
    others = {row.by for row in matrix.MESSAGES.values() if row.by is not None}
    # `nobody` has tests of its own below: no person stands behind what it takes.
    expected = Counter([*COMMANDS.values(), *PRESSES.values(), *others, fallback.nobody])
    assert Counter(handle_of(route) for route in routes()) == expected
    assert set(WANTED) == {
        "message", "edited_message", "callback_query", "inline_query", "chosen_inline_result", "my_chat_member",
    }  # fmt: skip


OF_NOBODY = {
    "Session.call": "lends a token to the other use cases and to the watch",
    "Session.establish": "the account just proved",
    "Session.let_go": "the account that a chat has just let go",
    "Profile.renew_elsewhere": "a letter's code in a browser: nobody is signed in by it",
    "Take.instead": "the nearest location that gives what is asked for: what anybody may know",
    "Take.settle": "an intent left open, looked up by the watch",
    "Passes.look": "the pass says whose it is",
    "Passes.redeem": "the pass says whose it is",
    "Passes.first": "counts a use",
    **{f"Find.{name}": "what anybody may know" for name in ("all", "named", "place", "towns", "in_town", "near")},
}
"""Use cases without an acting person, and why."""


def use_cases() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Whatever a handler may call, derived from the menu it is given."""
    for kind in get_type_hints(Services).values():
        if getattr(kind, "__module__", "").startswith("tickets."):
            for name, method in inspect.getmembers(kind, callable):
                if not name.startswith("_"):
                    yield f"{kind.__name__}.{name}", method


def test_every_use_case_takes_the_acting_person() -> None:
    found = dict(use_cases())
    assert len({name.partition(".")[0] for name in found}) >= 8
    without = {name for name, method in found.items() if list(inspect.signature(method).parameters)[1:2] != ["actor"]}
    assert without == set(OF_NOBODY)


def payloads(refs: Refs, count: int) -> list[str]:
    """Random callback_data, and real ones with a part changed; none of them is the owner's own button."""
    chance = random.Random(20)
    alphabet = string.ascii_letters + string.digits + "-_|?!~ é"
    codes = [*Callback.known, "admin", "", "drop!"]
    nearly = [refs.ticket[::-1], refs.ticket[:-1] + "~", refs.ticket.swapcase(), ref("t"), refs.location]
    made: list[str] = []
    while len(made) < count:
        parts = ["1" if chance.random() < 0.8 else chance.choice(["0", "2", "", "1 "]), chance.choice(codes)]
        if chance.random() < 0.2:
            parts.append(chance.choice(nearly))
        else:
            parts += ["".join(chance.choices(alphabet, k=chance.randrange(14))) for _ in range(chance.randrange(4))]
        data = "|".join(parts)
        if 0 < len(data.encode()) <= MOST_BYTES and refs.ticket not in data and parts[1] not in TO_ONESELF:
            made.append(data)
    return made


TO_ONESELF = {"guest", "in", "lost", "code", "keep", "wipe", "out", "lang", "warn"}
"""What anybody may do to themselves without naming anything: the matrix has it."""


async def test_forged_payloads_have_no_effect(tmp_path: Path) -> None:
    """2,000 of them from somebody else's chat. Whatever cannot be read is an old button; whatever can is carried out, and does nothing."""
    async with staged(tmp_path) as (stage, refs):
        before, tickets = await state(stage), await stage.ask("tickets")
        forged = payloads(refs, 2000)
        readable = [data for data in forged if unpack(data) is not None]
        taken = {data: taker(stage, pressing(number, data)) for number, data in enumerate(forged)}
        assert {taken[data] for data in set(forged) - set(readable)} == {"stale"}
        assert len(readable) > 100
        for number, data in enumerate([*readable, *forged[:50]]):
            await stage.parts.intake.accept([{"update_id": 10**9 + number, **pressing(number, data)}])
            await stage.settle()
        assert stage.parts.worker.done.poisoned == 0
        held, seen = await state(stage)
        for one in (OWNER, STRANGER, GROUP):
            assert (held[one], seen[one]) == (before[0][one], before[1][one])
        assert await stage.ask("tickets") == tickets
        assert {name for name, value in held[OTHER].items() if value != before[0][OTHER][name]} <= {"step"}


def pressing(number: int, data: str) -> dict[str, Any]:
    """The other person's press of a button with that data."""
    person = {"id": OTHER, "is_bot": False, "first_name": "Bob"}
    message = {"message_id": 1, "date": 1, "chat": {"id": OTHER, "type": "private"}, "text": "x"}
    return {
        "callback_query": {"id": str(number), "from": person, "message": message, "chat_instance": "1", "data": data}
    }


def taker(stage: Stage, raw: dict[str, Any]) -> str:
    """The name of the handler that takes an update."""
    update = Update.de_json({"update_id": 1, **raw}, stage.parts.application.bot)
    return next(one.callback.__name__ for one in routes() if one.check_update(update) not in (None, False))


BOT = {"id": 7, "is_bot": True, "first_name": "Robot"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
ANA = {"id": OWNER, "is_bot": False, "first_name": "Ana"}
ALONE = {"id": OWNER, "type": "private", "first_name": "Ana"}
OFFICE = {"id": GROUP, "type": "supergroup", "title": "Office"}
ORIGIN = {"type": "user", "date": 1, "sender_user": {"id": OTHER, "is_bot": False, "first_name": "Bob"}}
NOBODYS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "a bot, alone with us": ("message", {"from": BOT, "chat": {"id": 7, "type": "private"}}),
    "a bot in a group": ("message", {"from": BOT, "chat": OFFICE}),
    "an anonymous administrator": ("message", {"from": ANONYMOUS, "sender_chat": OFFICE, "chat": OFFICE}),
    "a person in a channel's name": (
        "message",
        {"from": ANA, "sender_chat": {"id": -5, "type": "channel"}, "chat": OFFICE},
    ),
    "a channel": (
        "channel_post",
        {"sender_chat": {"id": -5, "type": "channel"}, "chat": {"id": -5, "type": "channel"}},
    ),
    "a command edited in": ("edited_message", {"from": ANA, "chat": ALONE, "edit_date": 2}),
    "edited in a group": ("edited_message", {"from": ANA, "chat": OFFICE, "edit_date": 2}),
}
PASSED_ON: Mapping[str, dict[str, Any]] = {
    "forwarded": {"forward_origin": ORIGIN},
    "by another bot": {"via_bot": BOT},
    "quoted to another bot": {},
}


def told(kind: str, text: str, **facts: Any) -> dict[str, Any]:
    """A command as an update."""
    entity = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
    content = {"message_id": 90, "date": 1, "text": text, "entities": [entity], **facts}
    return {"update_id": 10**9 + random.randrange(10**9), kind: content}


@pytest.mark.parametrize("who", NOBODYS)
async def test_whoever_is_nobody_is_neither_obeyed_nor_answered(who: str, tmp_path: Path) -> None:
    kind, facts = NOBODYS[who]
    async with staged(tmp_path) as (stage, _):
        before, calls = await state(stage), len((await stage.ask("calls"))["calls"])
        for text in ("/delete", "/start", "/logout", "/start r_code-of-a-letter"):
            await stage.parts.intake.accept([told(kind, text, **facts)])
        await stage.settle()
        assert await state(stage) == before
        methods = [call["method"] for call in (await stage.ask("calls"))["calls"][calls:]]
        assert set(methods) <= {"getUpdates"}
        assert (await stage.held(7))["person"] is None


@pytest.mark.parametrize("how", PASSED_ON)
async def test_what_others_wrote_is_no_command(how: str, tmp_path: Path) -> None:
    """Passed on, it is answered as any words the bot does not understand."""
    async with staged(tmp_path) as (stage, _):
        before, seen = await state(stage)
        text = "/logout" if PASSED_ON[how] else "/logout@another_bot"
        await stage.parts.intake.accept([told("message", text, **{"from": ANA, "chat": ALONE}, **PASSED_ON[how])])
        await stage.settle()
        after, seen_after = await state(stage)
        assert after == before
        assert "did not understand" in newly(seen[OWNER], seen_after[OWNER])


@pytest.mark.parametrize("sender", [BOT, ANONYMOUS], ids=["bot", "anonymous"])
async def test_a_bot_presses_nothing(sender: dict[str, Any], tmp_path: Path) -> None:
    async with staged(tmp_path) as (stage, refs):
        before = await state(stage)
        message = {"message_id": max(before[1][OWNER]), "date": 1, "chat": ALONE, "text": "x"}
        for number, row in enumerate(matrix.PRESSES.values()):
            query = {"id": str(number), "from": sender, "message": message, "chat_instance": "1"}
            pressed = {**query, "data": row.act.make(refs).pack()}  # type: ignore[union-attr]  # each of them is a press
            await stage.parts.intake.accept([{"update_id": 10**9 + number, "callback_query": pressed}])
        await stage.settle()
        assert await state(stage) == before
