"""Where people are in something typed, and the passes that lead back to it: short-lived, of one chat, good once, on both databases."""

import asyncio
import secrets

import pytest

from storage.database import Database
from tests.tickets.hand_clock import HandClock
from tickets.acting import Actor
from tickets.conversation import CAREFUL, KEPT, LATE, SECRET_STEPS, Conversation, Passes, digest
from tickets.errors import OnlyInPrivate
from tickets.watching import Step

ME, SHE = Actor(7, 7), Actor(8, 8)
SECRET = "a-secret-of-at-least-256-bits"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def passes(database: Database, clock: HandClock) -> Passes:
    return Passes(database.open_book, clock, lambda: secrets.token_urlsafe(32))


@pytest.fixture
def conversation(database: Database, clock: HandClock) -> Conversation:
    return Conversation(database.open_book, clock)


async def test_a_step_keeps_what_was_told_until_it_expires(conversation: Conversation, clock: HandClock) -> None:
    await conversation.go(ME, "username", {"a": "1", "b": "2"})
    step = await conversation.go(ME, "password", {"b": "", "c": "3"})
    assert (step.name, step.data) == ("password", {"a": "1", "c": "3"})
    assert (await conversation.step(SHE)).name == ""
    clock.advance(KEPT)
    assert (await conversation.step(ME)).data == {}


async def test_a_position_goes_in_its_own_time(
    conversation: Conversation, passes: Passes, clock: HandClock, database: Database
) -> None:
    """However often the conversation goes on meanwhile; on disk it goes with the next step."""
    await conversation.go(ME, "", {"latitude": "41.5", "longitude": "-8.4"})
    clock.advance(KEPT - 1)
    assert (await conversation.go(ME, "", {"query": "Braga"})).data["latitude"] == "41.5"
    await passes.issue(ME, "page", 60)
    clock.advance(1)
    assert (await conversation.step(ME)).data.keys() >= {"query"}
    assert not (await conversation.step(ME)).data.keys() & {"latitude", "longitude"}
    await passes.issue(ME, "page", 60)
    async with database.open_book() as book:
        stored = await book.steps.get(7, clock.now())
    assert stored is not None
    assert stored.data.keys() == {"query", "pass_page"}


async def test_a_position_told_anew_is_kept_anew(conversation: Conversation, clock: HandClock) -> None:
    await conversation.go(ME, "", {"latitude": "41.5", "longitude": "-8.4"})
    clock.advance(KEPT - 1)
    await conversation.go(ME, "", {"latitude": "40.1", "longitude": "-8.4"})
    clock.advance(KEPT - 1)
    assert (await conversation.step(ME)).data["latitude"] == "40.1"
    await conversation.go(ME, "", {"query": "Braga"})
    clock.advance(1)
    assert (await conversation.step(ME)).data == {"query": "Braga"}


async def test_a_pass_leads_back_with_what_was_told(passes: Passes) -> None:
    token = await passes.issue(ME, "page", 60, {"provider": "google"})
    for _ in range(2):
        looked = await passes.look("page", token)
        assert looked is not None, "looking does not use it up"
        assert (looked.actor, looked.facts, looked.key) == (ME, {"provider": "google"}, digest(token))
    assert await passes.redeem("page", token) == looked
    assert await passes.look("page", token) is None
    assert await passes.redeem("page", token) is None


async def test_a_pass_for_somebody_who_is_nowhere_leads_them_nowhere(
    passes: Passes, conversation: Conversation
) -> None:
    await passes.issue(ME, "page", 60)
    assert (await conversation.step(ME)).name == ""


async def test_leaving_says_whether_there_was_anything_to_leave(conversation: Conversation, clock: HandClock) -> None:
    assert await conversation.step(ME) == Step(7, "", {}, clock.now())
    assert not await conversation.leave(ME)
    await conversation.go(ME, "username", {"wish": "1"})
    assert not await conversation.leave(SHE)
    assert await conversation.leave(ME)
    assert not await conversation.leave(ME)
    await conversation.go(ME, "username")
    clock.advance(KEPT)
    assert not await conversation.leave(ME), "it was over"


@pytest.mark.parametrize("person", [9, 10, 16, 123_456_789, 2**52 - 1])
async def test_a_pass_leads_back_to_whom_it_was_given(passes: Passes, person: int) -> None:
    """Whoever's number that is, and to nobody else's conversation."""
    given = await passes.issue(Actor(person, person), "page", 60)
    await passes.issue(SHE, "page", 60)
    for ask in (passes.look, passes.redeem):
        passed = await ask("page", given)
        assert passed is not None
        assert passed.actor == Actor(person, person)


