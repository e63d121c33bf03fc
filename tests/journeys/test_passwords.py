"""No password stays in the chat: whatever fails, dies, comes late or looks like a command after somebody was asked for one."""

import json
from collections.abc import Awaitable, Callable

import pytest

from bot.worker import LEASE
from storage.transaction import Transaction
from tests.journeys.test_account import PASSWORD, maria, signs_in
from tests.journeys.town import Chat, Town
from tickets.acting import Actor
from tickets.conversation import CAREFUL, KEPT

WRONG = "Wr0ng-battery"
Asked = Callable[[Chat], Awaitable[None]]


class Killed(BaseException):
    """The process ends here: nothing of ours may catch it."""


async def asked_to_sign_in(chat: Chat) -> None:
    """Before the password of a customer who exists."""
    await chat.says("/login")
    await chat.presses("Sign in")
    await chat.says("maria")


async def asked_to_keep(chat: Chat) -> None:
    """Before the new password of a guest's own account."""
    await chat.says("/start")
    await chat.presses("guest")
    await chat.says("/settings")
    await chat.presses("Keep my account")
    await chat.says(f"name-{chat.chat_id}")


async def asked_for_a_new_one(chat: Chat) -> None:
    """Before the new password that a letter's code buys."""
    await chat.says("/reset")
    await chat.says("maria@example.org")
    token = (await chat.town.ask("outbox"))[-1]["token"]
    await chat.presses("I have the code")
    await chat.says(token)


ASKED: dict[str, Asked] = {"sign in": asked_to_sign_in, "keep": asked_to_keep, "new": asked_for_a_new_one}


async def is_nowhere(chat: Chat, secret: str) -> None:
    """Neither in the chat nor in what is kept of the conversation."""
    await chat.look()
    assert secret not in json.dumps(chat.messages), chat.transcript()
    async with chat.town.parts.database.open_book() as book:
        step = await book.steps.get(chat.chat_id, 0)
    assert step is None or secret not in str(step.data)


async def killed_at(town: Town, number: int, *, after: bool) -> bool:
    """The process dies at that commit while it handles what waits, and another takes over; False where it had fewer."""
    commits, commit = 0, Transaction.commit

    async def deadly(self: Transaction) -> None:
        nonlocal commits
        commits += 1
        if commits == number and not after:
            raise Killed
        await commit(self)
        if commits == number:
            raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transaction, "commit", deadly)
        try:
            await town.parts.worker.drain()
        except Killed:
            pass
        else:
            return False
    await town.restart()
    town.clock.passes(LEASE + 1)
    await town.settle()
    return True


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("what", ASKED)
async def test_a_death_at_any_commit_leaves_no_password_behind(what: str, *, after: bool, town: Town) -> None:
    """The update is handled again, by the step it belongs to; nowhere is it taken for the name of a location."""
    await maria(town)
    for number in range(1, 40):
        chat = town.chat(3000 + number)
        await ASKED[what](chat)
        await town.tell("text", chat_id=chat.chat_id, text=PASSWORD)
        await town.receive()
        died = await killed_at(town, number, after=after)
        await is_nowhere(chat, PASSWORD)
        assert chat.count("could not delete") == 0, "a message that is gone needs no deleting"
        account = (await town.parts.services.people.meet(Actor(chat.chat_id, chat.chat_id), "")).account
        if what != "new":
            assert account is not None, chat.transcript()
            assert not account.guest
        if not died:
            break
    assert number > 5, "the process really died"


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_death_does_not_make_a_user_name_the_password(*, after: bool, town: Town) -> None:
    """The message that answered one question is not taken for the answer to the next, when it is handled again."""
    for number in range(1, 20):
        chat = town.chat(4000 + number)
        await chat.says("/start")
        await chat.presses("guest")
        await chat.says("/settings")
        await chat.presses("Keep my account")
        await town.tell("text", chat_id=chat.chat_id, text=f"long-user-name-{number}")
        await town.receive()
        died = await killed_at(town, number, after=after)
        await chat.look()
        assert "Now choose your" in chat.last()
        assert (await town.parts.services.session.account(Actor(chat.chat_id, chat.chat_id))).guest
        if not died:
            break
    assert number > 2


async def test_a_password_typed_again_is_deleted_again(town: Town) -> None:
    """After a password that did not fit the next words are a password as well."""
    await maria(town)
    eva = town.chat(5001, "Eva")
    await signs_in(eva, password=WRONG)
    eva.sees("do not fit together")
    await eva.says(WRONG + "2")
    await is_nowhere(eva, WRONG)
    await eva.says(PASSWORD)
    eva.sees("signed in as Maria")
    await is_nowhere(eva, PASSWORD)


@pytest.mark.parametrize("what", ASKED)
async def test_a_server_in_trouble_leaves_the_question_open(what: str, town: Town) -> None:
    """What is typed after it is the password, typed again."""
    await maria(town)
    eva = town.chat(5002, "Eva")
    await ASKED[what](eva)
    await town.tell("fault", target="queue", kind="500", apply="before", count=20)
    await eva.says(PASSWORD)
    eva.sees("not answering properly")
    town.sandbox.faults.reset()
    await eva.says(PASSWORD)
    eva.sees("signed in as Maria|yours now|new password is set")
    await is_nowhere(eva, PASSWORD)


