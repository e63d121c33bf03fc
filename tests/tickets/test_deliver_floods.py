"""A 429 halts the chat or the bot, as told, and nobody else: what Telegram sees of it from a real outbox."""

from collections import defaultdict

import pytest

from tests.tickets.house import House
from tests.tickets.outbox import put
from tickets.delivery import FLOOD_DEFAULT, FLOOD_MOST
from tickets.pushes import Flooded, Outcome, Push, PushKind
from tickets.watching import Person, Watch

K = PushKind


class Limited:
    """Telegram that refuses some chats, and remembers when each was tried and told."""

    def __init__(self, house: House, *refused: int, told: float) -> None:
        self.tries: defaultdict[int, list[float]] = defaultdict(list)
        self.late: list[float] = []
        self.refused = set(refused)
        inner = house.telegram.send

        async def send(push: Push, person: Person, watch: Watch | None) -> Outcome:
            now = house.clock.now()
            self.tries[push.chat_id].append(now)
            if push.chat_id in self.refused:
                return Flooded(told)
            self.late.append(now - push.created_at)
            return await inner(push, person, watch)

        house.telegram.send = send  # type: ignore[method-assign]  # the same Telegram, which limits


async def go_on(house: House, seconds: float) -> None:
    """Four ticks a second, as the bot's."""
    for _ in range(int(seconds * 4)):
        house.clock.advance(0.25)
        await house.deliver()


@pytest.mark.parametrize(
    ("told", "waits"), [(1, 1), (3, 3), (35, 35), (0, FLOOD_DEFAULT), (-1, FLOOD_DEFAULT), (1e9, FLOOD_MOST)]
)
async def test_nobody_is_tried_before_their_time(house: House, told: float, waits: float) -> None:
    await put(house)
    telegram = Limited(house, 7, told=told)
    await go_on(house, min(2.5 * waits, 120))
    gaps = [later - earlier for earlier, later in zip(telegram.tries[7], telegram.tries[7][1:], strict=False)]
    assert all(gap >= waits for gap in gaps)
    assert len(gaps) == (2 if waits < 100 else 0)


async def test_one_flooded_chat_slows_nobody_else(house: House) -> None:
    await put(house, K.MOVED, 7)
    telegram = Limited(house, 7, told=35)
    for second in range(20):
        for chat_id in range(100 + 20 * second, 120 + 20 * second):
            await put(house, chat_id=chat_id)
        await go_on(house, 1)
    assert len(telegram.late) == 400
    assert sorted(telegram.late)[396] < 2
    assert len(telegram.tries[7]) == 1


async def test_a_bot_that_is_flooded_rests_after_three_refusals(house: House) -> None:
    for chat_id in range(1, 11):
        await put(house, chat_id=chat_id)
        house.clock.advance(0.25)
    telegram = Limited(house, *range(1, 11), told=9)
    await house.deliver()
    tried = sum(map(len, telegram.tries.values()))
    await put(house, chat_id=50)
    await go_on(house, 8)
    assert sum(map(len, telegram.tries.values())) == tried, "not one send while the bot is to rest"
    telegram.refused.clear()
    await go_on(house, 3)
    assert await house.counts() == {"sent": 11}
