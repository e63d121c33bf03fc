"""Rows that cannot be read, as the people, the operator and the metrics page hear of them."""

from pathlib import Path

from sqlalchemy import update

from bot.alarms import QUIET, Alarms, Damage
from bot.checkup import Checkup
from storage.database import Database
from storage.schema import accounts
from tests.bot.alerts import firing, read_page
from tests.bot.conftest import HandClock
from tests.bot.promql import Collected
from tests.journeys.test_main_job import desk, take
from tests.journeys.town import opened
from tests.storage.asking import run

OPERATOR = 999


async def test_each_kind_is_told_when_more_of_it_was_met(clock: HandClock) -> None:
    told: list[str] = []

    async def say(words: str) -> None:
        told.append(words)

    met: dict[str, int] = {}
    damage = Damage(met, Alarms(say, clock))
    await damage()
    met["watch"] = 2
    await damage()
    await damage()
    met["account"] = 1
    await damage()
    clock.passes(QUIET)
    met["watch"] += 1
    await damage()
    assert told == [f"a stored {what} cannot be read" for what in ("watch", "account", "watch")]


async def test_one_spoilt_row_is_alarmed_and_everybody_else_is_called(tmp_path: Path) -> None:
    async with opened(tmp_path, admin_chat=OPERATOR) as town:
        operator, ana, bob = town.chat(OPERATOR, "Op"), town.chat(1001), town.chat(1002, "Bob")
        await operator.says("/start")
        tickets = {chat.chat_id: await take(chat) for chat in (ana, bob)}
        database = town.parts.database
        assert isinstance(database, Database)
        seen = Collected()
        seen.read(0.0, {"bot": (await town.parts.measures.render()).decode()})
        await run(database, update(accounts).where(accounts.c.chat_id == ana.chat_id).values(vt_token=b"spoilt"))
        await desk(town, "call", tickets[bob.chat_id], "4")
        await town.passes(20)
        await bob.look()
        assert bob.count("head to desk 4") == 1, bob.transcript()
        await town.parts.damage()
        await operator.look()
        assert operator.last() == "a stored account cannot be read"
        page = (await town.parts.measures.render()).decode()
        seen.read(60.0, {"bot": page})
        assert firing(seen) == {"VtbotUnreadable"}
        met = read_page(page)
        assert {what for (name, what), many in met.items() if name == "vtbot_unreadable" and many} == {"account"}
        assert await Checkup(database.check)() == "", "nobody need be sent to another process"


async def test_whoever_cannot_be_read_is_told_at_once_and_may_begin_anew(tmp_path: Path) -> None:
    """And what they do next does not wait behind what could not be done."""
    async with opened(tmp_path) as town:
        ana = town.chat(1003)
        await take(ana)
        database = town.parts.database
        assert isinstance(database, Database)
        await run(database, update(accounts).where(accounts.c.chat_id == ana.chat_id).values(vt_token=b"spoilt"))
        for words in ("/tickets", "/settings", "/start"):
            await ana.says(words)
        assert ana.count("cannot read what I have kept about you") >= 1, ana.transcript()
        await ana.presses("Delete my data")
        await ana.presses("Delete my data")
        ana.sees("deleted")
        await ana.says("/start")
        await take(ana)
