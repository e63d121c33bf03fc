"""A forgotten password by letter where there is no page: each letter has a code of its own, and that one is asked for."""

from typing import Any

from tests.journeys.test_account import maria
from tests.journeys.town import Town


async def signs_in(town: Town, password: str) -> dict[str, Any]:
    """What the queue server says to Maria."""
    answer = await town.play.post("/vt/api/json/customer/login", json={"username": "maria", "password": password})
    return dict(answer.json())


async def code_of(town: Town) -> str:
    """The newest letter's."""
    return str((await town.ask("outbox"))[-1]["token"])


async def test_a_new_letter_asks_for_its_own_code(town: Town) -> None:
    """A mistyped code is forgotten with its letter; what is typed next is a code and no password."""
    await maria(town)
    eva = town.chat(1301, "Eva")
    for words in ("/reset", "maria@example.org"):
        await eva.says(words)
    await eva.presses("I have the code")
    for words in ("mistyped", "brand-new-1"):
        await eva.says(words)
    assert "did not take that" in eva.last(), eva.transcript()
    await eva.presses("Ask for a new letter")
    await eva.says("maria@example.org")
    await eva.presses("I have the code")
    assert "Send me the code" in eva.last(), eva.transcript()
    await eva.says(await code_of(town))
    await eva.says("brand-new-2")
    assert eva.count("new password is set") == 1, eva.transcript()
    assert (await signs_in(town, "brand-new-2"))["success"] is True


async def test_the_button_asks_for_the_code_though_another_was_typed(town: Town) -> None:
    """Whoever noticed the mistake presses the letter's button once more, without a new letter."""
    await maria(town)
    eva = town.chat(1302, "Eva")
    for words in ("/reset", "maria@example.org"):
        await eva.says(words)
    await eva.presses("I have the code")
    await eva.says("mistyped")
    await eva.presses("I have the code")
    assert "Send me the code" in eva.last(), eva.transcript()
    await eva.says(await code_of(town))
    await eva.says("brand-new-1")
    assert (await signs_in(town, "brand-new-1"))["success"] is True