async def test_what_is_no_pass(passes: Passes) -> None:
    token = await passes.issue(ME, "page", 60)
    chat, _, secret = token.partition(".")
    forged = (
        "", ".", "7", f"7.{secret[:-1]}", f"8.{secret}", f".{secret}", f"-7.{secret}", f"+7.{secret}", f" 7.{secret}", f"0x7.{secret}",
        f"{chat}.{secret}.", f"{chat}..{secret}", f"{'f' * 14}.{secret}", f"７.{secret}", token.upper(), f"{chat}.",
    )  # fmt: skip
    for wrong in forged:
        assert await passes.redeem("page", wrong) is None, wrong
    assert await passes.redeem("other", token) is None
    assert await passes.redeem("page", token) is not None


async def test_time_and_a_newer_one_end_it(passes: Passes, clock: HandClock) -> None:
    old, other = await passes.issue(ME, "page", 60), await passes.issue(ME, "start", 60)
    new = await passes.issue(ME, "page", 60)
    assert await passes.look("page", old) is None
    assert await passes.look("start", other) is not None, "one a purpose"
    clock.advance(60)
    assert await passes.look("page", new) is None
    assert await passes.redeem("start", other) is None


async def test_a_pass_lives_with_the_conversation_and_leaves_it_alone(
    passes: Passes, conversation: Conversation, clock: HandClock
) -> None:
    await conversation.go(ME, "username", {"wish": "1"})
    token = await passes.issue(ME, "page", KEPT + 100)
    clock.advance(KEPT + 50)
    assert (await conversation.step(ME)).name == "username"
    assert await passes.redeem("page", token) is not None
    assert (await conversation.step(ME)).data == {"wish": "1"}
    token = await passes.issue(ME, "page", 60)
    await conversation.leave(ME)
    assert await passes.look("page", token) is None


async def test_of_many_at_one_moment_at_most_one_gets_in(passes: Passes) -> None:
    for _ in range(5):
        token = await passes.issue(ME, "page", 60)
        got = await asyncio.gather(*(passes.redeem("page", token) for _ in range(6)))
        assert sum(one is not None for one in got) <= 1
        assert await passes.redeem("page", token) is None


async def test_a_key_is_first_once(passes: Passes) -> None:
    assert [await passes.first("init_data:x") for _ in range(3)] == [True, False, False]
    assert await passes.first("init_data:y")


async def test_asking_again_writes_nothing(passes: Passes, database: Database) -> None:
    """What can be sent again by anybody who saw it once costs no row each time."""
    for _ in range(20):
        await passes.first("init_data:x")
    async with database.open_book() as book:
        assert await book.tries.count("init_data:x", 0.0) == 1


async def test_only_people_alone_with_the_bot_get_one(passes: Passes) -> None:
    with pytest.raises(OnlyInPrivate):
        await passes.issue(Actor(7, -100), "page", 60)


async def test_the_secret_itself_is_not_kept(database: Database, clock: HandClock) -> None:
    passes = Passes(database.open_book, clock, lambda: SECRET)
    await passes.issue(ME, "page", 60)
    async with database.open_book() as book:
        step = await book.steps.get(7, clock.now())
    assert step is not None
    assert SECRET not in str(step.data)


@pytest.mark.parametrize("name", sorted(SECRET_STEPS))
async def test_a_question_for_a_secret_has_a_tail(name: str, conversation: Conversation, clock: HandClock) -> None:
    """It is over as soon as any other, but its answer is still known for one that comes late, and after that for possibly one."""
    asked = clock.now()
    await conversation.go(ME, name, {"username": "ann"})
    clock.advance(KEPT - 1)
    assert await conversation.step(ME) == Step(7, name, {"username": "ann"}, asked + CAREFUL)
    clock.advance(1)
    late = await conversation.step(ME)
    assert (late.name, late.data) == (LATE, {})
    clock.advance(CAREFUL - KEPT)
    assert (await conversation.step(ME)).name == ""
    assert await conversation.careful(ME, asked + CAREFUL)
    assert not await conversation.careful(ME, asked + CAREFUL + 1)
    assert not await conversation.careful(SHE, asked)


async def test_a_question_that_is_left_has_none(conversation: Conversation, clock: HandClock) -> None:
    await conversation.go(ME, "password")
    await conversation.go(ME, "edit")
    clock.advance(KEPT - 1)
    assert (await conversation.step(ME)).name == "edit"
    clock.advance(1)
    assert (await conversation.step(ME)).name == ""
    assert await conversation.careful(ME, clock.now()), "what is typed may be a password all the same"