async def test_too_many_tries_leave_no_password_behind(town: Town) -> None:
    await maria(town)
    eva = town.chat(5003, "Eva")
    await asked_to_sign_in(eva)
    for number in range(7):
        await eva.says(f"{WRONG}{number}")
    eva.sees("Too many tries")
    await is_nowhere(eva, WRONG)


@pytest.mark.parametrize("what", ASKED)
async def test_a_password_that_comes_too_late_is_deleted(what: str, town: Town) -> None:
    """The question is over after half an hour; what is typed then may still be its answer."""
    await maria(town)
    eva = town.chat(5004, "Eva")
    await ASKED[what](eva)
    town.clock.passes(KEPT + 1)
    await eva.says("Braga-Central" if what == "keep" else PASSWORD)
    eva.sees("took too long", "deleted")
    await is_nowhere(eva, PASSWORD)
    await is_nowhere(eva, "Braga-Central")
    await eva.says("braga central")
    eva.sees("Braga Central")


async def test_a_bot_that_was_away_judges_by_when_it_was_typed(town: Town) -> None:
    """Telegram holds messages for a day: an answer given in time is a secret however late it is read."""
    await maria(town)
    eva = town.chat(5005, "Eva")
    await asked_to_sign_in(eva)
    await town.tell("text", chat_id=5005, text=PASSWORD)
    town.clock.passes(5 * 3600)
    await town.settle()
    await is_nowhere(eva, PASSWORD)


async def test_a_password_typed_after_the_question_was_left_is_not_repeated(town: Town) -> None:
    """/cancel and then the password all the same; the name of a location is looked for, and nothing is said back."""
    await maria(town)
    eva = town.chat(5006, "Eva")
    await asked_to_sign_in(eva)
    await eva.says("/cancel")
    await eva.says(PASSWORD)
    eva.sees("No location fits that", "deleted your message")
    await is_nowhere(eva, PASSWORD)
    await eva.says("Braga")
    assert eva.messages[-2]["text"] == "Braga", "what names a place is left where it is"
    eva.sees("Braga Central")
    eva.sees_not("“Braga”")
    town.clock.passes(CAREFUL + 1)
    await eva.says("nowhere-at-all")
    eva.sees("No location fits “nowhere-at-all”")


async def test_a_server_away_shortly_after_a_password(town: Town) -> None:
    """Whether the words name a place cannot be found out: they go."""
    await maria(town)
    eva = town.chat(5007, "Eva")
    await asked_to_sign_in(eva)
    await eva.says("/cancel")
    await town.tell("fault", target="queue", kind="500", apply="before", count=20)
    town.clock.passes(60)
    await eva.says(PASSWORD)
    await is_nowhere(eva, PASSWORD)
    eva.sees("I have deleted your message, in case it was your password.", "not answering properly")


@pytest.mark.parametrize("what", ["keep", "new"])
@pytest.mark.parametrize(
    "password", ["/s3cret-Pass", "/START-me-up", "/help me please 7", "/start a b c d", "/help@me please", "//slash//"]
)
async def test_a_password_that_looks_like_a_command(what: str, password: str, town: Town) -> None:
    """It is taken byte for byte, and goes from the chat as any other."""
    await maria(town)
    eva = town.chat(5008, "Eva")
    await ASKED[what](eva)
    await eva.says(password)
    await is_nowhere(eva, password)
    name = "maria" if what == "new" else "name-5008"
    answer = await town.play.post("/vt/api/json/customer/login", json={"username": name, "password": password})
    assert answer.json()["success"] is True, eva.transcript()


async def test_one_that_comes_too_late_goes_as_well(town: Town) -> None:
    await maria(town)
    for password in ("/s3cret-Pass", "/help me 7"):
        eva = town.chat(5009, "Eva")
        await asked_to_sign_in(eva)
        town.clock.passes(KEPT + 1)
        await eva.says(password)
        await is_nowhere(eva, password)


@pytest.mark.parametrize("command", ["/help", "/tickets", "/HELP", "/language"])
async def test_a_real_command_leaves_the_question_open(command: str, town: Town) -> None:
    await maria(town)
    eva = town.chat(5010, "Eva")
    await asked_to_sign_in(eva)
    await eva.says(command)
    assert eva.messages[-2]["text"] == command, "it is no password"
    await eva.says(PASSWORD)
    eva.sees("signed in as Maria")
    await is_nowhere(eva, PASSWORD)


async def test_outside_of_a_question_words_behind_a_command_are_let_be(town: Town) -> None:
    eva = town.chat(5011, "Eva")
    await eva.says("/help me please")
    eva.sees("How it works")
    await eva.says("/nonsense")
    eva.sees("did not understand")
