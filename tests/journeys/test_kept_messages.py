"""Where Telegram does not delete a message with a secret, nobody reads that it did: they are asked to do it themselves."""

import pytest

from tests.journeys.test_account import PASSWORD, maria
from tests.journeys.test_passwords import ASKED, asked_for_a_new_one, asked_to_sign_in
from tests.journeys.town import Chat, Town
from tickets.conversation import KEPT

DELETED = "I have deleted"
KEPT_PASSWORD, KEPT_MESSAGE = "I could not delete your password", "I could not delete your message"


async def says_undeleted(chat: Chat, text: str) -> None:
    """Typed, and Telegram refuses to delete it."""
    await chat.town.tell("fault", target="telegram", operation="deleteMessage", kind="500", apply="before", count=1)
    await chat.says(text)
    assert text in [message.get("text") for message in chat.messages], "it really stays"


@pytest.mark.parametrize("what", ["keep", "new"])
async def test_a_new_password_that_the_server_does_not_take(what: str, town: Town) -> None:
    await maria(town)
    eva = town.chat(5201, "Eva")
    await eva.says("/start")
    if what == "keep":
        await eva.presses("guest")
        await eva.says("/settings")
        await eva.presses("Keep my account")
        await eva.says("maria")
    else:
        await eva.says("/reset")
        await eva.says("maria@example.org")
        await eva.presses("I have the code")
        await eva.says("no-such-code")
    await says_undeleted(eva, PASSWORD)
    eva.sees(KEPT_PASSWORD, "The queue did not take that")
    eva.sees_not(DELETED)


@pytest.mark.parametrize("what", ASKED)
async def test_a_password_that_comes_too_late(what: str, town: Town) -> None:
    await maria(town)
    eva = town.chat(5202, "Eva")
    await ASKED[what](eva)
    town.clock.passes(KEPT + 1)
    await says_undeleted(eva, PASSWORD)
    eva.sees(KEPT_MESSAGE, "That took too long")
    eva.sees_not(DELETED)


@pytest.mark.parametrize("away", [False, True])
async def test_words_that_may_be_a_password(*, away: bool, town: Town) -> None:
    await maria(town)
    eva = town.chat(5203, "Eva")
    await asked_to_sign_in(eva)
    await eva.says("/cancel")
    if away:
        await town.tell("fault", target="queue", kind="500", apply="before", count=20)
        town.clock.passes(60)
    await says_undeleted(eva, PASSWORD)
    eva.sees(KEPT_MESSAGE, "not answering properly" if away else "No location fits that")
    eva.sees_not(DELETED)


async def test_a_letters_code(town: Town) -> None:
    await maria(town)
    eva = town.chat(5204, "Eva")
    await eva.says("/reset")
    await eva.says("maria@example.org")
    token = (await town.ask("outbox"))[-1]["token"]
    await eva.presses("I have the code")
    await says_undeleted(eva, token)
    eva.sees(KEPT_MESSAGE, "Now choose your")
    await eva.says(PASSWORD)
    eva.sees("new password is set")


async def test_nothing_is_asked_of_whoever_has_nothing_to_do(town: Town) -> None:
    await maria(town)
    eva = town.chat(5205, "Eva")
    await asked_for_a_new_one(eva)
    await eva.says(PASSWORD)
    eva.sees("new password is set")
    eva.sees_not("could not delete")
