"""In a group there is but one thing to say, once in a while: the way to the private chat."""

import pytest

from bot import showing
from tests.journeys.town import Town

GROUP = -501


async def said(town: Town) -> list[str]:
    """What the bot has said in the group by the time that somebody asked it for help there."""
    await town.tell("text", chat_id=GROUP, text="/help", from_id=1013)
    await town.settle()
    seen = await town.ask("messages", chat_id=GROUP)
    return [one["text"] for one in seen["messages"] if one["from"]["is_bot"]]


@pytest.mark.parametrize("kind", ["500", "flood"])
async def test_an_answer_that_failed_does_not_count(kind: str, town: Town) -> None:
    await town.tell("group", chat_id=GROUP, title="Office", members=[1013])
    if kind == "flood":
        await town.tell("flood", retry_after=30, count=1, chat_id=GROUP)
    else:
        await town.tell("fault", target="telegram", operation="sendMessage", kind=kind, apply="before", count=1)
    assert await said(town) == [], "nor is a group told of the trouble"
    await town.passes(30, step=30)
    (answer,) = await said(town)
    assert "private" in answer
    assert await said(town) == [answer]


async def test_a_mistake_of_ours_is_not_told_to_a_group(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await town.tell("group", chat_id=GROUP, title="Office", members=[1013])

    async def mistaken(*_: object, **__: object) -> None:
        raise ValueError("a mistake of ours")

    with monkeypatch.context() as broken:
        broken.setattr(showing, "show", mistaken)
        assert await said(town) == []
    assert len(await said(town)) == 1
